"""Three-way merge: two texts that began from one. What only one side changed is taken; what both changed differently is a conflict. Pure.

By lines, then inside a conflict by words, so that two corrections of one paragraph meet only where they touch the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from merge3 import Merge3
from msgspec import Struct

from app.authoring.comparing.word_diff import MOST_LINES, MOST_WORDS, matches

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


class Take(StrEnum):
    """How a conflict is settled."""

    MINE = "le-mien"
    THEIRS = "le-leur"
    BOTH = "les-deux"
    EDITED = "autre"


class AgreedChunk(Struct, frozen=True):
    """Lines on which there is nothing to decide."""

    text: str


class MergeConflict(Struct, frozen=True):
    """Lines that both sides changed, differently. A side that took them out is empty."""

    base: str
    mine: str
    theirs: str


class Resolution(Struct, frozen=True):
    """What somebody decided of a conflict; `text` is theirs where they wrote it anew."""

    take: Take
    text: str = ""


class MergeResult(Struct, frozen=True):
    """The chunks, in order, cover the whole result; each text ends with its own line feed, if it has one."""

    chunks: tuple[AgreedChunk | MergeConflict, ...]

    @property
    def conflicts(self) -> tuple[MergeConflict, ...]:
        return tuple(chunk for chunk in self.chunks if isinstance(chunk, MergeConflict))

    @property
    def text(self) -> str | None:
        """The merged text; None while there is something to decide."""
        return None if self.conflicts else "".join(chunk.text for chunk in self.chunks if isinstance(chunk, AgreedChunk))

    def resolve_conflicts(self, choices: Mapping[int, Resolution]) -> str:
        """The text once each conflict, counted from 0, has its choice. Raises KeyError for one that has none."""
        numbers = iter(range(len(self.chunks)))
        return "".join(chunk.text if isinstance(chunk, AgreedChunk) else _resolved_text(chunk, choices[next(numbers)]) for chunk in self.chunks)


def _resolved_text(conflict: MergeConflict, choice: Resolution) -> str:
    texts = {Take.MINE: conflict.mine, Take.THEIRS: conflict.theirs, Take.BOTH: _after(conflict.mine, conflict.theirs), Take.EDITED: choice.text}
    return texts[choice.take]


def _after(first: str, second: str) -> str:
    """One passage after another, each on its own lines."""
    return f"{first}\n{second}" if first and second and not first.endswith("\n") else first + second


def merge3(base: str, mine: str, theirs: str) -> MergeResult:
    """Merge two descendants of `base`. What one side alone changed enters without a question."""
    regions = _regions(base.splitlines(keepends=True), mine.splitlines(keepends=True), theirs.splitlines(keepends=True), _LineMatcher)
    chunks = [chunk for region in regions for chunk in _finer(region)]
    return MergeResult(tuple(_join_agreed(chunks)))


def _finer(chunk: AgreedChunk | MergeConflict) -> Iterator[AgreedChunk | MergeConflict]:
    """A conflict of lines may be none of words. It is settled only where no words of the two sides touch."""
    if isinstance(chunk, MergeConflict) and chunk.base and chunk.mine and chunk.theirs:
        base, mine, theirs = (_WORD.findall(text) for text in (chunk.base, chunk.mine, chunk.theirs))
        inner = list(_regions(base, mine, theirs, _Words))
        if all(isinstance(part, AgreedChunk) for part in inner):
            yield from inner
            return
    yield chunk


def _join_agreed(chunks: Iterable[AgreedChunk | MergeConflict]) -> Iterator[AgreedChunk | MergeConflict]:
    """Neighbouring agreed chunks as one."""
    held = ""
    for chunk in chunks:
        if isinstance(chunk, AgreedChunk):
            held += chunk.text
            continue
        if held:
            yield AgreedChunk(held)
            held = ""
        yield chunk
    if held:
        yield AgreedChunk(held)


# --- Regions ---------------------------------------------------------------------------------------------------------


class _LineMatcher:
    """What `merge3` asks of a matcher, at the cost that `matches` bounds: difflib's own takes the square of any text."""

    most = MOST_LINES

    def __init__(self, isjunk: object = None, a: Sequence[str] = "", b: Sequence[str] = "", autojunk: bool = True) -> None:
        self.base, self.side = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return [(a, c, b - a) for tag, a, b, c, _ in matches(self.base, self.side, self.most) if tag == "equal"]


class _Words(_LineMatcher):
    most = MOST_WORDS


def _regions(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], matcher: type[_LineMatcher]) -> Iterator[AgreedChunk | MergeConflict]:
    """Stretches that nobody changed, that one side changed, that both did. Changes without an unchanged item between them are one."""
    for region in Merge3(base, mine, theirs, sequence_matcher=matcher).merge_groups():
        if region[0] == "conflict":
            yield MergeConflict("".join(region[1]), "".join(region[2]), "".join(region[3]))
        else:
            yield AgreedChunk("".join(region[1]))
