"""The editor's page: a text, what learners would see of it, what is wrong with it, and how it was understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import merge3
from app.authoring.comparing.word_diff import Difference, difference
from app.authoring.drafts.checks import CheckedText, check, renamed
from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.readings import CourseReadings, course_around
from app.authoring.drafts.services import DraftConflict
from app.authoring.editor import remedies, snippets
from app.authoring.editor.preview import KINDS, Preview, preview
from app.authoring.feedback.inbox.queries import MessageLine, messages_of
from app.content.documents.describe import describe_question, lines
from app.content.documents.reader import Reading, kind_of
from app.content.store.models import Revision
from app.content.store.queries import course
from app.content.values.course import Course, Sources
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind, Problem
from app.french import day_of, short

SIDES = (
    ("", "Sans employeur précisé"),
    ("collectivite", "D’une collectivité"),
    ("education", "De l’Éducation nationale"),
    ("etat", "De l’État"),
)
"""Of the reader imagined: (value, words)."""

_HINTS = {"E06": "Le bouton l’écrit à votre place."}
"""Where the remedy of the files is a command, the atelier's is a button."""
OLD_ID = "id"
"""The key of the remedy that gives a text its document's id again."""
_QUOTED = 120
"""Characters of a line that a problem shows."""


@dataclass(frozen=True, slots=True)
class ProblemLine:
    key: str
    """Names the problem among those of one text."""
    problem: Problem
    hint: str
    quoted: str
    """The line itself, so that the problem can be read without the text."""
    remedy: str
    """What the button says; empty without one."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How something was understood, in words: a question and its line, or the whole file."""

    line: int | None
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditorPanels:
    """What changes with each letter, and a script replaces."""

    action: str
    preview: Preview
    side: str
    problems: tuple[ProblemLine, ...]
    elsewhere: tuple[Problem, ...]
    complete: bool
    understood: tuple[Understood, ...]
    old_id: str
    """The document's id where its published text had it and this one has another; empty where all is well."""

    @property
    def errors(self) -> int:
        return sum(line.problem.is_error for line in self.problems)


@dataclass(frozen=True, slots=True)
class EditorPage:
    text: WorkingText
    kind: str
    panels: EditorPanels
    groups: tuple[tuple[str, tuple[snippets.Snippet, ...]], ...]
    message: str = ""
    """Said of a text that was changed and is not saved."""
    line: int | None = None
    """Where to go."""
    messages: tuple[MessageLine, ...] = ()
    """What learners found wrong in it, and nobody has answered."""
    sides: tuple[tuple[str, str], ...] = SIDES


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The whole page of a preview, in a tab of its own."""

    document_id: str
    preview: Preview
    side: str
    text: str | None
    """What was sent, which is not saved: the page sends it again with its questions. None when the stored text is shown."""
    action: str
    sides: tuple[tuple[str, str], ...] = SIDES


def editor_panels(session: Session, text: WorkingText, around: CourseReadings, side: str, now: datetime) -> EditorPanels:
    """`around`: the course as this text's author writes it."""
    found = check([text], around, day_of(now))
    return EditorPanels(
        action=url_for("authoring.preview", document_id=text.document_id),
        preview=preview(course_as_written(course(session), around), text, side or None, now),
        side=side,
        problems=tuple(problem_lines(found.texts[0])),
        elsewhere=found.elsewhere,
        complete=found.complete,
        understood=tuple(_understood(text.reading)),
        old_id=text.document_id if text.published and renamed(text) else "",
    )


def course_as_written(published: Course, around: CourseReadings) -> Course:
    """The course with its author's own draft of the sources: a lesson may call one that is not published yet."""
    written = around.readings.get(DocumentKind.SOURCES.value)
    return replace(published, sources=written.document) if written and isinstance(written.document, Sources) else published


def problem_lines(checked: CheckedText) -> Iterator[ProblemLine]:
    written, seen = checked.text.text.split("\n"), Counter[str]()
    tidied = remedies.tidied_lines(checked.text.text, checked.problems)
    for found in checked.problems:
        place = f"{found.code}-{found.line}"
        seen[place] += 1
        line = written[found.line - 1].strip() if 0 < found.line <= len(written) else ""
        yield ProblemLine(f"{place}-{seen[place]}", found, _HINTS.get(found.code, found.hint), short(line, _QUOTED), remedies.label(found, line, tidied))


def _understood(reading: Reading) -> Iterator[Understood]:
    quiz = reading.document
    if not isinstance(quiz, Quiz):
        if words := tuple(line for line in lines(reading) if line):
            yield Understood(None, "", words)
        return
    for number, question in enumerate(quiz.questions, 1):
        title, *rest = describe_question(number, question)
        yield Understood(question.line, title.partition(" : ")[2], tuple(rest))


def editor_page(
    session: Session, text: WorkingText, around: CourseReadings, side: str, now: datetime, message: str = "", line: int | None = None
) -> EditorPage:
    kind, panels = kind_of(text.path) or DocumentKind.LESSON, editor_panels(session, text, around, side, now)
    groups, messages = snippets.groups(snippets.offered(kind)), messages_of(session, text.document_id, day_of(now))
    return EditorPage(text, KINDS[kind], panels, groups, message, line, messages)


@dataclass(frozen=True, slots=True)
class Remedied:
    """A text once a remedy was applied; `label` says which, `line` where."""

    text: WorkingText
    line: int
    label: str


def remedied(text: WorkingText, around: CourseReadings, key: str, on: date) -> Remedied | None:
    """The text with the remedy of one of its problems; None where it has none that is safe."""
    if key == OLD_ID:
        return Remedied(replace(text, text=remedies.with_id(text.text, text.document_id)), 2, f"identifiant remis à « {text.document_id} »")
    line = next((line for line in problem_lines(check([text], around, on).texts[0]) if line.key == key), None)
    mended = remedies.mended(text.path, text.text, line.problem, around.taken(text.document_id)) if line else None
    return Remedied(replace(text, text=mended), line.problem.line, line.remedy) if line and mended is not None else None


def with_ids(session: Session, text: WorkingText) -> WorkingText:
    """The same text with the ids that it lacks: in the browser nobody has to write one."""
    if not any(found.code == "E06" for found in text.reading.problems):
        return text
    taken = course_around(session, text.document_id, text.author_id).taken(text.document_id)
    return replace(text, text=remedies.with_ids(text.path, text.text, taken))


@dataclass(frozen=True, slots=True)
class DraftConflictPage:
    document_id: str
    path: str
    sent: str
    saved: str
    version: int
    difference: Difference
    merged: str | None
    """What both changed without touching each other; None where they did."""


def draft_conflict_page(session: Session, text: WorkingText, error: DraftConflict) -> DraftConflictPage:
    base = session.get(Revision, text.base_id) if text.base_id else None
    merged = merge3(base.text, error.sent, error.saved).text if base else None
    return DraftConflictPage(text.document_id, text.path, error.sent, error.saved, error.version, difference(error.saved, error.sent), merged)
