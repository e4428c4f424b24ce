"""An open question: a text written for oneself, without a mark, then compared with a model answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import clean_text
from app.assessment.kinds.answer_form import AnswerField, AnswerForm, BankForms, Model, Row, T
from app.assessment.kinds.kind import ALL, CorrectedAnswer, Grade, Pick, Renderer, ShownAnswer
from app.assessment.kinds.package_key import Marking, PackageKey
from app.assessment.kinds.responses import AnswerTooLong, Fields, Form, QuestionLayout, TypedText, as_text, sole
from app.assessment.kinds.typed_text import FIELD, TypedKind
from app.content.values.quiz import OpenText, QuestionType
from app.platform.french import french, number

MAX_WRITTEN = 5_000
"""Characters of one text."""


class ShownOpenText(ShownAnswer, frozen=True):
    name: str
    value: str
    longest: int = MAX_WRITTEN


class CorrectedOpenText(CorrectedAnswer, frozen=True):
    """`given` is cut at its blank lines; empty when nothing was written."""

    given: tuple[Markup, ...]
    model: Markup


class FreeForm(AnswerForm):
    key, label = "ouverte", "Question ouverte"
    field = AnswerField("Réponse modèle (facultatif)", lines=False)
    _model = re.compile(r"Modèle : (\S.*)")

    def read_answer(self, line: str) -> str | None:
        found = self._model.fullmatch(line)
        return found[1] if found else "" if line == "Réponse libre" else None

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        return ["Réponse libre", *(["", *f"Modèle : {answer}".split("\n")] if answer else [])]


FREE = FreeForm()


class OpenTextKind(TypedKind[OpenText]):
    marked = ((QuestionType.OPEN, "aucun point. Vous écrivez pour vous-même, puis comparez avec une réponse modèle."),)
    unmarked = True
    earned_whole = False
    forms = (FREE,)
    models = (
        Model(
            "q-ouverte",
            "Question ouverte",
            "## Que feriez-vous à sa place ?\n\nRéponse libre\n\nModèle : Une réponse possible, en quelques phrases.\n\nObjectif : O1\nNiveau : 1",
        ),
    )

    def read_answer(self, layout: QuestionLayout, fields: Fields) -> TypedText:
        text = _clean_lines(sole(fields, FIELD))
        if len(text) > MAX_WRITTEN:
            raise AnswerTooLong(french(f"Votre réponse est trop longue : {number(MAX_WRITTEN)} caractères au plus."))
        return TypedText(text)

    def read_refused(self, layout: QuestionLayout, fields: Fields) -> TypedText:
        return TypedText(_clean_lines("\n\n".join(fields.get(FIELD, ()))))

    @property
    def credit(self) -> str:
        return french("Réponse libre, sans note : écrivez pour vous. Une réponse modèle s’affiche avec la correction.")

    @property
    def credit_sentence(self) -> str:
        return self.credit

    @property
    def invitation(self) -> str:
        return "Écrivez pour vous, puis comparez."

    def present(self, layout: QuestionLayout, renderer: Renderer, given: TypedText) -> ShownOpenText:
        return ShownOpenText(FIELD, given.text)

    def correct(self, given: TypedText, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedOpenText:
        paragraphs = (Markup("<br>").join(paragraph.split("\n")) for paragraph in given.text.split("\n\n") if paragraph)
        return CorrectedOpenText(tuple(paragraphs), renderer.html(self.answer.model))

    def grade(self, given: TypedText, lexicon: Lexicon) -> Grade:
        """All of no points."""
        return Grade(ALL)

    def luck(self) -> float:
        return 1  # nobody marks it

    def picks(self, given: TypedText, grade: Grade) -> Iterator[Pick]:
        """Yields nothing: what people write for themselves goes into no statistics."""
        return iter(())

    def put_into(self, forms: BankForms[T]) -> T:
        return forms.essay(self.answer.model)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        return PackageKey(Marking.PARTS, (float(ALL),), "long-fill-in", kept=1, unmarked=True)

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        return {FIELD: [as_text(self.answer.model.text)[:MAX_WRITTEN] if right else "je ne sais pas"]}


def _clean_lines(text: str) -> str:
    """`clean_text` line by line, at most one blank line between two. Reads no more than is needed to know that a text is too long."""
    lines = "\n".join(clean_text(line) for line in text[: 4 * MAX_WRITTEN].splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
