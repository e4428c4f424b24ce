"""A token with which another program reads the API. The site keeps what recognises it, never the token."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.exchange.api.rules import NAME_LENGTH
from app.platform.db import Base, UtcDateTime


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the token: 256 bits drawn at random need no slow hash."""
    prefix: Mapped[str] = mapped_column(String(20))
    """Its first characters, to recognise it by."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """Which program of whose it was given to."""
    territory_id: Mapped[str] = mapped_column(String(100))
    """No key of `territory`: one that is taken out of the tree suspends the token, and nothing else."""
    maker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who answers for what is read with it: the access journal names them."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which it works."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """About when it last read something (`rules.COARSE`)."""
