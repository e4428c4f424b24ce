"""What a file of reports is: who is in it, how it is written, how far it is. Each room says its own; `reporting` gathers those that may be large."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from flask import current_app
from msgspec import Struct

from app.errors import NotYours
from app.reporting.grid.rows import PeopleReport
from app.web.edge import XLSX

LARGE_FILES = "croisee_large_files"
"""In `app.extensions`: endpoint → its kind, of each file that is made apart where it is large."""
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


def made_apart() -> Mapping[str, Kind]:
    """By endpoint, those that are made apart where they are large."""
    kinds: Mapping[str, Kind] = current_app.extensions[LARGE_FILES]
    return kinds


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
