"""What the letter of the week tells of learning: a mark that rose, lessons that are new or to be read again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, RegradedAttempt, Regrading
from app.content.store.models import Publication, Revision
from app.content.store.queries import course
from app.identity.letters.week import SHOWN_FOR, WeeklyEmail, free, since
from app.identity.models import MailWish
from app.platform.french import day_of, french
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.edge import path_of

MARKS, NEWS = "notes", "nouvelles"
"""Among `preferences.KINDS`."""


def risen_marks(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """Yields a line for each mark raised since the person's last weekly email; maintained marks are left out."""
    query = select(Attempt.person_id, Attempt.id, Attempt.title).distinct()
    query = query.join(RegradedAttempt, RegradedAttempt.attempt_id == Attempt.id).join(Regrading, Regrading.id == RegradedAttempt.regrading_id)
    query = query.outerjoin(WeeklyEmail, WeeklyEmail.person_id == Attempt.person_id).where(free(day_of(now)))
    query = query.where(~RegradedAttempt.maintained, Regrading.at > now - SHOWN_FOR, Regrading.at > since(now))
    for person_id, attempt_id, title in session.execute(query.order_by(Attempt.person_id, Attempt.id)):
        if people is None or person_id in people:
            yield person_id, WeekLine(french(f"Votre note a été revue à la hausse : {title}"), _address(path_of("quiz.attempt", attempt_id=attempt_id)))


def course_news(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """To whoever asked for them: lessons published for the first time, or to be read again, since their last letter; the latest first."""
    lines = _news(session, now)
    if not lines:
        return
    wishes = select(MailWish.person_id, since(now)).outerjoin(WeeklyEmail, WeeklyEmail.person_id == MailWish.person_id)
    for person_id, begins in session.execute(wishes.where(MailWish.kind == NEWS, free(day_of(now))).order_by(MailWish.person_id)):
        if people is None or person_id in people:
            yield from ((person_id, line) for at, line in lines if at > begins)


def _news(session: Session, now: datetime) -> list[tuple[datetime, WeekLine]]:
    published = course(session)
    changed = select(Publication.document_id, Publication.major_at).where(Publication.major_at > now - SHOWN_FOR, Publication.revision_id.is_not(None))
    rows = [row for row in session.execute(changed.order_by(Publication.major_at.desc())).all() if published.module_of(row.document_id) is not None]
    lessons = [row for row in rows if row.document_id in published.lessons]
    older = select(Revision.document_id).where(Revision.document_id.in_([row.document_id for row in lessons]), Revision.created_at <= now - SHOWN_FOR)
    known = set(session.scalars(older))
    return [(row.major_at, _line(row.document_id, published.lessons[row.document_id].title, row.document_id in known)) for row in lessons]


def _line(lesson_id: str, title: str, known: bool) -> WeekLine:
    return WeekLine(french(f"{'À relire' if known else 'Nouvelle leçon'} : {title}"), _address(path_of("learning.lesson", lesson_id=lesson_id)))


def _address(path: str) -> str:
    return f"{outbox.base(current_settings())}{path}"
