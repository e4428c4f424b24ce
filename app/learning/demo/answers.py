"""What a learner would send who knows the answer, or who does not: for the demonstration, and for tests that take every quiz to its end."""

from __future__ import annotations

from typing import TypeAlias

from app.assessment.questions import responses
from app.assessment.questions.draw import Layout
from app.content.values.quiz import Choices, Gap, Gaps, Matching, Number, Ordering, Question, ShortText

Form: TypeAlias = dict[str, list[str]]


def right_answer(question: Question, layout: Layout) -> Form:
    """The form fields of the key."""
    match question.answer:
        case Choices() as answer:
            return {responses.CHOICE: [responses.option_id(place) for place, option in enumerate(layout.options(answer), 1) if option.correct]}
        case ShortText(accepted=accepted):
            return {responses.TEXT: [accepted[0].text]}
        case Number() as answer:
            return {responses.TEXT: [f"{answer.accepted[0].low} {answer.unit}".strip()]}
        case Matching() as answer:
            return _matched(answer, layout, shift=0)
        case Ordering() as answer:
            return _ordered(answer, layout, tuple(item.key for item in answer.items))
        case Gaps(gaps=gaps):
            return {responses.gap_field(index): [gap.accepted[0]] for index, gap in enumerate(gaps)}


def wrong_answer(question: Question, layout: Layout) -> Form:
    """The form fields of an answer that earns nothing, or next to nothing."""
    match question.answer:
        case Choices() as answer:
            wrong = [responses.option_id(place) for place, option in enumerate(layout.options(answer), 1) if not option.correct]
            return {responses.CHOICE: wrong[:1]}
        case ShortText():
            return {responses.TEXT: ["je ne sais pas"]}
        case Number() as answer:
            return {responses.TEXT: [f"{answer.accepted[-1].high + 7} {answer.unit}".strip()]}
        case Matching() as answer:
            return _matched(answer, layout, shift=1)
        case Ordering() as answer:
            return _ordered(answer, layout, tuple(item.key for item in reversed(answer.items)))
        case Gaps(gaps=gaps):
            return {responses.gap_field(index): [_wrong_gap(gap)] for index, gap in enumerate(gaps)}


def _matched(answer: Matching, layout: Layout, shift: int) -> Form:
    targets = layout.targets(answer)
    ids = {text: responses.target_id(place) for place, text in enumerate(targets, 1)}
    form = {}
    for place, pair in enumerate(layout.pairs(answer), 1):
        chosen = targets[(targets.index(pair.right) + shift) % len(targets)]
        form[responses.pair_field(place)] = [ids[chosen]]
    return form


def _ordered(answer: Ordering, layout: Layout, keys: tuple[str, ...]) -> Form:
    return {responses.item_field(place): [str(keys.index(item.key) + 1)] for place, item in enumerate(layout.items(answer), 1)}


def _wrong_gap(gap: Gap) -> str:
    return next((choice for choice in gap.menu if choice != gap.accepted[0]), "je ne sais pas")
