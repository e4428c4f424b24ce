"""A number to type, with or without its unit."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from app.assessment.answers.compare import AskAgain, MatchVerdict
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.numbers import match_number, read_asked_number
from app.assessment.kinds.answer_form import END, BankForms, Model, T
from app.assessment.kinds.kind import WHOLE, Grade, Renderer, ShownAnswer
from app.assessment.kinds.package_key import BETWEEN_TYPED, NUMBER_MOST, Marking, PackageKey, Part, number_key, shares
from app.assessment.kinds.responses import MAX_TYPED, Form, QuestionLayout, TypedText
from app.assessment.kinds.typed_text import FIELD, CorrectedTyped, TypedKind, all_or_nothing, sentence
from app.content.values.quiz import NumberAnswer, QuestionType
from app.platform.french import french


class ShownNumber(ShownAnswer, frozen=True):
    """`unit` stands beside the field."""

    name: str
    value: str
    unit: str
    unit_required: bool
    longest: int = MAX_TYPED


class NumberKind(TypedKind[NumberAnswer]):
    marked = ((QuestionType.NUMBER, WHOLE),)
    earned_whole = True
    models = (Model("q-nombre", "Nombre ou année", "## En quelle année ?\n\nRéponse : 2014" + END),)

    @property
    def credit(self) -> str:
        asked = " Écrivez aussi l’unité." if self.answer.unit_required else ""
        return french(f"Nombre à écrire en chiffres : tout ou rien.{asked}")

    def present(self, layout: QuestionLayout, renderer: Renderer, given: TypedText) -> ShownNumber:
        return ShownNumber(FIELD, given.text, self.answer.unit, self.answer.unit_required)

    def correct(self, given: TypedText, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedTyped:
        return CorrectedTyped(given.text, tuple(self._with_unit(interval.shown) for interval in self.answer.accepted), sentence(grade), None)

    def _with_unit(self, shown: str) -> str:
        unit = self.answer.unit
        return french(shown if not unit or shown.endswith(unit) else f"{shown} {unit}")

    def grade(self, given: TypedText, lexicon: Lexicon) -> Grade:
        met = self._match(given)
        return all_or_nothing(met if isinstance(met, MatchVerdict) else None)

    def luck(self) -> float:
        return 0.05

    def unclear(self, given: TypedText, lexicon: Lexicon) -> str:
        met = None if given.is_blank else self._match(given)
        return met.sentence if isinstance(met, AskAgain) else ""

    def _match(self, given: TypedText) -> MatchVerdict | AskAgain | None:
        return match_number(given.text, self.answer, self.question.statement.text)

    def put_into(self, forms: BankForms[T]) -> T:
        return forms.number(self.answer.accepted, self.answer.unit, self.answer.unit_required)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        answer, said = self.answer, read_asked_number(self.question.statement.text, self.answer.unit)
        key = number_key(answer.accepted, said, answer.unit, answer.unit_required)
        part = Part(f"{answer.accepted[0].low:f}", number=key)
        return PackageKey(Marking.PARTS, shares(1), "fill-in", kept=NUMBER_MOST, parts=(part,), between=BETWEEN_TYPED)

    def limit_typing(self, shown: ShownAnswer) -> ShownAnswer:
        return replace(cast("ShownNumber", shown), longest=NUMBER_MOST)

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        value = self.answer.accepted[0].low if right else self.answer.accepted[-1].high + 7
        return {FIELD: [f"{value} {self.answer.unit}".strip()]}
