"""What somebody holds of factors."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.identity.sign_in.factors.models import Authenticator, FactorLoss, Passkey, RecoveryCode


class HeldKey(Struct, frozen=True):
    id: int
    name: str
    credential: str
    created_at: datetime
    used_at: datetime | None


class PersonFactors(Struct, frozen=True):
    """Somebody's factors. Printed codes are none: they stand for one that is lost."""

    application: datetime | None
    """Since when."""
    keys: tuple[HeldKey, ...]
    codes: int
    """Printed and not used."""

    @property
    def any(self) -> bool:
        return self.application is not None or bool(self.keys)

    @property
    def credentials(self) -> tuple[str, ...]:
        return tuple(key.credential for key in self.keys)


class LossRequest(Struct, frozen=True):
    asker_id: int
    asker: str
    at: datetime


def has_factor(session: Session, person_id: int) -> bool:
    held = (exists().where(table.person_id == person_id) for table in (Authenticator, Passkey))
    return any(session.execute(select(*held)).one())


def factors_of(session: Session, person_id: int) -> PersonFactors:
    columns = (Passkey.id, Passkey.name, Passkey.credential, Passkey.created_at, Passkey.used_at)
    keys = session.execute(select(*columns).where(Passkey.person_id == person_id).order_by(Passkey.created_at, Passkey.id))
    codes = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id).scalar_subquery()
    since, left = session.execute(select(select(Authenticator.created_at).where(Authenticator.person_id == person_id).scalar_subquery(), codes)).one()
    return PersonFactors(since, tuple(HeldKey(*row) for row in keys), left)


def loss(session: Session, person_id: int, since: datetime) -> LossRequest | None:
    """Who said, since then, that this person lost their factor."""
    query = select(FactorLoss.asker_id, Person.name, FactorLoss.at).join(Person, Person.id == FactorLoss.asker_id)
    row = session.execute(query.where(FactorLoss.person_id == person_id, FactorLoss.at > since)).one_or_none()
    return LossRequest(*row) if row else None
