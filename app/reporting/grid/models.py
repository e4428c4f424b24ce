"""Views of the grid that somebody keeps under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime

VIEW_NAME_LENGTH = 80


class SavedView(Base):
    """A filter and an order, as an address writes them; of nobody's rows. Whoever has its id opens it, within their own scope.

    One a name and person, by the lock on the person: no index says so, since an erasure takes words out of two names at once.
    """

    __tablename__ = "saved_view"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(VIEW_NAME_LENGTH))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
