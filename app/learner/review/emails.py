"""Questions sent by the weekly email: to whom, which ones, and `/revision/lettre/<token>`, where one answers."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import and_, extract, func, or_, select
from sqlalchemy.orm import Session

from app.assessment.kinds.responses import Fields, QuestionResponse, as_text
from app.assessment.models import UnclearAnswer
from app.assessment.questions.correct import CorrectedQuestion, ShownQuestion, statement_title
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.email_preferences import LinkWrong
from app.identity.emails import WeeklyEmail, free
from app.identity.models import MailWish, Person
from app.identity.services import lock_person
from app.identity.sign_in.guards import person_or_none
from app.learner.review.deck import (
    FINISHED,
    Answers,
    LetterQuestion,
    Place,
    ReviewCard,
    ReviewChoice,
    ReviewQuestion,
    answers_of,
    asking_of,
    deck_of,
    finished_items,
    is_explained,
    is_withheld,
    with_quiz_answers,
)
from app.learner.review.queries import LETTER
from app.learner.review.rules import LOOKED_BACK, NEW_A_WEEK, WEEK, bounds, rating_of
from app.learner.review.services import holiday_pauses, pause_for_holidays, write_answer
from app.platform import clock, log
from app.platform.db import db, in_chunks, writing
from app.platform.errors import DomainError
from app.platform.french import day_of, french
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.mail.outbox import NOWHERE
from app.platform.settings import current_settings
from app.platform.web.edge import path_of
from app.platform.web.endpoints import PUBLIC, act, page
from app.record.progress.models import ElementState
from app.record.progress.queries import STATE_COLUMNS, state_value
from app.record.progress.rules import ElementProgress, ProgressState

# --- To whom, and which questions ------------------------------------------------------------------------------------
# Some hundreds of people a statement.

MOST = 3
"""Questions of an email."""
AGAIN = 4 * WEEK
"""Within which a question that an email asked comes after all others."""
LOOKED_AT = 24
"""The cards nearest to being forgotten: some may be of questions that left the course, or changed, and a dozen were in emails."""
Asked = Mapping[int, Collection[Place]]


class LetterSelection(Struct, frozen=True):
    """One person's email."""

    person_id: int
    questions: tuple[Place, ...]


def select_letters(session: Session, course: Course, now: datetime, among: Collection[int] | None = None) -> Iterator[LetterSelection]:
    """Whoever asked for the email, did not get one this week, does not pause, and has something to review."""
    people = session.scalars(_people(day_of(now))).all()
    for numbers in in_chunks([person_id for person_id in people if among is None or person_id in among]):
        asked = _lately_asked(session, numbers, now)
        answers = answers_of(session, numbers, now - LOOKED_BACK)
        due = _due(session, course, numbers, now, asked, answers)
        short = [person_id for person_id in numbers if len(due.get(person_id, ())) < MOST or due[person_id][MOST - 1] in asked[person_id]]
        fresh = _fresh(session, course, short, now, asked, answers) if short else {}
        for person_id in numbers:
            questions = _unasked_first([*due.get(person_id, ()), *fresh.get(person_id, ())], asked[person_id])
            if questions:
                yield LetterSelection(person_id, tuple(questions))


def _unasked_first(places: Iterable[Place], asked: Collection[Place], most: int = MOST) -> list[Place]:
    """The first ones that no email asked lately, then those that one did; nothing is read beyond what fills it."""
    new: list[Place] = []
    again: list[Place] = []
    for place in places:
        (again if place in asked else new).append(place)
        if len(new) >= most:
            break
    return [*new, *again][:most]


def _people(on: date):  # type: ignore[no-untyped-def]  # what SQLAlchemy infers
    return (
        select(Person.id)
        .join(MailWish, and_(MailWish.person_id == Person.id, MailWish.kind == LETTER))
        .outerjoin(ReviewChoice, ReviewChoice.person_id == Person.id)
        .outerjoin(WeeklyEmail, WeeklyEmail.person_id == Person.id)
        .where(Person.active, ~Person.email.endswith(NOWHERE))
        .where(or_(ReviewChoice.paused_until.is_(None), ReviewChoice.paused_until <= on))
        .where(free(on))
        .order_by(Person.id)
    )


def _lately_asked(session: Session, people: Collection[int], now: datetime) -> defaultdict[int, set[Place]]:
    """What emails asked lately."""
    lately = select(LetterQuestion.person_id, LetterQuestion.document_id, LetterQuestion.question_id).where(LetterQuestion.sent_at > now - AGAIN)
    found: defaultdict[int, set[Place]] = defaultdict(set)
    for person_id, document_id, question_id in session.execute(lately.where(LetterQuestion.person_id.in_(people))):
        found[person_id].add((document_id, question_id))
    return found


def _due(session: Session, course: Course, people: Collection[int], now: datetime, asked: Asked, answers: Mapping[int, Answers]) -> dict[int, list[Place]]:
    """The chance of remembering falls with the days since the last answer, measured in stabilities: who sorts by that needs no curve."""
    begins, tomorrow = bounds(day_of(now))
    elapsed = (int(now.timestamp()) - extract("epoch", ReviewCard.last_review)) / ReviewCard.stability
    place = func.row_number().over(partition_by=ReviewCard.person_id, order_by=(elapsed.desc(), ReviewCard.id)).label("place")
    waiting = (ReviewCard.due < tomorrow, ReviewCard.set_aside_at.is_(None), ReviewCard.withdrawn_at.is_(None))
    ranked = select(ReviewCard.person_id, ReviewCard.document_id, ReviewCard.question_id, ReviewCard.fingerprint, ElementState.state, place).join(
        ElementState, and_(ElementState.person_id == ReviewCard.person_id, ElementState.element_id == ReviewCard.document_id)
    )
    inner = ranked.where(ReviewCard.person_id.in_(people), *waiting).subquery()
    rows = session.execute(select(inner).where(inner.c.place <= LOOKED_AT).order_by(inner.c.person_id, inner.c.place))
    return {
        person_id: _unasked_first(
            (found for row in mine if (found := _asked_now(course, *row[1:5])) and not _answered_since(answers[person_id], found, begins)), asked[person_id]
        )
        for person_id, mine in groupby(rows, lambda row: row[0])
    }


def _answered_since(answers: Answers, place: Place, begins: datetime) -> bool:
    return any(answer.at >= begins for answer in answers.get(place, ()))


def _asked_now(course: Course, document_id: str, question_id: str, fingerprint: str, state: str) -> Place | None:
    """Of a card, what may be asked as the course stands."""
    one = asking_of(course, document_id, question_id, fingerprint=fingerprint)
    return (document_id, question_id) if one and is_explained(one.document, ProgressState(state)) else None


def _fresh(session: Session, course: Course, people: Collection[int], now: datetime, asked: Asked, answers: Mapping[int, Answers]) -> dict[int, list[Place]]:
    """What was finished and never asked, within what the week allows."""
    held: dict[int, set[Place]] = {}
    introduced: dict[int, int] = {}
    for row in session.execute(
        select(ReviewCard.person_id, ReviewCard.document_id, ReviewCard.question_id, ReviewCard.introduced_at).where(ReviewCard.person_id.in_(people))
    ):
        held.setdefault(row.person_id, set()).add((row.document_id, row.question_id))
        introduced[row.person_id] = introduced.get(row.person_id, 0) + (row.introduced_at is not None and row.introduced_at > now - WEEK)
    done: dict[int, dict[str, ElementProgress]] = {}
    finished = ElementState.state.in_([state.value for state in FINISHED])
    for person_id, *state in session.execute(select(ElementState.person_id, *STATE_COLUMNS).where(ElementState.person_id.in_(people), finished)):
        done.setdefault(person_id, {})[state[0]] = state_value(*state)
    found, today = {}, bounds(day_of(now))
    for person_id, progress in done.items():
        items = (with_quiz_answers(item, answers[person_id]) for item in finished_items(course, progress) if item.place not in held.get(person_id, ()))
        new = (item.place for item in items if item.is_left(*today))
        found[person_id] = _unasked_first(new, asked[person_id], max(0, min(MOST, NEW_A_WEEK - introduced.get(person_id, 0))))
    return found


# --- Each question answered once -------------------------------------------------------------------------------------
# Flushes, never commits; pauses for holidays have transactions of their own.

VALID = timedelta(days=7)
NOTE = "Les liens des questions servent une fois, pendant sept jours, sans mot de passe ; ils n’ouvrent aucun compte."


class LetterOver(DomainError):
    status = 404
    sentence = "Ce lien ne sert plus : une question reçue par courriel attend sept jours. La prochaine lettre en apportera d’autres."


class OfSomebodyElse(DomainError):
    status = 404
    sentence = "Cette question a été envoyée à une autre personne que celle qui a ouvert une session ici : rien n’a été enregistré."


class QuestionLeft(DomainError):
    status = 404
    sentence = "Cette question a changé, ou a quitté le cours, depuis la lettre : il n’y a rien à répondre."


class LetterAnsweredAlready(DomainError):
    status = 409
    sentence = "Vous avez déjà répondu à cette question : ce lien sert une fois, et votre première réponse compte seule."


# --- Sending ---------------------------------------------------------------------------------------------------------


def begin_holidays(on: date) -> int:
    """Pauses the review of those whose school holidays have begun, some hundreds a transaction. Returns how many."""
    found = list(holiday_pauses(db.session, on))
    db.session.rollback()  # the reading is over
    paused = 0
    for people, period in found:
        with writing() as session:
            paused += pause_for_holidays(session, people, period, on)
    return paused


def week_lines(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """The questions of whoever asked for them, each behind an address that is drawn when its email is sent (`app.identity.emails`)."""
    published = course(session)
    for one in select_letters(session, published, now, people):
        for place in one.questions:
            if found := asking_of(published, *place):
                yield (
                    one.person_id,
                    WeekLine(french(f"Révision : {as_text(statement_title(found.question))}"), partial(_address, one.person_id, found, now), NOTE),
                )


def _address(person_id: int, one: ReviewQuestion, now: datetime, session: Session) -> str:
    return outbox.base(current_settings()) + path_of("review_letters.question", token=_token(session, person_id, one, now))


def _token(session: Session, person_id: int, one: ReviewQuestion, now: datetime) -> str:
    """128 bits at random, of which the digest alone is kept."""
    token = secrets.token_urlsafe(16)
    place = {"document_id": one.document.id, "question_id": one.question.id, "fingerprint": one.question.fingerprint}
    session.add(LetterQuestion(digest=digest(token), person_id=person_id, sent_at=now, readable="", **place))
    return token


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# --- Answers ---------------------------------------------------------------------------------------------------------


def find_letter_question(session: Session, token: str, reader_id: int | None, now: datetime, *, lock: bool = False) -> LetterQuestion:
    """The question behind an address, read anew. Raises LinkWrong, LetterOver, OfSomebodyElse (`reader_id`: who signed in here, if anybody)."""
    wanted = select(LetterQuestion).join(Person, Person.id == LetterQuestion.person_id).where(LetterQuestion.digest == digest(token), Person.active)
    row = session.scalar((wanted.with_for_update(of=LetterQuestion) if lock else wanted).execution_options(populate_existing=True))
    if row is None:
        raise LinkWrong
    if reader_id not in (None, row.person_id):
        raise OfSomebodyElse
    if now >= row.sent_at + VALID:
        raise LetterOver
    return row


def question_of(published: Course, row: LetterQuestion) -> ReviewQuestion:
    """Returns the question as the email asked it. Raises QuestionLeft."""
    one = asking_of(published, row.document_id, row.question_id, row.id, row.fingerprint)
    if one is None or is_withheld(one.document):
        raise QuestionLeft
    return one


def record_answer(session: Session, published: Course, token: str, reader_id: int | None, fields: Fields, now: datetime) -> None:
    """Records the one answer that the email allows. A right one counts for review; a wrong one does not: emails are read in haste."""
    owner = None
    while owner != (
        found := find_letter_question(session, token, reader_id, now).person_id
    ):  # the person first, as whoever merges accounts; who may give it to another
        owner = found
        lock_person(session, owner)
    row = find_letter_question(session, token, reader_id, now, lock=True)
    one = question_of(published, row)
    if row.answered_at is not None:
        raise LetterAnsweredAlready
    given, said = one.read(fields)
    if said:
        raise UnclearAnswer(said)
    row.answered_at, row.payload, row.readable = now, given.payload(), one.kind.readable(given)
    if one.is_right(given):
        place = (row.document_id, row.question_id)
        item = next((item for item in deck_of(session, published, row.person_id, now).items if item.place == place and item.asked), None)
        if item is not None:
            write_answer(session, row.person_id, item, one, rating_of(right=True, hesitated=False), given, now, by_mail=True)
    session.flush()
    log.event("review_letter_answered", question=row.id)


# --- `/revision/lettre/<token>` --------------------------------------------------------------------------------------
# One question of an email, without sign-in. Opening shows it; only the button answers.

blueprint = Blueprint("review_letters", __name__)


class LetterQuestionPage(Struct, frozen=True):
    """The page of a question sent by email. It does not show whose it is."""

    token: str
    shown: ShownQuestion | None
    corrected: CorrectedQuestion | None
    notes: Markup
    error: str = ""


@blueprint.get("/revision/lettre/<token>")
@page(who=PUBLIC)
def question(token: str) -> str:
    """A mail program that fetches what it finds changes nothing."""
    return _html(token)


@blueprint.post("/revision/lettre/<token>")
@act(who=PUBLIC)
def answer(token: str) -> ResponseReturnValue:
    fields, now = request.form.to_dict(flat=False), clock.now()
    try:
        record_answer(db.session, course(db.session), token, _reader(), fields, now)
    except UnclearAnswer as error:
        db.session.rollback()
        row = find_letter_question(db.session, token, _reader(), now)
        one = question_of(course(db.session), row)
        return make_response(_html(token, one.kind.read_refused(one.layout, fields), error.sentence), error.status)
    except LetterAnsweredAlready as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("review_letters.question", token=token), 303)
    db.session.commit()
    return redirect(url_for("review_letters.question", token=token), 303)


def _html(token: str, given: QuestionResponse | None = None, error: str = "") -> str:
    now, published = clock.now(), course(db.session)
    row = find_letter_question(db.session, token, _reader(), now)
    one, today = question_of(published, row), day_of(now)
    if row.answered_at is not None:
        corrected, notes = one.correct(one.kind.restore_answer(row.payload or {}), today)
        page = LetterQuestionPage(token, None, corrected, notes)
    else:
        shown, notes = one.present(given, today)
        page = LetterQuestionPage(token, shown, None, notes, error)
    return render_template("learner/review/letters/question.html", page=page)


def _reader() -> int | None:
    person = person_or_none()
    return person.id if person else None
