"""The head of a quiz: its title, what it belongs to, and the policy by which it is taken and marked."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.content.quiz.source.keys import bare
from app.content.text.head_values import HeadValues, is_id
from app.content.values.policy import CorrectionTime, GradingMethod, Policy
from app.content.values.text import CompletionCriterion

QUIZ_KEYS = (
    "id", "titre", "leçon", "module", "seuil", "tentatives", "note", "correction", "mélanger", "tirage", "reprend", "achèvement", "auteur", "notes",
)  # fmt: skip

_Word = TypeVar("_Word", bound=StrEnum)

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:%|pour cent)?\.?")
_COUNT = re.compile(r"(\d{1,3})(?:\s*(?:questions?|tentatives?|essais?))?\.?")
_UNLIMITED = frozenset({"illimite", "illimitees", "illimitee", "illimites", "sans limite", "aucune limite", "infini"})
_METHODS = {"la meilleure": GradingMethod.BEST, "moyenne des tentatives": GradingMethod.MEAN, "la moyenne": GradingMethod.MEAN}
_METHODS |= {"la premiere": GradingMethod.FIRST, "la derniere": GradingMethod.LAST}
_CORRECTIONS = {
    "apres l'envoi": CorrectionTime.AFTER_SUBMIT,
    "a l'envoi": CorrectionTime.AFTER_SUBMIT,
    "a la fin": CorrectionTime.AFTER_SUBMIT,
    "apres la derniere tentative": CorrectionTime.AFTER_LAST,
    "apres chaque reponse": CorrectionTime.AFTER_EACH,
    "immediate": CorrectionTime.AFTER_EACH,
    "non": CorrectionTime.NEVER,
}


class QuizHead(HeadValues):
    """Reads a quiz's own values out of its head; what is wrong goes to `problems`."""

    def _tolerated(self, key: str, written: str, clean: str) -> None:
        self.report(self.head.line(key), "A20", f"« {written} » compris comme « {clean} ».", f"Écrivez « {key} : {clean} ».")

    def _wrong(self, key: str, expected: str) -> None:
        self.report(self.head.line(key), "E09", f"« {key} : {self.head.text(key)[:60]} » n’est pas compris.", f"Écrivez {expected}.")

    def owners(self) -> tuple[str | None, str | None]:
        """The lesson or the module that the quiz belongs to: one of the two."""
        lesson, module = self.one_id("leçon"), self.one_id("module")
        if lesson and module:
            message = f"Ce quiz est-il celui de la leçon « {lesson} », ou le quiz final du module « {module} » ?"
            self.report(self.head.line("module"), "E48", message, "Gardez une seule des deux clés.")
        if not self.head.text("leçon") and not self.head.text("module"):
            hint = "Ajoutez à l’en-tête « leçon : … », ou « module : … » pour un quiz final."
            self.report(self.head.first_line, "E10", "L’en-tête ne dit pas à quelle leçon ou à quel module appartient ce quiz.", hint)
        return lesson, module

    def reused(self) -> tuple[str, ...]:
        """`reprend`: ids of questions of other quizzes; `quiz#question` is understood."""
        found: dict[str, int] = {}
        for item in self.head.items("reprend"):
            written = item.text.strip("{}[]! ")
            identifier = written.rpartition("#")[2].strip()
            if not is_id(identifier):
                self.report(item.line, "E08", f"Identifiant mal formé : « {item.text[:60]} ».", "Écrivez « reprend : troika, qpv-2024 ».")
            elif identifier in found:
                self.report(item.line, "E26", f"« {identifier} » est déjà dans cette liste, ligne {found[identifier]}.", "Retirez-le.")
            else:
                found[identifier] = item.line
                self.cited.setdefault(identifier, item.line)
                if identifier != item.text:
                    self.report(item.line, "A20", f"« {item.text} » compris comme « {identifier} ».", f"Écrivez « reprend : {identifier} ».")
        return tuple(found)

    def policy(self) -> Policy:
        plain = Policy()
        return Policy(
            pass_mark=self._pass_mark(plain.pass_mark),
            max_attempts=self._attempts(),
            method=self._word("note", GradingMethod, _METHODS) or plain.method,
            correction=self._word("correction", CorrectionTime, _CORRECTIONS) or plain.correction,
            shuffle=self.head.yes("mélanger", plain.shuffle),
            draw=self._draw(),
        )

    def quiz_criterion(self) -> CompletionCriterion:
        return self.criterion((CompletionCriterion.SUBMITTED, CompletionCriterion.PASSED), CompletionCriterion.PASSED)

    def _pass_mark(self, default: Decimal) -> Decimal:
        written = self.head.text("seuil")
        found = _PERCENT.fullmatch(written)
        if not written:
            return default
        percent = Decimal(found[1].replace(",", ".")) if found else Decimal(-1)
        if Decimal(0) < percent < Decimal(1):
            percent_meant = format((percent * 100).normalize(), "f").replace(".", ",")
            message = f"« seuil : {written} » a deux lectures : {percent_meant} %, ou moins de 1 %."
            self.report(self.head.line("seuil"), "E09", message, f"Écrivez un pourcentage : « seuil : {percent_meant} % ».")
        elif not 0 <= percent <= 100:
            self._wrong("seuil", "un pourcentage de 0 à 100 : « seuil : 70 % »")
        else:
            return percent / 100
        return default

    def _attempts(self) -> int:
        written = self.head.text("tentatives")
        if bare(written) in _UNLIMITED:
            self._tolerated("tentatives", written, "0")
            return 0
        found = _COUNT.fullmatch(written)
        if written and found is None:
            self._wrong("tentatives", "un nombre, 0 pour autant qu’on veut : « tentatives : 3 »")
        return int(found[1]) if found else 0

    def _draw(self) -> int | None:
        written = self.head.text("tirage")
        if not written:
            return None
        if bare(written) in ("toutes", "tout"):
            self._tolerated("tirage", written, "(retirez la ligne)")
            return None
        found = _COUNT.fullmatch(written)
        if found is None or int(found[1]) == 0:
            self._wrong("tirage", "le nombre de questions tirées à chaque tentative : « tirage : 8 »")
            return None
        return int(found[1])

    def _word(self, key: str, known: type[_Word], near: dict[str, _Word]) -> _Word | None:
        written = self.head.text(key)
        if not written:
            return None
        plain = " ".join(written.casefold().split())
        exact = next((value for value in known if value.value == plain), None)
        found = exact or next((value for value in known if bare(value.value) == bare(plain)), None) or near.get(bare(plain))
        if found is None:
            self._wrong(key, " ou ".join(f"« {value.value} »" for value in known))
        elif found is not exact:
            self._tolerated(key, written, found.value)
        return found

    def check_draw(self, drawn: int | None, available: int) -> None:
        """A draw larger than the quiz (E48)."""
        if drawn is not None and drawn > available:
            message = f"« tirage : {drawn} » demande plus de questions que le quiz n’en a ({available})."
            self.report(self.head.line("tirage"), "E48", message, "Baissez le tirage, ou ajoutez des questions.")
