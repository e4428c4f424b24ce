"""What waits for somebody who writes the course: on their own table, and behind the tabs of the atelier."""

from __future__ import annotations

from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.authoring.feedback.inbox.queries import WaitingMessages, altogether, waiting
from app.authoring.home.queries import PLANNED, TO_ANSWER
from app.authoring.publishing.overdue import overdue_count
from app.authoring.publishing.peer_review.queries import waiting_readings
from app.authoring.publishing.remarks.queries import waiting_remarks
from app.identity.queries import SignedIn
from app.platform.french import day_of, plural


def waiting_today(session: Session, author: SignedIn, now: datetime) -> tuple[tuple[str, str], ...]:
    """What waits for somebody who writes the course, on their own table."""
    written, to_read, inbox = altogether(waiting(session, day_of(now))), len(waiting_readings(session, author.id)), url_for("authoring.inbox")
    found = [(f"{plural(written.late, 'question')} en retard", inbox)] if written.late else []
    found += [(plural(rest, "message d’apprenant", "messages d’apprenants"), inbox)] if (rest := written.total - written.late) else []
    found += [(plural(to_read, "texte à relire", "textes à relire"), url_for("authoring.readings"))] if to_read else []
    remarks = sum(waiting_remarks(session, author.id).values())
    found += [(f"{plural(remarks, 'remarque')} sur vos brouillons", url_for("authoring.home", voir=TO_ANSWER))] if remarks else []
    late = overdue_count(session, author.id, now)
    words = plural(late, "publication programmée n’a pas été faite", "publications programmées n’ont pas été faites")
    found += [(words, url_for("authoring.home", voir=PLANNED))] if late else []
    return tuple(found)


def tab_counts(session: Session, author_id: int, on: date) -> dict[str, int]:
    """Endpoint → what waits behind its tab."""
    return counts(len(waiting_readings(session, author_id)), altogether(waiting(session, on)))


def counts(to_read: int, written: WaitingMessages) -> dict[str, int]:
    return {"authoring.readings": to_read, "authoring.inbox": written.total}
