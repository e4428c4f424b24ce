"""Which type handles a question: the one place that knows them all."""

from __future__ import annotations

from typing import Any

from app.assessment.kinds.choices import ChoicesKind
from app.assessment.kinds.gaps import GapsKind
from app.assessment.kinds.kind import QuestionKind
from app.assessment.kinds.matching import MatchingKind
from app.assessment.kinds.number import NumberKind
from app.assessment.kinds.open_text import OpenTextKind
from app.assessment.kinds.ordering import OrderingKind
from app.assessment.kinds.responses import QuestionResponse
from app.assessment.kinds.short_text import ShortTextKind
from app.content.values.quiz import KIND_NAMES, Answer, Choices, Gaps, Matching, NumberAnswer, OpenText, Ordering, Question, ShortText

KINDS: dict[type[Answer], type[QuestionKind[Any, Any]]] = {
    Choices: ChoicesKind,
    ShortText: ShortTextKind,
    NumberAnswer: NumberKind,
    Matching: MatchingKind,
    Ordering: OrderingKind,
    Gaps: GapsKind,
    OpenText: OpenTextKind,
}

FORMS = {form.key: form for handler in KINDS.values() for form in handler.forms}
"""What the form over one question may show, by key."""
MODELS = tuple(model for handler in KINDS.values() for model in handler.models)


def marking() -> dict[str, str]:
    """How each type is marked, as learners read it in the help: names of the types that are marked alike → how."""
    alike: dict[str, list[str]] = {}
    for kind, how in (each for handler in KINDS.values() for each in handler.marked):
        alike.setdefault(how, []).append(KIND_NAMES[kind])
    return {", ".join(names).capitalize(): how for how, names in alike.items()}


def kind_of(question: Question) -> QuestionKind[Any, QuestionResponse]:
    return KINDS[type(question.answer)](question)
