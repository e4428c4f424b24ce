"""The register of treatments: one declaration for each table that holds a person's key. Pure.

It is the one source of the public list (`/donnees-personnelles`), of the export (`/compte/mes-donnees`), of what an erasure does and of
how long each thing is kept. A test compares it with the tables: a table or a column that is not declared fails the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.administration.privacy.register.treatment import Treatment


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One line of `/donnees-personnelles`."""

    title: str
    data: str
    purpose: str
    retention: str
    erasure: str


def treatments() -> tuple[Treatment, ...]:
    from app.administration.privacy.register.tables import TREATMENTS

    return TREATMENTS


def treatment(table: str) -> Treatment | None:
    return next((one for one in treatments() if one.table == table), None)


def kept_for(table: str) -> timedelta:
    """How long its rows are kept. Raises KeyError for a table that declares no duration."""
    return timedelta(days={one.table: one.kept_days for one in treatments() if one.kept_days}[table])


def public_lines() -> tuple[PublicLine, ...]:
    return tuple(PublicLine(one.title, one.data, one.purpose, one.retention, one.erasure) for one in treatments())


def undeclared(keys: Mapping[str, frozenset[str]], columns: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What the register forgets. `keys`: table → its columns that hold a person's key; `columns`: table → all its columns."""
    declared = {one.table: one for one in treatments()}
    for table in sorted(keys.keys() - declared.keys()):
        yield f"la table « {table} » désigne des personnes et n’est pas déclarée dans app/administration/privacy/register/tables.py"
    for one in declared.values():
        yield from _wrong(one, keys.get(one.table, frozenset()), columns.get(one.table, frozenset()))


def _wrong(one: Treatment, keys: frozenset[str], columns: frozenset[str]) -> Iterator[str]:
    if not columns:
        yield f"« {one.table} » est déclarée et n’existe pas"
        return
    said = {name for name in (one.subject, *one.actors, *one.others) if name and one.table != "person"}
    if said != keys:
        yield f"« {one.table} » : personnes désignées par {sorted(keys)}, déclaré {sorted(said)}"
    named = said | {one.subject} - {""} | one.labels.keys() | set(one.inner)
    if forgotten := columns - named:
        yield f"« {one.table} » : colonnes ni exportées ni écartées : {sorted(forgotten)}"
    if (
        unknown := (
            named
            | one.emptied.keys()
            | set(one.free_text)
            | set(one.typed)
            | set(one.private)
            | set(one.opening)
            | set(one.redrawn)
            | {one.dated, one.addressed} - {""}
        )
        - columns
    ):
        yield f"« {one.table} » : colonnes inconnues : {sorted(unknown)}"
