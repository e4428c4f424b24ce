"""Saving answers one by one, and correcting one at once (« après chaque question »)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.attempts.sheet import SheetQuestion, attempt_of, lexicon_at, sheet_question, write_grade
from app.assessment.errors import AttemptClosed, CorrectedAtTheEnd, NothingToCorrect, QuestionLocked, UnclearAnswer
from app.assessment.models import Attempt, Response
from app.assessment.questions.responses import Fields, Given, UnreadableAnswer
from app.content.values.policy import CorrectionTime


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept for a question after a save. `kept_former`: the form was blank, so the former answer stays."""

    saved_at: datetime | None
    readable: str
    complete: bool
    kept_former: bool = False
    unclear: str = field(default="", compare=False)
    """For whoever goes on from here: why it is to be cleared up first, in French. « Après chaque question », only its correction asks."""


def save_answer(
    session: Session, person_id: int, attempt_id: int, position: int, fields: Fields, *, key: str, now: datetime, erase: bool = False, going_on: bool = False
) -> Saved:
    """Keep the answer that a form holds to the question at `position` (from 1).

    Idempotent by `key`: the same form sent again has no effect, whatever happened meanwhile. A blank form leaves a former answer in
    place unless `erase` says that it is meant. `going_on` asks whether it is clear. Raises `AttemptClosed`, `QuestionLocked`, and what
    `QuestionKind.read` raises.
    """
    if not key:
        raise UnreadableAnswer
    attempt = attempt_of(session, person_id, attempt_id, lock=True)
    entry, kept_former = _keep(session, attempt, sheet_question(session, attempt, position, None), fields, key, now, erase)
    latest, unclear = entry.latest, _unclear(session, attempt, entry) if going_on else ""
    return Saved(latest.saved_at if latest else None, latest.readable if latest else "", entry.kind.is_complete(entry.given), kept_former, unclear)


def _keep(session: Session, attempt: Attempt, entry: SheetQuestion, fields: Fields, key: str, now: datetime, erase: bool) -> tuple[SheetQuestion, bool]:
    """The question with the answer that counts now, and whether that is a former one in the place of a blank form."""
    given = entry.kind.read(entry.layout, fields)
    stored_key = _stored_key(key, entry, given)
    rows = _rows(session, attempt, entry, stored_key)
    latest = rows[-1] if rows else None
    entry = replace(entry, latest=latest)
    if any(row.idempotency_key == stored_key for row in rows):
        return entry, False
    _refuse_closed(attempt, entry)
    if given.is_blank and not (erase and latest):
        return entry, not entry.given.is_blank
    if latest is None or given != entry.given:
        entry = replace(entry, latest=_append(session, entry, attempt, given, stored_key, now))
    return entry, False


def _unclear(session: Session, attempt: Attempt, entry: SheetQuestion) -> str:
    if policy.thawed(attempt.policy).correction == CorrectionTime.AFTER_EACH:
        return ""
    return entry.unclear(lexicon_at(session, attempt.pins))


def save_first_answers(session: Session, attempt: Attempt, answers: Iterable[tuple[SheetQuestion, Fields, datetime]]) -> None:
    """All the answers of an attempt that nobody else sees and that holds none yet, at once: the months of a demonstration have thousands."""
    read = ((entry, entry.kind.read(entry.layout, fields), at) for entry, fields, at in answers)
    session.add_all(_response(entry, attempt, given, _stored_key("first", entry, given), at) for entry, given, at in read if not given.is_blank)
    session.flush()


def correct_answer(session: Session, person_id: int, attempt_id: int, position: int) -> None:
    """« Après chaque question »: find the saved answer's worth and lock it. Harmless when repeated. Raises `UnclearAnswer` where it is to be cleared up."""
    attempt = attempt_of(session, person_id, attempt_id, lock=True)
    entry = sheet_question(session, attempt, position, None)
    entry = replace(entry, latest=next(iter(_rows(session, attempt, entry)), None))
    if entry.locked:
        return
    _refuse_closed(attempt, entry)
    if policy.thawed(attempt.policy).correction != CorrectionTime.AFTER_EACH:
        raise CorrectedAtTheEnd
    if entry.latest is None or entry.given.is_blank:
        raise NothingToCorrect
    if sentence := entry.unclear(lexicon_at(session, attempt.pins)):
        raise UnclearAnswer(sentence)
    write_grade(entry.latest, entry.kind.grade(entry.given, lexicon_at(session, attempt.pins)))
    session.flush()


_MINE = (Response.attempt_id == bindparam("attempt_id"), Response.question_id == bindparam("question_id"))
_LAST = select(func.max(Response.seq)).where(*_MINE).scalar_subquery()
_COUNTING = (
    select(Response)
    .where(*_MINE, or_(Response.seq == _LAST, Response.idempotency_key == bindparam("key")))
    .order_by(Response.seq)
    .execution_options(populate_existing=True)
)
"""Written once, as each save asks it while others wait for their turn."""


def _rows(session: Session, attempt: Attempt, entry: SheetQuestion, stored_key: str = "") -> Sequence[Response]:
    """The answer that counts, after the one that this very form made already, if it did: however often a person changed their mind."""
    return session.scalars(_COUNTING, {"attempt_id": attempt.id, "question_id": entry.pooled.question.id, "key": stored_key}).all()


def _refuse_closed(attempt: Attempt, entry: SheetQuestion) -> None:
    if attempt.submitted_at is not None:
        raise AttemptClosed
    if entry.locked:
        raise QuestionLocked


def _stored_key(key: str, entry: SheetQuestion, given: Given) -> str:
    """A form brought back by the browser keeps its key and may hold another answer: that is another save, not a repeat."""
    said = json.dumps([key, entry.pooled.question.id, given.payload()], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


_WRITTEN = ("attempt_id", "question_id", "seq", "payload", "readable", "saved_at", "idempotency_key")
_ADD = insert(Response.__table__)  # type: ignore[arg-type]  # a Table, as that of every entity


def _append(session: Session, entry: SheetQuestion, attempt: Attempt, given: Given, stored_key: str, now: datetime) -> Response:
    row = _response(entry, attempt, given, stored_key, now)
    session.execute(_ADD, {name: getattr(row, name) for name in _WRITTEN})
    return row


def _response(entry: SheetQuestion, attempt: Attempt, given: Given, stored_key: str, now: datetime) -> Response:
    return Response(
        attempt_id=attempt.id,
        question_id=entry.pooled.question.id,
        seq=entry.latest.seq + 1 if entry.latest else 1,
        payload=given.payload(),
        readable=entry.kind.readable(given),
        saved_at=now,
        idempotency_key=stored_key,
    )
