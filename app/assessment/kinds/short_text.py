"""A short text to type, compared tolerantly or by the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

from msgspec.structs import replace

from app.assessment.answers.compare import MatchVerdict, match_short_text
from app.assessment.answers.doubts import ask_again
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import phrase
from app.assessment.kinds.answer_form import END, AnswerField, AnswerForm, BankForms, Model, Row, T, boxes
from app.assessment.kinds.kind import WHOLE, Grade, Renderer, ShownAnswer, optional_html
from app.assessment.kinds.package_key import BETWEEN_TYPED, OTHER_MOST, TYPED_MOST, Marking, PackageKey, Part, shares, words_key
from app.assessment.kinds.responses import MAX_TYPED, Form, QuestionLayout, TypedText
from app.assessment.kinds.typed_text import FIELD, CorrectedTyped, ToldWriting, TypedKind, all_or_nothing, sentence
from app.content.values.quiz import QuestionType, ShortText, TypedAnswer
from app.content.values.text import Fragment
from app.platform.french import french


class ShownText(ShownAnswer, frozen=True):
    name: str
    value: str
    longest: int = MAX_TYPED


class TypedForm(AnswerForm):
    """A number is written as a text is."""

    key, label = "reponse", "Texte court, nombre ou année à taper"
    field = AnswerField("Réponses acceptées", "Une par ligne. Un nombre ou une année s’écrit en chiffres.")
    _answer = re.compile(r"Réponse : (\S.*)")

    def read_answer(self, line: str) -> str | None:
        found = self._answer.fullmatch(line)
        return "\n".join(part.strip() for part in found[1].split("|")) if found else None

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        key = "Réponse exacte" if strict else "Réponse"
        return [f"{key} : {' | '.join(filter(None, answer.split(chr(10))))}".rstrip(), *(["", *boxes(rows)] if rows else [])]


TYPED = TypedForm()


class ShortTextKind(TypedKind[ShortText]):
    marked = ((QuestionType.TEXT, WHOLE),)
    earned_whole = True
    forms = (TYPED,)
    models = (Model("q-texte", "Texte court à taper", "## Comment nomme-t-on ce document ?\n\nRéponse : réponse attendue | autre écriture" + END),)

    @property
    def credit(self) -> str:
        if self.answer.strict:
            return french("Réponse à écrire exactement : tout ou rien. Seule la casse ne compte pas.")
        return french("Réponse à écrire : tout ou rien. Majuscules, accents, pluriel et féminin ne comptent pas.")

    def present(self, layout: QuestionLayout, renderer: Renderer, given: TypedText) -> ShownText:
        return ShownText(FIELD, given.text)

    def correct(self, given: TypedText, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedTyped:
        feedback = optional_html(self._feedback(given.text, lexicon), renderer)
        return CorrectedTyped(given.text, tuple(french(typed.text) for typed in self.answer.accepted), sentence(grade), feedback)

    def whole_key(self, renderer: Renderer) -> CorrectedTyped:
        told = ((typed, right) for right, writings in ((True, self.answer.accepted), (False, self.answer.mistakes)) for typed in writings)
        writings = tuple(ToldWriting(french(typed.text), right, optional_html(typed.feedback, renderer)) for typed, right in told)
        return CorrectedTyped("", tuple(each.text for each in writings if each.correct), "", None, writings)

    def grade(self, given: TypedText, lexicon: Lexicon) -> Grade:
        verdict = self._match(given.text, lexicon)
        return all_or_nothing(verdict if isinstance(verdict, MatchVerdict) else None)

    def unclear(self, given: TypedText, lexicon: Lexicon) -> str:
        if self.answer.strict or self._match(given.text, lexicon):
            return ""
        asks = ask_again(given.text, [one.text for one in self.answer.accepted], lexicon, self.question.statement.text)
        return asks.sentence if asks else ""

    def _match(self, text: str, lexicon: Lexicon) -> MatchVerdict | TypedAnswer | None:
        return match_short_text(text, self.answer, lexicon, self.question.statement.text)

    def _feedback(self, text: str, lexicon: Lexicon) -> Fragment | None:
        """That of the accepted writing that was met, or of the expected mistake."""
        met = self._match(text, lexicon)
        if isinstance(met, TypedAnswer):
            return met.feedback
        return next((typed.feedback for typed in self.answer.accepted if met and typed.text == met.expected), None)

    def put_into(self, forms: BankForms[T]) -> T:
        return forms.put_typed(self.answer.accepted, self.answer.mistakes, self.answer.strict)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        answer = self.answer
        accepted, mistakes = ([one.text for one in each] for each in (answer.accepted, answer.mistakes))
        part = Part(
            accepted[0],
            accepted=words_key(accepted, lexicon, answer.strict),
            mistakes=words_key(mistakes, lexicon, answer.strict) if mistakes else None,
            strict=answer.strict,
        )
        statement = phrase(self.question.statement.text)
        return PackageKey(Marking.PARTS, shares(1), "fill-in", kept=self._longest, parts=(part,), between=BETWEEN_TYPED, statement=statement)

    def typed_writings(self) -> tuple[str, ...]:
        return tuple(one.text for one in (*self.answer.accepted, *self.answer.mistakes))

    @property
    def _longest(self) -> int:
        return max([TYPED_MOST, *(len(one.text) + OTHER_MOST for one in self.answer.accepted)])

    def own_feedbacks(self) -> Iterator[tuple[str, Fragment]]:
        for letter, writings in (("a", self.answer.accepted), ("m", self.answer.mistakes)):
            yield from ((f"{letter}{place}", one.feedback) for place, one in enumerate(writings) if one.feedback)

    def limit_typing(self, shown: ShownAnswer) -> ShownAnswer:
        return replace(cast("ShownText", shown), longest=self._longest)

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        return {FIELD: [self.answer.accepted[0].text if right else "je ne sais pas"]}
