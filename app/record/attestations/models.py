"""The public half of each key that ever signed a badge, kept for ever: a badge is checked with the key of its day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime


class BadgeKey(Base):
    __tablename__ = "badge_key"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Its day, then letters drawn at random: the end of the address that badges name."""
    public: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A JSON Web Key, without its private half."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
