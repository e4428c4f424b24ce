"""Which keys differ between two texts of one document: the right answers of a quiz's questions, or of those that a lesson asks by the way. Pure."""

from __future__ import annotations

from msgspec import Struct

from app.content.values.course import Lesson
from app.content.values.quiz import Answer, Choices, Gaps, Matching, Number, OpenText, Ordering, Question, Quiz, ShortText
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
    return _rights(before) == _rights(after) or (_is_tolerant(before) and _is_tolerant(after) and _folded(before) == _folded(after))


def _rights(answer: Answer) -> object:
    """What is right alone."""
    match answer:
        case Choices():
            return {option.text.text for option in answer.options if option.correct}
        case ShortText():
            return answer.strict, {typed.text for typed in answer.accepted}
        case Number():
            return answer.unit, answer.unit_required, {(interval.low, interval.high) for interval in answer.accepted}
        case Matching():
            return {(pair.left.text, pair.right) for pair in answer.pairs}
        case Gaps():
            return [(set(gap.accepted), gap.unit) for gap in answer.gaps]
        case Ordering() | OpenText():
            return answer.identity()


def _is_tolerant(answer: Answer) -> bool:
    return not isinstance(answer, Number) and not (isinstance(answer, ShortText) and answer.strict)


def _folded(answer: Answer) -> list[object]:
    return [" ".join(fold(part).split()) if isinstance(part, str) else part for part in answer.identity()]


def _same_question(question: Question, before: Quiz | Lesson, after: Quiz | Lesson) -> Question | None:
    """Of a quiz, by its id. Of a lesson, where ids are mostly places, by its statement first: a question put in above it is not its former self."""
    named = next((old for old in before.questions if old.id == question.id), None)
    if isinstance(after, Quiz):
        return named
    asked = next((old for old in before.questions if old.statement.text == question.statement.text), None)
    moved = named is not None and any(new.statement.text == named.statement.text for new in after.questions)
    return asked or (None if moved else named)
