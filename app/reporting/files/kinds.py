"""What a file of reports is: who is in it, how it is written, how far it is. Each room says its own; `reporting` gathers those that may be large."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from msgspec import Struct

from app.platform.errors import NotYours
from app.platform.hooks import Slot
from app.platform.web.edge import XLSX
from app.reporting.grid.rows import PeopleReport

MIMETYPES = {"csv": "text/csv", "xlsx": XLSX}


class Kind(Struct, frozen=True):
    what: str
    """Its endpoint."""
    title: str
    name: str
    """What its file's name says."""
    suffix: str
    event: str
    """What the log calls it."""
    people: Callable[[PeopleReport], Sequence[int]]
    """Whom it names, in order."""
    write: Callable[[IO[bytes], PeopleReport, Sequence[int]], None]
    """Where, of what report, of whom. It reads the people by slices, one after the other."""


LARGE_FILES = Slot[Mapping[str, Kind]](dict)
"""Endpoint → its kind, of each file that is made apart where it is large."""


def made_apart() -> Mapping[str, Kind]:
    """By endpoint, those that are made apart where they are large."""
    return LARGE_FILES.here()


def kind_of(what: str) -> Kind:
    """Of one that is made apart. Raises NotYours for what is no such file."""
    found = made_apart().get(what)
    if found is None:
        raise NotYours
    return found


class Watched(Sequence[int]):
    """People as somebody reads them piece by piece: at the beginning of each piece, `tell` hears how many went before."""

    def __init__(self, people: Sequence[int], tell: Callable[[int], None]) -> None:
        self._people, self._tell = people, tell

    def __len__(self) -> int:
        return len(self._people)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            self._tell(place.start or 0)
        return self._people[place]
