"""The forms in which other systems ask a question: a type says which is its own, a format of `exchange/banks` how each is written. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

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
    def typed(self, accepted: Sequence[TypedAnswer], mistakes: Sequence[TypedAnswer], strict: bool) -> T:
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
