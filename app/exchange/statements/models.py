"""How far each store was told, what it refused, and who people are to stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime

SAID = 500
"""Characters of a store's words that are kept."""
ANEW: Mapping[str, Any] = {"tries": 0, "refused": 0, "said": ""}
"""Of a store that is tried from the beginning."""
FRESH: Mapping[str, Any] = {**ANEW, "cursor": 0, "sent": 0, "sent_at": None, "paused": False}
"""Of one that was told nothing yet."""


class LrsQueue(Base):
    """One store of the settings: the ledger up to `cursor` was sent to it, or is parked, or does not concern it (decision 42)."""

    __tablename__ = "lrs_queue"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    cursor: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int]
    """Failed ones in a row."""
    refused: Mapped[int]
    """Statements refused in a row, nothing taken between."""
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(SAID))
    """Why nothing leaves, in the store's words."""
    sent: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused: Mapped[bool]


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
