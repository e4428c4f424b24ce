"""The editor's page: a text, what learners would see of it, what is wrong with it, and how it was understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import merge3
from app.authoring.comparing.word_diff import Difference, difference
from app.authoring.drafts.checks import Checked, Published, check, course_around, reading_of, renamed
from app.authoring.drafts.services import NewerDraft, draft_of, published_revision
from app.authoring.editor import preview as previewing
from app.authoring.editor import remedies, snippets
from app.authoring.editor.preview import KINDS, Fields, Preview
from app.authoring.feedback.report_queries import ReportLine, reports_of
from app.authoring.models import Draft
from app.content.documents.describe import describe_question, lines
from app.content.documents.reader import Reading, kind_of
from app.content.store.models import Revision
from app.content.store.queries import course
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind, Problem
from app.errors import NotYours
from app.french import short

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
class Text:
    """What is being written: the author's draft, or what is published while there is none."""

    author_id: int
    document_id: str
    path: str
    text: str
    media: Mapping[str, str]
    version: int
    """0 without a draft."""
    base_id: int | None
    draft: Draft | None
    revision: Revision | None
    """What is published now."""


@dataclass(frozen=True, slots=True)
class ProblemLine:
    key: str
    """Names the problem among those of one text."""
    code: str
    line: int
    message: str
    hint: str
    quoted: str
    """The line itself, so that the problem can be read without the text."""
    remedy: str
    """What the button says; empty without one."""
    is_error: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """How something was understood, in words: a question and its line, or the whole file."""

    line: int | None
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What changes with each letter: the panels that a script replaces."""

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
        return sum(found.is_error for found in self.problems)


@dataclass(frozen=True, slots=True)
class EditorPage:
    document_id: str
    kind: str
    title: str
    path: str
    text: str
    version: int
    base_id: int | None
    saved_at: datetime | None
    published: bool
    drafted: bool
    judged: Judged
    groups: tuple[tuple[str, tuple[snippets.Snippet, ...]], ...]
    message: str = ""
    """Said of a text that was changed and is not saved."""
    line: int | None = None
    """Where to go."""
    sides: tuple[tuple[str, str], ...] = SIDES
    reports: tuple[ReportLine, ...] = ()
    """What learners found wrong in it, and nobody has answered."""


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


def text_of(session: Session, document_id: str, author_id: int) -> Text:
    """Raises NotYours for a document that is neither published nor drafted by this author."""
    draft, revision = draft_of(session, document_id, author_id), published_revision(session, document_id)
    if draft is not None:
        return Text(author_id, document_id, draft.path, draft.text, draft.media, draft.version, draft.base_revision_id, draft, revision)
    if revision is None:
        raise NotYours
    return Text(author_id, document_id, revision.path, revision.text, revision.media, 0, revision.id, None, revision)


def _around(session: Session, text: Text) -> Published:
    return course_around(session, text.document_id, text.author_id)


def judged(session: Session, text: Text, side: str, on: date) -> Judged:
    reading = reading_of(text.path, text.text)
    checked = check(_around(session, text), reading, text.media, on, text.document_id)
    return Judged(
        action=url_for("authoring.preview", document_id=text.document_id),
        preview=preview_of(session, text, reading, side, on),
        side=side,
        problems=tuple(problem_lines(checked, text.text)),
        elsewhere=checked.elsewhere,
        complete=checked.complete,
        understood=tuple(_understood(reading)),
        old_id=text.document_id if text.revision and renamed(reading, text.document_id) else "",
    )


def preview_of(session: Session, text: Text, reading: Reading, side: str, on: date, tried: Fields | None = None) -> Preview:
    return previewing.preview(course(session), reading, text.text, text.media, side or None, on, tried)


def problem_lines(checked: Checked, text: str) -> Iterator[ProblemLine]:
    written, seen = text.split("\n"), dict[str, int]()
    for found in checked.own:
        place = f"{found.code}-{found.line}"
        seen[place] = seen.get(place, 0) + 1
        line = written[found.line - 1].strip() if 0 < found.line <= len(written) else ""
        hint = _HINTS.get(found.code, found.hint)
        yield ProblemLine(
            f"{place}-{seen[place]}", found.code, found.line, found.message, hint, short(line, _QUOTED), remedies.label(found, line), found.is_error
        )


def _understood(reading: Reading) -> Iterator[Understood]:
    quiz = reading.document
    if not isinstance(quiz, Quiz):
        if words := tuple(lines(reading)):
            yield Understood(None, "", words)
        return
    for number, question in enumerate(quiz.questions, 1):
        title, *rest = describe_question(number, question)
        yield Understood(question.line, title.partition(" : ")[2], tuple(rest))


def editor_page(session: Session, text: Text, side: str, on: date, message: str = "", line: int | None = None) -> EditorPage:
    kind = kind_of(text.path) or DocumentKind.LESSON
    found = judged(session, text, side, on)
    return EditorPage(
        document_id=text.document_id,
        kind=KINDS[kind],
        title=found.preview.title,
        path=text.path,
        text=text.text,
        version=text.version,
        base_id=text.base_id,
        saved_at=text.draft.updated_at if text.draft else None,
        published=text.revision is not None,
        drafted=text.draft is not None,
        judged=found,
        groups=snippets.groups(snippets.offered(kind)),
        message=message,
        line=line,
        reports=reports_of(session, text.document_id),
    )


def remedied(session: Session, text: Text, key: str, on: date) -> tuple[Text, ProblemLine] | None:
    """The text with the remedy of one of its problems, and which; None where it has none that is safe."""
    reading, published = reading_of(text.path, text.text), _around(session, text)
    if key == OLD_ID:
        return replace(text, text=remedies.with_id(text.text, text.document_id)), _old_id(text)
    checked = check(published, reading, text.media, on, text.document_id)
    for found, line in zip(checked.own, problem_lines(checked, text.text), strict=True):
        if line.key == key:
            written = remedies.mended(text.path, text.text, found, published.taken(text.document_id))
            return (replace(text, text=written), line) if written is not None else None
    return None


def _old_id(text: Text) -> ProblemLine:
    return ProblemLine(OLD_ID, "", 2, "", "", "", f"identifiant remis à « {text.document_id} »", True)


def with_ids(session: Session, text: Text) -> Text:
    """The same text with the ids that it lacks: in the browser nobody has to write one."""
    if not any(found.code == "E06" for found in reading_of(text.path, text.text).problems):
        return text
    return replace(text, text=remedies.with_ids(text.path, text.text, _around(session, text).taken(text.document_id)))


@dataclass(frozen=True, slots=True)
class NewerPage:
    document_id: str
    path: str
    sent: str
    saved: str
    version: int
    difference: Difference
    merged: str | None
    """What both changed without touching each other; None where they did."""


def newer_page(session: Session, text: Text, error: NewerDraft) -> NewerPage:
    base = session.get(Revision, text.base_id) if text.base_id else None
    merged = merge3(base.text, error.sent, error.saved).text if base else None
    return NewerPage(text.document_id, text.path, error.sent, error.saved, error.version, difference(error.saved, error.sent), merged)
