"""A submitted attempt as its person reads it once a key was corrected: the corrected questions in the place of the pinned ones. Nothing is rewritten."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import AttemptSheet, RegradedAnswer, SheetQuestion, lexicon_at, pinned_question
from app.assessment.kinds.registry import kind_of
from app.assessment.models import Attempt, RegradedAttempt, Regrading
from app.assessment.questions.carry_over import carry_answer, obstacle
from app.assessment.questions.grading import unanswered
from app.assessment.questions.pool import PoolQuestion


class Regrade(Struct, frozen=True):
    """What one regrading did to one attempt."""

    at: datetime
    reason: str
    maintained: bool
    """The mark would have fallen, and stays."""
    raw: Fraction
    """Points after it."""


class RegradesSince(Struct, frozen=True):
    """What regradings did since an attempt was submitted."""

    keys: dict[str, int]
    """Question id → the revision of its corrected key."""
    regrades: tuple[Regrade, ...]
    """Those that changed this attempt's mark, or would have."""


_REGRADES = (
    select(Regrading.keys.label("keys_"), Regrading.at, Regrading.reason, RegradedAttempt.maintained, RegradedAttempt.score_raw)
    .outerjoin(RegradedAttempt, (RegradedAttempt.regrading_id == Regrading.id) & (RegradedAttempt.attempt_id == bindparam("attempt_id")))
    .where(Regrading.quiz_id == bindparam("quiz_id"), Regrading.at >= bindparam("submitted_at"))
    .order_by(Regrading.id)
)


def regrades_since(session: Session, attempt: Attempt) -> RegradesSince:
    """One SELECT."""
    if attempt.submitted_at is None or attempt.practice:
        return RegradesSince({}, ())
    rows = session.execute(_REGRADES, {"attempt_id": attempt.id, "quiz_id": attempt.quiz_id, "submitted_at": attempt.submitted_at}).all()
    keys = {question_id: revision for row in rows for question_id, revision in row.keys_.items()}
    return RegradesSince(keys, tuple(Regrade(row.at, row.reason, row.maintained, row.score_raw) for row in rows if row.score_raw is not None))


def corrected_sheet(session: Session, sheet: AttemptSheet, since: RegradesSince) -> AttemptSheet:
    """The sheet with each question by the key that the last regrading gave it."""
    if not since.keys:
        return sheet
    return replace(sheet, entries=tuple(_entry(session, sheet, entry, since.keys) for entry in sheet.entries))


def _entry(session: Session, sheet: AttemptSheet, entry: SheetQuestion, keys: dict[str, int]) -> SheetQuestion:
    pinned = entry.pooled.question
    revision_id = keys.get(pinned.id)
    now = pinned_question(session, revision_id, pinned.id) if revision_id else None
    if revision_id is None or now is None or now.question.fingerprint == pinned.fingerprint or obstacle(pinned, now.question):
        return entry
    return replace(entry, pooled=_in_force(now, entry.pooled), regraded=_regraded(session, sheet, entry, now, revision_id))


def _in_force(now: PoolQuestion, pinned: PoolQuestion) -> PoolQuestion:
    """The corrected question, at the points that were pinned."""
    return PoolQuestion(replace(now.question, points=pinned.question.points), now.quiz)


def _regraded(session: Session, sheet: AttemptSheet, entry: SheetQuestion, now: PoolQuestion, revision_id: int) -> RegradedAnswer:
    """A question without an answer has nothing to mark: it is worth nothing by any key."""
    kind = kind_of(now.question)
    if entry.latest is None:
        return RegradedAnswer(kind.blank, unanswered(now.question.points), revision_id)
    given = carry_answer(entry.response, entry.pooled.question, now.question)
    return RegradedAnswer(given, kind.grade(given, lexicon_at(session, sheet.attempt.pins)), revision_id)
