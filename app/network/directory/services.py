"""To appear, to appear no more, to be written to. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.identity.letters.sending import send
from app.identity.models import Person
from app.identity.queries import SignedIn
from app.identity.services import lock_people, lock_person
from app.network.directory.models import DirectoryEntry
from app.network.directory.queries import WriteToMemberPage
from app.network.directory.rules import ContactChoice
from app.platform import log
from app.platform.mail import outbox
from app.platform.mail.emails import DIRECTORY_MESSAGE
from app.platform.settings import Settings
from app.platform.web.edge import path_of


def appear(session: Session, person_id: int, function: str, help_with: str, contact: ContactChoice, now: datetime) -> None:
    """The consent is given, or the card that it gave written again."""
    lock_person(session, person_id)
    if known := session.get(DirectoryEntry, person_id):
        session.expire(known)  # what was read before the lock may be withdrawn since
    entry = session.get(DirectoryEntry, person_id)
    if entry is None:
        entry = DirectoryEntry(person_id=person_id, agreed_at=now)
        session.add(entry)
        log.event("directory_joined", person=person_id)
    entry.function, entry.help_with, entry.contact, entry.saved_at = function, help_with, contact, now
    session.flush()


def disappear(session: Session, person_id: int) -> None:
    """The consent is taken back: nothing stays of the card. Harmless where there is none."""
    lock_person(session, person_id)
    if session.execute(delete(DirectoryEntry).where(DirectoryEntry.person_id == person_id).returning(DirectoryEntry.person_id)).first():
        log.event("directory_left", person=person_id)


def write(session: Session, settings: Settings, page: WriteToMemberPage, sender: SignedIn, message: str, now: datetime) -> None:
    """Sends a message by the site: the recipient's address stays hidden, answers go to the sender."""
    person, own = session.get_one(Person, page.card.person_id), session.get_one(Person, sender.id)
    values = {"auteur": own.name, "cité": page.cite.name, "message": message, "lien": outbox.base(settings) + path_of("directory.mine")}
    send(session, DIRECTORY_MESSAGE, person, values, now, reply_to=own.email)
    log.event("directory_message", actor=sender.id, person=person.id)


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """One person agrees once: the kept account's own card, or its absence, decides."""
    lock_people(session, [kept, gone])
    session.execute(delete(DirectoryEntry).where(DirectoryEntry.person_id == gone))
