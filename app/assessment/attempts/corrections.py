"""The corrected sheet of a submitted attempt, and what to read again after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.attempts.results import PastAttempt, QuizResult, past_attempt, quiz_result, with_regrade
from app.assessment.attempts.sheet import (
    AttemptHeading,
    AttemptSheet,
    QuestionStep,
    RegradedAnswer,
    SheetQuestion,
    attempt_of,
    heading_of,
    lexicon_at,
    pinned_question,
    sheet_of,
    steps_of,
)
from app.assessment.kinds.registry import kind_of
from app.assessment.models import Attempt, AttemptOpen, RegradedAttempt, Regrading
from app.assessment.questions.correct import CorrectedQuestion, LessonLink, correct, lesson_link
from app.assessment.questions.draw import PoolQuestion, objective_of
from app.assessment.questions.grading import Mark, carry_answer, grade_unanswered, obstacle
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.quiz import Policy

# --- What to read again: the passages that cost the most, in the order of the course ---

MOST = 3
"""Passages of one plan: more is a list that nobody reads."""


def plan_of(sheet: AttemptSheet, course: Course) -> tuple[LessonLink, ...]:
    """The plan of a submitted attempt."""
    asked = [(entry.pooled.question, entry.pooled.quiz, entry.grade.fraction) for entry in sheet.entries]
    return reading_plan(((lesson_link(question, quiz, course), Fraction(question.points) * (1 - earned)) for question, quiz, earned in asked), course)


def reading_plan(answers: Iterable[tuple[LessonLink | None, Fraction]], course: Course) -> tuple[LessonLink, ...]:
    """Each passage once, as the course teaches them; a whole lesson only where none of its parts is named.

    `answers`: where each question is taught, if anywhere, and the points that its answer lost; 0 for a right one.
    """
    missed = [(link, points) for link, points in answers if link and points > 0]
    named = {link.lesson_id for link, _ in missed if link.anchor}
    lost: dict[LessonLink, Fraction] = {}
    for link, points in missed:
        if link.anchor or link.lesson_id not in named:
            lost[link] = lost.get(link, Fraction(0)) + points
    dearest = sorted(lost, key=lambda link: -lost[link])[:MOST]
    return tuple(sorted(dearest, key=lambda link: _place(link, course)))


def _place(link: LessonLink, course: Course) -> tuple[int, int]:
    lessons = [lesson_id for module in course.modules.values() for lesson_id in module.lesson_ids]
    anchors = [heading.anchor for heading in course.lessons[link.lesson_id].headings]
    return (
        lessons.index(link.lesson_id) if link.lesson_id in lessons else len(lessons),
        anchors.index(link.anchor) + 1 if link.anchor in anchors else 0,
    )


def reached_objectives(sheet: AttemptSheet, course: Course) -> tuple[str, ...]:
    """What the person can do, in words: each objective of a lesson of which every question of the attempt is right, as the course teaches them."""
    right: dict[str, bool] = {}
    for entry in sheet.entries:
        key = objective_of(entry.pooled)
        right[key] = right.get(key, True) and entry.grade.fraction == 1
    taught = (course.lessons[lesson_id] for module in course.modules.values() for lesson_id in module.lesson_ids if lesson_id in course.lessons)
    return tuple(each.text for lesson in taught for each in lesson.objectives if right.get(f"{lesson.id}/{each.id}"))


# --- A submitted attempt once a key was corrected ---
#
# The corrected questions stand in the place of the pinned ones. Nothing is rewritten.


class Regrade(Struct, frozen=True):
    """What one regrading did to one attempt."""

    at: datetime
    reason: str
    maintained: bool
    """The mark would have fallen, and stays."""
    raw: Fraction
    """Points after it."""


class RegradesSince(Struct, frozen=True):
    """What regradings did since an attempt was submitted."""

    keys: dict[str, int]
    """Question id → the revision of its corrected key."""
    regrades: tuple[Regrade, ...]
    """Those that changed this attempt's mark, or would have."""


_REGRADES = (
    select(Regrading.keys.label("keys_"), Regrading.at, Regrading.reason, RegradedAttempt.maintained, RegradedAttempt.score_raw)
    .outerjoin(RegradedAttempt, (RegradedAttempt.regrading_id == Regrading.id) & (RegradedAttempt.attempt_id == bindparam("attempt_id")))
    .where(Regrading.quiz_id == bindparam("quiz_id"), Regrading.at >= bindparam("submitted_at"))
    .order_by(Regrading.id)
)


def regrades_since(session: Session, attempt: Attempt) -> RegradesSince:
    """One SELECT."""
    if attempt.submitted_at is None or attempt.practice:
        return RegradesSince({}, ())
    rows = session.execute(_REGRADES, {"attempt_id": attempt.id, "quiz_id": attempt.quiz_id, "submitted_at": attempt.submitted_at}).all()
    keys = {question_id: revision for row in rows for question_id, revision in row.keys_.items()}
    return RegradesSince(keys, tuple(Regrade(row.at, row.reason, row.maintained, row.score_raw) for row in rows if row.score_raw is not None))


def corrected_sheet(session: Session, sheet: AttemptSheet, since: RegradesSince) -> AttemptSheet:
    """The sheet with each question by the key that the last regrading gave it."""
    if not since.keys:
        return sheet
    return replace(sheet, entries=tuple(_entry(session, sheet, entry, since.keys) for entry in sheet.entries))


def _entry(session: Session, sheet: AttemptSheet, entry: SheetQuestion, keys: dict[str, int]) -> SheetQuestion:
    pinned = entry.pooled.question
    revision_id = keys.get(pinned.id)
    now = pinned_question(session, revision_id, pinned.id) if revision_id else None
    if revision_id is None or now is None or now.question.fingerprint == pinned.fingerprint or obstacle(pinned, now.question):
        return entry
    return replace(entry, pooled=_in_force(now, entry.pooled), regraded=_regrade_answer(session, sheet, entry, now, revision_id))


def _in_force(now: PoolQuestion, pinned: PoolQuestion) -> PoolQuestion:
    """The corrected question, at the points that were pinned."""
    return PoolQuestion(replace(now.question, points=pinned.question.points), now.quiz)


def _regrade_answer(session: Session, sheet: AttemptSheet, entry: SheetQuestion, now: PoolQuestion, revision_id: int) -> RegradedAnswer:
    """A question without an answer has nothing to mark: it is worth nothing by any key."""
    kind = kind_of(now.question)
    if entry.latest is None:
        return RegradedAnswer(kind.blank, grade_unanswered(now.question.points), revision_id)
    given = carry_answer(entry.response, entry.pooled.question, now.question)
    return RegradedAnswer(given, kind.grade(given, lexicon_at(session, sheet.attempt.pins)), revision_id)


# --- After a failed attempt: how it failed, before one tries again ---


class FailedAttempt(Struct, frozen=True):
    """The last attempt at a quiz, that was sent and did not reach the pass mark."""

    attempt_id: int
    mark: Mark
    """As the last regrade left it."""
    policy: Policy
    plan: tuple[LessonLink, ...]
    """Told even where the correction is not shown: a passage gives neither the key nor the question."""


def failed_attempt(session: Session, course: Course, person_id: int, quiz_id: str) -> FailedAttempt | None:
    """Returns the last attempt if it failed; None where nothing was sent or it passed. Four SELECTs at most."""
    mine = with_regrade().where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None))
    found = session.execute(mine.order_by(Attempt.number.desc()).limit(1)).first()
    if found is None:
        return None
    attempt, regrade = found
    past = past_attempt(attempt, regrade)
    if past.passed:
        return None
    sheet = corrected_sheet(session, sheet_of(session, attempt), regrades_since(session, attempt))
    return FailedAttempt(attempt.id, past.mark, past.policy, plan_of(sheet, course))


# --- The page of a submitted attempt: its mark, and its correction where it may be read ---
#
# `on` is the day against which the sources of the course are judged stale.


class Correction(Struct, frozen=True):
    """A submitted attempt: its mark, and its correction where it may be read."""

    heading: AttemptHeading
    attempt: PastAttempt
    """With its mark as the last regrade left it."""
    result: QuizResult
    """Over all attempts: the mark that counts, what may be asked for."""
    shows: bool
    when: str
    """When the correction shows, in a sentence."""
    questions: tuple[CorrectedQuestion, ...]
    """Empty unless `shows`."""
    plan: tuple[LessonLink, ...]
    """What to read again; empty where nothing was missed, or unless `shows`."""
    reached: tuple[str, ...]
    """What the attempt shows that the person can do; empty where it failed and is not corrected yet."""
    answers: tuple[QuestionStep, ...]
    """What was answered, always."""
    left: str
    notes: Markup
    regrades: tuple[Regrade, ...]
    """When the mark was computed again by a corrected key, the first time first."""
    original: Mark
    """The mark on the day."""

    @property
    def may_practise(self) -> bool:
        return any(question.fraction < 1 for question in self.questions)


def correction(session: Session, course: Course, person_id: int, attempt_id: int, on: date | None = None) -> Correction:
    """`AttemptOpen` while the attempt is not submitted."""
    attempt = attempt_of(session, person_id, attempt_id)
    if attempt.submitted_at is None:
        raise AttemptOpen
    since = regrades_since(session, attempt)
    sheet = corrected_sheet(session, sheet_of(session, attempt), since)
    result = quiz_result(session, course, person_id, attempt.quiz_id)
    original = past_attempt(attempt, None)
    past = next((past for past in result.past if past.attempt_id == attempt.id), original)
    shows = attempt.practice or result.shows_correction(sheet.policy)
    questions, notes = _correct_questions(session, course, sheet, on) if shows else ((), Markup())
    return Correction(
        heading=heading_of(sheet),
        attempt=past,
        result=result,
        shows=shows,
        when=policy.correction_sentence(sheet.policy),
        questions=questions,
        plan=plan_of(sheet, course) if shows else (),
        reached=reached_objectives(sheet, course) if shows or past.passed else (),
        answers=steps_of(sheet),
        left=policy.left_sentence(result.allowed, result.left, result.open_id is not None),
        notes=notes,
        regrades=since.regrades,
        original=original.mark,
    )


def _correct_questions(session: Session, course: Course, sheet: AttemptSheet, on: date | None) -> tuple[tuple[CorrectedQuestion, ...], Markup]:
    """Every question, and the notes that they call, numbered together though the questions may come from several files."""
    lexicon = lexicon_at(session, sheet.attempt.pins)
    renderer: PageRenderer | None = None
    questions = []
    for entry in sheet.entries:
        if renderer is None:
            renderer = PageRenderer(course, entry.pooled.quiz, on)
        renderer.turn_to(entry.pooled.quiz)
        questions.append(correct(entry.answered_question, entry.layout, renderer, lexicon, course))
    return tuple(questions), renderer.notes() if renderer else Markup()
