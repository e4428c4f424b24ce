"""Answering: one more in the counts of the week, and apart from them, that the person has answered. They flush, never commit."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from msgspec import Struct
from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.library import Moment, Survey, SurveyQuestion
from app.identity import audit
from app.identity.email_preferences import LinkWrong
from app.identity.models import Membership, Person, Scope
from app.identity.rules import TERRITORIAL
from app.identity.services import holders, lock_person, territory_tree
from app.identity.territories import belongs_on
from app.learner.surveys.queries import SurveyTurn, SurveyWeek, asked_now, has_done, subject_title
from app.learner.surveys.rules import (
    COLD,
    LATE,
    VALID,
    Answers,
    TextFault,
    answers_of,
    counted_with,
    published_until,
    quarter_of,
    question_counts,
    series,
    text_mark,
    week_of,
)
from app.platform.db import insert_new, insert_once
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of, french
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.edge import path_of
from app.record.progress.models import Attestation

LONGEST_TEXT = 1_000
"""Characters of a free answer."""

Fields = Mapping[str, Sequence[str]]


class NothingAnswered(DomainError):
    sentence = "Rien n’est répondu encore. Répondez à une question au moins, ou fermez cette page."


class SurveyTextTooLong(DomainError):
    sentence = f"Une réponse libre a {LONGEST_TEXT} caractères au plus. Raccourcissez la vôtre : elle est gardée ci-dessous."


class SurveyAnsweredAlready(DomainError):
    status = 409
    sentence = "Vous avez déjà répondu à cette enquête : une réponse compte une fois, et rien ne permet de retrouver la vôtre pour la changer."


class FaultMissing(DomainError):
    sentence = "Dites pourquoi ce texte est retiré."


class TextGone(DomainError):
    status = 409
    sentence = "Ce texte n’est plus là : quelqu’un vient de le retirer."


class SurveyOver(DomainError):
    status = 404
    sentence = f"Ce lien ne sert plus : une enquête reçue par courriel attend {VALID.days} jours."


def open_survey(session: Session, course: Course, person_id: int, survey_id: str, subject_id: str) -> Survey:
    """The one that a person may answer on what they have done. Raises NotYours."""
    survey = next((survey for survey in asked_now(course, subject_id) if survey.id == survey_id), None)
    if survey is None or not has_done(session, person_id, subject_id):
        raise NotYours
    return survey


def has_answered(session: Session, person_id: int, survey_id: str, subject_id: str) -> bool:
    return bool(session.scalar(select(SurveyTurn.answered).where(*_turn(person_id, survey_id, subject_id, ""))))


def answer(session: Session, course: Course, person_id: int, survey_id: str, subject_id: str, fields: Fields, now: datetime) -> None:
    """Stores the answers of somebody who has done the subject. Raises NotYours, NothingAnswered, SurveyTextTooLong, SurveyAnsweredAlready."""
    lock_person(session, person_id)
    survey = open_survey(session, course, person_id, survey_id, subject_id)
    answers = _read_answers(survey, fields)
    _take_turn(session, person_id, survey_id, subject_id, "")
    count(session, survey, subject_id, answers, day_of(now))


def _read_answers(survey: Survey, fields: Fields) -> Answers:
    if any(len(value.strip()) > LONGEST_TEXT for question in survey.questions for value in fields.get(question.id, ())):
        raise SurveyTextTooLong
    answers = answers_of(survey, fields, LONGEST_TEXT)
    if not answers:
        raise NothingAnswered
    return answers


def _turn(person_id: int, survey_id: str, subject_id: str, round_: str):  # type: ignore[no-untyped-def]  # what SQLAlchemy infers
    return (SurveyTurn.person_id == person_id, SurveyTurn.survey_id == survey_id, SurveyTurn.subject_id == subject_id, SurveyTurn.round == round_)


def _take_turn(session: Session, person_id: int, survey_id: str, subject_id: str, round_: str) -> None:
    """Once. Nothing of when is written, here nor in the log."""
    row = {"person_id": person_id, "survey_id": survey_id, "subject_id": subject_id, "round": round_, "answered": False}
    insert_new(session, SurveyTurn, [row], SurveyTurn.person_id)
    taken = update(SurveyTurn).where(*_turn(person_id, survey_id, subject_id, round_), ~SurveyTurn.answered).values(answered=True)
    if session.scalar(taken.returning(SurveyTurn.person_id).execution_options(synchronize_session=False)) is None:
        raise SurveyAnsweredAlready


def count(session: Session, survey: Survey, subject_id: str, answers: Answers, on: date) -> None:
    """One more in the counts of the week. The row is held until the end: two at once are counted one after the other."""
    key = {"survey_id": survey.id, "subject_id": subject_id, "week": week_of(on)}
    insert_new(session, SurveyWeek, [{**key, "counts": {}}], SurveyWeek.week)
    held = select(SurveyWeek).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    row = session.scalars(held).one()
    row.counts = counted_with(row.counts, survey, answers)
    session.flush()


# --- Taking a text out -----------------------------------------------------------------------------------------------


def withdraw_text(session: Session, course: Course, survey_id: str, mark: str, fault: str, actor_id: int, now: datetime) -> int:
    """Removes a text from all published weeks and returns how many people wrote it. Their counts stay.

    Raises NotYours, FaultMissing, TextGone.
    """
    survey = course.surveys.get(survey_id)
    if survey is None:
        raise NotYours
    if fault not in [one.value for one in TextFault]:
        raise FaultMissing
    held = select(SurveyWeek).filter_by(survey_id=survey_id).order_by(SurveyWeek.subject_id, SurveyWeek.week).with_for_update()
    rows = session.scalars(held.execution_options(populate_existing=True)).all()
    for question in survey.questions:
        if taken := sum(_without(row, question, mark) for row in _published_rows(rows, question, day_of(now))):
            session.flush()
            audit.record(session, actor_id, "survey_text_withdrawn", None, now, enquête=survey_id, question=question.id, textes=taken, motif=fault)
            return taken
    raise TextGone


def _published_rows(rows: Sequence[SurveyWeek], question: SurveyQuestion, on: date) -> Iterator[SurveyWeek]:
    name = series(question)
    for _, some in groupby(rows, key=lambda row: row.subject_id):
        mine = list(some)
        until = published_until(((row.week, question_counts(row.counts, name)) for row in mine), on)
        yield from (row for row in mine if row.week <= until)


def _without(row: SurveyWeek, question: SurveyQuestion, mark: str) -> int:
    """How many texts left it."""
    name = series(question)
    texts = row.counts.get(name, {}).get("texts", [])
    kept = [text for text in texts if text_mark(question.id, text) != mark]
    if len(kept) < len(texts):
        row.counts = {**row.counts, name: {**row.counts[name], "texts": kept}}
    return len(texts) - len(kept)


# --- By the address in an email --------------------------------------------------------------------------------------


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def find_turn(session: Session, course: Course, token: str, on: date) -> tuple[SurveyTurn, Survey]:
    """What an address asks. Raises LinkWrong, SurveyOver."""
    wanted = select(SurveyTurn).join(Person, Person.id == SurveyTurn.person_id).where(SurveyTurn.digest == digest(token), Person.active)
    turn = session.scalar(wanted.execution_options(populate_existing=True))
    survey = course.surveys.get(turn.survey_id) if turn else None
    if turn is None or survey is None:
        raise LinkWrong
    if turn.asked_on is None or on >= turn.asked_on + VALID:
        raise SurveyOver
    return turn, survey


def answer_letter(session: Session, course: Course, token: str, fields: Fields, now: datetime) -> None:
    """Stores the answers to a survey sent by email, once. Raises what `opened` and `answer` raise."""
    turn, survey = find_turn(session, course, token, day_of(now))
    lock_person(session, turn.person_id)
    turn, survey = find_turn(session, course, token, day_of(now))  # who merges accounts may have moved it meanwhile
    answers = _read_answers(survey, fields)
    _take_turn(session, turn.person_id, turn.survey_id, turn.subject_id, turn.round)
    count(session, survey, turn.subject_id, answers, day_of(now))


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """Who answered under either account has answered."""
    own = aliased(SurveyTurn)
    same = and_(own.survey_id == SurveyTurn.survey_id, own.subject_id == SurveyTurn.subject_id, own.round == SurveyTurn.round)
    theirs = exists().where(same, own.person_id == gone, own.answered)
    options = {"synchronize_session": False}
    session.execute(update(SurveyTurn).where(SurveyTurn.person_id == kept, theirs).values(answered=True), execution_options=options)
    mine = exists().where(same, own.person_id == kept)
    session.execute(delete(SurveyTurn).where(SurveyTurn.person_id == gone, mine), execution_options=options)
    session.execute(update(SurveyTurn).where(SurveyTurn.person_id == gone).values(person_id=kept), execution_options=options)


# --- The weekly email ------------------------------------------------------------------------------------------------
# Three months after the end of a path it asks the person what remains of it, and once a quarter whoever looks after their territory.

DAY = timedelta(days=1)
KIND = "enquetes"
"""Among `email_preferences.KINDS`."""
NOTE = f"Le lien d’une enquête sert une fois, pendant {VALID.days} jours, sans mot de passe ; votre réponse est comptée avec les autres, sans votre nom."


class SurveyAsking(Struct, frozen=True):
    """One survey, on one thing, to one person."""

    person_id: int
    survey: Survey
    subject_id: str
    round: str = ""


def lines(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """One a survey that is due; its address is drawn when the email that carries it is sent (`app.identity.emails`)."""
    published, on = course(session), day_of(now)
    for one in _due(session, published, now):
        if people is None or one.person_id in people:
            yield one.person_id, WeekLine(_words(published, one), partial(_address, one, on), NOTE)


def _words(published: Course, one: SurveyAsking) -> str:
    subject = subject_title(published, one.subject_id)
    if one.survey.moment is Moment.MANAGER:
        return french(f"Une question à qui suit un territoire, sur « {subject} » ({one.survey.title})")
    return french(f"Votre avis sur « {subject} » ({one.survey.title})")


def _address(one: SurveyAsking, on: date, session: Session) -> str:
    """128 bits at random, of which the digest alone is kept."""
    token = secrets.token_urlsafe(16)
    turn = {"person_id": one.person_id, "survey_id": one.survey.id, "subject_id": one.subject_id, "round": one.round}
    asked = {"asked_on": on, "digest": digest(token)}
    if not insert_once(session, SurveyTurn, {**turn, "answered": False, **asked}):
        session.execute(update(SurveyTurn).filter_by(**turn).values(**asked))
    return outbox.base(current_settings()) + path_of("surveys.letter", token=token)


def _due(session: Session, published: Course, now: datetime) -> Iterator[SurveyAsking]:
    finished = list(_finished_paths(session, published, now))
    if not finished:
        return
    key = (SurveyTurn.person_id, SurveyTurn.survey_id, SurveyTurn.subject_id, SurveyTurn.round)
    asked = {tuple(row) for row in session.execute(select(*key).where(SurveyTurn.asked_on.is_not(None)))}
    for survey in published.surveys.values():
        if survey.moment is Moment.COLD:
            found = [SurveyAsking(person_id, survey, subject_id) for person_id, subject_id, _ in finished]
        elif survey.moment is Moment.MANAGER:
            found = list(_managers(session, survey, finished, day_of(now)))
        else:
            found = []
        yield from (one for one in found if (one.person_id, survey.id, one.subject_id, one.round) not in asked)


Finished = tuple[int, str, date]
"""(person, path, day)."""


def _finished_paths(session: Session, published: Course, now: datetime) -> Iterator[Finished]:
    """Who finished a path three months ago, and up to one month before."""
    paths = [path.id for path in published.paths.paths]
    rows = (
        select(Person.id, Attestation.subject_id, Attestation.completed_at)
        .join(Attestation, Attestation.person_id == Person.id)
        .where(Person.active, Attestation.subject_id.in_(paths), Attestation.revoked_at.is_(None))
        .where(Attestation.completed_at > now - COLD - LATE - DAY, Attestation.completed_at < now - COLD + DAY)
        .order_by(Person.id)
    )
    on = day_of(now)
    for person_id, subject_id, completed_at in session.execute(rows):
        if on - COLD - LATE < (day := day_of(completed_at)) <= on - COLD:
            yield person_id, subject_id, day


def _managers(session: Session, survey: Survey, finished: Sequence[Finished], on: date) -> Iterator[SurveyAsking]:
    """The nearest responsables of each, each once a quarter and path: nobody is asked of one person."""
    tree = territory_tree(session)
    looks_after: dict[str, list[int]] = {}
    for person_id, territory in session.execute(holders(TERRITORIAL, Person.id).join(Scope, Scope.person_id == Person.id).add_columns(Scope.territory_id)):
        looks_after.setdefault(territory, []).append(person_id)
    places = select(Membership.person_id, Membership.territory_id).where(belongs_on(on), Membership.person_id.in_([one[0] for one in finished]))
    homes: dict[int, list[str]] = {}
    for person_id, territory in session.execute(places):
        homes.setdefault(person_id, []).append(territory)
    found: dict[tuple[int, str, str], SurveyAsking] = {}
    for person_id, subject_id, day in finished:
        for home in homes.get(person_id, ()):
            nearest = next((looks_after[above.id] for above in tree.ancestors(home) if above.id in looks_after), [])
            for manager_id in nearest:
                if manager_id != person_id:
                    asking = SurveyAsking(manager_id, survey, subject_id, quarter_of(day))
                    found.setdefault((manager_id, subject_id, asking.round), asking)
    yield from found.values()
