"""What readers changed in a file that came back, put in the text it was made from, word by word at its place. Pure.

The result is read again as it would go out: where it does not say what the file says, somebody is told to do it by hand. Nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from msgspec import Struct

from app.authoring.circulating.passages import notes_of, passages
from app.authoring.circulating.values import NOWHERE, Passage, PassageKind, Piece, ReturnedFile, Spelt, key, typed_line, typed_words, unify_spaces, words
from app.authoring.comparing.word_diff import MOST_WORDS, compare_lines, matches
from app.content.papers.paper import ParagraphLook

_HEADED = "\n---\n"

# --- Passages added --------------------------------------------------------------------------------------------------


class AddedPiece(Struct, frozen=True):
    after: Passage | None
    """The passage of the text that it follows."""
    piece: Piece


def added_blocks(text: str, come: Sequence[AddedPiece]) -> Iterator[tuple[int, int, str]]:
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
        return f"{unify_spaces(piece.text).strip()}\n"
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


# --- The whole text --------------------------------------------------------------------------------------------------

_LINK_END = re.compile(r"\]\([^()\s]*\)")


class UnplacedEdit(Struct, frozen=True):
    """What could not be put in the text by itself. Either side may be empty."""

    ours: str
    theirs: str


class EditedText(Struct, frozen=True):
    text: str
    left: tuple[UnplacedEdit, ...]


class TextEdit(Struct, frozen=True):
    start: int
    end: int
    new: str


@dataclass(slots=True)
class _Plan:
    edits: list[TextEdit] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    """Offsets that are changed already: a note that is called twice is changed once."""

    def add(self, edits: Sequence[TextEdit]) -> None:
        if all(self.taken.isdisjoint(range(each.start, max(each.end, each.start + 1))) for each in edits):
            self.edits += edits
            self.taken.update(at for each in edits for at in range(each.start, each.end))

    def apply_to(self, text: str) -> str:
        for edit in sorted(self.edits, key=lambda each: (each.start, each.end), reverse=True):
            start, end = (edit.start, edit.end) if edit.new else _with_marks(text, edit.start, edit.end)
            text = text[:start] + edit.new + text[end:]
        return text


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """What is taken out, and the marks around it that would hold nothing any more."""
    while True:
        mark = text[start - 1 : start] if start else ""
        if mark and mark in "*_" and (opening := _marks(text[:start][::-1], mark)) == _marks(text[end:], mark):
            start, end = start - opening, end + opening
        elif mark == "[" and (link := _LINK_END.match(text, end)):
            start, end = start - 1, link.end()
        else:
            return start, end


def _marks(text: str, mark: str) -> int:
    """How many of one a text begins with."""
    return len(text) - len(text.lstrip(mark))


def carry_edits(text: str, notes: Mapping[str, str], file: ReturnedFile) -> EditedText:
    """The text that was sent, as the file has it now."""
    mine, theirs = _with_words(passages(text, notes)), [piece for piece in file.pieces if key(piece.text)]
    plan = _Plan()
    gone: list[Passage] = []
    come: list[AddedPiece] = []
    before: Passage | None = None
    pairs = list(_pair_passages(mine, theirs))
    kept = [(went, came) for went, came in pairs if went and came]
    there = {came.place[:2] for _, came in kept if came.place[0]}  # rows of the file that the text has
    for went, came in pairs:
        if went is None and came is not None:
            come += [AddedPiece(before, came)] if came.place[:2] not in there else []
        elif went is not None:
            before = went
            if came is None:
                gone.append(went)
            else:
                plan.add(changes(went.spelt, came.text, went.kind in (PassageKind.LINE, PassageKind.TITLE)))
    _change_notes(plan, mine, file.notes)
    plan.add(_removal_edits(text, gone, {went.place[:2] for went, _ in kept if went.place[0]}))
    plan.edits += (TextEdit(*edit) for edit in added_blocks(text, come))
    result = plan.apply_to(text)
    return EditedText(result, tuple(_unplaced_edits(result, notes, theirs, file.notes)))


def _with_words(found: Sequence[Passage]) -> list[Passage]:
    return [each for each in found if each.kind is not PassageKind.PICTURE and key(each.text)]


def _align_texts(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Which passage became which, in order, counted from 0."""
    for line in compare_lines([key(each) for each in mine], [key(each) for each in theirs]):
        yield line.before - 1 if line.before else None, line.after - 1 if line.after else None


def _pair_passages(mine: Sequence[Passage], theirs: Sequence[Piece]) -> Iterator[tuple[Passage | None, Piece | None]]:
    """What became what; of passages that have nothing in common, those that stand at one place of a table, or are as many on both sides, are paired too."""
    gone: list[Passage] = []
    come: list[Piece] = []
    for a, c in [*_align_texts([each.text for each in mine], [piece.text for piece in theirs]), (-1, -1)]:
        if a is None and c is not None:
            come.append(theirs[c])
        elif c is None and a is not None:
            gone.append(mine[a])
        else:
            yield from _set_together(gone, come)
            gone, come = [], []
            if a is not None and c is not None and a >= 0:
                yield mine[a], theirs[c]


def _set_together(gone: Sequence[Passage], come: Sequence[Piece]) -> Iterator[tuple[Passage | None, Piece | None]]:
    if len(gone) == len(come) and all(bool(went.place[0]) == bool(came.place[0]) for went, came in zip(gone, come, strict=True)):
        yield from zip(gone, come, strict=True)
        return
    cells = {piece.place: piece for piece in come if piece.place[0]}
    for went in gone:
        yield went, cells.pop(went.place, None) if went.place[0] else None
    yield from ((None, piece) for piece in come if not piece.place[0] or piece.place in cells)


# --- Within a passage ------------------------------------------------------------------------------------------------


def changes(spelt: Spelt, new: str, as_it_is: bool = False) -> list[TextEdit]:
    """From what is written to what it says now. Characters of Markdown between the words stay where they are. `as_it_is`: where there is no Markdown."""
    old, other = words(spelt.text), words(new)
    found: list[TextEdit] = []
    for tag, a, b, c, d in matches([each.key for each in old], [each.key for each in other], MOST_WORDS):
        if tag != "equal":
            # From the end of the word before to the beginning of the word after, spaces and all.
            gone = (old[a - 1].end if a else 0, old[b].start if b < len(old) else len(spelt.text))
            come = new[other[c - 1].end if c else 0 : other[d].start if d < len(other) else len(new)]
            found += _change(spelt, *gone, unify_spaces(come) if as_it_is else typed_words(come))
    return found


def _change(spelt: Spelt, start: int, end: int, come: str) -> Iterator[TextEdit]:
    gone = spelt.text[start:end]
    if gone[:1].isspace() and come[:1].isspace():
        skipped = len(gone) - len(gone.lstrip()) if gone.strip() else 1
        start, gone, come = start + skipped, gone[skipped:], come.lstrip()
    if gone[-1:].isspace() and come[-1:].isspace():
        kept = gone.rstrip()
        end, gone, come = start + len(kept), kept, come.rstrip()
    at = _where(spelt, start, end)
    if at == NOWHERE:
        return
    runs = list(_runs(spelt, start, end))
    if runs and runs[0][0] == at:
        yield TextEdit(at, runs[0][1], come)
        runs = runs[1:]
    elif come:
        yield TextEdit(at, at, come)
    yield from (TextEdit(first, last, "") for first, last in runs)


def _where(spelt: Spelt, start: int, end: int) -> int:
    """Where new words are written: in the place of those that go, else behind the character before them, else before the next."""
    if start < end and spelt.place(start) != NOWHERE:
        return spelt.place(start)
    if start and spelt.place(start - 1) != NOWHERE:
        return spelt.place(start - 1) + 1
    return spelt.place(end)


def _runs(spelt: Spelt, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of the text that write these characters; ends of lines are kept, as what begins a line stands behind them."""
    places = [spelt.place(at) for at in range(start, end) if spelt.text[at] != "\n" and spelt.place(at) != NOWHERE]
    first = 0
    for number in range(1, len(places) + 1):
        if number == len(places) or places[number] != places[number - 1] + 1:
            yield places[first], places[number - 1] + 1
            first = number


def _change_notes(plan: _Plan, mine: Sequence[Passage], theirs: Sequence[str]) -> None:
    notes = notes_of(mine)
    for a, c in _align_texts([each.text for each in notes], theirs):
        if a is not None and c is not None and key(notes[a].text) != key(theirs[c]):
            plan.add(changes(notes[a].spelt, theirs[c]))


# --- Passages taken out ----------------------------------------------------------------------------------------------


def _removal_edits(text: str, gone: Sequence[Passage], staying: Container[tuple[int, int]]) -> list[TextEdit]:
    """Their lines; of a row that stays, and of a caption, the words only."""
    found: dict[int, TextEdit] = {}
    for each in gone:
        if each.look is ParagraphLook.CAPTION or each.place[:2] in staying:
            found |= {edit.start: edit for edit in changes(each.spelt, "")}
        elif each.kind not in (PassageKind.TITLE, PassageKind.NOTE) and each.end > each.start:
            end = text.find("\n", each.end) + 1 if each.kind is PassageKind.CELL and each.place[1] == 1 else each.end
            found[each.start] = TextEdit(each.start, _with_blank(text, each.start, end), "")
    return list(found.values())


def _with_blank(text: str, start: int, end: int) -> int:
    """Of two empty lines that would meet, one goes."""
    before = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start]
    after = text[end : text.find("\n", end) + 1 or len(text)]
    return end + len(after) if not before.strip(" >\n") and after.endswith("\n") and not after.strip(" >\n") else end


# --- What remains ----------------------------------------------------------------------------------------------------


def _unplaced_edits(result: str, notes: Mapping[str, str], theirs: Sequence[Piece], their_notes: Sequence[str]) -> Iterator[UnplacedEdit]:
    mine = _with_words(passages(result, notes))
    yield from _differing(mine, [piece.text for piece in theirs], [piece.place[2] for piece in theirs])
    yield from _differing(notes_of(mine), list(their_notes))


def _differing(mine: Sequence[Passage], theirs: Sequence[str], columns: Sequence[int] = ()) -> Iterator[UnplacedEdit]:
    """`columns`: those of a table where each stands, 0 for what stands in none."""
    for a, c in _align_texts([each.text for each in mine], theirs):
        ours, said = mine[a].text if a is not None else "", theirs[c] if c is not None else ""
        if key(ours) != key(said) and not (a is not None and mine[a].look is ParagraphLook.QUIET):
            yield UnplacedEdit(ours, said)
        elif columns and a is not None and c is not None and 0 != mine[a].place[2] != columns[c] != 0:
            yield UnplacedEdit(ours, f"{said} (colonne {columns[c]})")
