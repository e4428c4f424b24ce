"""How far each store was told, what it refused, and who people are to stores."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

SAID = 500
"""Characters of a store's words that are kept."""


class LrsQueue(Base):
    """One store of the settings: the ledger up to `cursor` was sent to it, or is parked, or does not concern it (decision 42)."""

    __tablename__ = "lrs_queue"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    tries: Mapped[int] = mapped_column(default=0)
    """Failed ones in a row."""
    refused: Mapped[int] = mapped_column(default=0)
    """Statements refused in a row, nothing taken between."""
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(SAID), default="")
    """Why nothing leaves, in the store's words."""
    sent: Mapped[int] = mapped_column(BigInteger, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused: Mapped[bool] = mapped_column(default=False)


class LrsParked(Base):
    """A row of the ledger that a store refused, with its words."""

    __tablename__ = "lrs_parked"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("learning_event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    said: Mapped[str] = mapped_column(String(SAID))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    again: Mapped[bool] = mapped_column(default=False)
    """Somebody asked that it be sent once more."""


class LrsAccount(Base):
    """Who somebody is to stores: drawn when the first statement about them leaves, gone with an erasure. Nothing leads from it to them but this row."""

    __tablename__ = "lrs_account"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(String(36), unique=True)
