"""What the letter of the week asks, each question answered once. They flush, never commit; the pauses of holidays have transactions of their own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.errors import UnclearAnswer
from app.assessment.kinds.responses import Fields, as_text
from app.assessment.questions.present import statement_title
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.models import Person
from app.identity.services import lock_person
from app.learner.review.asking import ReviewQuestion, asking_of
from app.learner.review.deck import deck_of, is_withheld
from app.learner.review.letters.selection import select_letters
from app.learner.review.models import LetterQuestion
from app.learner.review.rules import rating_of
from app.learner.review.services import holiday_pauses, pause_for_holidays, write_answer
from app.platform import log
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.platform.french import french
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.edge import path_of

VALID = timedelta(days=7)
NOTE = "Les liens des questions servent une fois, pendant sept jours, sans mot de passe ; ils n’ouvrent aucun compte."


class LetterLinkWrong(DomainError):
    status = 404
    sentence = "Ce lien n’est pas le bon, ou ne sert plus. Copiez-le en entier depuis le courriel reçu."


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
    """The questions of whoever asked for them, each behind an address that is drawn when its letter is sent (`app.identity.letters.week`)."""
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


def opened(session: Session, token: str, reader_id: int | None, now: datetime, *, lock: bool = False) -> LetterQuestion:
    """The question behind an address, read anew. Raises LetterLinkWrong, LetterOver, OfSomebodyElse (`reader_id`: who signed in here, if anybody)."""
    wanted = select(LetterQuestion).join(Person, Person.id == LetterQuestion.person_id).where(LetterQuestion.digest == digest(token), Person.active)
    row = session.scalar((wanted.with_for_update(of=LetterQuestion) if lock else wanted).execution_options(populate_existing=True))
    if row is None:
        raise LetterLinkWrong
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


def answer(session: Session, published: Course, token: str, reader_id: int | None, fields: Fields, now: datetime) -> None:
    """Records the one answer that the email allows. A right one counts for review; a wrong one does not: emails are read in haste."""
    owner = None
    while owner != (found := opened(session, token, reader_id, now).person_id):  # the person first, as whoever merges accounts; who may give it to another
        owner = found
        lock_person(session, owner)
    row = opened(session, token, reader_id, now, lock=True)
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
