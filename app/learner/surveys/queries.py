"""The tables of surveys, which of them wait for somebody, and what may be told of the answers.

Nothing joins the two tables: the counts of a week hold no person; who was asked and has answered is kept without what nor when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import JSON, Date, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.library import After, Measure, Moment, Survey, SurveyQuestion
from app.learner.surveys.rules import SHEETS, Counts, Lot, QuestionCounts, lots, question_counts, series, sum_counts
from app.platform.db import Base
from app.record.progress.models import Attestation
from app.record.progress.path_progress import title_of


class SurveyWeek(Base):
    """The counts of one survey, on one module or path, in one week: a row that each answer writes again whole, so that there is no row of anybody's."""

    __tablename__ = "survey_week"

    survey_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    """A module's id, or a path's."""
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its Monday."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`rules.Counts`."""


class SurveyTurn(Base):
    """One person and one survey on one thing. It says neither what was answered nor when; on SQLite nor in what order."""

    __tablename__ = "survey_turn"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy reads a plain dict

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    survey_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    round: Mapped[str] = mapped_column(String(10), primary_key=True, default="")
    """The quarter, for whoever is asked of several people; else empty."""
    answered: Mapped[bool] = mapped_column(default=False)
    asked_on: Mapped[date | None] = mapped_column(Date)
    """When an email asked; None without one."""
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the address in that email."""


# --- Which surveys wait for somebody ---------------------------------------------------------------------------------


class SurveyOffer(Struct, frozen=True):
    title: str
    url: str


class SurveyPage(Struct, frozen=True):
    """A survey to fill. `given`: field → what was typed, where the form comes back. Nothing of whose it is."""

    survey: Survey
    introduction: Markup
    helps: Mapping[str, Markup]
    """Question → what is said under its title."""
    notes: Markup
    subject: str
    """Title of the module, or of the path."""
    action: str
    given: Mapping[str, list[str]]
    error: str = ""
    done: bool = False


def survey_page(
    course: Course, survey: Survey, subject_id: str, action: str, on: date, given: Mapping[str, list[str]], error: str = "", done: bool = False
) -> SurveyPage:
    renderer = PageRenderer(course, survey, on)
    introduction = renderer.html(survey.introduction)
    helps = {question.id: renderer.html(question.help) for question in survey.questions if question.help.text}
    return SurveyPage(survey, introduction, helps, renderer.notes(), subject_title(course, subject_id), action, given, error, done)


def subject_title(course: Course, subject_id: str) -> str:
    """Returns the title of a module or path; its id once it has left the course."""
    return title_of(course, subject_id) or subject_id


def kind_of_subject(course: Course, subject_id: str) -> After:
    return After.MODULE if subject_id in course.modules else After.PATH


def asked_now(course: Course, subject_id: str) -> tuple[Survey, ...]:
    """The surveys that whoever has done this may answer at once."""
    after = kind_of_subject(course, subject_id)
    return tuple(survey for survey in course.surveys.values() if survey.moment is Moment.HOT and after in survey.after)


def offer(session: Session, course: Course, person_id: int, subject_id: str) -> SurveyOffer | None:
    """What is proposed to somebody who holds the attestation of a module or of a path, as long as they have not answered. One SELECT where there is a survey."""
    asked = asked_now(course, subject_id)
    if not asked:
        return None
    mine = select(SurveyTurn.survey_id).where(SurveyTurn.person_id == person_id, SurveyTurn.subject_id == subject_id, SurveyTurn.answered)
    answered = set(session.scalars(mine))
    waiting = next((survey for survey in asked if survey.id not in answered), None)
    return SurveyOffer(waiting.title, url_for("surveys.survey", survey_id=waiting.id, subject_id=subject_id)) if waiting else None


def has_done(session: Session, person_id: int, subject_id: str) -> bool:
    held = select(Attestation.id).where(Attestation.person_id == person_id, Attestation.subject_id == subject_id, Attestation.revoked_at.is_(None))
    return session.scalar(held) is not None


# --- What may be told ------------------------------------------------------------------------------------------------


class QuestionResult(Struct, frozen=True):
    """What may be told of one question on one subject: lots, and their sum."""

    question: SurveyQuestion
    lots: tuple[Lot, ...]

    @property
    def total(self) -> QuestionCounts:
        return sum_counts(lot.told for lot in self.lots)


class SubjectResult(Struct, frozen=True):
    id: str
    title: str
    lots: tuple[Lot, ...]
    """Of all who answered, whatever they left."""
    questions: tuple[QuestionResult, ...]

    @property
    def people(self) -> int:
        return sum(lot.told.answered for lot in self.lots)


class SurveyResult(Struct, frozen=True):
    """The whole is the sum of what is told of each subject, never more: nothing of a small subject can be found by subtraction."""

    survey: Survey
    subjects: tuple[SubjectResult, ...]
    """In the order of the path."""

    @property
    def people(self) -> int:
        return sum(subject.people for subject in self.subjects)

    @property
    def until(self) -> date | None:
        return max((lot.until for subject in self.subjects for lot in subject.lots), default=None)

    def question(self, question: SurveyQuestion) -> QuestionCounts:
        """Sums the counts of a question over all subjects."""
        return sum_counts(result.total for subject in self.subjects for result in subject.questions if result.question.id == question.id)

    def question_of_measure(self, measure: Measure) -> tuple[SurveyQuestion, QuestionCounts] | None:
        """The question that feeds a figure of the site; None where five people have not answered it."""
        found = next((question for question in self.survey.questions if question.measure is measure), None)
        told = self.question(found) if found else None
        return (found, told) if found and told and told.answered else None


def results(session: Session, course: Course, on: date) -> tuple[SurveyResult, ...]:
    """Returns the results of published surveys that may be published on a day. One SELECT."""
    weeks: dict[str, dict[str, list[tuple[date, Counts]]]] = {}
    for row in session.execute(select(SurveyWeek.survey_id, SurveyWeek.subject_id, SurveyWeek.week, SurveyWeek.counts)):
        weeks.setdefault(row.survey_id, {}).setdefault(row.subject_id, []).append((row.week, row.counts))
    return tuple(SurveyResult(survey, tuple(_subjects(course, survey, weeks.get(survey.id, {}), on))) for survey in in_order(course))


def in_order(course: Course) -> list[Survey]:
    return sorted(course.surveys.values(), key=lambda survey: (list(Moment).index(survey.moment), survey.path))


def _subjects(course: Course, survey: Survey, weeks: Mapping[str, list[tuple[date, Counts]]], on: date) -> Iterator[SubjectResult]:
    known = [each for path in course.paths.paths for each in (*path.module_ids, path.id)]
    for subject_id in [*(each for each in dict.fromkeys(known) if each in weeks), *sorted(weeks.keys() - set(known))]:
        mine = weeks[subject_id]
        told = lots(((week, question_counts(counts, SHEETS)) for week, counts in mine), on)
        if told:
            questions = (QuestionResult(one, lots(((week, question_counts(counts, series(one))) for week, counts in mine), on)) for one in survey.questions)
            yield SubjectResult(subject_id, subject_title(course, subject_id), told, tuple(questions))


class SurveyFigure(Struct, frozen=True):
    """One of the site's figures: of so many people, so many were favourable."""

    measure: Measure
    question: str
    favourable: int
    people: int
    until: date
    """The last week that is in it."""

    @property
    def share(self) -> float:
        return self.favourable / self.people


def figures(found: tuple[SurveyResult, ...]) -> dict[Measure, SurveyFigure]:
    """The figures that surveys feed, from five people on."""
    told: dict[Measure, SurveyFigure] = {}
    for result in found:
        for measure in Measure:
            measured = result.question_of_measure(measure)
            if measured and result.until and measure not in told:
                question, counts = measured
                share = counts.share(question)
                if share is not None:
                    told[measure] = SurveyFigure(measure, question.title, int(share * counts.answered), counts.answered, result.until)
    return told
