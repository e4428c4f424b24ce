"""A quiz as frozen values: how it is taken and marked, its questions, their types of answer."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from app.content.values.text import CompletionCriterion, Fragment, Source


class GradingMethod(StrEnum):
    BEST = "meilleure"
    MEAN = "moyenne"
    FIRST = "première"
    LAST = "dernière"


class CorrectionTime(StrEnum):
    AFTER_EACH = "après chaque question"
    AFTER_SUBMIT = "après envoi"
    AFTER_LAST = "après dernière tentative"
    NEVER = "jamais"


class Policy(Struct, frozen=True):
    """How a quiz is taken and marked; frozen, whole, in each attempt. `pass_mark` is a fraction, 0 to 1."""

    pass_mark: Decimal = Decimal("0.7")
    max_attempts: int = 0
    """In total; 0 = as many as one likes."""
    method: GradingMethod = GradingMethod.BEST
    correction: CorrectionTime = CorrectionTime.AFTER_SUBMIT
    shuffle: bool = True
    draw: int | None = None
    """Questions drawn per attempt; None = all."""


# --- Questions ---

GAP_OPEN, GAP_CLOSE = "\ue000", "\ue001"
"""A gap's place in `Gaps.body`, or a question's in a rendered lesson: `GAP_OPEN + index + GAP_CLOSE`, private-use characters that no text may hold."""
GAP = re.compile(f"{GAP_OPEN}(\\d+){GAP_CLOSE}")


class QuestionType(StrEnum):
    """The types of question, read from the shape of what was written."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    TEXT = "text"
    NUMBER = "number"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAPS = "gaps"
    OPEN = "open"


KIND_NAMES = {
    QuestionType.SINGLE: "une seule bonne réponse",
    QuestionType.MULTIPLE: "plusieurs bonnes réponses",
    QuestionType.TRUE_FALSE: "vrai ou faux",
    QuestionType.TEXT: "texte court à taper",
    QuestionType.NUMBER: "nombre à taper",
    QuestionType.MATCHING: "association",
    QuestionType.ORDERING: "mise en ordre",
    QuestionType.GAPS: "texte à trous",
    QuestionType.OPEN: "question ouverte",
}


class _AnswerKey(Struct, frozen=True):
    """What every answer of a question can be asked. Each says besides its `identity`, what a learner meets and what is right, for the fingerprint: never
    feedback; its `rights`, what is right alone: two texts whose rights are equal have one key;
    and its `right_words`, the same as a person would say it."""

    def proposed_options(self) -> tuple[Option, ...]:
        """The options to choose among; none for what is not chosen so."""
        return ()

    def alternatives(self) -> tuple[Option, ...]:
        """The options of which one alone is right, and is to be picked; true and false are not written by the trainer."""
        return ()

    def judges_truth(self) -> bool:
        """The statement is a sentence to judge true or false."""
        return False

    def feedbacks(self) -> tuple[Fragment, ...]:
        return ()

    def forgives_writing(self) -> bool:
        """Accents and capitals count for nothing in it."""
        return True


class Option(Struct, frozen=True):
    key: str
    """Stable within the question: "1", "2"… by position in the file."""
    text: Fragment
    correct: bool
    feedback: Fragment | None = None
    stays_last: bool = False


class Choices(_AnswerKey, frozen=True):
    """Single, multiple, or true/false (`kind` says which)."""

    kind: QuestionType
    options: tuple[Option, ...]
    exact_credit: bool = False
    fixed_order: bool = False

    @property
    def one_suffices(self) -> bool:
        """Are several options right, of which one is to be chosen?"""
        return self.kind is QuestionType.SINGLE and sum(option.correct for option in self.options) > 1

    def identity(self) -> list[object]:
        return [part for option in self.options for part in (option.text.text, option.correct)]

    def rights(self) -> object:
        return {option.text.text for option in self.options if option.correct}

    def right_words(self) -> list[str]:
        return [option.text.text for option in self.options if option.correct]

    def proposed_options(self) -> tuple[Option, ...]:
        return self.options

    def alternatives(self) -> tuple[Option, ...]:
        return self.options if self.kind is QuestionType.SINGLE and not self.one_suffices else ()

    def judges_truth(self) -> bool:
        return self.kind is QuestionType.TRUE_FALSE

    def feedbacks(self) -> tuple[Fragment, ...]:
        return tuple(option.feedback for option in self.options if option.feedback)


class TypedAnswer(Struct, frozen=True):
    """One writing of a short text, with its own feedback if the trainer gave one."""

    text: str
    feedback: Fragment | None = None


class ShortText(_AnswerKey, frozen=True):
    accepted: tuple[TypedAnswer, ...]
    mistakes: tuple[TypedAnswer, ...] = ()
    """Expected wrong answers (unticked items under `Réponse :`), each with its feedback."""
    strict: bool = False
    kind: QuestionType = QuestionType.TEXT

    def identity(self) -> list[object]:
        return [self.strict, *(typed.text for typed in self.accepted)]

    def rights(self) -> object:
        return self.strict, {typed.text for typed in self.accepted}

    def right_words(self) -> list[str]:
        return [" ou ".join(typed.text for typed in self.accepted)]

    def forgives_writing(self) -> bool:
        return not self.strict

    def feedbacks(self) -> tuple[Fragment, ...]:
        return tuple(typed.feedback for typed in (*self.accepted, *self.mistakes) if typed.feedback)


class Interval(Struct, frozen=True):
    """An accepted number or range, bounds included. `shown` is how the trainer wrote it."""

    low: Decimal
    high: Decimal
    shown: str


class NumberAnswer(_AnswerKey, frozen=True):
    accepted: tuple[Interval, ...]
    unit: str = ""
    unit_required: bool = False
    kind: QuestionType = QuestionType.NUMBER

    def identity(self) -> list[object]:
        return [self.unit, *(f"{interval.low:f} {interval.high:f}" for interval in self.accepted)]

    def rights(self) -> object:
        return self.unit, self.unit_required, {(interval.low, interval.high) for interval in self.accepted}

    def right_words(self) -> list[str]:
        said = " ou ".join(interval.shown for interval in self.accepted)
        return [said if not self.unit or said.endswith(self.unit) else f"{said} {self.unit}"]

    def forgives_writing(self) -> bool:
        return False


class MatchingPair(Struct, frozen=True):
    key: str
    """Stable within the question: "1", "2"…"""
    left: Fragment
    right: str
    """Equal right items are one target, reusable."""
    feedback: Fragment | None = None


class Matching(_AnswerKey, frozen=True):
    pairs: tuple[MatchingPair, ...]
    distractors: tuple[str, ...] = ()
    kind: QuestionType = QuestionType.MATCHING

    def identity(self) -> list[object]:
        return [*(part for pair in self.pairs for part in (pair.left.text, pair.right)), "", *self.distractors]

    def rights(self) -> object:
        return {(pair.left.text, pair.right) for pair in self.pairs}

    def right_words(self) -> list[str]:
        return [f"{pair.left.text} : {pair.right}" for pair in self.pairs]

    def feedbacks(self) -> tuple[Fragment, ...]:
        return tuple(pair.feedback for pair in self.pairs if pair.feedback)


class OrderedItem(Struct, frozen=True):
    key: str
    text: Fragment


class Ordering(_AnswerKey, frozen=True):
    items: tuple[OrderedItem, ...]
    """In the right order."""
    kind: QuestionType = QuestionType.ORDERING

    def identity(self) -> list[object]:
        return [item.text.text for item in self.items]

    def rights(self) -> object:
        return self.identity()

    def right_words(self) -> list[str]:
        return [f"{place}. {item.text.text}" for place, item in enumerate(self.items, 1)]


class Gap(Struct, frozen=True):
    """One hole: typed when `menu` is empty, else a menu whose right choice is `accepted[0]`."""

    accepted: tuple[str, ...]
    menu: tuple[str, ...] = ()
    """Every choice of the menu in written order, the right one included."""
    numbers: tuple[Interval, ...] = ()
    """What is accepted as a number: `2013 à 2014`, `12,5 %`. A plain number is one of `accepted`, nothing more."""
    unit: str = ""


class Gaps(_AnswerKey, frozen=True):
    body: Fragment
    """The text, each gap replaced by `GAP_OPEN + index + GAP_CLOSE` (index from 0)."""
    gaps: tuple[Gap, ...]
    kind: QuestionType = QuestionType.GAPS

    def identity(self) -> list[object]:
        return [self.body.text, *(part for gap in self.gaps for part in ("|".join(gap.accepted), "|".join(gap.menu)))]

    def rights(self) -> object:
        return [(set(gap.accepted), gap.unit) for gap in self.gaps]

    def right_words(self) -> list[str]:
        return [gap.accepted[0] if gap.accepted else " ou ".join(interval.shown for interval in gap.numbers) for gap in self.gaps]


class OpenText(_AnswerKey, frozen=True):
    """A text written for oneself, without a mark."""

    model: Fragment
    """What it is compared with, once sent."""
    kind: QuestionType = QuestionType.OPEN

    def identity(self) -> list[object]:
        return [self.model.text]

    def rights(self) -> object:
        return self.identity()

    def right_words(self) -> list[str]:
        return [self.model.text]

    def feedbacks(self) -> tuple[Fragment, ...]:
        return (self.model,)


Answer = Choices | ShortText | NumberAnswer | Matching | Ordering | Gaps | OpenText


def name_of(answer: Answer) -> str:
    """Names the type of an answer, in words."""
    return "une réponse suffit, parmi plusieurs justes" if isinstance(answer, Choices) and answer.one_suffices else KIND_NAMES[answer.kind]


class Question(Struct, frozen=True):
    id: str
    line: int
    statement: Fragment
    """The heading's text, then whatever stands before the answers. For gaps, what stands before the text with gaps."""
    answer: Answer
    hint: Fragment | None = None
    explanation: Fragment | None = None
    points: Decimal = Decimal(1)
    """0 of a question that is not marked: it stands outside marks and statistics."""
    objective: str = ""
    """`O1`, `M1` or `lecon-id/O1`, as written."""
    lesson_link: str = ""
    """`lecon-id#ancre`: where the answer is taught."""
    level: int = 1
    tags: tuple[str, ...] = ()
    situation_id: str = ""
    number: int = 0
    """Its place among the questions of its file, those that could not be read included."""
    fingerprint: str = ""
    """SHA-256 over statement, answer shapes and key: statistics are kept by it."""

    @property
    def kind(self) -> QuestionType:
        return self.answer.kind


class Situation(Struct, frozen=True):
    """A case shown above each of its questions; they are drawn together."""

    id: str
    title: str
    text: Fragment
    question_ids: tuple[str, ...]


POOL = "positionnement-"
"""Begins the id of a pool: the file of the questions by which the positioning finds what somebody knows of a module (`module` in its head)."""


class Quiz(Struct, frozen=True):
    id: str
    title: str
    lesson_id: str | None
    module_id: str | None
    policy: Policy
    criterion: CompletionCriterion
    introduction: Fragment
    questions: tuple[Question, ...]
    situations: tuple[Situation, ...] = ()
    reuses: tuple[str, ...] = ()
    """Ids of questions of other quizzes (`reprend`)."""
    sources: tuple[Source, ...] = ()
    path: str = ""
    author: str = ""
    calls: tuple[str, ...] = ()

    @property
    def is_pool(self) -> bool:
        """Does the quiz hold questions of the positioning test? Nobody takes it as a quiz."""
        return self.id.startswith(POOL)
