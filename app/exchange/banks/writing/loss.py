"""What a format cannot say of a quiz: gathered while it is written, told beside the file. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from app.content.quiz.answers.shape import words
from app.content.values.quiz import Question
from app.platform.french import short


class ExportLoss(Struct, frozen=True):
    id: str
    title: str
    """Of the question; empty for the whole quiz."""
    said: tuple[str, ...]


@dataclass(slots=True)
class Losses:
    said: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def add(self, question: Question, sentence: str) -> None:
        _, told = self.said.setdefault(question.id, (short(words(question.statement), 100), []))
        if sentence not in told:
            told.append(sentence)

    def of_all(self, sentence: str) -> None:
        _, told = self.said.setdefault("", ("", []))
        if sentence not in told:
            told.append(sentence)

    def as_list(self) -> tuple[ExportLoss, ...]:
        """Lists what the export leaves out, that of the whole quiz first."""
        found = [ExportLoss(identifier, title, tuple(told)) for identifier, (title, told) in self.said.items()]
        return tuple(sorted(found, key=lambda loss: bool(loss.id)))


class Exported(Struct, frozen=True):
    """A file, and what it does not say."""

    data: bytes
    losses: tuple[ExportLoss, ...]
