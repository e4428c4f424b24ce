"""Verbs of invitations: send, send again, withdraw, accept. They flush, never commit."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.accounts.addresses import is_made_up
from app.administration.models import Invitation
from app.content.store.queries import course
from app.identity import services as accounts
from app.identity.audit import acts
from app.identity.letters.sending import send
from app.identity.models import Person
from app.identity.passwords.rules import Hashed
from app.identity.passwords.tokens import Secret, sign, signed
from app.identity.rules import Side
from app.platform.errors import DomainError
from app.platform.french import french_datetime
from app.platform.mail import outbox
from app.platform.mail.emails import INVITATION
from app.platform.mail.wordings import Value
from app.platform.settings import Settings
from app.platform.web.edge import path_of


class AlreadyIn(DomainError):
    sentence = "Cette personne a déjà choisi son mot de passe : elle n’a plus besoin d’invitation."


class AccountClosed(DomainError):
    sentence = "Ce compte est fermé : rouvrez-le avant d’inviter la personne."


class NoMail(DomainError):
    sentence = "Aucun courriel ne peut partir vers cette personne : imprimez son lien."


def can_be_mailed(settings: Settings, person: Person) -> bool:
    return outbox.available(settings) and not is_made_up(person.email)


def invite(session: Session, settings: Settings, person: Person, actor_id: int | None, now: datetime, by_mail: bool) -> Invitation:
    """Open a way in, or a new one: links given before stop working. Raises AlreadyIn, AccountClosed or NoMail."""
    accounts.lock(session, person)
    if person.password:
        raise AlreadyIn
    if not person.active:
        raise AccountClosed
    if by_mail and not can_be_mailed(settings, person):
        raise NoMail
    row = invitation_of(session, person.id) or Invitation(person_id=person.id)
    row.inviter_id, row.mark, row.sent_at, row.by_mail = actor_id, secrets.token_hex(12), now, by_mail
    row.expires_at, row.withdrawn_at = now + (BY_MAIL if by_mail else PRINTED), None
    session.add(row)
    session.flush()
    acts.record(session, actor_id, "invited", person.id, now, moyen="courriel" if by_mail else "papier")
    if by_mail:
        send(session, INVITATION, person, _values(session, settings, row), now)
    return row


def invitation_of(session: Session, person_id: int) -> Invitation | None:
    return session.scalar(select(Invitation).where(Invitation.person_id == person_id))


def withdraw(session: Session, person: Person, actor_id: int, now: datetime) -> None:
    """The link stops working; the account stays, without a password. Nothing to withdraw changes nothing."""
    accounts.lock(session, person)
    row = invitation_of(session, person.id)
    if row is None or row.accepted_at or row.withdrawn_at:
        return
    row.withdrawn_at = now
    acts.record(session, actor_id, "invitation_withdrawn", person.id, now)


def link(settings: Settings, row: Invitation) -> str:
    """The absolute address of an invitation."""
    token = issue(settings.keys, InvitationLink(row.id, row.mark, row.expires_at))
    return outbox.base(settings) + path_of("invitation.accept", token=token)


def holder(session: Session, settings: Settings, token: str, now: datetime) -> Invitation | None:
    """The invitation that a link opens, as it is now; none when forged, expired, replaced, withdrawn or accepted, or the account is closed."""
    opened = read_invitation(settings.keys, token)
    row = session.get(Invitation, opened.invitation_id, populate_existing=True) if opened else None
    if row is None or opened is None or not opened.holds(row.mark, now) or row.accepted_at or row.withdrawn_at:
        return None
    person = session.get(Person, row.person_id)
    return row if person and person.active and not person.password else None


def accept(session: Session, row: Invitation, password: Hashed, side: Side | None, now: datetime) -> None:
    """The person comes in by their own choice of a password."""
    person = session.get_one(Person, row.person_id)
    accounts.set_password(session, person, password)
    person.side = side
    row.accepted_at, row.mark = now, secrets.token_hex(12)
    acts.record(session, person.id, "invitation_accepted", person.id, now)


def accept_by_institution(session: Session, person: Person, side: Side | None, now: datetime) -> bool:
    """The person comes in by their institution, at the address that was invited. False where no invitation waits."""
    row = invitation_of(session, person.id)
    if row is None or row.accepted_at or row.withdrawn_at or now >= row.expires_at:
        return False
    person.side = person.side or side
    row.accepted_at, row.mark = now, secrets.token_hex(12)
    acts.record(session, person.id, "invitation_accepted", person.id, now)
    return True


def _values(session: Session, settings: Settings, row: Invitation) -> dict[str, Value]:
    return {"lien": link(settings, row), "échéance": french_datetime(row.expires_at), "cours": course(session).cover.title}


def never_invited(session: Session, person_ids: Collection[int]) -> list[Person]:
    """Returns those of these people who have no password and were never invited."""
    waiting = (Person.id.in_(person_ids), Person.active, Person.password.is_(None), Person.id.not_in(select(Invitation.person_id)))
    return list(session.scalars(select(Person).where(*waiting).order_by(Person.id)))


BY_MAIL = timedelta(days=14)
PRINTED = timedelta(days=30)
"""A sheet of paper waits in a pigeonhole."""


class InvitationLink(Struct, frozen=True):
    """What an authentic link says. Whether it still holds is for the invitation to tell."""

    invitation_id: int
    mark: str
    expires: datetime

    def holds(self, mark: str, now: datetime) -> bool:
        return hmac.compare_digest(self.mark, mark) and now < self.expires


def issue(secret: Secret, link: InvitationLink) -> str:
    return sign(secret, "invitation", [link.invitation_id, link.mark, int(link.expires.timestamp())])


def read_invitation(secret: Secret, token: str) -> InvitationLink | None:
    """Reads the token of an invitation link; None for anything that this site did not sign."""
    try:
        number, mark, expires = signed(secret, "invitation", token)
        return InvitationLink(int(number), str(mark), datetime.fromtimestamp(int(expires), UTC))
    except (TypeError, ValueError):
        return None
