"""What the readers of a quiz pass on: lines that know their number in the file, and a report of what they find, by question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from app.content.problems.catalogue import problem
from app.content.quiz.keys import KeyLine
from app.content.values.text import Problem
from app.platform import french

_FENCE = re.compile(r"\s*(?:[-*+]\s+|\d{1,9}[.)]\s+|>\s?)*(`{3,}(?=[^`]*$)|~{3,})")
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""What a word processor leaves in a paste: zero-width and soft characters."""


class NumberedLine(Struct, frozen=True):
    number: int
    """In the file; several lines may share one, when one written line says several things."""
    text: str
    key: KeyLine | None = None
    """Once the words of the question are plain: what the line says, if it is `Clé : valeur`."""

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))

    def with_text(self, text: str) -> NumberedLine:
        """Returns a line with another text at the same place."""
        return NumberedLine(self.number, text)


def number_lines(body: str, first_line: int) -> list[NumberedLine]:
    """The lines of a body. The white space that opens a line is made plain (tabs of four, no-break spaces)."""
    return [NumberedLine(number, plain_opening(text)) for number, text in enumerate(body.split("\n"), first_line)]


def plain_opening(text: str) -> str:
    """The text, its opening white space in ordinary spaces, without the invisible characters that a paste leaves there."""
    if not text or (text[0] > "*" and text[0] < "\u00a0"):
        return text
    rest = text.lstrip(f" \t\u00a0\u202f\u2003\u2002\u2009{INVISIBLE}")
    opening = text[: len(text) - len(rest)]
    if opening.strip(" ") == "":
        return text
    width = 0
    for sign in opening:
        width += 4 - width % 4 if sign == "\t" else 0 if sign in INVISIBLE else 1
    return " " * width + rest


def code_mask(lines: Sequence[NumberedLine]) -> tuple[list[bool], int | None]:
    """Which lines are inside a fenced block, its fences included; and the index of a fence that is never closed."""
    mask: list[bool] = []
    fence, opened = "", None
    for index, line in enumerate(lines):
        found = _FENCE.match(line.text) if "```" in line.text or "~~~" in line.text else None
        if not fence and found:
            fence, opened = found[1], index
            mask.append(True)
            continue
        mask.append(bool(fence))
        if fence and found and found[1].startswith(fence) and not line.text[found.end() :].strip():
            fence, opened = "", None
    return mask, opened


# --- The report of a question ---

TOLERATED = "A20"
"""The code of a writing that has one meaning, though it is not the guide's."""
SHOWN = 90
"""Characters of a trainer's own writing that a message repeats."""
COPIED = 600
"""Characters of a clean form, which is to be copied: cut, it would be another answer."""
EACH_LINE = "chaque ligne ainsi : "
"""What opens a clean form that shows how several lines are written, and does not stand for the first of them."""
INDENTED = " (en retrait de deux espaces, sous la réponse)"
APART = " (après une ligne vide)"
WITHOUT, BELOW = " (et retirez la ligne", " (et, sous la question : "
"""How a clean form ends where it is not all; the last two, with the number of a line that goes, and with a line more."""


class SourceNote(Struct, frozen=True):
    """A problem to tell of a line. Of a tolerated writing, `message` says how it is understood and `hint` is the clean form."""

    line: int
    code: str
    message: str
    hint: str


@dataclass(slots=True)
class RewriteNotes:
    """What rewriting a passage met: the writings it understood, those it refused, and the lines that are written otherwise."""

    notes: list[SourceNote] = field(default_factory=list)
    rewritten: set[int] = field(default_factory=set)
    """Lines that are understood as others, which a tidied text holds instead."""
    refused: set[int] = field(default_factory=set)
    """Lines that a tidied text keeps as they are, for their trainer to mend."""
    unshown: dict[int, list[str]] = field(default_factory=dict)
    """What a tidied text holds in place of a line that readers see blank."""

    def add(self, line: int, code: str, message: str, hint: str) -> None:
        self.notes.append(SourceNote(line, code, message, hint))
        self.refused.add(line)

    def tolerate(self, line: int, understood: str, clean: str, others: Iterable[int] = ()) -> None:
        """A writing that has one meaning: it is rewritten, and so are the `others`, lines that belong to it."""
        self.notes.append(SourceNote(line, TOLERATED, understood, clean))
        self.rewritten.add(line)
        self.rewritten.update(others)

    def rewrite(self, line: NumberedLine, text: str, understood: str) -> NumberedLine:
        """The line as `text`, its one meaning, which is the clean form too."""
        self.tolerate(line.number, understood, text)
        return line.with_text(text)


class QuizReport:
    """The problems of one quiz, in the order found. `label` (« Question 3 « Qui signe… » ») begins each message while it is set."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.errors = 0
        """How many of them stop publication."""
        self.label = ""
        self._tolerated: dict[str, tuple[list[int], str]] = {}
        self._once: set[tuple[str, str]] = set()

    def enter(self, label: str) -> None:
        """Attributes the problems that follow to the question or part with this label."""
        self.flush()
        self.label = label

    def add(self, line: int, code: str, message: str, hint: str = "") -> None:
        labelled = f"{self.label} : {message[:1].lower()}{message[1:]}" if self.label else message
        self.problems.append(problem(self.path, line, code, labelled, hint))
        self.errors += self.problems[-1].is_error

    def add_once(self, line: int, code: str, message: str, hint: str) -> None:
        """Adds a problem unless the question already has one with the same remedy."""
        if (self.label, hint) not in self._once:
            self._once.add((self.label, hint))
            self.add(line, code, message, hint)

    def tolerate(self, line: int, understood: str, clean: str) -> None:
        """A writing that has one meaning (A20). The same in several lines of a question is said once."""
        lines, _ = self._tolerated.setdefault(understood, ([], clean))
        lines.append(line)

    def tell(self, notes: RewriteNotes) -> None:
        """What `tidy` noted of the part that is entered."""
        for note in notes.notes:
            if note.code == TOLERATED:
                self.tolerate(note.line, note.message, note.hint)
            else:
                self.add(note.line, note.code, note.message, note.hint)

    def flush(self) -> None:
        """Say the tolerated writings met since the last call."""
        for understood, (lines, clean) in self._tolerated.items():
            where = f" ({spans(lines)})" if len(set(lines)) > 1 else ""
            self.add(lines[0], TOLERATED, f"{understood}{where}.", _remedy(clean))
        self._tolerated.clear()


def _remedy(clean: str) -> str:
    if clean.startswith(EACH_LINE):
        return f"Écrivez {short(clean, COPIED)}"
    return f"Écrivez : {short(clean, COPIED)}" if len(clean) <= COPIED else f"Écrivez la ligne entière sur le modèle de : {short(clean)}"


def short(text: str, length: int = SHOWN) -> str:
    """One line of at most `length` characters, for a message."""
    return french.short(" ".join(text.split()), length)


def spans(numbers: Iterable[int]) -> str:
    """`[4, 5, 6, 9]` → « lignes 4 à 6, 9 ». One line → « ligne 4 »."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = ", ".join(str(first) if first == last else f"{first} à {last}" for first, last in ranges)
    return ("ligne " if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else "lignes ") + shown
