"""Verbs of the outbox: send what waits now, give a letter up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.administration import acts
from app.platform.mail import outbox
from app.platform.mail.models import WAITING, OutgoingMail


def retry(session: Session, actor_id: int, now: datetime) -> None:
    """All that waits becomes due, and leaves after the commit.

    A message in a sender's hands is due within `outbox.CLAIM`: only later ones are brought forward, so that none leaves twice.
    """
    held = now + outbox.CLAIM
    result = session.execute(update(OutgoingMail).where(OutgoingMail.state == WAITING, OutgoingMail.not_before > held).values(not_before=now))
    acts.record(session, actor_id, "mail_retried", None, now, courriels=int(result.rowcount))  # type: ignore[attr-defined]
    outbox.send_after_commit(session)


def resend(session: Session, mail_id: int, actor_id: int, now: datetime) -> None:
    """A letter that was refused or given up leaves again, to the address that its person has now."""
    acts.record(session, actor_id, "mail_retried", None, now, courriel=mail_id)
    outbox.again(session, OutgoingMail.id == mail_id, now)


def discard(session: Session, mail_id: int, actor_id: int, now: datetime) -> None:
    acts.record(session, actor_id, "mail_discarded", None, now, courriel=mail_id)
    session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))
