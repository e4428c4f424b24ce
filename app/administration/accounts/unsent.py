"""Letters to a person that have not left, and what is wrong with the address."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.platform.mail import faults
from app.platform.mail.models import STATES, OutgoingMail


class UnsentEmail(Struct, frozen=True):
    """`state`: in words."""

    subject: str
    created_at: datetime
    state: str
    said: str


class UnsentEmails(Struct, frozen=True):
    """`fault`: what a server said of the address; empty where mail goes through."""

    letters: tuple[UnsentEmail, ...]
    fault: str

    def written_at(self, moment: datetime) -> UnsentEmail | None:
        """The letter of an act of that moment, while it has not left."""
        return next((letter for letter in self.letters if letter.created_at == moment), None)


def unsent(session: Session, address: str) -> UnsentEmails:
    rows = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == address).order_by(OutgoingMail.id))
    fault = faults.fault_of(session, address)
    return UnsentEmails(tuple(UnsentEmail(row.subject, row.created_at, STATES[row.state], row.said) for row in rows), fault.words if fault else "")
