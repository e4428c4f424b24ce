"""Passages that a reader added, as Markdown, and where in the text each goes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from app.authoring.circulating.returned import Piece
from app.authoring.circulating.values import Passage, PassageKind
from app.authoring.circulating.words import typed_line, typed_words, unspaced

_HEADED = "\n---\n"


class Added(Struct, frozen=True):
    after: Passage | None
    """The passage of the text that it follows."""
    piece: Piece


def added_blocks(text: str, come: Sequence[Added]) -> Iterator[tuple[int, int, str]]:
    """(offset, offset, what is written there): those that follow one passage go together, in their order."""
    for after, group in groupby(come, key=lambda each: each.after):
        pieces = [each.piece for each in group]
        cells = [piece for piece in pieces if after is not None and after.place[0] == piece.place[0] > 0]
        if after is not None and cells:
            yield from _rows(text, after, cells)
        if others := [piece for piece in pieces if not piece.place[0]]:
            at = after.end if after is not None and others[0].style.startswith("ligne") else _behind(text, after)
            written = ""
            for piece in others:
                written += _line_to_add(text, after, piece, written)
            if text[at : at + 1] not in ("", "\n") and not written.endswith("\n\n") and not _goes_on(others[-1], after):
                written += "\n"
            yield at, at, written


def _behind(text: str, after: Passage | None) -> int:
    if after is None or after.kind is PassageKind.TITLE or after.end == 0:
        return text.find(_HEADED) + len(_HEADED) if text.startswith("---") else 0
    return after.outer or after.end


def _goes_on(piece: Piece, after: Passage | None) -> bool:
    """A point of the list that it follows."""
    return piece.list_level > 0 and after is not None and after.kind is PassageKind.ENTRY


def _line_to_add(text: str, after: Passage | None, piece: Piece, before: str) -> str:
    words = typed_line(" ".join(piece.text.split()))
    if after is not None and after.kind is PassageKind.LINE and piece.style.startswith("ligne"):
        return f"{unspaced(piece.text).strip()}\n"
    if _goes_on(piece, after) and after is not None:
        line = text[after.start : after.end]
        indent = line[: len(line) - len(line.lstrip(" >"))]
        deeper = "   " * max(0, piece.list_level - after.level)
        sign = f"{after.number + 1 + before.count(chr(10))}." if piece.numbered else "-"
        return f"{indent}{deeper}{sign} {words}\n"
    quoted = after.prefix if after is not None and after.prefix.startswith(">") and _stands_apart(piece) else ""
    if piece.heading:
        words = f"{'#' * min(4, max(2, piece.heading))} {words}"
    elif piece.list_level:
        words = f"{'1.' if piece.numbered else '-'} {words}"
        if before and before.rstrip("\n").rpartition("\n")[2].startswith(("-", "1.")):
            return f"{words}\n"
    return f"{quoted.rstrip()}\n{quoted}{words}\n"


def _stands_apart(piece: Piece) -> bool:
    return piece.style.startswith(("encadr", "citation", "titre d"))


def _rows(text: str, after: Passage, cells: Sequence[Piece]) -> Iterator[tuple[int, int, str]]:
    """New rows of the table, behind the row that they follow. Each word stands in its column: those that say nothing are empty."""
    lines = []
    for _, group in groupby(cells, key=lambda piece: piece.place[:2]):
        row = {piece.place[2]: typed_words(" ".join(piece.text.split())) for piece in group}
        lines.append(f"{after.prefix}| {' | '.join(row.get(column, '') for column in range(1, max(row) + 1))} |\n")
    at = after.end if after.place[1] > 1 else text.find("\n", after.end) + 1
    yield at, at, "".join(lines)
