"""Verbs of calls: note one, and follow a merge of accounts. They flush, never commit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.identity.services import lock_person
from app.platform import log
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of, french_datetime
from app.reporting.calls.models import Call
from app.reporting.calls.rules import back_on
from app.reporting.scope.queries import ReportScope, visible_person


class CalledMeanwhile(DomainError):
    """Somebody else noted a call since the page was read."""


def note(session: Session, scope: ReportScope, person_id: int, words: str, again_on: date | None, seen: int, now: datetime) -> Call:
    """`seen`: the last call that the reader's page showed. Beyond scope, or of oneself: NotYours. Raises CalledMeanwhile."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    lock_person(session, person_id)
    last = session.execute(
        select(Call.id, Call.at, Person.name).join(Person, Person.id == Call.actor_id).where(Call.person_id == person_id).order_by(Call.id.desc()).limit(1)
    ).first()
    if last and last.id > seen:
        said = f"{last.name} a noté un appel à cette personne le {french_datetime(last.at)} : lisez-le ci-dessous."
        raise CalledMeanwhile(f"{said} Votre note est restée ; enregistrez-la encore une fois si elle ajoute quelque chose.")
    row = Call(person_id=person_id, actor_id=scope.reader_id, at=now, note=words, again_on=again_on, back_on=back_on(day_of(now), again_on))
    session.add(row)
    session.flush()
    log.event("call_noted", actor=scope.reader_id, person=person_id)
    return row


def follow_merge(session: Session, kept: int, gone: int) -> None:
    session.execute(update(Call).where(Call.person_id == gone).values(person_id=kept))
    session.execute(update(Call).where(Call.actor_id == gone).values(actor_id=kept))
