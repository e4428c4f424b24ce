"""What the list of the library keeps of its lines, what part of a file is asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import astuple

from app.content.text.markdown import slug
from app.platform.french import capital, fold

PER_PAGE = 30


class LibraryLine(Struct, frozen=True):
    """A line of the list: a document of the library, or what a provider has to say of its own."""

    kind: str
    """As readers see it: « compte rendu »."""
    title: str
    href: str
    weight: int = 0
    """Bytes of its file; 0 without one."""
    date: str = ""
    """ISO: year, month or day."""
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    summary: str = ""
    format: str = ""
    """« PDF », « lien »."""


class LibraryFilter(Struct, frozen=True):
    """What a reader chose, as the address says it; empty for everything."""

    kind: str = ""
    year: str = ""
    theme: str = ""
    territory: str = ""

    @property
    def chosen(self) -> bool:
        return any(astuple(self))

    def keeps(self, line: LibraryLine) -> bool:
        return (
            self.kind in ("", slug(line.kind))
            and self.year in ("", line.date[:4])
            and (not self.theme or self.theme in map(slug, line.themes))
            and (not self.territory or self.territory in map(slug, line.territories))
        )


Choices = tuple[tuple[str, str], ...]
"""(value, words) of a menu."""


class LibraryMenus(Struct, frozen=True):
    kinds: Choices
    years: Choices
    themes: Choices
    territories: Choices


def menus(lines: Sequence[LibraryLine]) -> LibraryMenus:
    """What can be chosen: what some line says."""
    years = sorted({line.date[:4] for line in lines if line.date}, reverse=True)
    return LibraryMenus(
        kinds=_choices(capital(line.kind) for line in lines),
        years=tuple((year, year) for year in years),
        themes=_choices(theme for line in lines for theme in line.themes),
        territories=_choices(territory for line in lines for territory in line.territories),
    )


def _choices(words: Iterable[str]) -> Choices:
    found: dict[str, str] = {}
    for each in words:
        found.setdefault(slug(each), each)
    return tuple(sorted(found.items(), key=lambda choice: fold(choice[1])))


def in_order(lines: Iterable[LibraryLine]) -> list[LibraryLine]:
    """The newest first, then by title; what has no date, last."""
    return sorted(sorted(lines, key=lambda line: fold(line.title)), key=lambda line: line.date, reverse=True)


_RANGE = re.compile(r"[ \t]*bytes[ \t]*=[ \t]*(?:([0-9]{1,18})[ \t]*-[ \t]*([0-9]{1,18})?|-[ \t]*([0-9]{1,18}))[ \t]*", re.IGNORECASE)


def one_range(header: str, size: int) -> str | None:
    """A `Range` as a single, exact range of a file of `size` bytes; None where the whole is answered (RFC 9110, 14.2).

    Ignored, as it may or must be: another unit, several ranges, what is ill-formed. One that nothing satisfies begins where the file ends.
    """
    found = _RANGE.fullmatch(header)
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        start, stop = size - min(int(suffix), size), size - 1
    else:
        start, stop = int(first), min(int(last or size), size - 1)
        if last is not None and int(last) < start:
            return None
    return f"bytes={start}-{stop}" if start < size else beyond(size)


def beyond(size: int) -> str:
    """What asks for nothing that a file of this size has."""
    return f"bytes={size}-"
