"""What the types share whose answer is typed into one field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from markupsafe import Markup
from msgspec import Struct

from app.assessment.answers.compare import MatchVerdict
from app.assessment.answers.normalise import fold_text
from app.assessment.kinds.kind import ALL, NOTHING, CorrectedAnswer, Grade, Pick, QuestionKind
from app.assessment.kinds.responses import Fields, QuestionLayout, TypedText, quote_text, raw_text, read_typed

FIELD = "texte"
ACCEPTED = "="
"""Key of every typed answer that was accepted: they are one pick."""

TYPED_LUCK = 0.03
"""A word is seldom found by chance, but one may have met it without knowing what it means."""

A = TypeVar("A")


class ToldWriting(Struct, frozen=True):
    """A writing that is accepted, or an expected mistake."""

    text: str
    correct: bool
    feedback: Markup | None


class CorrectedTyped(CorrectedAnswer, frozen=True):
    """A short text or a number. `sentence` says which rule accepted it (empty when refused); `feedback` is that of an expected mistake."""

    given: str
    accepted: tuple[str, ...]
    sentence: str
    feedback: Markup | None
    writings: tuple[ToldWriting, ...] = ()
    """All that the file foresees, in the key that nobody answered."""


class TypedKind(QuestionKind[A, TypedText]):
    def read_answer(self, layout: QuestionLayout, fields: Fields) -> TypedText:
        return TypedText(read_typed(fields, FIELD))

    def read_refused(self, layout: QuestionLayout, fields: Fields) -> TypedText:
        return TypedText(raw_text(fields, FIELD))

    def restore_answer(self, stored: Mapping[str, Any]) -> TypedText:
        return TypedText(str(stored.get("text", "")))

    def parts(self, given: TypedText) -> Iterator[str]:
        if given.text:
            yield quote_text(given.text)

    def picks(self, given: TypedText, grade: Grade) -> Iterator[Pick]:
        if given.text:
            yield typed_pick(given.text, grade.fraction == 1)

    def guess_share(self) -> Fraction:
        return NOTHING

    def luck(self) -> float:
        return TYPED_LUCK

    def texts(self) -> dict[str, str]:
        return {}

    def carry_over(self, given: TypedText, moved: Mapping[str, str]) -> TypedText:
        return given


def all_or_nothing(verdict: MatchVerdict | None) -> Grade:
    return Grade(ALL if verdict else NOTHING, (verdict,))


def typed_pick(text: str, accepted: bool, scope: str = "", where: str = "") -> Pick:
    if accepted:
        return Pick(scope + ACCEPTED, f"{where}une réponse acceptée", "", True)
    return Pick(scope + fold_text(text), f"{where}la réponse {quote_text(text)}", text, False)


def sentence(grade: Grade, index: int = 0) -> str:
    """Which rule accepted what was typed at one place; empty when refused."""
    verdict = grade.verdicts[index] if index < len(grade.verdicts) else None
    return verdict.sentence if verdict else ""
