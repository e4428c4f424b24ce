"""What the night counted, where a page that counts by itself would make its reader wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime

ONLY = 1


class QualityNight(Base):
    """One row, written again each night. It holds no person."""

    __tablename__ = "quality_night"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """`evidence.counted`."""
    years: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """`rules.YearResult.stored`."""
