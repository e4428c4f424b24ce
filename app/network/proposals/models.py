"""Proposals: the last one that was accepted is what the page says. Rows are never changed once decided, so the history is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.network.proposals.rules import CiteTexts
from app.platform.db import Base, BigId, UtcDateTime

_WAITING = text("decided_at IS NULL")


class CiteProposal(Base):
    """A proposal for the page of a cité. At most one per person and cité is open: sending again replaces it."""

    __tablename__ = "cite_proposal"
    __table_args__ = (
        Index("uq_cite_proposal_waiting", "territory_id", "author_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_cite_proposal_decided", "territory_id", "accepted", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    territory_id: Mapped[str] = mapped_column(String(100))
    """No key of `territory`: what a page said outlives its place in the tree."""
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    presentation: Mapped[str] = mapped_column(Text)
    troika: Mapped[str] = mapped_column(Text)
    quartiers: Mapped[str] = mapped_column(Text)
    contacts: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool] = mapped_column(default=False)
    word: Mapped[str] = mapped_column(Text, default="")
    """Of whoever decided, to the author."""

    @property
    def texts(self) -> CiteTexts:
        return CiteTexts(self.presentation, self.troika, self.quartiers, self.contacts)
