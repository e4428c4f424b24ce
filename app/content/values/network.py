"""The network of cités as `reseau.md` lists it: its cités, where they are, and what its meetings said."""

from __future__ import annotations

from msgspec import Struct

from app.content.values.text import Fragment, Source


class Commune(Struct, frozen=True):
    name: str
    insee: str


class Cite(Struct, frozen=True):
    name: str
    communes: tuple[Commune, ...]
    departement: str
    wave: int
    labelled_on: str
    """ISO date, month or year."""
    line: int
    quartiers: tuple[str, ...] = ()
    """Those that its source names; none where no source was read."""
    troika: tuple[str, ...] = ()
    """Who pilots it, by function; empty where nothing is said."""
    position: tuple[float, float] | None = None
    """Latitude and longitude, where the file gives them: else it stands where its communes are."""


class PastMeeting(Struct, frozen=True):
    """One that was held before the site was there."""

    title: str
    anchor: str
    body: Fragment
    line: int
    speakers: str = ""
    documents: tuple[str, ...] = ()
    """Ids of the library; the first one gives its date and its themes."""


class NetworkPlace(Struct, frozen=True):
    """A territory above the cités: a region, a département…"""

    name: str
    kind: str
    """One of `KINDS`."""
    above: str
    """The name of what it belongs to; empty at the top."""
    zone: str
    """Of the school holidays, « A » to « C »; empty where nothing is said."""
    line: int
    id: str = ""
    """Written as `{#departement-nord}`; empty: made of its kind and its name."""


KINDS = {"nation": "nation", "région": "region", "académie": "academie", "département": "departement", "intercommunalité": "intercommunalite"}
"""As reseau.md writes them → as they are stored."""


class Network(Struct, frozen=True):
    introduction: Fragment | None = None
    cites: tuple[Cite, ...] = ()
    meetings: tuple[PastMeeting, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()
    places: tuple[NetworkPlace, ...] = ()
    """Of « ## Territoires », each after what it belongs to."""
    plan: tuple[tuple[str, ...], ...] = ()
    """How the territories that hold cités stand as on a map, row after row, by their numbers; empty where nothing is said."""
