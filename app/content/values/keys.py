"""Which keys differ between two texts of one document: the right answers of a quiz's questions, or of those that a lesson asks by the way. Pure."""

from __future__ import annotations

from msgspec import Struct

from app.content.values.course import Lesson
from app.content.values.quiz import Answer, Question, Quiz
from app.platform.french import fold


class KeyChange(Struct, frozen=True):
    """A question whose key is not the same in two texts."""

    before: Question
    after: Question
    place: int
    """Its place among the questions of the new text, from 1."""


def changed_keys(before: object, after: object) -> tuple[KeyChange, ...]:
    """The questions that stand in both documents with another key. None where a document has no questions, or could not be read."""
    if not isinstance(before, Quiz | Lesson) or not isinstance(after, Quiz | Lesson):
        return ()
    pairs = ((_same_question(question, before, after), question, place) for place, question in enumerate(after.questions, 1))
    return tuple(KeyChange(old, new, place) for old, new, place in pairs if old and not same_key(old.answer, new.answer))


def same_key(before: Answer, after: Answer) -> bool:
    """Whether what is right stays right. What is wrong beside it, the order of choices, accents and capitals where they do not count move no key."""
    if before.kind is not after.kind:
        return False
    return before.rights() == after.rights() or (before.forgives_writing() and after.forgives_writing() and _folded_identity(before) == _folded_identity(after))


def _folded_identity(answer: Answer) -> list[object]:
    return [" ".join(fold(part).split()) if isinstance(part, str) else part for part in answer.identity()]


def _same_question(question: Question, before: Quiz | Lesson, after: Quiz | Lesson) -> Question | None:
    """Of a quiz, by its id. Of a lesson, where ids are mostly places, by its statement first: a question put in above it is not its former self."""
    named = next((old for old in before.questions if old.id == question.id), None)
    if isinstance(after, Quiz):
        return named
    asked = next((old for old in before.questions if old.statement.text == question.statement.text), None)
    moved = named is not None and any(new.statement.text == named.statement.text for new in after.questions)
    return asked or (None if moved else named)
