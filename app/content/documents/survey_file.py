"""modules/enquetes/*.md: a survey, in the forms of a quiz without its keys; what cannot be asked is said with its line. Never raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.content.problems.catalogue import problem
from app.content.text.head import read_head
from app.content.text.head_values import HeadValues, is_id
from app.content.text.markdown import split_anchor
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.surveys import AGREEMENT, After, Measure, Moment, Survey, SurveyAnswerShape, SurveyQuestion
from app.content.values.text import DocumentKind, Fragment
from app.platform.french import french, unaccented

SURVEY_KEYS = ("id", "titre", "moment", "après", "auteur", "notes")
MOST_QUESTIONS = 20
MOST_OPTIONS = 12
LONGEST = 120
"""Characters of an answer to choose: it is counted under its words."""

_TITLE = re.compile(r"##\s+(.+?)\s*#*")
_BOX = re.compile(r"\s{0,3}[-*+]\s+\[(.?)\]\s*(.*)")
_KEY = re.compile(r"\s{0,3}\**(échelle|choix|mesure|réponse|bonne réponse|points|explication)\**\s*:\s*\**\s*(.*)", re.IGNORECASE)
_FREE = re.compile(r"\s{0,3}\**réponse libre\**\s*[.:]?\s*", re.IGNORECASE)
_GRADED = {"reponse", "bonne reponse", "points", "explication"}


def survey(path: str, text: str) -> tuple[Survey | None, TextScan]:
    """The survey, where its head names it and something is asked."""
    head, body, line, problems = read_head(path, text, SURVEY_KEYS)
    scan = scan_text(path, body, line, parse_text(body, line).tokens, DocumentKind.SURVEY)
    scan.problems += problems
    values = HeadValues(path, head)
    identifier, title = values.id(), values.title()
    moment = _moment(values)
    after = _after(values, moment)
    introduction, questions = _Questions(path, scan).read(body, line)
    scan.problems += values.problems
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title or not questions:
        return None, scan
    return Survey(identifier, title, moment, after, introduction, questions, tuple(scan.sources), path, head.text("auteur"), scan.called), scan


def _moment(values: HeadValues) -> Moment:
    written = values.required("moment")
    found = next((moment for moment in Moment if unaccented(moment.value) == unaccented(written.casefold())), None)
    if written and found is None:
        hint = "Écrivez « moment : à chaud », « moment : à froid » ou « moment : responsable »."
        values.report(values.head.line("moment"), "E09", f"Moment non compris : « {written[:40]} ».", hint)
    return found or Moment.HOT


def _after(values: HeadValues, moment: Moment) -> frozenset[After]:
    """What is asked some months later is asked of the path, whatever is written."""
    items = values.head.items("après")
    found = {after for item in items for after in After if unaccented(after.value) == unaccented(item.text.casefold())}
    if len(found) < len({item.text for item in items}):
        values.report(values.head.line("après"), "E09", "« après » n’est pas compris.", "Écrivez « après : module », « après : parcours », ou les deux.")
    if moment is not Moment.HOT and After.MODULE in found:
        hint = "Retirez « module », ou écrivez « moment : à chaud »."
        values.report(values.head.line("après"), "E09", f"Une enquête « {moment.value} » porte sur le parcours.", hint)
    return frozenset(found or (After if moment is Moment.HOT else {After.PATH}))


@dataclass(slots=True)
class _QuestionLines:
    """What the lines under one title say."""

    options: list[tuple[str, int]]
    help: list[str]
    scale: tuple[str, ...] = ()
    choice: str = ""
    free: bool = False
    measure: Measure | None = None


class _Questions:
    def __init__(self, path: str, scan: TextScan) -> None:
        self.path, self.scan = path, scan

    def report(self, line: int, message: str, hint: str) -> None:
        self.scan.problems.append(problem(self.path, line, "E71", message, hint))

    def read(self, body: str, first: int) -> tuple[Fragment, tuple[SurveyQuestion, ...]]:
        lines = body.split("\n")
        starts = [number for number, line in enumerate(lines) if _TITLE.fullmatch(line)]
        found: dict[str, SurveyQuestion] = {}
        for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
            question = self._question(lines[start:end], first + start)
            if question and question.id in found:
                self.report(question.line, f"La question « {question.id} » est déjà posée ligne {found[question.id].line}.", "Changez l’ancre de la seconde.")
            elif question:
                found[question.id] = question
        if not starts:
            self.report(first, "Cette enquête ne demande rien.", "Une question commence par un titre : ## Ce module m’a été utile {#utile}")
        if len(found) > MOST_QUESTIONS:
            line = list(found.values())[MOST_QUESTIONS].line
            self.report(line, f"Plus de {MOST_QUESTIONS} questions : personne n’ira au bout.", "Gardez celles dont la réponse changera quelque chose.")
        opening = "\n".join(lines[: starts[0] if starts else len(lines)]).strip("\n")
        return Fragment(opening, first), tuple(found.values())[:MOST_QUESTIONS]

    def _question(self, lines: Sequence[str], line: int) -> SurveyQuestion | None:
        written = _TITLE.fullmatch(lines[0])
        title, anchor = split_anchor(written[1] if written else "")
        if not is_id(anchor):
            hint = "Écrivez par exemple « ## Ce module m’a été utile {#utile} » : c’est sous ce nom que les réponses sont comptées."
            self.report(line, f"La question « {title[:60]} » n’a pas d’ancre de 3 à 60 lettres sans accent, chiffres ou tirets.", hint)
            return None
        read = _QuestionLines([], [])
        for number, each in enumerate(lines[1:], line + 1):
            self._line(read, each, number)
        asked, options = self._shape(read, title, line)
        if asked is None:
            return None
        if read.measure and asked is not SurveyAnswerShape.SCALE:
            self.report(line, "Seule une échelle nourrit un chiffre du site.", "Retirez la ligne « Mesure : », ou posez la question sur une échelle.")
        return SurveyQuestion(anchor, french(title), asked, options, Fragment("\n".join(read.help).strip("\n"), line + 1), line, read.measure)

    def _line(self, read: _QuestionLines, written: str, line: int) -> None:
        box, key = _BOX.fullmatch(written), _KEY.fullmatch(written)
        if box:
            if box[1].strip():
                self.report(line, "Une enquête n’a pas de bonne réponse : cette case est cochée.", f"Écrivez « - [ ] {box[2][:60]} ».")
            read.options.append((french(box[2].strip()), line))
        elif _FREE.fullmatch(written):
            read.free = True
        elif key:
            self._key(read, unaccented(key[1].casefold()), key[2].strip(), line)
        else:
            read.help.append(written)

    def _key(self, read: _QuestionLines, key: str, value: str, line: int) -> None:
        if key in _GRADED:
            self.report(line, "Une enquête n’a ni réponse attendue, ni points, ni explication.", "Retirez cette ligne ; « Réponse libre » s’écrit seule.")
        elif key == "echelle":
            read.scale = self._scale(value, line)
        elif key == "choix":
            read.choice = unaccented(value.casefold())
            if read.choice not in ("unique", "multiple"):
                self.report(line, f"Choix non compris : « {value[:40]} ».", "Écrivez « Choix : unique » ou « Choix : multiple ».")
        else:
            read.measure = next((each for each in Measure if unaccented(each.value) == unaccented(value.casefold())), None)
            if read.measure is None:
                self.report(line, f"Mesure non comprise : « {value[:40]} ».", "Écrivez « Mesure : satisfaction » ou « Mesure : réutilisation ».")

    def _scale(self, value: str, line: int) -> tuple[str, ...]:
        words = tuple(french(word.strip()) for word in value.split(";") if word.strip())
        if [unaccented(word.casefold()) for word in words] == ["accord"]:
            return AGREEMENT
        if len(words) == len(AGREEMENT) == len(set(words)):
            return words
        hint = "Écrivez « Échelle : accord », ou quatre mots du moins au plus, séparés par des points-virgules."
        self.report(line, "Une échelle a quatre degrés différents, sans milieu.", hint)
        return AGREEMENT

    def _shape(self, read: _QuestionLines, title: str, line: int) -> tuple[SurveyAnswerShape | None, tuple[str, ...]]:
        given = [bool(read.options), bool(read.scale), read.free]
        if sum(given) != 1:
            said = "n’a pas de réponse à donner" if not any(given) else "a plusieurs sortes de réponses"
            hint = "Donnez-lui l’une de : « Échelle : accord », des cases « - [ ] », ou la ligne « Réponse libre »."
            self.report(line, f"La question « {title[:60]} » {said}.", hint)
            return None, ()
        if read.free:
            return SurveyAnswerShape.FREE, ()
        if read.scale:
            return SurveyAnswerShape.SCALE, read.scale
        return self._choices(read)

    def _choices(self, read: _QuestionLines) -> tuple[SurveyAnswerShape | None, tuple[str, ...]]:
        options = tuple(dict.fromkeys(text for text, _ in read.options))
        first = read.options[0][1]
        if not 2 <= len(options) <= MOST_OPTIONS or len(options) < len(read.options):
            self.report(
                first, f"Il faut de 2 à {MOST_OPTIONS} réponses différentes à choisir.", "Ajoutez-en, retirez-en, ou changez celle qui est écrite deux fois."
            )
        for text, line in read.options:
            if not text or len(text) > LONGEST:
                self.report(line, f"Une réponse à choisir a de 1 à {LONGEST} caractères.", "Raccourcissez-la, et expliquez-la au-dessus.")
                return None, ()
        return (SurveyAnswerShape.MULTIPLE if read.choice == "multiple" else SurveyAnswerShape.SINGLE), options[:MOST_OPTIONS]
