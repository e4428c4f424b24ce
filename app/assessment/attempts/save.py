"""Saving answers one by one, and correcting one at once (« après chaque question »)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.attempts.sheet import SAVED, HeldAttempt, SavedAnswer, SheetQuestion, lexicon_at, lock_attempt, sheet_question
from app.assessment.attempts.submit import grade_saved
from app.assessment.errors import AttemptClosed, CorrectedAtTheEnd, NothingToCorrect, QuestionLocked, UnclearAnswer
from app.assessment.kinds.responses import Fields, QuestionResponse, UnreadableAnswer
from app.assessment.models import Attempt, Response
from app.content.values.policy import CorrectionTime


class SaveOutcome(Struct, frozen=True):
    """What is kept for a question after a save. `kept_former`: the form was blank, so the former answer stays."""

    saved_at: datetime | None
    readable: str
    complete: bool
    kept_former: bool = False
    unclear: str = ""
    """For whoever goes on from here: why it is to be cleared up first, in French. « Après chaque question », only its correction asks."""


def save_answer(
    session: Session, person_id: int, attempt_id: int, position: int, fields: Fields, *, key: str, now: datetime, erase: bool = False, going_on: bool = False
) -> SaveOutcome:
    """Keep the answer that a form holds to the question at `position` (from 1).

    Idempotent by `key`: the same form sent again has no effect, whatever happened meanwhile. A blank form leaves a former answer in
    place unless `erase` says that it is meant. `going_on` asks whether it is clear. Raises `AttemptClosed`, `QuestionLocked`, and what
    `QuestionKind.read` raises.
    """
    if not key:
        raise UnreadableAnswer
    attempt = lock_attempt(session, person_id, attempt_id)
    entry, kept_former = _keep(session, attempt, sheet_question(session, attempt, position, None), fields, key, now, erase)
    latest, unclear = entry.latest, _unclear(session, attempt, entry) if going_on else ""
    return SaveOutcome(latest.saved_at if latest else None, latest.readable if latest else "", entry.kind.is_complete(entry.response), kept_former, unclear)


def _keep(session: Session, attempt: HeldAttempt, entry: SheetQuestion, fields: Fields, key: str, now: datetime, erase: bool) -> tuple[SheetQuestion, bool]:
    """The question with the answer that counts now, and whether that is a former one in the place of a blank form."""
    given = entry.kind.read(entry.layout, fields)
    stored_key = _stored_key(key, entry, given)
    latest, repeated = _latest(session, attempt, entry, stored_key)
    entry = replace(entry, latest=latest)
    if repeated:
        return entry, False
    _refuse_closed(attempt, entry)
    if given.is_blank and not (erase and latest):
        return entry, not entry.response.is_blank
    if latest is None or given != entry.response:
        entry = replace(entry, latest=_append(session, entry, attempt, given, stored_key, now))
    return entry, False


def _unclear(session: Session, attempt: HeldAttempt, entry: SheetQuestion) -> str:
    if policy.thawed(attempt.policy).correction == CorrectionTime.AFTER_EACH:
        return ""
    return entry.unclear(lexicon_at(session, attempt.pins))


def save_first_answers(session: Session, attempt: Attempt, answers: Iterable[tuple[SheetQuestion, Fields, datetime]]) -> None:
    """All the answers of an attempt that nobody else sees and that holds none yet, at once: the months of a demonstration have thousands."""
    read = ((entry, entry.kind.read(entry.layout, fields), at) for entry, fields, at in answers)
    rows = [_row(attempt.id, _new_saved_answer(entry, given, at), _stored_key("first", entry, given)) for entry, given, at in read if not given.is_blank]
    if rows:
        session.execute(_ADD, rows)


def correct_answer(session: Session, person_id: int, attempt_id: int, position: int) -> None:
    """« Après chaque question »: find the saved answer's worth and lock it. Harmless when repeated. Raises `UnclearAnswer` where it is to be cleared up."""
    attempt = lock_attempt(session, person_id, attempt_id)
    entry = sheet_question(session, attempt, position, None)
    entry = replace(entry, latest=_latest(session, attempt, entry)[0])
    if entry.locked:
        return
    _refuse_closed(attempt, entry)
    if policy.thawed(attempt.policy).correction != CorrectionTime.AFTER_EACH:
        raise CorrectedAtTheEnd
    if entry.latest is None or entry.response.is_blank:
        raise NothingToCorrect
    lexicon = lexicon_at(session, attempt.pins)
    if sentence := entry.unclear(lexicon):
        raise UnclearAnswer(sentence)
    grade_saved(session, attempt.id, [entry], lexicon)


_RESPONSE = Response.__table__
_BY_KEY = select(_RESPONSE.c.id).where(_RESPONSE.c.attempt_id == bindparam("attempt_id"), _RESPONSE.c.idempotency_key == bindparam("key"))
_LATEST = SAVED.add_columns(_BY_KEY.correlate(None).exists()).where(_RESPONSE.c.question_id == bindparam("question_id"))
_LATEST = _LATEST.order_by(_RESPONSE.c.seq.desc()).limit(1)
"""Written once, as each save asks it while others wait for their turn; both parts by an index, however often a person changed their mind."""


def _latest(session: Session, attempt: HeldAttempt, entry: SheetQuestion, stored_key: str = "") -> tuple[SavedAnswer | None, bool]:
    """The answer that counts, and whether this very form was saved already."""
    asked = {"attempt_id": attempt.id, "question_id": entry.pooled.question.id, "key": stored_key}
    row = session.execute(_LATEST, asked).first()
    return (SavedAnswer._make(row[:-1]), row[-1]) if row else (None, False)


def _refuse_closed(attempt: HeldAttempt, entry: SheetQuestion) -> None:
    if attempt.submitted_at is not None:
        raise AttemptClosed
    if entry.locked:
        raise QuestionLocked


def _stored_key(key: str, entry: SheetQuestion, given: QuestionResponse) -> str:
    """A form brought back by the browser keeps its key and may hold another answer: that is another save, not a repeat."""
    said = json.dumps([key, entry.pooled.question.id, given.payload()], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


_ADD = insert(_RESPONSE)  # type: ignore[arg-type]  # a Table, as that of every entity


def _append(session: Session, entry: SheetQuestion, attempt: HeldAttempt, given: QuestionResponse, stored_key: str, now: datetime) -> SavedAnswer:
    saved = _new_saved_answer(entry, given, now)
    session.execute(_ADD, _row(attempt.id, saved, stored_key))
    return saved


def _new_saved_answer(entry: SheetQuestion, given: QuestionResponse, now: datetime) -> SavedAnswer:
    seq = entry.latest.seq + 1 if entry.latest else 1
    return SavedAnswer(entry.pooled.question.id, seq, given.payload(), entry.kind.readable(given), now)


def _row(attempt_id: int, saved: SavedAnswer, stored_key: str) -> dict[str, Any]:
    return {"attempt_id": attempt_id, "idempotency_key": stored_key, **saved._asdict()}
