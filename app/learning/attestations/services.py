"""An attestation is revoked with a reason, or held again, by somebody who may decide for the person. They flush, never commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.extra_attempts import MAX_MESSAGE
from app.errors import DomainError, NotYours, TooManyCharacters
from app.identity.audit import acts
from app.learning.progress.models import Attestation


class NoReason(DomainError):
    sentence = "Donnez la raison de la révocation : la personne la lira."


def decide(session: Session, person_id: int, attestation_id: str, reason: str, now: datetime, *, actor_id: int, restored: bool) -> None:
    """Of two who decide the same at once, the second changes nothing."""
    row = session.scalars(select(Attestation).where(Attestation.id == attestation_id, Attestation.person_id == person_id).with_for_update()).first()
    if row is None:
        raise NotYours
    if restored is (row.revoked_at is None):
        return
    if not restored and not reason:
        raise NoReason
    if len(reason) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    row.revoked_at, row.revocation_reason = (None, "") if restored else (now, reason)
    acts.record(session, actor_id, "attestation_restored" if restored else "attestation_revoked", person_id, now)
    session.flush()
