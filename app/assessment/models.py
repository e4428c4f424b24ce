"""Attempts and their answers, regradings, extra attempts; and what assessment refuses, each with the sentence that the person reads."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.platform.db import Base, BigId, UtcDateTime
from app.platform.errors import DomainError


class AttemptClosed(DomainError):
    """The attempt was submitted: its answers no longer change."""

    sentence = "Cette tentative est déjà envoyée : ses réponses ne changent plus."


class AttemptOpen(DomainError):
    """What is asked needs a submitted attempt."""

    sentence = "Envoyez d’abord cette tentative."


class QuestionLocked(DomainError):
    """« Après chaque question »: it was corrected."""

    sentence = "Cette question est déjà corrigée : sa réponse ne change plus."


class QuestionGone(DomainError):
    """The pinned text of a question can no longer be read after a change of the software: it is left out of the mark."""

    sentence = "Cette question ne peut plus être affichée : elle ne compte pas."


class NothingToCorrect(DomainError):
    sentence = "Répondez à la question avant de demander sa correction."


class UnclearAnswer(DomainError):
    """An answer can be read in two ways or in none: nothing is marked before it is clarified. Raised with the sentence that helps."""

    sentence = "Précisez votre réponse : elle se lit de plusieurs façons."


class UnclearAttempt(DomainError):
    """The attempt holds answers that must be clarified before it is sent; its recap names them."""

    sentence = "Cette tentative n’est pas encore envoyée."


class CorrectedAtTheEnd(DomainError):
    """The quiz does not correct question by question."""

    sentence = "Ce quiz ne se corrige pas question par question."


class NoAttemptLeft(DomainError):
    sentence = "Il ne vous reste aucune tentative pour ce quiz."


class EmptyQuiz(DomainError):
    sentence = "Ce quiz n’a encore aucune question."


class NothingMissed(DomainError):
    """A practice needs missed questions whose correction may be read."""

    sentence = "Il n’y a rien à refaire ici."


class RequestNotNeeded(DomainError):
    sentence = "Une tentative est encore possible, ou le quiz est réussi : il n’y a rien à demander."


class ReasonMissing(DomainError):
    sentence = "Donnez la raison : la personne la lira."


# --- Tables ---
#
# People and documents are opaque ids.

TITLE_LENGTH = 300

_OPEN = text("submitted_at IS NULL AND NOT practice")


class ExactFraction(TypeDecorator[Fraction]):
    """An exact number, kept as « 7/2 »: a pass compares unrounded marks."""

    impl = String(120)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


class Attempt(Base):
    """One person, one quiz, one try. Everything that decides its mark is frozen when it starts."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "quiz_id", "practice", "number", name="uq_attempt_number"),
        # Two attempts under way at once mean nothing: the second start goes on with the first.
        Index("uq_attempt_open", "person_id", "quiz_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_attempt_quiz_id", "quiz_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    """The quiz's, when it started."""
    number: Mapped[int]
    """From 1, for this person and quiz; practice has its own numbers, so that « tentative 2 » is the second that counts."""
    practice: Mapped[bool] = mapped_column(default=False)
    """« Refaire seulement ce que j'ai manqué »: changes no record, counts for nothing."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    """The attempt whose missed questions a practice takes again."""
    seed: Mapped[int] = mapped_column(BigInteger)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """In order: `{"id", "document", "revision", "fingerprint"}`."""
    pins: Mapped[dict[str, int]] = mapped_column(JSON)
    """Revision of every file it reads: the quiz, those it takes questions from, the glossary, the confusable pairs."""
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole policy, as `policy.policy_as_json` writes it."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score_raw: Mapped[Fraction | None] = mapped_column(ExactFraction)
    score_max: Mapped[Fraction | None] = mapped_column(ExactFraction)
    passed: Mapped[bool | None]
    """This attempt alone reached the pass mark; whether the quiz is passed depends on the grading method."""
    tries_left: Mapped[int | None]
    """How many attempts remained when this one was submitted; None = as many as one likes."""


class Response(Base):
    """One saved answer. Rows are appended; the last of a question counts. Its worth is written once, when it is corrected."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_id", "seq", name="uq_response_seq"),
        UniqueConstraint("attempt_id", "idempotency_key", name="uq_response_key"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    """From 1, for this attempt and question."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    readable: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idempotency_key: Mapped[str] = mapped_column(String(64))
    fraction: Mapped[Fraction | None] = mapped_column(ExactFraction)
    """From 0 to 1; None until corrected."""
    verdicts: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """For each typed place, `[rule, accepted writing]` or null: what accepted it."""


class Regrading(Base):
    """A trainer had the answers to a quiz marked again by its corrected keys. What was answered, marked and pinned stays as it was."""

    __tablename__ = "regrading"
    __table_args__ = (Index("ix_regrading_quiz_id", "quiz_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    keys: Mapped[dict[str, int]] = mapped_column(JSON)
    """Question id → the revision that holds its corrected key."""
    raised: Mapped[int] = mapped_column(default=0)
    """Attempts whose mark rose."""
    maintained: Mapped[int] = mapped_column(default=0)
    """Attempts whose mark would have fallen, and stayed."""
    passing: Mapped[int] = mapped_column(default=0)
    """People who pass the quiz by it."""


class RegradedAttempt(Base):
    """The mark of one attempt after a regrading that changed it. Rows are appended; the last of an attempt counts."""

    __tablename__ = "regraded_attempt"
    __table_args__ = (UniqueConstraint("attempt_id", "regrading_id", name="uq_regraded_attempt"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    regrading_id: Mapped[int] = mapped_column(ForeignKey("regrading.id"), index=True)
    found_raw: Mapped[Fraction] = mapped_column(ExactFraction)
    """What the corrected keys give."""
    score_raw: Mapped[Fraction] = mapped_column(ExactFraction)
    """What is kept: never less than before."""
    passed: Mapped[bool]
    maintained: Mapped[bool]


class ExtraAttempt(Base):
    """One more attempt, given by a trainer to a person, with the reason that the person reads."""

    __tablename__ = "extra_attempt"
    __table_args__ = (Index("ix_extra_attempt_person_quiz", "person_id", "quiz_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttemptRequest(Base):
    """« Demander une tentative ». Open until a trainer answers; one open request a person and quiz."""

    __tablename__ = "attempt_request"
    __table_args__ = (
        Index(
            "uq_attempt_request_open",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    """What the trainer answered."""
