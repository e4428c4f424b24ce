"""What every format says alike of a question: the case above it, and the share of each of its answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from app.assessment.kinds.bank_forms import BankForms, T
from app.content.values.quiz import Option, Question, Quiz
from app.content.values.text import Fragment
from app.exchange.banks.writing.fractions import share
from app.exchange.banks.writing.loss import Losses
from app.exchange.banks.writing.texts import Html


class QuestionWriter(BankForms[T], Generic[T]):
    """One question; its type chooses the form, each format writes the forms."""

    def __init__(self, quiz: Quiz, question: Question, losses: Losses, html: Html) -> None:
        self.quiz, self.question, self.losses, self.html = quiz, question, losses, html

    def _lose(self, sentence: str) -> None:
        self.losses.add(self.question, sentence)

    def _case(self) -> str:
        """That of its situation, to stand above it; empty for none."""
        case = next((each for each in self.quiz.situations if each.id == self.question.situation_id), None)
        if case is None:
            return ""
        self._lose(f"La situation « {case.title} » est répétée devant chacune de ses questions.")
        return f"<p><strong>{self.html.line(Fragment(case.title, 0))}</strong></p>\n{self.html.of(case.text)}\n"

    def _shares(self, options: Sequence[Option], exact_credit: bool) -> tuple[str, str]:
        """Of each right answer, and of each wrong one, where several may be ticked."""
        if exact_credit:
            self._lose("Le tout ou rien n’y est pas : chaque bonne réponse rapporte sa part.")
        right = sum(option.correct for option in options)
        (good, exact), wrong = share(right), len(options) - right
        bad, exact_bad = share(wrong) if wrong else ("0", True)
        if not (exact and exact_bad):
            self._lose("Moodle n’a pas la fraction exacte de chaque réponse : la plus proche est écrite.")
        return good, f"-{bad}" if wrong else "0"
