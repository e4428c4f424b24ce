"""What an import holds once it is read: units in the order of the source, what is asked of its author, what is set aside. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from app.content.values.quiz import Question

LESSON = "lesson"
KINDS = {
    "truefalse": "true_false",
    "shortanswer": "short",
    "numerical": "numeric",
    "matching": "match",
    "ordering": "order",
    "gaps": "gap",
    "essay": "open",
    LESSON: LESSON,
}
"""The word of a reader → the word that `flask authoring read` says."""
_TYPES = {"text": "short", "number": "numeric", "matching": "match", "ordering": "order", "gaps": "gap"}
"""The same for a type of question whose own word is another."""
COMMENT = "commentaire:"
"""Begins what a converter says of a comment of a document."""
ASIDE = "laisser"
"""The answer by which a unit is left out."""


def key_words(question: Question) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(kind, options, key): what is right, in its order where that counts."""
    answer = question.answer
    kind = _TYPES.get(answer.kind.value, answer.kind.value)
    options = () if answer.judges_truth() else tuple(option.text.text for option in answer.proposed_options())
    return kind, options, tuple(words.strip() for words in answer.right_words())


class Doubt(Struct, frozen=True):
    """A question to the author. `key` is the same wherever the same thing is in doubt: one answer teaches the rest of the file."""

    key: str
    asks: str
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words); without any, the answer is typed."""
    guess: str = ""
    several: bool = False
    """Several choices may be ticked: the answer is their values, with commas between."""


class Unit(Struct, frozen=True, kw_only=True):
    """A question or a text. `text` is its Markdown, empty where `refused` says why. `key` says it in words."""

    n: int
    kind: str
    line: int
    statement: str = ""
    options: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    text: str = ""
    at: str = ""
    """Where it stands in the source, for a question that was read by shapes: what is asked of several names each so."""
    called: str = ""
    """How what is asked of its author names it: the number that it has in the source."""
    category: str = ""
    id: str = ""
    doubts: tuple[str, ...] = ()
    """Keys of what is asked of it, and not answered yet."""
    losses: tuple[str, ...] = ()
    refused: str = ""
    signs: tuple[str, ...] = ()
    """Of a lesson: signs that its author wants shown as they are."""

    @property
    def takes(self) -> bool:
        """Whether it can be kept: it is understood, and nothing of it waits for an answer."""
        return self.state == "read" and bool(self.text)

    @property
    def state(self) -> str:
        return "asked" if self.doubts else "refused" if self.refused else "read"


class ImportSource(Struct, frozen=True, kw_only=True):
    """A file or a paste, once it is text. `said`: what a converter says at each of its marks; `notes`: label → what a note says."""

    name: str
    text: str = ""
    plain: bool = False
    """Its text is as its author typed it, Markdown or not; otherwise a converter wrote it."""
    said: tuple[str, ...] = ()
    title: str = ""
    units: tuple[Unit, ...] = ()
    """Of a bank of questions, which is read already."""
    introductions: Mapping[str, str] = {}
    remarks: tuple[str, ...] = ()


class LeftAside(Struct, frozen=True):
    """Lines that are no part of the course: people's names, what they write to each other. `kept` when its author wants them."""

    line: int
    text: str
    why: str
    key: str = ""
    kept: bool = False


class SourceReading(Struct, frozen=True, kw_only=True):
    """One source as it is understood, with the answers that were given."""

    name: str
    title: str = ""
    units: tuple[Unit, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """Not answered yet, in the order of the source."""
    aside: tuple[LeftAside, ...] = ()
    remarks: tuple[str, ...] = ()
    introductions: Mapping[str, str] = {}
    settled: tuple[Doubt, ...] = ()
    """Those that have their answer."""

    @property
    def questions(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.kind != LESSON)

    @property
    def lesson(self) -> Unit | None:
        return next((unit for unit in self.units if unit.kind == LESSON), None)

    def asked_of(self, unit: Unit) -> list[str]:
        """What is asked of one unit: where a doubt is of several, what it says of this one too."""
        said = ((doubt.asks, dict(doubt.choices).get(unit.at, "")) for doubt in self.doubts if doubt.key in unit.doubts)
        return [f"{asks} {own}".strip() if own.startswith("Question ") else asks for asks, own in said]

    def json_values(self) -> dict[str, Any]:
        """What `flask authoring read --json` prints."""
        units = [
            {
                "n": unit.n,
                "kind": unit.kind,
                "statement": unit.statement,
                "options": list(unit.options),
                "key": list(unit.key),
                "state": unit.state,
                "questions": self.asked_of(unit),
                "losses": [*unit.losses, *([unit.refused] if unit.refused else [])],
                "line": unit.line,
            }
            for unit in self.units
        ]
        aside = [{"line": each.line, "text": each.text, "why": each.why} for each in self.aside]
        return {"name": self.name, "title": self.title, "units": units, "aside": aside, "remarks": list(self.remarks)}


@dataclass(slots=True)
class Asker:
    """The answers that were given, and what is still in doubt."""

    given: Mapping[str, str]
    open: dict[str, Doubt] = field(default_factory=dict)
    settled: dict[str, Doubt] = field(default_factory=dict)
    """What was asked and has an answer."""
    met: list[str] = field(default_factory=list)
    """Keys that the unit in hand asks."""
    quiet: bool = False
    """Whether the unit in hand is in doubt itself: nothing else is asked of it yet."""

    def ask(self, doubt: Doubt) -> str:
        """The answer; until there is one, the guess, and the unit in hand waits for it."""
        if self.quiet:
            return doubt.guess
        if doubt.key in self.given:
            self.settled.setdefault(doubt.key, doubt)
            return self.given[doubt.key]
        first = self.open.setdefault(doubt.key, doubt)
        if doubt.key not in self.met:
            self.met.append(doubt.key)
        return first.guess

    def begin(self, guessed: str = "") -> None:
        """Another unit is in hand. `guessed`: the key of what makes a unit of it, where that is in doubt."""
        self.met = []
        self.meet(guessed)
        self.quiet = bool(self.met)

    def meet(self, key: str) -> None:
        """The unit in hand waits for what is asked already."""
        if key in self.open and key not in self.met:
            self.met.append(key)
