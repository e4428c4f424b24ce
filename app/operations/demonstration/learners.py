"""What the demonstration's people do beside the course: questions to trainers, positionings, reviews, surveys. Each part once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.kinds.responses import Form
from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.library import Measure, Moment, Survey, SurveyAnswerShape, SurveyQuestion
from app.identity import email_preferences
from app.identity.rules import Role
from app.learner.messages import queries
from app.learner.messages.queries import ThreadKind, TrainerMessage, lesson_place
from app.learner.positioning import services, start_views
from app.learner.positioning.models import Positioning, PositioningResult, asked_question, pool_of, rows_of
from app.learner.positioning.rules import Proposal, WaiverDecision
from app.learner.review.deck import ReviewCard, deck_of
from app.learner.review.queries import LETTER, asking
from app.learner.review.rules import ReviewItem, plan, rating_of
from app.learner.review.services import write_answer
from app.learner.surveys.queries import SurveyTurn, SurveyWeek, asked_now, kind_of_subject
from app.learner.surveys.services import count
from app.operations.demonstration.accounts import WORDS, LoadedPerson, Stage
from app.platform.french import day_of
from app.record.figures import store
from app.record.progress.models import Attestation

PROMISED = timedelta(days=7)
"""Five worked days, without reading any calendar of holidays."""
TAKERS = (Stage.FIRST_LESSON, Stage.FIRST_MODULE, Stage.WAIVED)
AGO = timedelta(days=3)
REVIEWING = frozenset({Stage.ONE_MODULE, Stage.TWO_MODULES, Stage.FINISHED, Stage.FINISHED_THEN_NEWS, Stage.LAST_QUIZ, Stage.SILENT})
REVIEWERS = 9
REVIEWED_WEEKS = 9
KNOWS, SURE = 0.8, 0.85
"""How often they are right, and then do not hesitate."""
SURVEYED_WEEKS = 30
"""Before today, over which answers are spread."""
ANSWERING = {Moment.HOT: 17, Moment.COLD: 14, Moment.MANAGER: 9}
"""Who answered each survey on each thing, about."""


# --- Questions to trainers, and reported errors ---


def write_messages(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """A question answered and published for all, one that is answered, one that waits, an error that was corrected."""
    published = course(session)
    known = [each for each in WORDS["messages"] if published.module_of(each["lesson"]) is not None]
    if not known or session.scalar(select(TrainerMessage.id).limit(1)) is not None:
        return
    trainer = next(person.id for person in people if Role.TRAINER in person.roles)
    writers = [person.id for person in people if person.roles == {Role.LEARNER}][1:]
    rows = []
    for writer, each in zip(writers, known, strict=False):
        kind, lesson = ThreadKind(each["kind"]), each["lesson"]
        place, sent = lesson_place(published, lesson, each["heading"]), now - timedelta(days=each["days_ago"])
        row = TrainerMessage(
            person_id=writer,
            kind=kind.value,
            element_id=lesson,
            document_id=lesson,
            fingerprint=place.fingerprint,
            revision_id=place.revision_id,
            anchor=place.anchor,
            message=each["words"],
            sent_at=sent,
            due_on=day_of(sent + PROMISED) if kind is ThreadKind.QUESTION else None,
        )
        if each["answer"]:
            row.answer, row.answered_at, row.actor_id = each["answer"], sent + timedelta(days=each["answered_after"]), trainer
            row.fixed = True if kind is ThreadKind.ERROR else None
        rows.append(row)
    session.add_all(rows)
    session.flush()
    told = WORDS["published"]
    first = next((row for row in rows if row.element_id == told["lesson"] and row.answered_at and row.kind == ThreadKind.QUESTION), None)
    if first:
        queries.publish(session, published, first.id, trainer, (told["lesson"], told["question"], told["answer"]), now - timedelta(days=17))


# --- Positionings ---


def take_positionings(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """The first person of each of these stages takes the test, accepts the first waiver and refuses the next. Nothing to do the second time."""
    published = course(session)
    if session.scalar(select(Positioning.id).limit(1)) or not pool_of(published).items:
        return
    with store.once(session, published, now):
        for stage in TAKERS:
            for person in [person for person in people if person.stage == stage][:1]:
                _take_test(session, published, person.id, now - AGO)
    store.settle(session, published, now)


def _take_test(session: Session, course: Course, person_id: int, at: datetime) -> None:
    """Somebody who knows well all the modules but the last one."""
    start_views.wish(session, person_id, WORDS["wish"], at)
    test = services.begin(session, course, person_id, "", seed=person_id, now=at)
    unknown = list(pool_of(course).histories)[-1]
    while test.ended_at is None:
        row = rows_of(session, test.id)[-1]
        asked = asked_question(session, test, row)
        fields: Form | None = None
        if asked and row.module_id != unknown:
            fields = asked.kind.sample(asked.layout, right=True)
        at += timedelta(seconds=40)
        services.answer(session, course, person_id, test.id, row.position, fields, now=at)
    proposed = select(PositioningResult.id).where(PositioningResult.positioning_id == test.id, PositioningResult.proposal == Proposal.WAIVED)
    for result_id, decision in zip(
        session.scalars(proposed.order_by(PositioningResult.id)).all(), (WaiverDecision.ACCEPTED, WaiverDecision.REFUSED), strict=False
    ):
        services.decide(session, course, person_id, result_id, decision, now=at + timedelta(minutes=1))


# --- Reviews ---


def review(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where there is a card, nothing more is written."""
    if session.scalar(select(ReviewCard.id).limit(1)) is not None:
        return
    published = course(session)
    reviewing = [person for person in people if person.stage in REVIEWING and Role.LEARNER in person.roles][:REVIEWERS]
    for place, person in enumerate(reviewing):
        _review(session, published, person, now)
        if place == 0:
            email_preferences.accept(session, person.id, LETTER, now)


def _review(session: Session, published: Course, person: LoadedPerson, now: datetime) -> None:
    """Week after week, what was asked then. The last days are left: something waits today."""
    chance, away = Random(person.id), 4 if person.stage is Stage.SILENT else 1  # noqa: S311 — a demonstration, not a secret
    for week in range(REVIEWED_WEEKS, away - 1, -1):
        at = now - timedelta(weeks=week, hours=chance.randint(1, 30))
        deck = deck_of(session, published, person.id, at)
        finished = tuple(item for item in deck.items if item.finished_at < at)
        for number, item in enumerate(plan(type(deck)(finished, deck.introduced), at)):
            _answer_card(session, published, person.id, item, at + timedelta(minutes=number), chance)


def _answer_card(session: Session, published: Course, person_id: int, item: ReviewItem, at: datetime, chance: Random) -> None:
    one, right = asking(published, item), chance.random() < KNOWS
    given = one.kind.read_answer(one.layout, one.kind.sample(one.layout, right))
    write_answer(session, person_id, item, one, rating_of(one.is_right(given), chance.random() > SURE), given, at)


# --- Surveys ---


def answer_surveys(session: Session, _people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where there is an answer, nothing more is written."""
    if session.scalar(select(SurveyWeek.survey_id).limit(1)) is not None:
        return
    published = course(session)
    held = session.execute(select(Attestation.person_id, Attestation.subject_id).order_by(Attestation.person_id, Attestation.subject_id)).all()
    for number, (person_id, subject_id) in enumerate(held):
        for survey in asked_now(published, subject_id) if number % 2 else ():
            session.add(SurveyTurn(person_id=person_id, survey_id=survey.id, subject_id=subject_id, answered=True))
    chance = Random(33)  # noqa: S311 — a demonstration, not a secret
    for survey in published.surveys.values():
        for subject_id in _subjects(published, survey):
            for _ in range(ANSWERING[survey.moment] + chance.randint(-3, 5)):
                week = now - timedelta(weeks=chance.randint(0, SURVEYED_WEEKS))
                count(session, survey, subject_id, _sheet(survey, chance), day_of(week))


def _subjects(published: Course, survey: Survey) -> list[str]:
    known = dict.fromkeys(each for path in published.paths.paths for each in (*path.module_ids, path.id))
    if survey.moment is Moment.HOT:
        return [each for each in known if kind_of_subject(published, each) in survey.after]
    return [path.id for path in published.paths.paths if path.default]


def _sheet(survey: Survey, chance: Random) -> dict[str, Sequence[str]]:
    """Mostly favourable; some leave a question, and few write."""
    return {question.id: said for question in survey.questions if (said := _answer(question, chance))}


def _answer(question: SurveyQuestion, chance: Random) -> Sequence[str]:
    if question.asked is SurveyAnswerShape.FREE:
        return [chance.choice(WORDS["remarks"])] if chance.random() < 0.4 else ()
    if chance.random() < 0.06:
        return ()
    if question.asked is SurveyAnswerShape.MULTIPLE:
        return [option for option in question.options if chance.random() < 0.4]
    if question.asked is SurveyAnswerShape.SCALE:
        weights = (1, 1, 9, 14) if question.measure is Measure.SATISFACTION else (1, 3, 11, 8)
        return chance.choices(question.options, weights)
    return chance.choices(question.options, [1 + place % 2 * 3 for place in range(len(question.options))])
