"""The network of a region as `reseau.md` lists it: its cités, where they are, and what its meetings said."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.values.text import Fragment, Source


@dataclass(frozen=True, slots=True)
class Commune:
    name: str
    insee: str


@dataclass(frozen=True, slots=True)
class Cite:
    name: str
    communes: tuple[Commune, ...]
    departement: str
    wave: int
    labelled_on: str
    """ISO date, month or year."""
    line: int


@dataclass(frozen=True, slots=True)
class Meeting:
    title: str
    anchor: str
    body: Fragment
    line: int


@dataclass(frozen=True, slots=True)
class Network:
    introduction: Fragment | None = None
    cites: tuple[Cite, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()
