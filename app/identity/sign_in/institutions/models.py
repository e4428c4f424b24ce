"""Who somebody is at an institution, and which territory an establishment belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.sign_in.institutions.rules import LONGEST
from app.platform.db import Base, UtcDateTime


class IdentityLink(Base):
    """An institution's name for somebody opens their account."""

    __tablename__ = "identity_link"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_identity_link_issuer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(40))
    """Its name in the settings, which may have changed since."""
    issuer: Mapped[str] = mapped_column(String(LONGEST))
    subject: Mapped[str] = mapped_column(String(LONGEST))
    idp: Mapped[str] = mapped_column(String(60))
    siret: Mapped[str] = mapped_column(String(14), index=True)
    organisation: Mapped[str] = mapped_column(String(160))
    roles: Mapped[list[Any]] = mapped_column(JSON)
    acr: Mapped[str] = mapped_column(String(60))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[str] = mapped_column(Text)
    """The last signed answer, which the institution asks for to end its own session."""


class Establishment(Base):
    """The territory where those work whose employer bears this number. Edited in the administration."""

    __tablename__ = "establishment"

    pattern: Mapped[str] = mapped_column(String(14), primary_key=True)
    """A SIRET, or a SIREN and a star: `rules.is_pattern`."""
    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id"))
