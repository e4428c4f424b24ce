"""Who agreed to appear. The row is the consent: without it nobody appears anywhere, and taking it back deletes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.models import enum_column
from app.network.directory.rules import FUNCTION_LENGTH, ContactChoice
from app.platform.db import Base, UtcDateTime


class DirectoryEntry(Base):
    """A person's entry in the directory. The pages it shows on follow from where the person belongs that day."""

    __tablename__ = "directory_entry"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    function: Mapped[str] = mapped_column(String(FUNCTION_LENGTH))
    help_with: Mapped[str] = mapped_column(Text)
    """What others may ask them."""
    contact: Mapped[ContactChoice] = mapped_column(enum_column(ContactChoice))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
