"""An attestation is revoked with a reason, or held again, by somebody who may decide for the person; its holder has it fresh again. They flush, never commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.extra_attempts import MAX_MESSAGE
from app.content.values.course import Course
from app.identity.audit import acts
from app.identity.services import lock_person
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.french import day_of
from app.record.attestations.refresher import refresher
from app.record.progress.models import Attestation


class NoReason(DomainError):
    sentence = "Donnez la raison de la révocation : la personne la lira."


class NotFinished(DomainError):
    sentence = "Il reste des éléments à relire ou à refaire : l’attestation sera rafraîchie quand ils le seront."


def refresh(session: Session, course: Course, person_id: int, now: datetime) -> str:
    """The attestation of the person's path counts anew from today; gives its id. What is fresh already stays as it is, so that a second click changes nothing."""
    lock_person(session, person_id)
    found = refresher(session, course, person_id)
    if found is None:
        raise NotYours
    if not found.validity.may_refresh(day_of(now)):
        return found.attestation_id
    if found.items_left:
        raise NotFinished
    row = session.get_one(Attestation, found.attestation_id)
    row.renewals = [*row.renewals, [now.isoformat(), found.content_version, len(found.items)]]
    session.flush()
    return found.attestation_id


def decide(session: Session, person_id: int, attestation_id: str, reason: str, now: datetime, *, actor_id: int, restored: bool) -> None:
    """Revokes or restores an attestation; if two decide the same at once, the second changes nothing."""
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
