"""Tables of invitations and of imports under way."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime


class Invitation(Base):
    """One person's way in. A link holds `mark`: drawing another one ends the links given before."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[str] = mapped_column(String(32))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_mail: Mapped[bool]
    """False: printed, or passed on by hand."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PeopleImport(Base):
    """A file of people, between its check and its import; then only the verdicts. Forgotten after some days."""

    __tablename__ = "people_import"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heads: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The head of each column, as typed."""
    columns: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """What each column is (`imports.synonyms.COLUMNS`); "" where it is left out, null where nobody has said yet."""
    rows: Mapped[list[Any]] = mapped_column(JSON)
    """[line, [cells]] pairs as read, then as corrected; the import leaves those that were refused."""
    corrected: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """[line, place of the column, what the file had there] of each corrected cell, until the import."""
    unread: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Names of the workbook's other sheets."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"))
    """Where every line's person goes, besides what the line says."""
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdicts: Mapped[list[Any]] = mapped_column(JSON)
    """Of the import: line, outcome, person, and for a refused line its column, value and remedy."""
    done: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """What it did to each account (`imports.undoing.Deed`); once undone, those that were left and why."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Erasure(Base):
    """A person was erased: when, by whom, why. It names nobody, and lets a restored backup be brought up to date."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person's own id when they asked by themselves; None for the retention rule."""
    ground: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


REQUEST, OVER, UNDONE = "demande", "duree", "import"
GROUNDS = MappingProxyType(
    {
        REQUEST: "La personne l’a demandé",
        "depart": "La personne a quitté le réseau",
        OVER: "La durée de conservation est passée",
        "erreur": "Le compte a été ouvert par erreur",
        UNDONE: "L’import qui a ouvert le compte a été défait",
    }
)
"""Why somebody was erased. A ground is a choice, never a text: a text would keep a name."""
