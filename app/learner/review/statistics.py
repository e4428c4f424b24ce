"""What reviews say of the questions, to trainers: which are forgotten most, which were withdrawn. Of five people or more, and nobody is named."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.assessment.item_analysis.figures import MIN_SHOWN
from app.assessment.kinds.responses import as_text
from app.assessment.questions.present import statement_title
from app.content.values.course import Course
from app.learner.review.asking import ReviewQuestion, asking_of
from app.learner.review.models import ReviewCard, ReviewLog
from app.platform.french import french

MOST = 10
"""Questions of the list of those that are forgotten."""
LOOKED_BACK = timedelta(days=180)


class ReviewedQuestion(Struct, frozen=True):
    """A question much forgotten in review, as it is published today."""

    document_id: str
    what: str
    """The lesson or the quiz, and the question."""
    line: int
    people: int
    """0: fewer than are told."""
    missed: int
    """In percent of the answers; of a withdrawn one, 0."""


def most_forgotten(session: Session, course: Course, now: datetime) -> tuple[ReviewedQuestion, ...]:
    """Lists the questions most forgotten in recent months. Answers by email are left out, since wrong ones are not stored."""
    people, wrong = func.count(ReviewLog.person_id.distinct()), func.sum(case((ReviewLog.rating == 1, 1), else_=0))
    place = (ReviewCard.document_id, ReviewCard.question_id, ReviewLog.fingerprint)
    query = select(*place, people, wrong, func.count()).join(ReviewCard, ReviewCard.id == ReviewLog.card_id)
    query = query.where(~ReviewLog.by_mail, ReviewLog.number > 0, ReviewLog.at > now - LOOKED_BACK)
    found = []
    for document_id, question_id, fingerprint, known, missed, answers in session.execute(query.group_by(*place).having(people >= MIN_SHOWN)):
        one = asking_of(course, document_id, question_id, fingerprint=fingerprint)
        if one and missed:
            found.append(_line(one, known, round(100 * missed / answers)))
    return tuple(sorted(found, key=lambda line: (-line.missed, line.what))[:MOST])


def withdrawn(session: Session, course: Course) -> tuple[ReviewedQuestion, ...]:
    """Missed four times in a row by somebody, and not changed since: the question, or its lesson, is at fault."""
    place = (ReviewCard.document_id, ReviewCard.question_id, ReviewCard.fingerprint)
    query = select(*place, func.count()).where(ReviewCard.withdrawn_at.is_not(None)).group_by(*place)
    found = []
    for document_id, question_id, fingerprint, people in session.execute(query):
        one = asking_of(course, document_id, question_id, fingerprint=fingerprint)
        if one:
            found.append(_line(one, people if people >= MIN_SHOWN else 0, 0))
    return tuple(sorted(found, key=lambda line: (-line.people, line.what)))


def _line(one: ReviewQuestion, people: int, missed: int) -> ReviewedQuestion:
    what = french(f"{one.document.title} : {as_text(statement_title(one.question))}")
    return ReviewedQuestion(one.document.id, what, one.question.line, people, missed)
