"""Reads a tool (modules/outils/*.md) and a survey (modules/enquetes/*.md); what they cannot hold is said with its line. Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from app.content.problems.catalogue import problem
from app.content.text.grids import FIELD, CellNotUnderstood, Copy, fields, formula_of, grids, mark_fields
from app.content.text.head import HeadValues, is_id, read_head
from app.content.text.markdown import split_anchor, tokens, without_notes
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.library import AGREEMENT, After, Measure, Moment, Survey, SurveyAnswerShape, SurveyQuestion, Tool, ToolForm
from app.content.values.quiz import GAP_OPEN
from app.content.values.text import DocumentKind, Fragment, Problem
from app.platform.french import french, strip_accents

# --- A tool and its fields ---

TOOL_KEYS = ("id", "titre", "usage", "moment", "forme", "auteur", "notes")
_KEPT = ("heading", "paragraph", "inline", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td")
_INLINE = ("text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close", "footnote_ref")


def tool(path: str, text: str) -> tuple[Tool | None, TextScan]:
    """The tool, where its head names it."""
    head, body, line, problems = read_head(path, text, TOOL_KEYS)
    scan = scan_text(path, body, line, parse_text(body, line).tokens, DocumentKind.TOOL)
    values = HeadValues(path, head)
    identifier, title = values.id(), values.title()
    purpose, moment = french(values.required_text("usage")), french(values.required_text("moment"))
    form = _form(values)
    introduction, document = _parts(body, line, scan)
    scan.problems += [*problems, *values.problems, *_check_tool(path, document, form)]
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title:
        return None, scan
    return Tool(identifier, title, purpose, moment, form, introduction, document, tuple(scan.sources), path, scan.called_labels), scan


def _form(values: HeadValues) -> ToolForm:
    written = values.required_text("forme").casefold()
    found = next((form for form in ToolForm if form.value == written), None)
    if written and found is None:
        values.report(values.head.line("forme"), "E09", f"Forme non comprise : « {written[:40]} ».", "Écrivez « forme : texte » ou « forme : tableau ».")
    return found or ToolForm.TEXT


def _parts(body: str, line: int, scan: TextScan) -> tuple[Fragment, Fragment]:
    """How to use it, and from the first `##` what its files hold."""
    lines = body.split("\n")
    start = next((heading.line - line for heading in scan.headings if heading.level == 2), len(lines))
    return Fragment("\n".join(lines[:start]).strip("\n"), line), Fragment("\n".join(lines[start:]), line + start)


def _check_tool(path: str, document: Fragment, form: ToolForm) -> Iterator[Problem]:
    parsed = tokens(mark_fields(document.text, Copy.BLANK), document.line)
    if not FIELD.search(document.text):
        hint = "Sous un titre « ## », écrivez au moins un champ : [[ce qu’il faut écrire => ce qu’écrit l’exemple]]."
        yield problem(path, document.line, "E60", "Cet outil n’a rien à remplir.", hint)
    for number, line in enumerate(document.text.split("\n"), document.line):
        yield from _fields(path, number, line)
    yield from _places(path, parsed)
    yield from _formulas(path, parsed)
    yield from _layout(path, parsed)
    if form is ToolForm.TABLE:
        yield from _sheets(path, parsed)


def _fields(path: str, number: int, line: str) -> Iterator[Problem]:
    rest = FIELD.sub("", line)
    if "[[" in rest or "]]" in rest:
        hint = "Écrivez [[ce qu’il faut écrire => ce qu’écrit l’exemple]] sur une seule ligne."
        yield problem(path, number, "E60", f"Champ non fermé, ou jamais ouvert : « {rest.strip()[:60]} ».", hint)
    for hint, example in fields(line):
        if not example:
            yield problem(path, number, "E60", f"Ce champ n’a pas d’exemple : « {hint[:60]} ».", f"Écrivez [[{hint[:60]} => ce qu’écrit l’exemple]].")


def _places(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    """No field in a title, nor in a table's first row: both copies have the same."""
    for before, token in pairwise(parsed):
        if before.type in ("heading_open", "th_open") and GAP_OPEN in token.content:
            where = "un titre" if before.type == "heading_open" else "la première ligne d’un tableau"
            yield problem(path, _line(token), "E60", f"Un champ ne va pas dans {where}.", "Mettez-le dessous.")


def _formulas(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    for grid in grids(parsed):
        titles = [title.words for title in grid.titles]
        for cell in (cell for row in grid.rows for cell in row):
            try:
                formula_of(cell.words, titles)
            except CellNotUnderstood as error:
                hint = f"Écrivez « = somme », ou des titres de ce tableau : {', '.join(titles)}."
                yield problem(path, _line(cell.token), "E60", f"Calcul non compris : « {str(error)[:60]} ».", hint)


def _layout(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    for token in without_notes(parsed):
        if said := _unknown(token):
            hint = "Restent les titres ## et ###, les paragraphes, les listes à tirets d’un niveau et les tableaux."
            yield problem(path, _line(token), "E61", f"Un fichier d’outil ne montre pas {said}.", hint)


def _unknown(token: Token) -> str:
    """What a token is that no file shows; empty for what they show."""
    if token.type == "heading_open" and token.tag not in ("h2", "h3"):
        return f"un titre de niveau {token.tag[1]}"
    if token.type in ("bullet_list_open", "table_open") and token.level:
        return "une liste ou un tableau dans un autre bloc"
    if token.type == "inline":
        return "une image, une formule, du code ou une rature" if any(child.type not in _INLINE for child in token.children or ()) else ""
    if token.nesting >= 0 and token.type.removesuffix("_open") not in _KEPT:
        return {"ordered_list_open": "une liste numérotée", "blockquote_open": "une citation", "fence": "une figure ou du code"}.get(token.type, "ce bloc")
    return ""


def _sheets(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    """A sheet has one table, so that one can sort it, freeze its titles and add rows."""
    sheets = [token for token in parsed if token.type == "heading_open" and token.tag == "h2"]
    tables = [_line(token) for token in parsed if token.type == "table_open"]
    for place, token in enumerate(sheets):
        start, end = _line(token), _line(sheets[place + 1]) if place + 1 < len(sheets) else None
        found = sum(start < line and (end is None or line < end) for line in tables)
        if found != 1:
            said = "n’a pas de tableau" if not found else f"a {found} tableaux"
            yield problem(path, start, "E61", f"Cette feuille {said}.", "Dans un outil de forme « tableau », chaque « ## » a un tableau, un seul.")


def _line(token: Token) -> int:
    return token.map[0] if token.map else 1


# --- A survey, in the forms of a quiz without its keys ---

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
    return Survey(identifier, title, moment, after, introduction, questions, tuple(scan.sources), path, head.text("auteur"), scan.called_labels), scan


def _moment(values: HeadValues) -> Moment:
    written = values.required_text("moment")
    found = next((moment for moment in Moment if strip_accents(moment.value) == strip_accents(written.casefold())), None)
    if written and found is None:
        hint = "Écrivez « moment : à chaud », « moment : à froid » ou « moment : responsable »."
        values.report(values.head.line("moment"), "E09", f"Moment non compris : « {written[:40]} ».", hint)
    return found or Moment.HOT


def _after(values: HeadValues, moment: Moment) -> frozenset[After]:
    """What is asked some months later is asked of the path, whatever is written."""
    items = values.head.items("après")
    found = {after for item in items for after in After if strip_accents(after.value) == strip_accents(item.text.casefold())}
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
            self._key(read, strip_accents(key[1].casefold()), key[2].strip(), line)
        else:
            read.help.append(written)

    def _key(self, read: _QuestionLines, key: str, value: str, line: int) -> None:
        if key in _GRADED:
            self.report(line, "Une enquête n’a ni réponse attendue, ni points, ni explication.", "Retirez cette ligne ; « Réponse libre » s’écrit seule.")
        elif key == "echelle":
            read.scale = self._scale(value, line)
        elif key == "choix":
            read.choice = strip_accents(value.casefold())
            if read.choice not in ("unique", "multiple"):
                self.report(line, f"Choix non compris : « {value[:40]} ».", "Écrivez « Choix : unique » ou « Choix : multiple ».")
        else:
            read.measure = next((each for each in Measure if strip_accents(each.value) == strip_accents(value.casefold())), None)
            if read.measure is None:
                self.report(line, f"Mesure non comprise : « {value[:40]} ».", "Écrivez « Mesure : satisfaction » ou « Mesure : réutilisation ».")

    def _scale(self, value: str, line: int) -> tuple[str, ...]:
        words = tuple(french(word.strip()) for word in value.split(";") if word.strip())
        if [strip_accents(word.casefold()) for word in words] == ["accord"]:
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
