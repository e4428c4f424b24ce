"""The timers' rows, and the processes that run them. Nothing of people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime

SAID = 300
"""Characters of what a run said that are kept."""


class JobTimer(Base):
    """One timer: when it is due, who runs it now, how its last run ended."""

    __tablename__ = "job_timer"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    """The process that runs it, as long as that process is seen alive."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    well: Mapped[bool | None]
    said: Mapped[str] = mapped_column(String(SAID), default="")


class JobProcess(Base):
    """A process that runs timers, one a host: when it was last seen alive."""

    __tablename__ = "job_process"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
