"""What each person proves who they are with, beside a password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.rules import NAME_LENGTH
from app.platform.db import Base, UtcDateTime


class Authenticator(Base):
    """The application that gives somebody a code every thirty seconds."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(400))
    """Under a key made of the site's own: a copy of the database alone gives no code."""
    counter: Mapped[int]
    """Of the latest code that was taken: no code works twice."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A key in somebody's telephone, computer or USB token."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    """Its identifier, in base64url: the standard allows 1023 bytes."""
    public_key: Mapped[str] = mapped_column(String(2000))
    """In base64url too."""
    count: Mapped[int]
    """How often it says that it was used; 0 for ever where it is shared between devices."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A printed code that stands for the factor once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactorLoss(Base):
    """An administrator says that somebody lost their factor; another one must say so too."""

    __tablename__ = "factor_loss"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
