"""Errors that learners reported: all of them on one page, those of one text beside it. Nobody is named: the answer finds its way by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.questions.pool import question_of
from app.authoring.feedback.regrading.queries import line_url
from app.content.store.models import Publication, Revision
from app.content.store.queries import course
from app.content.values.course import Course, Lesson
from app.content.values.quiz import Quiz
from app.identity.models import Person
from app.learning.error_reports.models import ErrorReport
from app.learning.error_reports.queries import place_title
from app.review.statistics import ReviewedQuestion, withdrawn

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report, where it stands in the published text today."""

    report: ErrorReport
    what: str
    """The lesson, or the quiz and the question."""
    line: int
    url: str
    """That line in the editor."""
    changed: bool
    """The text, or the question, has changed since it was read."""
    actor: str
    """Who answered."""


@dataclass(frozen=True, slots=True)
class WithdrawnLine:
    """A question that reviews withdrew: whoever missed it is not named."""

    question: ReviewedQuestion
    url: str


@dataclass(frozen=True, slots=True)
class ReportsPage:
    open: tuple[ReportLine, ...]
    withdrawn: tuple[WithdrawnLine, ...]
    closed: tuple[ReportLine, ...]
    """The latest answered."""
    total: int
    """Open ones, shown or not."""
    refused: int
    """The report whose answer was refused; 0 for none."""
    answer: str
    """As typed."""
    error: str


def open_counts(session: Session) -> dict[str, int]:
    """Document id → reports that await an answer."""
    query = select(ErrorReport.document_id, func.count()).where(ErrorReport.answered_at.is_(None)).group_by(ErrorReport.document_id)
    return dict(session.execute(query).all())


def reports_of(session: Session, document_id: str) -> tuple[ReportLine, ...]:
    """The open reports of one text, in the order of its lines."""
    wanted = select(ErrorReport).where(ErrorReport.document_id == document_id, ErrorReport.answered_at.is_(None)).order_by(ErrorReport.id)
    return tuple(sorted(_lines(session, session.scalars(wanted).all()), key=lambda line: (line.line, line.report.id)))


def reports_page(session: Session, *, refused: int = 0, answer: str = "", error: str = "") -> ReportsPage:
    """The oldest open first."""
    waiting = select(ErrorReport).where(ErrorReport.answered_at.is_(None)).order_by(ErrorReport.reported_at, ErrorReport.id).limit(PER_PAGE)
    done = select(ErrorReport).where(ErrorReport.answered_at.is_not(None)).order_by(ErrorReport.answered_at.desc(), ErrorReport.id.desc()).limit(PER_PAGE)
    total = session.scalar(select(func.count()).select_from(ErrorReport).where(ErrorReport.answered_at.is_(None))) or 0
    found, closed = (tuple(_lines(session, session.scalars(query).all())) for query in (waiting, done))
    lines = tuple(WithdrawnLine(one, line_url(one.document_id, one.line)) for one in withdrawn(session, course(session)))
    return ReportsPage(found, lines, closed, total, refused, answer, error)


def _lines(session: Session, reports: Sequence[ErrorReport]) -> Iterator[ReportLine]:
    published = course(session)
    documents, actors = {report.document_id for report in reports}, {report.actor_id for report in reports}
    query = select(Publication.document_id, Revision.text).join(Revision, Revision.id == Publication.revision_id)
    texts = dict(session.execute(query.where(Publication.document_id.in_(documents))).all())
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(actors))).all())
    for report in reports:
        what = place_title(session, published, report.element_id, report.question_id, report.revision_id)
        line = line_of(published, texts.get(report.document_id, ""), report)
        changed = _fingerprint(published, report) != report.fingerprint
        yield ReportLine(report, what, line, line_url(report.document_id, line), changed, names.get(report.actor_id or 0, ""))


def line_of(published: Course, text: str, row: ErrorReport) -> int:
    """Where it stands today: the question, else the passage, else the heading, else the top."""
    quiz, lesson = published.quizzes.get(row.document_id), published.lessons.get(row.document_id)
    question = question_of(quiz, row.question_id) if quiz else None
    if question is not None:
        return question.line
    return _passage_line(text, row.passage) or _heading_line(lesson, row.anchor) or 1


def _passage_line(text: str, passage: str) -> int:
    """0 where the text does not hold the passage. Spaces, apostrophes and quotes are typeset when shown: they count alike."""
    wanted = _plain(passage)
    if not wanted:
        return 0
    return next((number for number, line in enumerate(text.split("\n"), 1) if wanted in _plain(line) or (len(line) > 20 and _plain(line) in wanted)), 0)


def _heading_line(lesson: Lesson | None, anchor: str) -> int:
    return next((heading.line for heading in lesson.headings if anchor and heading.anchor == anchor), 0) if lesson else 0


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold().replace("’", "'") if not letter.isspace() and letter not in '«»*_"')


def _fingerprint(published: Course, row: ErrorReport) -> str:
    quiz: Quiz | None = published.quizzes.get(row.document_id)
    question = question_of(quiz, row.question_id) if quiz and row.question_id else None
    if question is not None:
        return question.fingerprint
    version = published.versions.get(row.document_id)
    return version.fingerprint if version else ""
