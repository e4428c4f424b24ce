"""Parses a text by its path into a frozen Document and its Problems; parses modules and lessons itself.

Never raises, whatever the text. A Document is given whenever its required parts could be read, even if other Problems stop its
publication, so that the checks across files see as much as possible of a course that is being written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from msgspec import Struct

from app.content.documents import cover_file, library_file, network_file, reference_files, sources_file, survey_file, tool_file
from app.content.documents.scenes import read_situation
from app.content.problems.catalogue import problem
from app.content.quiz.lesson_question import read_lesson_question
from app.content.quiz.reader import read_quiz
from app.content.text.head import read_head
from app.content.text.head_values import HeadValues
from app.content.text.markdown import slug
from app.content.text.misread.sourcing import unsourced
from app.content.text.misread.untouched import untouched
from app.content.text.normalise import fingerprint, normalise, readable, refusal
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.course import SYNTHESIS, Document, Lesson, Module
from app.content.values.quiz import Question
from app.content.values.text import CompletionCriterion, DocumentKind, Fragment, Problem

MODULE_KEYS = ("id", "titre", "histoire", "objectifs", "leçons", "quiz", "achèvement", "auteur", "notes")
LESSON_KEYS = ("id", "titre", "durée", "objectifs", "quiz", "achèvement", "équivalent", "facultatif", "public", "auteur", "notes")
_FROM_MODELS = frozenset({DocumentKind.MODULE, DocumentKind.LESSON, DocumentKind.QUIZ, DocumentKind.TOOL})
MAX_PROBLEMS = 300
"""Listed of one file."""

_ID_LINE = re.compile(r"^\s*id\s*:\s*([a-z0-9-]{3,60})\s*$", re.MULTILINE)
_PATHS = (
    (re.compile(r"modules/outils/[^/.][^/]*\.md"), DocumentKind.TOOL),
    (re.compile(r"modules/enquetes/[^/.][^/]*\.md"), DocumentKind.SURVEY),
    (re.compile(r"modules/[^/.][^/]*/module\.md"), DocumentKind.MODULE),
    (re.compile(r"modules/[^/.][^/]*/[^/.][^/]*\.md"), DocumentKind.LESSON),
    (re.compile(r"quizzes/[^/.][^/]*\.md"), DocumentKind.QUIZ),
    (re.compile(r"modules/parcours\.md"), DocumentKind.PATHS),
    (re.compile(r"modules/glossaire\.md"), DocumentKind.GLOSSARY),
    (re.compile(r"modules/frise\.md"), DocumentKind.TIMELINE),
    (re.compile(r"modules/confusions\.md"), DocumentKind.CONFUSABLES),
    (re.compile(r"modules/reseau\.md"), DocumentKind.NETWORK),
    (re.compile(r"modules/sources\.md"), DocumentKind.SOURCES),
    (re.compile(r"modules/bibliotheque\.md"), DocumentKind.LIBRARY),
    (re.compile(r"modules/cours\.md"), DocumentKind.COVER),
)


class DocumentReading(Struct, frozen=True):
    """One file, read: its value if it has one, what is wrong with it, and the scan that checks across files need."""

    path: str
    kind: DocumentKind
    fingerprint: str
    document: Document | None
    problems: tuple[Problem, ...]
    scan: TextScan

    @property
    def publishable(self) -> bool:
        return self.document is not None and not any(found.is_error for found in self.problems)


def kind_of(path: str) -> DocumentKind | None:
    """What a path of the course holds; None for what is no document. A path that has a kind cannot lead out of its folder."""
    return next((kind for pattern, kind in _PATHS if pattern.fullmatch(path)), None)


def parse(path: str, text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The value of a course file and its problems. A path that is no document's is read as a lesson."""
    reading = read_document(path, text, bounded=False)
    return reading.document, reading.problems


def read_document(path: str, text: str, bounded: bool = True) -> DocumentReading:
    """Parses a file into its document, its problems and the scan that checks across files need.

    `bounded`: no further than `limits.MAX_MARKS`; what is published already is read whole, whatever is accepted today.
    """
    kind = kind_of(path) or DocumentKind.LESSON
    text = normalise(text)
    if refused := refusal(path, text):
        return DocumentReading(path, kind, fingerprint(text), None, (refused,), TextScan(id=_glimpsed_id(text)))
    read_text, cut = readable(path, text) if bounded else (text, None)
    document, scan = _PARSERS[kind](path, read_text)
    scan.unsourced = tuple(islice(unsourced(document), MAX_PROBLEMS)) if document else ()
    scan.id = scan.id or ("" if document else _glimpsed_id(text))
    for line in scan.choices if kind is not DocumentKind.LESSON else ():
        hint = "Déplacez-les dans une leçon, à la fin de la scène qui les prépare."
        scan.problems.append(problem(path, line, "E62", "Des choix ne se proposent que dans une leçon.", hint))
    scan.problems += untouched(path, read_text) if kind in _FROM_MODELS else ()
    problems = _sort_problems(path, scan.problems)
    if cut:
        problems = (*problems[:MAX_PROBLEMS], cut)
    return DocumentReading(path, kind, fingerprint(text), document, problems, scan)


def _glimpsed_id(text: str) -> str:
    """The id of a file that could not be read, if it can be seen: those who name it are not at fault."""
    found = _ID_LINE.search(text[:2000])
    return found[1] if found else ""


def _sort_problems(path: str, problems: list[Problem]) -> tuple[Problem, ...]:
    """In order of line. Of a text where everything is wrong, the beginning is enough."""
    if any(found.code == "E04" for found in problems):  # without its head, a file has none of its keys: that is one thing to mend
        problems = [found for found in problems if found.code not in ("E06", "E10")]
    ordered = sorted(problems, key=lambda found: (found.line, found.code))
    if len(ordered) > MAX_PROBLEMS:
        message = f"Plus de {MAX_PROBLEMS} problèmes dans ce fichier : seuls les premiers sont donnés."
        ordered[MAX_PROBLEMS:] = [problem(path, ordered[MAX_PROBLEMS].line, "E02", message, "Ce fichier est-il bien ce qu’il devrait être ?")]
    return tuple(ordered)


def _module(path: str, text: str) -> tuple[Module | None, TextScan]:
    head, body, line, problems = read_head(path, text, MODULE_KEYS)
    scan = scan_text(path, body, line, parse_text(body, line).tokens, DocumentKind.MODULE)
    values = HeadValues(path, head)
    identifier, title, history = values.id(), values.title(), values.history()
    objectives, lessons, quiz = values.objectives("M"), values.ids("leçons"), values.one_id("quiz")
    if head.text("achèvement").casefold() not in ("", "tous"):
        values.report(head.line("achèvement"), "E09", "Un module est achevé quand tous ses éléments le sont.", "Retirez la clé « achèvement ».")
    scan.problems += [*problems, *values.problems]
    for lines in scan.questions:
        hint = "Déplacez-la dans une leçon, après le passage qui l’enseigne."
        scan.problems.append(problem(path, lines.start, "E54", "Une question ne se pose que dans une leçon ou dans un quiz.", hint))
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title or not history:
        return None, scan
    fragment = Fragment(body, line)
    module = Module(
        identifier, title, history, objectives, lessons, quiz, fragment, tuple(scan.sources), tuple(scan.links), path, head.text("auteur"), scan.called
    )
    return module, scan


def _lesson(path: str, text: str) -> tuple[Lesson | None, TextScan]:
    head, body, line, problems = read_head(path, text, LESSON_KEYS)
    parsed = parse_text(body, line)
    scan = scan_text(path, body, line, parsed.tokens, DocumentKind.LESSON)
    values = HeadValues(path, head)
    identifier, title, minutes = values.id(), values.title(), values.minutes()
    objectives, quiz = values.objectives("O"), values.one_id("quiz")
    criterion = values.criterion((CompletionCriterion.READ, CompletionCriterion.PRESENCE), CompletionCriterion.READ)
    equivalent = _equivalent(values, criterion)
    questions = _questions(path, body, line, scan)
    situation, misled = read_situation(path, parsed) if scan.choices else (None, ())
    scan.problems += [*problems, *values.problems, *misled]
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title:
        return None, scan
    lesson = Lesson(
        id=identifier,
        title=title,
        minutes=minutes,
        objectives=objectives,
        quiz_id=quiz,
        criterion=criterion,
        equivalent=equivalent,
        optional=head.yes("facultatif", False),
        body=Fragment(body, line),
        headings=tuple(scan.headings),
        sources=tuple(scan.sources),
        links=tuple(scan.links),
        images=tuple(dict.fromkeys(image.name for image in scan.images)),
        territory_questions=parsed.territory,
        words=scan.words,
        questions=questions,
        situation=situation,
        public=head.yes("public", False),
        path=path,
        author=head.text("auteur"),
        calls=scan.called,
    )
    return lesson, scan


def _equivalent(values: HeadValues, criterion: CompletionCriterion) -> str:
    """« synthèse », or a lesson; empty where nothing is written, or nothing that is understood."""
    written = values.head.text("équivalent")
    if written and criterion is not CompletionCriterion.PRESENCE:
        hint = "Ajoutez « achèvement : présence », ou retirez cette ligne."
        values.report(values.head.line("équivalent"), "E09", "« équivalent » ne vaut que pour une étape qu’une rencontre termine.", hint)
        return ""
    return SYNTHESIS if slug(written) == slug(SYNTHESIS) else values.one_id("équivalent") or ""


def _questions(path: str, body: str, first_line: int, scan: TextScan) -> tuple[Question, ...]:
    """Those that the lesson asks by the way; their problems join the others."""
    written = body.split("\n") if scan.questions else []
    questions: list[Question] = []
    for number, lines in enumerate(scan.questions, 1):
        quoted = written[lines.start - first_line : lines.stop - first_line]
        question, problems = read_lesson_question(path, quoted, lines.start, number)
        scan.problems += problems
        questions += [question] if question else []
    return tuple(questions)


_PARSERS: dict[DocumentKind, Callable[[str, str], tuple[Document | None, TextScan]]] = {
    DocumentKind.MODULE: _module,
    DocumentKind.LESSON: _lesson,
    DocumentKind.QUIZ: read_quiz,
    DocumentKind.PATHS: reference_files.paths,
    DocumentKind.GLOSSARY: reference_files.glossary,
    DocumentKind.TIMELINE: reference_files.timeline,
    DocumentKind.CONFUSABLES: reference_files.confusables,
    DocumentKind.NETWORK: network_file.network,
    DocumentKind.SOURCES: sources_file.sources,
    DocumentKind.TOOL: tool_file.tool,
    DocumentKind.SURVEY: survey_file.survey,
    DocumentKind.LIBRARY: library_file.library,
    DocumentKind.COVER: cover_file.cover,
}
