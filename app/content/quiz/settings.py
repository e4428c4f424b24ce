"""The settings of one question and the head of a quiz; each value checked where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.content.quiz.blocks import QuizBlock
from app.content.quiz.keys import WEIGHTS, KeyLine, QuizKey, bare
from app.content.quiz.report import QuizReport, short
from app.content.text.head import HeadValues, is_id
from app.content.values.quiz import CorrectionTime, GradingMethod, Policy
from app.content.values.text import CompletionCriterion

_POINTS = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:pts?|points?)?\.?", re.IGNORECASE)
_OBJECTIVE = re.compile(r"((?:[a-z0-9-]{3,60}/)?)([OM]\d{1,2})", re.IGNORECASE)
_OBJECTIVE_SAID = re.compile(r"((?:[a-z0-9-]{3,60}/)?[OM]\d{1,2})\s*[:–—(-].*", re.IGNORECASE)
_LESSON = re.compile(r"[a-z0-9-]{3,60}(?:#[^\s#]+)?")
_LESSON_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<?#?([a-z0-9-]{3,60}(?:#[^\s#>]+)?)\.?>?")
_LEVELS = {"facile": 1, "debutant": 1, "moyen": 2, "intermediaire": 2, "difficile": 3, "avance": 3}
_SUFFICES = frozenset({"une suffit", "une seule suffit", "une reponse suffit", "une seule reponse suffit", "une bonne reponse suffit"})
MAX_LEVEL = 5


@dataclass(slots=True)
class QuestionSettings:
    points: Decimal = Decimal(1)
    tags: tuple[str, ...] = ()
    objective: str = ""
    lesson_link: str = ""
    level: int = 1
    fixed_order: bool = False
    exact_credit: bool = False
    multiple: bool | None = None
    one_suffices: bool = False
    """Several are right, and one of them is to be chosen."""
    unit_required: bool = False
    unit: str = ""
    tolerance: str = ""
    identifier: str = ""
    explains: bool = False
    """Whether a refused line says how the question is answered."""
    lines: dict[QuizKey, int] = field(default_factory=dict)
    """Where each key stands."""


def read_settings(blocks: Sequence[QuizBlock], report: QuizReport) -> QuestionSettings:
    """The settings that the key lines of a question give. A key written twice, or a value that is not understood, is an error (E38)."""
    reader = _SettingsReader(report)
    for block in blocks:
        if block.key is not None:
            reader.read(block.line, block.key)
    return reader.settings


class _SettingsReader:
    def __init__(self, report: QuizReport) -> None:
        self.report = report
        self.settings = QuestionSettings()
        self.by_key: dict[QuizKey, Callable[[int, str], None]] = {
            QuizKey.POINTS: self._points,
            QuizKey.TAGS: self._tags,
            QuizKey.OBJECTIVE: self._objective,
            QuizKey.LESSON: self._lesson,
            QuizKey.LEVEL: self._level,
            QuizKey.ORDER: self._order,
            QuizKey.CREDIT: self._credit,
            QuizKey.CHOICE: self._choice,
            QuizKey.UNIT: self._unit,
            QuizKey.TOLERANCE: self._tolerance,
            QuizKey.IDENTIFIER: self._identifier,
        }

    def read(self, line: int, key: KeyLine) -> None:
        if key.key is QuizKey.REFUSED:
            self._refuse_key(line, key)
        elif (first := self.settings.lines.setdefault(key.key, line)) != line:
            self.report.add(line, "E38", f"« {key.key.value} » est déjà écrit ligne {first}.", "Gardez une seule de ces lignes.")
        else:
            self.by_key[key.key](line, key.value)

    def _wrong(self, line: int, key: QuizKey, value: str, expected: str) -> None:
        said = f"« {key.value} : {short(value, 50)} »" if value else f"« {key.value} : » sans valeur"
        hint = f"Écrivez {expected}. Si c’est une phrase de l’énoncé, commencez-la autrement."
        self.report.add(line, "E38", f"{said} n’est pas compris comme un réglage de la question.", hint)

    def _points(self, line: int, value: str) -> None:
        found = _POINTS.fullmatch(value)
        points = Decimal(found[1].replace(",", ".")) if found else Decimal(0)
        if points > 0:
            self.settings.points = points
        else:
            self._wrong(line, QuizKey.POINTS, value, "un nombre plus grand que zéro : « Points : 2 »")

    def _tags(self, line: int, value: str) -> None:
        if ";" in value and "," not in value:
            self.report.tolerate(line, "Étiquettes séparées par « ; », comprises", f"Étiquettes : {value.replace(' ;', ',').replace(';', ',')}")
            value = value.replace(";", ",")
        self.settings.tags = tuple(dict.fromkeys(tag.strip().lstrip("#") for tag in value.split(",") if tag.strip()))

    def _objective(self, line: int, value: str) -> None:
        found = _OBJECTIVE.fullmatch(value)
        if found is None and (said := _OBJECTIVE_SAID.fullmatch(value)):
            found = _OBJECTIVE.fullmatch(said[1])
            self.report.tolerate(line, "Objectif compris par son seul numéro", f"Objectif : {said[1]}")
        if found is None:
            self._wrong(line, QuizKey.OBJECTIVE, value, "le numéro d’un seul objectif de la leçon : « Objectif : O1 », ou « Objectif : lecon-id/O1 »")
            return
        self.settings.objective = found[1] + found[2].upper()
        if found[2] != found[2].upper():
            self.report.tolerate(line, "Objectif compris, bien qu’en minuscule", f"Objectif : {self.settings.objective}")

    def _lesson(self, line: int, value: str) -> None:
        if _LESSON.fullmatch(value):
            self.settings.lesson_link = value
        elif (found := _LESSON_LINK.fullmatch(value)) and _LESSON.fullmatch(found[1] or found[2] or ""):
            self.settings.lesson_link = found[1] or found[2]
            self.report.tolerate(line, "Lien vers la leçon compris", f"Leçon : {self.settings.lesson_link}")
        else:
            self._wrong(line, QuizKey.LESSON, value, "l’identifiant de la leçon et l’ancre du titre : « Leçon : la-troika#le-prefet »")

    def _level(self, line: int, value: str) -> None:
        if value.isdecimal() and 1 <= int(value[:9]) <= MAX_LEVEL:
            self.settings.level = int(value)
        elif level := _LEVELS.get(bare(value)):
            self.settings.level = level
            self.report.tolerate(line, f"« {value} » compris comme le niveau {level}", f"Niveau : {level}")
        else:
            self._wrong(line, QuizKey.LEVEL, value, f"un chiffre de 1 à {MAX_LEVEL} : « Niveau : 2 »")

    def _word(self, line: int, key: QuizKey, value: str, words: dict[str, bool], expected: str) -> bool | None:
        found = words.get(bare(value))
        if found is None:
            self._wrong(line, key, value, expected)
        return found

    def _order(self, line: int, value: str) -> None:
        if len(re.findall(r"\b(?:[a-z]|\d{1,2})\b", bare(value))) > 2 or re.search("[>→]", value):
            message = f"« Ordre : {short(value, 50)} » : est-ce le bon ordre des réponses ?"
            self.report.add(line, "E32", message, "Écrivez les étapes dans le bon ordre, numérotées 1. 2. 3., et retirez cette ligne.")
            self.settings.explains = True
            return
        words = {"fixe": True, "aleatoire": False, "melange": False}
        self.settings.fixed_order = self._word(line, QuizKey.ORDER, value, words, "« Ordre : fixe », ou retirez la ligne") or False

    def _credit(self, line: int, value: str) -> None:
        words = {"exact": True, "partiel": False}
        self.settings.exact_credit = self._word(line, QuizKey.CREDIT, value, words, "« Crédit : exact » pour tout ou rien, ou retirez la ligne") or False

    def _choice(self, line: int, value: str) -> None:
        words = {"multiple": True, "multiples": True, "unique": False}
        if bare(value) in _SUFFICES:
            self.settings.one_suffices = True
            return
        expected = "« Choix : multiple », « Choix : une suffit » si une seule des bonnes réponses suffit, ou retirez la ligne"
        self.settings.multiple = self._word(line, QuizKey.CHOICE, value, words, expected)

    def _unit(self, line: int, value: str) -> None:
        if bare(value) in ("exigee", "obligatoire", "requise"):
            self.settings.unit_required = True
        elif not value or len(value) > 40 or re.search(r"[|/,;]", value):
            self._wrong(line, QuizKey.UNIT, value, "une seule unité, dans la réponse : « Réponse : 12,5 % » ; pour l’exiger, « Unité : exigée »")
        elif bare(value) != "facultative":
            self.settings.unit = value

    def _tolerance(self, line: int, value: str) -> None:
        self.settings.tolerance = value.lstrip("±+-/ ").strip()

    def _identifier(self, line: int, value: str) -> None:
        self.settings.identifier = value.strip("{#} ")

    def _refuse_key(self, line: int, key: KeyLine) -> None:
        name = bare(key.written)
        if name in {bare(word) for word in WEIGHTS}:
            message = "Les poids et les pénalités par réponse n’existent pas : cocher tout, ou rien, ne rapporte déjà rien."
            self.report.add_once(line, "E37", message, "Retirez cette ligne. Pour tout ou rien, écrivez « Crédit : exact ».")
            return
        value = short(key.value, 40)
        first = re.split(r"\s*[;|,]\s+", value)[0]
        wrong = f"Une mauvaise réponse à choisir s’écrit dans la liste des cases, une par ligne : - [ ] {first}. Une erreur attendue d’un texte à taper : sous « Réponse : », - [ ] {first}"
        mixed = "Retirez cette ligne : l’ordre des réponses est mélangé. Pour garder le vôtre, écrivez « Ordre : fixe »."
        hints = {
            "type": "Retirez cette ligne : le type se lit dans la forme de la réponse.",
            "categorie": f"Écrivez « Étiquettes : {value} ».",
            "casse": "Retirez cette ligne : les majuscules ne comptent jamais. Pour exiger la lettre, écrivez « Réponse exacte : … ».",
            "lot": "Retirez cette ligne : le tirage se règle dans l’en-tête du quiz, « tirage : 8 ». Pour grouper des questions, écrivez « Étiquettes : … ».",
            "melange": mixed,
            "melanger": mixed,
        }
        hint = wrong if "reponse" in name or "distract" in name else hints.get(name, "Retirez cette ligne : aucune question n’est limitée dans le temps.")
        self.report.add(line, "E38", f"Le réglage « {key.written} » n’existe pas.", hint)


# --- The head of a quiz: its title, what it belongs to, how it is taken and marked ---

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

    def _tolerate(self, key: str, written: str, clean: str) -> None:
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

    def reused_ids(self) -> tuple[str, ...]:
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
            self._tolerate("tentatives", written, "0")
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
            self._tolerate("tirage", written, "(retirez la ligne)")
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
            self._tolerate(key, written, found.value)
        return found

    def check_draw(self, drawn: int | None, available: int) -> None:
        """A draw larger than the quiz (E48)."""
        if drawn is not None and drawn > available:
            message = f"« tirage : {drawn} » demande plus de questions que le quiz n’en a ({available})."
            self.report(self.head.line("tirage"), "E48", message, "Baissez le tirage, ou ajoutez des questions.")
