"""The ledger, and what hangs on it: enrolments, cohorts, the projection, attestations, refused submissions."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, BigId, UtcDateTime
from app.record.progress.due import NO_DAY

"""SQLite numbers rows by itself only for a column of type INTEGER."""


class LearningEvent(Base):
    """One thing that happened to one person on one element. Rows are appended, never changed nor deleted."""

    __tablename__ = "learning_event"
    __table_args__ = (Index("ix_learning_event_person_element", "person_id", "element_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    element_id: Mapped[str] = mapped_column(String(60))
    event: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    criterion: Mapped[str | None] = mapped_column(String(20))
    tries_left: Mapped[int | None]
    content_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    rules_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    attempt_id: Mapped[int | None] = mapped_column(Integer)
    score_raw: Mapped[str | None] = mapped_column(String(60))
    """Exact, as a fraction « 7/2 »: a pass compares unrounded marks."""
    score_max: Mapped[str | None] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(Date)
    """Of a due date that was moved: `element_id` is then the path, and None gives the group's date back."""
    source: Mapped[str] = mapped_column(String(20), default="web")
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)


class ElementState(Base):
    """The projection: one row a person and element, written with the event that changes it, rebuilt by `flask learning rebuild`."""

    __tablename__ = "element_state"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    element_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    best: Mapped[str | None] = mapped_column(String(60))
    earned_on: Mapped[str] = mapped_column(String(64), default="")
    manual: Mapped[bool] = mapped_column(default=False)


NEVER = datetime.fromtimestamp(0, UTC)
"""The last activity of whoever did nothing: a date, so that databases sort it alike, before all others."""

STALE = 0
"""The basis of figures that nobody has worked out since something changed."""


class PersonFigures(Base):
    """What reports read of one person, in one row: worked out by the one progress function and written with whatever changes it.

    A row is right as long as its `basis` is the present one (`figures.calculator.Calculator.basis`); reports bring the others up to date before they
    read (decision 6). What is copied from the account is there to choose and to sort by.
    """

    __tablename__ = "person_figures"
    __table_args__ = (
        # The list of everybody as it is first shown: its order, and how many there are. `counted` is last: nearly everybody is, and SQLite would look each up.
        Index("ix_person_figures_named", "name_key", "person_id", "counted"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    basis: Mapped[int] = mapped_column(BigInteger, index=True, default=STALE)
    """A digest of the course's structure and of what paths ask for, when this was worked out."""
    counted: Mapped[bool] = mapped_column(default=False)
    """The account is open, and its holder has the role of a learner or has begun something: reports hold nobody else."""
    name_key: Mapped[str] = mapped_column(String(200).with_variant(String(200, collation="C"), "postgresql"), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=NEVER)
    side: Mapped[str | None] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(100), default="")
    """The territory where the person belongs, the first by its id; empty for none."""
    several: Mapped[bool] = mapped_column(default=False)
    """They belong to others too, which `membership` tells."""
    changes_on: Mapped[date | None] = mapped_column(Date, index=True)
    """The next day on which where they belong changes by itself: from then on the row is stale."""
    path_id: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The published path whose figures these are: the person's own, the default one for whoever is on none or on one that was withdrawn."""
    done: Mapped[int] = mapped_column(default=0)
    required: Mapped[int] = mapped_column(default=0)
    waived: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of those done, by a waiver."""
    share: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of what is asked, in billionths, rounded down: sorts exactly."""
    finished: Mapped[bool] = mapped_column(default=False)
    """`Progress.finished` of the path: what SQL asks for, since no statement compares `done` and `required` by itself."""
    modules: Mapped[str] = mapped_column(Text, default="{}")
    """JSON, module id → [done, required, waived]."""
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, default=NEVER)
    """`NEVER` while nothing was done."""
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date)
    """The path's (`due.DueDates`), as the next two."""
    next_due_on: Mapped[date] = mapped_column(Date, default=NO_DAY, server_default=NO_DAY.isoformat())
    """`NO_DAY` where nothing is to be done by a day; from the day after it on, the person is late, whether or not anything is written."""
    module_dues: Mapped[str] = mapped_column(Text, default="{}", server_default="{}")
    """JSON, module id → day, of the modules that have one."""
    next_id: Mapped[str | None] = mapped_column(String(60))
    """The first element of the path that is left to do, even where it waits for an answer: where reports find the person."""
    failing_id: Mapped[str | None] = mapped_column(String(60))
    """The first quiz that was tried and is not passed."""


MODULE = "module:"
"""Before a module's id: the path of that module alone, which a person joins by doing something there when their own path pins nothing of it."""


class Enrolment(Base):
    """One person on one path, with the elements that were required when they joined or last took the news in."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("person_id", "path_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    path_id: Mapped[str] = mapped_column(String(70))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pins: Mapped[list[Any]] = mapped_column(JSON)
    """[element id, module id, when it entered (ISO 8601)] triples, in the order of the path at the time."""


TITLE_LENGTH = 300
COHORT_NAME_LENGTH = 120

EVERYTHING = "*"
"""The demand that stands for the whole course, whatever the paths: every element that is published and not optional."""


class PathDemand(Base):
    """What a path asks for today, and since when without a break: written with each publication, read with each standing.

    One row a path, and one for `EVERYTHING`, on which modules are counted.
    """

    __tablename__ = "path_demand"

    path_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    asked: Mapped[list[Any]] = mapped_column(JSON)
    """[element id, since when (ISO 8601)] pairs, in the order of the path."""


class Cohort(Base):
    """People who take a path together, with a start and a due date."""

    __tablename__ = "cohort"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(COHORT_NAME_LENGTH), unique=True)
    path_id: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    target_people: Mapped[int | None]
    target_on: Mapped[date | None] = mapped_column(Date)
    """The target: so many people to have finished by that day; both or neither."""


class CohortMember(Base):
    __tablename__ = "cohort_member"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    trainer: Mapped[bool] = mapped_column(default=False)


class ReadingPlace(Base):
    """The heading where a person stopped in a lesson, so that « Reprendre » leads there from any device."""

    __tablename__ = "reading_place"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    lesson_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    anchor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attestation(Base):
    """Proof that a module or a path was completed. Its id cannot be guessed: whoever has it may read the public page."""

    __tablename__ = "attestation"
    __table_args__ = (UniqueConstraint("person_id", "subject_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    badge_id: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid.uuid4()))
    """What the list of revocations may tell everybody: it leads nowhere. Never redrawn, so that a revoked badge stays so."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject_id: Mapped[str] = mapped_column(String(60))
    """A module's id, or a path's."""
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    completed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content_version: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revocation_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Read by the person and by who decides for them; the public page says the day alone."""
    renewals: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """[when (ISO 8601), content version, how many elements had changed] each time that it was refreshed: appended, never changed."""


class Submission(Base):
    """An answer, a draft or a note sent once the session had ended: it waits for the person's return.

    `size`, `network`, `kind` and `reason` are those of the version before, which may still write here (decision 47).
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_held", "kind", "at", "size"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who had signed in last with that browser."""
    path: Mapped[str] = mapped_column(String(300))
    fields: Mapped[list[Any]] = mapped_column(JSON)
    """[name, value] pairs as the form sent them, without the CSRF token."""
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    browser: Mapped[str | None] = mapped_column(String(64), index=True)
    """Digest of the value that the browser which sent it holds in its cookie."""
    network: Mapped[str | None] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="kept")
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    replayed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
