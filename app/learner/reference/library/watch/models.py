"""A link of the course, as the last check found it. Nothing of people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.learner.reference.library.watch.rules import SAID
from app.platform.db import Base, UtcDateTime


class CourseLink(Base):
    """One address of another site. Where it stands is read of the course itself."""

    __tablename__ = "course_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the address, which may be longer than a key."""
    address: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    """A `links.LinkState`."""
    said: Mapped[str] = mapped_column(String(SAID))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[date | None] = mapped_column(Date)
    failed_days: Mapped[int]
    failed_on: Mapped[date | None] = mapped_column(Date)
