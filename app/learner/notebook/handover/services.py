"""Receiving what a pack brings. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from app.identity.services import lock_person
from app.learner.notebook.handover.queries import key_of, received, received_key
from app.learner.notebook.handover.rules import HandoverEntry
from app.learner.notebook.kept.rules import MOST_RECEIVED
from app.learner.notebook.models import KeptPassage
from app.learner.notebook.rules import mark_of
from app.platform.errors import DomainError
from app.platform.french import exact
from app.platform.log import event


class FullNotebook(DomainError):
    sentence = f"Votre carnet ne peut pas recevoir plus de {exact(MOST_RECEIVED)} notes et favoris : retirez-en, ou choisissez-en moins."


def receive(session: Session, person_id: int, author: str, entries: Iterable[HandoverEntry], now: datetime) -> int:
    """How many are new: what was received before is there once. Raises FullNotebook."""
    lock_person(session, person_id)
    known = {received_key(row) for row in received(session, person_id)}
    new = [entry for entry in entries if key_of(entry) not in known]
    if len(known) + len(new) > MOST_RECEIVED:
        raise FullNotebook
    session.add_all(_row(person_id, author, entry, now) for entry in new)
    session.flush()
    event("handover_received", person=person_id, count=len(new))
    return len(new)


def _row(person_id: int, author: str, entry: HandoverEntry, now: datetime) -> KeptPassage:
    place, spot = entry.place, entry.spot
    where = {"person_id": person_id, "kind": place.kind, "ref": place.ref, "anchor": place.anchor, "favourite": entry.favourite}
    said = {"title": spot.title, "heading": spot.heading, "text": entry.text, "sender": author}
    return KeptPassage(**where, **said, origin=mark_of(entry.text), saved_at=datetime.combine(entry.on, time(12), UTC), received_at=now)
