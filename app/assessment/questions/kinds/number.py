"""A number to type, with or without its unit."""

from __future__ import annotations

from dataclasses import dataclass

from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.numbers import match_number
from app.assessment.questions.draw import QuestionLayout
from app.assessment.questions.grading import Grade
from app.assessment.questions.kinds.kind import Renderer, ShownAnswer
from app.assessment.questions.kinds.typed import FIELD, CorrectedTyped, TypedKind, all_or_nothing, sentence
from app.assessment.questions.responses import MAX_TYPED, Form, Typed
from app.content.values.quiz import Number
from app.french import french


@dataclass(frozen=True, slots=True)
class ShownNumber(ShownAnswer):
    """`unit` stands beside the field."""

    name: str
    value: str
    unit: str
    unit_required: bool
    longest: int = MAX_TYPED


class NumberKind(TypedKind[Number]):
    @property
    def credit(self) -> str:
        unit = " Écrivez aussi l’unité." if self.answer.unit_required else ""
        return french(f"Nombre à écrire : tout ou rien. Virgule ou point, avec ou sans espaces.{unit}")

    def present(self, layout: QuestionLayout, renderer: Renderer, given: Typed) -> ShownNumber:
        return ShownNumber(FIELD, given.text, self.answer.unit, self.answer.unit_required)

    def correct(self, given: Typed, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedTyped:
        return CorrectedTyped(given.text, tuple(self._with_unit(interval.shown) for interval in self.answer.accepted), sentence(grade), None)

    def _with_unit(self, shown: str) -> str:
        unit = self.answer.unit
        return french(shown if not unit or shown.endswith(unit) else f"{shown} {unit}")

    def grade(self, given: Typed, lexicon: Lexicon) -> Grade:
        return all_or_nothing(match_number(given.text, self.answer))

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        value = self.answer.accepted[0].low if right else self.answer.accepted[-1].high + 7
        return {FIELD: [f"{value} {self.answer.unit}".strip()]}
