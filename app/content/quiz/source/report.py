"""Where the readers of one quiz put what they find, said of the question that they are in."""

from __future__ import annotations

from collections.abc import Iterable

from app import french
from app.content.problems.catalogue import problem
from app.content.values.text import Problem

SHOWN = 90
"""Characters of a trainer's own writing that a message repeats."""


class Report:
    """The problems of one quiz, in the order found. `label` (« Question 3 « Qui signe… » ») begins each message while it is set."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.errors = 0
        """How many of them stop publication."""
        self.label = ""
        self._habits: dict[str, tuple[list[int], str]] = {}

    def enter(self, label: str) -> None:
        """From here on, problems are those of the question or part so labelled."""
        self.flush()
        self.label = label

    def add(self, line: int, code: str, message: str, hint: str = "") -> None:
        said = f"{self.label} : {message[:1].lower()}{message[1:]}" if self.label else message
        self.problems.append(problem(self.path, line, code, said, hint))
        self.errors += self.problems[-1].is_error

    def habit(self, line: int, understood: str, clean: str) -> None:
        """A writing that has one meaning (A20). The same habit in several lines of a question is said once."""
        lines, _ = self._habits.setdefault(understood, ([], clean))
        lines.append(line)

    def flush(self) -> None:
        """Say the habits met since the last call."""
        for understood, (lines, clean) in self._habits.items():
            where = f" ({spans(lines)})" if len(set(lines)) > 1 else ""
            self.add(lines[0], "A20", f"{understood}{where}.", f"Écrivez : {short(clean)}")
        self._habits.clear()


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
    said = ", ".join(str(first) if first == last else f"{first} à {last}" for first, last in ranges)
    return ("ligne " if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else "lignes ") + said
