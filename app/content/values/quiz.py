"""A quiz as frozen values: its questions, their eight types of answer, its policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.content.values.text import Criterion, Fragment, Source

GAP_OPEN, GAP_CLOSE = "\ue000", "\ue001"
"""A gap's place in `Gaps.body`: `GAP_OPEN + index + GAP_CLOSE`, private-use letters that no text may hold."""
GAP = re.compile(f"{GAP_OPEN}(\\d+){GAP_CLOSE}")


class Kind(StrEnum):
    """The eight types of question, read from the shape of what was written."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    TEXT = "text"
    NUMBER = "number"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    """Stable within the question: "1", "2"… by position in the file."""
    text: Fragment
    correct: bool
    feedback: Fragment | None = None
    stays_last: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Single, multiple, or true/false (`kind` says which)."""

    kind: Kind
    options: tuple[Option, ...]
    exact_credit: bool = False
    fixed_order: bool = False


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """One writing of a short text, with its own feedback if the trainer gave one."""

    text: str
    feedback: Fragment | None = None


@dataclass(frozen=True, slots=True)
class ShortText:
    accepted: tuple[TypedAnswer, ...]
    mistakes: tuple[TypedAnswer, ...] = ()
    """Expected wrong answers (unticked items under `Réponse :`), each with its feedback."""
    strict: bool = False
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Interval:
    """An accepted number or range, bounds included. `shown` is how the trainer wrote it."""

    low: Decimal
    high: Decimal
    shown: str


@dataclass(frozen=True, slots=True)
class Number:
    accepted: tuple[Interval, ...]
    unit: str = ""
    unit_required: bool = False
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Pair:
    key: str
    """Stable within the question: "1", "2"…"""
    left: Fragment
    right: str
    """Equal right items are one target, reusable."""
    feedback: Fragment | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    pairs: tuple[Pair, ...]
    distractors: tuple[str, ...] = ()
    kind: Kind = Kind.MATCHING


@dataclass(frozen=True, slots=True)
class OrderedItem:
    key: str
    text: Fragment


@dataclass(frozen=True, slots=True)
class Ordering:
    items: tuple[OrderedItem, ...]
    """In the right order."""
    kind: Kind = Kind.ORDERING


@dataclass(frozen=True, slots=True)
class Gap:
    """One hole: typed when `menu` is empty, else a menu whose right choice is `accepted[0]`."""

    accepted: tuple[str, ...]
    menu: tuple[str, ...] = ()
    """Every choice of the menu in written order, the right one included."""


@dataclass(frozen=True, slots=True)
class Gaps:
    body: Fragment
    """The text, each gap replaced by `GAP_OPEN + index + GAP_CLOSE` (index from 0)."""
    gaps: tuple[Gap, ...]
    kind: Kind = Kind.GAPS


Answer = Choices | ShortText | Number | Matching | Ordering | Gaps


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    line: int
    statement: Fragment
    """The heading's text, then whatever stands before the answers. For gaps, what stands before the text with gaps."""
    answer: Answer
    hint: Fragment | None = None
    explanation: Fragment | None = None
    points: Decimal = Decimal(1)
    objective: str = ""
    """`O1`, `M1` or `lecon-id/O1`, as written."""
    lesson_link: str = ""
    """`lecon-id#ancre`: where the answer is taught."""
    level: int = 1
    tags: tuple[str, ...] = ()
    situation_id: str = ""
    fingerprint: str = ""
    """SHA-256 over statement, answer shapes and key: statistics are kept by it."""

    @property
    def kind(self) -> Kind:
        return self.answer.kind


@dataclass(frozen=True, slots=True)
class Situation:
    """A case shown above each of its questions; they are drawn together."""

    id: str
    title: str
    text: Fragment
    question_ids: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Policy:
    """How a quiz is taken and marked; frozen, whole, in each attempt."""

    pass_mark: Decimal = Decimal("0.7")
    """A fraction, 0 to 1."""
    max_attempts: int = 0
    """In total; 0 = as many as one likes."""
    method: GradingMethod = GradingMethod.BEST
    correction: CorrectionTime = CorrectionTime.AFTER_SUBMIT
    shuffle: bool = True
    draw: int | None = None
    """Questions drawn per attempt; None = all."""


@dataclass(frozen=True, slots=True)
class Quiz:
    id: str
    title: str
    lesson_id: str | None
    module_id: str | None
    policy: Policy
    criterion: Criterion
    introduction: Fragment
    questions: tuple[Question, ...]
    situations: tuple[Situation, ...] = ()
    reuses: tuple[str, ...] = ()
    """Ids of questions of other quizzes (`reprend`)."""
    sources: tuple[Source, ...] = ()
    path: str = ""
    author: str = ""
