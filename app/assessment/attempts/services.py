"""The acts on an attempt: start it, save an answer, submit it. They flush, never commit.

Whatever may be done twice, or by two requests at once, has one effect. On SQLite a POST begins IMMEDIATE, so writers take turns; on PostgreSQL each act
first locks the row on which the others wait: the person's to start, the attempt's to change it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.answers.lexicon import Lexicon
from app.assessment.attempts.corrections import corrected_sheet, regrades_since
from app.assessment.attempts.results import PastAttempt, count_attempts, counting_marks_of, past_attempt, quiz_result, tries_of
from app.assessment.attempts.sheet import (
    SAVED,
    AttemptSheet,
    HeldAttempt,
    SavedAnswer,
    SheetQuestion,
    attempt_of,
    lexicon_at,
    lock_attempt,
    sheet_of,
    sheet_question,
)
from app.assessment.kinds.responses import Fields, QuestionResponse, UnreadableAnswer
from app.assessment.models import (
    TITLE_LENGTH,
    Attempt,
    AttemptClosed,
    AttemptOpen,
    CorrectedAtTheEnd,
    EmptyQuiz,
    NoAttemptLeft,
    NothingMissed,
    NothingToCorrect,
    QuestionLocked,
    Response,
    UnclearAnswer,
    UnclearAttempt,
)
from app.assessment.policy import may_start, policy_as_json
from app.assessment.questions import draw, grading
from app.assessment.questions.draw import PoolQuestion
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.content.values.quiz import CorrectionTime, Policy
from app.content.values.text import DocumentKind
from app.identity.services import lock_person
from app.platform.errors import NotYours
from app.platform.log import event

# --- Starting an attempt, resuming it, practising what was missed ---


def start_attempt(session: Session, course: Course, person_id: int, quiz_id: str, *, seed: int, now: datetime) -> Attempt:
    """Begin an attempt, or go on with the one under way: resuming is no start and counts for nothing."""
    lock_person(session, person_id)  # attempts may not exist yet: the person does
    mine = count_attempts(session, person_id, quiz_id)
    if mine.open_id is not None:
        return attempt_of(session, person_id, mine.open_id)
    quiz = course.quizzes.get(quiz_id)
    if quiz is None or quiz.is_pool:
        raise NotYours
    if not may_start(mine.remaining(quiz.policy)):
        raise NoAttemptLeft
    drawn = _draw(course, quiz_id, quiz.policy, seed)
    if not drawn:
        raise EmptyQuiz
    attempt = Attempt(
        person_id=person_id,
        quiz_id=quiz_id,
        title=quiz.title[:TITLE_LENGTH],
        number=mine.used + 1,
        practice=False,
        seed=seed,
        questions=[_reference(course, one) for one in drawn],
        pins=_pins(course, quiz_id, drawn),
        policy=policy_as_json(quiz.policy),
        started_at=now,
    )
    return _add_attempt(session, attempt, "attempt_started")


def start_practice(session: Session, course: Course, person_id: int, attempt_id: int, *, seed: int, now: datetime) -> Attempt:
    """« Refaire seulement ce que j'ai manqué »: a practice of the questions that a submitted attempt did not wholly earn.

    Only where the correction of that attempt may be read, since it tells which ones were missed. Goes on with the one under way.
    """
    lock_person(session, person_id)
    source = attempt_of(session, person_id, attempt_id)
    sheet = corrected_sheet(session, sheet_of(session, source), regrades_since(session, source))
    missed = [_asked_again(entry, source) for entry in sheet.entries if entry.grade.fraction < 1]
    if not missed or not _correction_shows(session, course, sheet):
        raise NothingMissed
    earlier = session.scalars(select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz_id == source.quiz_id, Attempt.practice)).all()
    under_way = next((one for one in earlier if one.source_id == source.id and one.submitted_at is None), None)
    if under_way is not None:
        return under_way
    attempt = Attempt(
        person_id=person_id,
        quiz_id=source.quiz_id,
        title=source.title,
        number=len(earlier) + 1,
        practice=True,
        source_id=source.id,
        seed=seed,
        questions=missed,
        pins=source.pins,
        policy=policy_as_json(_practice_policy(sheet.policy)),
        started_at=now,
    )
    return _add_attempt(session, attempt, "practice_started")


def _asked_again(entry: SheetQuestion, source: Attempt) -> dict[str, Any]:
    """The question as pinned; by its corrected key, where a regrading gave it one."""
    stored = source.questions[entry.position - 1]
    if entry.regraded is None:
        return stored
    return {**stored, "document": entry.pooled.quiz.id, "revision": entry.regraded.revision_id, "fingerprint": entry.pooled.question.fingerprint}


def _correction_shows(session: Session, course: Course, sheet: AttemptSheet) -> bool:
    attempt = sheet.attempt
    if attempt.submitted_at is None:
        raise AttemptOpen
    return attempt.practice or quiz_result(session, course, attempt.person_id, attempt.quiz_id).shows_correction(sheet.policy)


def _practice_policy(policy: Policy) -> Policy:
    each = policy.correction == CorrectionTime.AFTER_EACH
    return replace(policy, max_attempts=0, draw=None, correction=CorrectionTime.AFTER_EACH if each else CorrectionTime.AFTER_SUBMIT)


def _draw(course: Course, quiz_id: str, policy: Policy, seed: int) -> list[PoolQuestion]:
    available = draw.pool_of(course, course.quizzes[quiz_id])
    by_id = {one.question.id: one for one in available}
    return [by_id[question_id] for question_id in draw.draw(draw.candidates(available), policy.draw, seed, policy.shuffle)]


def _reference(course: Course, pooled: PoolQuestion) -> dict[str, Any]:
    """A question as an attempt stores it."""
    revision = course.versions[pooled.quiz.id].revision_id
    return {"id": pooled.question.id, "document": pooled.quiz.id, "revision": revision, "fingerprint": pooled.question.fingerprint}


def _pins(course: Course, quiz_id: str, drawn: Sequence[PoolQuestion]) -> dict[str, int]:
    """The revision of every file that the attempt reads."""
    ids = {quiz_id, DocumentKind.GLOSSARY.value, DocumentKind.CONFUSABLES.value, *(one.quiz.id for one in drawn)}
    return {document_id: course.versions[document_id].revision_id for document_id in sorted(ids) if document_id in course.versions}


def _add_attempt(session: Session, attempt: Attempt, name: str) -> Attempt:
    session.add(attempt)
    session.flush()
    event(name, attempt=attempt.id, person=attempt.person_id, quiz=attempt.quiz_id)
    return attempt


# --- Submitting an attempt, and its outcome ---


class AttemptOutcome(Struct, frozen=True):
    """What a submitted attempt gave. The same for everyone who asks again, whatever came after."""

    attempt_id: int
    quiz_id: str
    number: int
    practice: bool
    submitted_at: datetime
    mark: Mark
    attempt_passed: bool
    """This attempt alone reached the pass mark."""
    kept: Fraction
    """The mark that counts over the attempts up to this one."""
    passed: bool
    """The mark that counts reaches the pass mark."""
    tries_left: int | None
    """Attempts that remained; None = as many as one likes."""


_ATTEMPT, _SUBMITTED_RESPONSE = Attempt.__table__, Response.__table__
_CLOSING = (
    update(_ATTEMPT)  # type: ignore[arg-type]  # a Table, as that of every entity
    .where(_ATTEMPT.c.id == bindparam("its_id"), _ATTEMPT.c.person_id == bindparam("its_person"), _ATTEMPT.c.submitted_at.is_(None))
    .values(submitted_at=bindparam("now"))
    .returning(_ATTEMPT.c.id)
)


def submit_attempt(session: Session, course: Course, person_id: int, attempt_id: int, *, now: datetime) -> AttemptOutcome:
    """Close an attempt and find its worth. Whoever repeats it, or does it at the same moment, gets the same Outcome.

    Raises `UnclearAttempt` while an answer is to be cleared up: what was done is then to be rolled back.
    """
    session.flush()
    closed = session.execute(_CLOSING, {"its_id": attempt_id, "its_person": person_id, "now": now}).first()
    attempt = attempt_of(session, person_id, attempt_id)
    if closed:
        _grade(session, course, sheet_of(session, attempt))
        event("attempt_submitted", attempt=attempt.id, person=person_id, quiz=attempt.quiz_id)
    return outcome_of(session, attempt)


def submit_once_corrected(session: Session, course: Course, person_id: int, attempt_id: int, *, now: datetime) -> AttemptOutcome | None:
    """« Après chaque question »: close an attempt whose questions are all corrected, since nothing in it can change. None while one can."""
    attempt = attempt_of(session, person_id, attempt_id, lock=True)
    if not all(entry.locked for entry in sheet_of(session, attempt).entries):
        return None
    return submit_attempt(session, course, person_id, attempt_id, now=now)


def _grade(session: Session, course: Course, sheet: AttemptSheet) -> None:
    """Write the worth of each answer and of the whole. What was corrected on the way keeps the worth that the learner was told."""
    attempt = sheet.attempt
    lexicon = lexicon_at(session, attempt.pins)
    if any(entry.unclear(lexicon) for entry in sheet.entries):
        raise UnclearAttempt
    mark = replace(sheet, entries=grade_saved(session, attempt.id, sheet.entries, lexicon)).mark
    left = None if attempt.practice else _attempts_left(session, course, sheet)
    attempt.score_raw, attempt.score_max, attempt.tries_left = mark.raw, mark.maximum, left
    attempt.passed = grading.passes(mark.fraction, Fraction(sheet.policy.pass_mark))
    session.flush()


def _attempts_left(session: Session, course: Course, sheet: AttemptSheet) -> int | None:
    quiz = course.quizzes.get(sheet.attempt.quiz_id)
    return count_attempts(session, sheet.attempt.person_id, sheet.attempt.quiz_id).remaining(quiz.policy if quiz else sheet.policy)


def outcome_of(session: Session, attempt: Attempt) -> AttemptOutcome:
    """The Outcome of a submitted attempt."""
    if attempt.submitted_at is None:
        raise AttemptOpen
    past = [past_attempt(attempt, None)] if attempt.practice else _past_up_to(session, attempt)
    kept, mine = counting_marks_of(past)[-1], past[-1]
    return AttemptOutcome(
        attempt_id=attempt.id,
        quiz_id=attempt.quiz_id,
        number=attempt.number,
        practice=attempt.practice,
        submitted_at=mine.submitted_at,
        mark=mine.mark,
        attempt_passed=mine.passed,
        kept=kept,
        passed=mine.passed if attempt.practice else grading.passes(kept, Fraction(mine.policy.pass_mark)),
        tries_left=attempt.tries_left,
    )


def _past_up_to(session: Session, attempt: Attempt) -> list[PastAttempt]:
    return [one.past() for one in tries_of(session, attempt.person_id, attempt.quiz_id) if one.number <= attempt.number]


_GRADED = update(_SUBMITTED_RESPONSE).where(  # type: ignore[arg-type]  # a Table, as that of every entity
    *(_SUBMITTED_RESPONSE.c[name] == bindparam(f"its_{name}") for name in ("attempt_id", "question_id", "seq"))
)


def grade_saved(session: Session, attempt_id: int, entries: Sequence[SheetQuestion], lexicon: Lexicon) -> tuple[SheetQuestion, ...]:
    """Find and store the worth of each saved answer that was not corrected yet, and what accepted it; `SheetQuestion.grade` reads it back."""
    graded = {entry.position: _grade_answer(entry, entry.latest, lexicon) for entry in entries if entry.latest is not None and not entry.locked}
    if graded:
        session.execute(_GRADED, [_worth(attempt_id, latest) for latest in graded.values()])
    return tuple(replace(entry, latest=graded.get(entry.position, entry.latest)) for entry in entries)


def _grade_answer(entry: SheetQuestion, latest: SavedAnswer, lexicon: Lexicon) -> SavedAnswer:
    grade = entry.kind.grade(entry.response, lexicon)
    verdicts = [[verdict.rule.value, verdict.expected] if verdict else None for verdict in grade.verdicts]
    return latest._replace(fraction=grade.fraction, verdicts=verdicts or None)


def _worth(attempt_id: int, answer: SavedAnswer) -> dict[str, Any]:
    place = {"its_attempt_id": attempt_id, "its_question_id": answer.question_id, "its_seq": answer.seq}
    return {**place, "fraction": answer.fraction, "verdicts": answer.verdicts}


# --- Saving answers one by one, and correcting one at once (« après chaque question ») ---


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
    `QuestionKind.read_answer` raises.
    """
    if not key:
        raise UnreadableAnswer
    attempt = lock_attempt(session, person_id, attempt_id)
    entry, kept_former = _keep(session, attempt, sheet_question(session, attempt, position, None), fields, key, now, erase)
    latest, unclear = entry.latest, _unclear(session, attempt, entry) if going_on else ""
    return SaveOutcome(latest.saved_at if latest else None, latest.readable if latest else "", entry.kind.is_complete(entry.response), kept_former, unclear)


def _keep(session: Session, attempt: HeldAttempt, entry: SheetQuestion, fields: Fields, key: str, now: datetime, erase: bool) -> tuple[SheetQuestion, bool]:
    """The question with the answer that counts now, and whether that is a former one in the place of a blank form."""
    given = entry.kind.read_answer(entry.layout, fields)
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
    if policy.policy_from_json(attempt.policy).correction == CorrectionTime.AFTER_EACH:
        return ""
    return entry.unclear(lexicon_at(session, attempt.pins))


def save_first_answers(session: Session, attempt: Attempt, answers: Iterable[tuple[SheetQuestion, Fields, datetime]]) -> None:
    """All the answers of an attempt that nobody else sees and that holds none yet, at once: the months of a demonstration have thousands."""
    read = ((entry, entry.kind.read_answer(entry.layout, fields), at) for entry, fields, at in answers)
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
    if policy.policy_from_json(attempt.policy).correction != CorrectionTime.AFTER_EACH:
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
