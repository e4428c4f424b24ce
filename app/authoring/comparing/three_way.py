"""Three-way merge: two texts that began from one. What only one side changed is taken; what both changed differently is a conflict. Pure.

By lines, then inside a conflict by words, so that two corrections of one paragraph meet only where they touch the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.authoring.comparing.word_diff import MOST_LINES, MOST_WORDS, matches

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


class Take(StrEnum):
    """How a conflict is settled."""

    MINE = "le-mien"
    THEIRS = "le-leur"
    BOTH = "les-deux"
    EDITED = "autre"


@dataclass(frozen=True, slots=True)
class Agreed:
    """Lines on which there is nothing to decide."""

    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that both sides changed, differently. A side that took them out is empty."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decided of a conflict; `text` is theirs where they wrote it anew."""

    take: Take
    text: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The chunks, in order, cover the whole result; each text ends with its own line feed, if it has one."""

    chunks: tuple[Agreed | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(chunk for chunk in self.chunks if isinstance(chunk, Conflict))

    @property
    def text(self) -> str | None:
        """The merged text; None while there is something to decide."""
        return None if self.conflicts else "".join(chunk.text for chunk in self.chunks if isinstance(chunk, Agreed))

    def resolved(self, choices: Mapping[int, Choice]) -> str:
        """The text once each conflict, counted from 0, has its choice. Raises KeyError for one that has none."""
        numbers = iter(range(len(self.chunks)))
        return "".join(chunk.text if isinstance(chunk, Agreed) else _settled(chunk, choices[next(numbers)]) for chunk in self.chunks)


def _settled(conflict: Conflict, choice: Choice) -> str:
    texts = {Take.MINE: conflict.mine, Take.THEIRS: conflict.theirs, Take.BOTH: _after(conflict.mine, conflict.theirs), Take.EDITED: choice.text}
    return texts[choice.take]


def _after(first: str, second: str) -> str:
    """One passage after another, each on its own lines."""
    return f"{first}\n{second}" if first and second and not first.endswith("\n") else first + second


def merge3(base: str, mine: str, theirs: str) -> Merged:
    """Merge two descendants of `base`. What one side alone changed enters without a question."""
    regions = _regions(base.splitlines(keepends=True), mine.splitlines(keepends=True), theirs.splitlines(keepends=True), MOST_LINES)
    chunks = [chunk for region in regions for chunk in _finer(region)]
    return Merged(tuple(_joined(chunks)))


def _finer(chunk: Agreed | Conflict) -> Iterator[Agreed | Conflict]:
    """A conflict of lines may be none of words. It is settled only where no words of the two sides touch."""
    if isinstance(chunk, Conflict) and chunk.base and chunk.mine and chunk.theirs:
        base, mine, theirs = (_WORD.findall(text) for text in (chunk.base, chunk.mine, chunk.theirs))
        inner = list(_regions(base, mine, theirs, MOST_WORDS))
        if all(isinstance(part, Agreed) for part in inner):
            yield from inner
            return
    yield chunk


def _joined(chunks: Iterable[Agreed | Conflict]) -> Iterator[Agreed | Conflict]:
    """Neighbouring agreed chunks as one."""
    held = ""
    for chunk in chunks:
        if isinstance(chunk, Agreed):
            held += chunk.text
            continue
        if held:
            yield Agreed(held)
            held = ""
        yield chunk
    if held:
        yield Agreed(held)


# --- diff3 -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of the base [start, end) that one side replaced with [low, high) of its own."""

    start: int
    end: int
    low: int
    high: int
    mine: bool


def _regions(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], most: int) -> Iterator[Agreed | Conflict]:
    """Walk the base: stretches that nobody changed, that one side changed, that both did."""
    changes = sorted([*_changes(base, mine, most, True), *_changes(base, theirs, most, False)], key=lambda change: (change.start, change.end))
    place = 0
    for group in _touching(changes):
        start, end = group[0].start, max(change.end for change in group)
        yield Agreed("".join(base[place:start]))
        yield _decided("".join(base[start:end]), _side(base, mine, group, True, start, end), _side(base, theirs, group, False, start, end))
        place = end
    yield Agreed("".join(base[place:]))


def _changes(base: Sequence[str], side: Sequence[str], most: int, mine: bool) -> list[_Change]:
    return [_Change(a, b, c, d, mine) for tag, a, b, c, d in matches(base, side, most) if tag != "equal"]


def _touching(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes that overlap, or meet without an unchanged item between them, are decided together."""
    group: list[_Change] = []
    for change in changes:
        if group and change.start > max(other.end for other in group):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _side(base: Sequence[str], side: Sequence[str], group: Sequence[_Change], mine: bool, start: int, end: int) -> str:
    """What one side makes of the base's [start, end): its own changes, and the base between them."""
    parts: list[str] = []
    place = start
    for change in group:
        if change.mine is mine:
            parts += [*base[place : change.start], *side[change.low : change.high]]
            place = change.end
    return "".join((*parts, *base[place:end]))


def _decided(base: str, mine: str, theirs: str) -> Agreed | Conflict:
    if mine == theirs or theirs == base:
        return Agreed(mine)
    return Agreed(theirs) if mine == base else Conflict(base, mine, theirs)
