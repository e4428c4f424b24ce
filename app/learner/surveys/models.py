"""Two tables that nothing joins: the counts of a week, which hold no person, and who was asked and has answered, without what nor when."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base


class SurveyWeek(Base):
    """The counts of one survey, on one module or path, in one week: a row that each answer writes again whole, so that there is no row of anybody's."""

    __tablename__ = "survey_week"

    survey_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    """A module's id, or a path's."""
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its Monday."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`rules.Counts`."""


class SurveyTurn(Base):
    """One person and one survey on one thing. It says neither what was answered nor when; on SQLite nor in what order."""

    __tablename__ = "survey_turn"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy reads a plain dict

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    survey_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    round: Mapped[str] = mapped_column(String(10), primary_key=True, default="")
    """The quarter, for whoever is asked of several people; else empty."""
    answered: Mapped[bool] = mapped_column(default=False)
    asked_on: Mapped[date | None] = mapped_column(Date)
    """When a letter asked; None without one."""
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the address in that letter."""
