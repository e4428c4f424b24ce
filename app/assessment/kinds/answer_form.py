"""What a type of question adds to the forms around it: the questions of other systems, the editor of one question. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

from app.content.values.quiz import Gap, Interval, MatchingPair, Option, OrderedItem, TypedAnswer
from app.content.values.text import Fragment

T = TypeVar("T")


class BankForms(ABC, Generic[T]):
    """One method a form. Our types may be more: one that no other system has takes the form that is nearest to it."""

    @abstractmethod
    def choices(self, options: Sequence[Option], several: bool, exact: bool, fixed: bool) -> T:
        """Options to tick, one or `several`; `exact` is all or nothing, `fixed` keeps their order."""

    @abstractmethod
    def truth(self, options: Sequence[Option]) -> T:
        """A sentence to judge: « Vrai » and « Faux », in the order of the file."""

    @abstractmethod
    def put_typed(self, accepted: Sequence[TypedAnswer], mistakes: Sequence[TypedAnswer], strict: bool) -> T:
        """Words to type, compared by the letter where `strict`."""

    @abstractmethod
    def number(self, accepted: Sequence[Interval], unit: str, unit_required: bool) -> T: ...

    @abstractmethod
    def pairs(self, pairs: Sequence[MatchingPair], distractors: Sequence[str]) -> T: ...

    @abstractmethod
    def steps(self, items: Sequence[OrderedItem]) -> T:
        """Items to put in order, given in the right one."""

    @abstractmethod
    def gaps(self, body: Fragment, gaps: Sequence[Gap]) -> T:
        """A text with gaps: `body` holds the place of each, as `Gaps.body` does."""

    @abstractmethod
    def essay(self, model: Fragment) -> T:
        """A text of one's own, to be compared with a model."""


# --- The editor: the fields of a type, its models, its answer in Markdown ---

END = "\n\n> L'explication, montrée à tous avec la correction.\n\nObjectif : O1\nNiveau : 1"
"""Ends the models of questions that are marked."""


class Model(Struct, frozen=True):
    """A question to start from, as the toolbar inserts it."""

    key: str
    label: str
    text: str


class Row(Struct, frozen=True):
    """A proposition, a pair or a step. `other` is its comment, or what it goes with."""

    text: str = ""
    right: bool = False
    other: str = ""
    told: str = ""
    """The comment of a pair."""


class RowWords(Struct, frozen=True):
    """The words around the rows of a form: `text` and `other` name their two fields, the second of which may be missing."""

    legend: str
    hint: str
    text: str
    other: str = ""
    placeholder: str = ""
    ticked: bool = False
    """Each row has a box: it is right."""


class AnswerField(Struct, frozen=True):
    """The field of an answer that has no rows: of several lines, or of one."""

    label: str
    hint: str = ""
    lines: bool = True


class AnswerForm(ABC):
    """A shape of answer that the form may show. A question that no shape can say again is left to the text."""

    key: ClassVar[str]
    """As addresses and the form name it."""
    label: ClassVar[str]
    rows: ClassVar[RowWords | None] = None
    words: ClassVar[tuple[str, ...]] = ()
    """The answers, one of which is chosen."""
    field: ClassVar[AnswerField | None] = None
    commented: ClassVar[bool] = False
    """A quotation under a row is its comment."""
    one_may_suffice: ClassVar[bool] = False
    """Several rows may be right, and one of them asked."""
    within: ClassVar[str] = ""
    """The mark by which a statement is its own answer."""

    def read_row(self, line: str) -> Row | None:
        """The row that a line writes; None of any other line."""
        return None

    def read_answer(self, line: str) -> str | None:
        """What a line says of the answer; None of any other line."""
        return None

    @abstractmethod
    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        """The answer in Markdown."""


def boxes(rows: Sequence[Row]) -> list[str]:
    return [line for row in rows for line in (*item(f"- [{'x' if row.right else ' '}] ", row.text), *comment(row.other))]


def item(marker: str, text: str) -> list[str]:
    """Its lines, those that follow the first under its text."""
    first, *rest = text.split("\n")
    return [f"{marker}{first}", *(f"{' ' * (marker.index(' ') + 1)}{line}".rstrip() for line in rest)]


def comment(text: str) -> list[str]:
    return [f"  > {line}".rstrip() for line in text.split("\n")] if text else []
