"""Verbs of the positioning: begin, answer, finish, decide on a waiver. They flush, never commit; whoever acts twice at once does it once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.assessment.answers.lexicon import lexicon_of
from app.assessment.kinds.responses import Fields
from app.content.values.course import Course
from app.identity.models import Person
from app.identity.services import lock_person
from app.learner.positioning import rules
from app.learner.positioning.models import (
    Arrival,
    Positioning,
    PositioningAnswer,
    PositioningResult,
    asked_question,
    home_of,
    last_asked,
    left_to_test,
    pool_of,
    results_of,
    rows_of,
    seen_before,
    test_of,
    tests_of,
)
from app.learner.positioning.rules import ItemAnswer, PositioningItem, Proposal, WaiverDecision
from app.platform.errors import DomainError, NotYours
from app.platform.french import french, french_date
from app.platform.log import event
from app.record import ledger
from app.record.progress.queries import path_progress_of

TAKEN_BACK = "Dispense abandonnée : la personne préfère suivre ce module."


class TooSoon(DomainError):
    sentence = "Il faut sept jours entre deux positionnements sur les mêmes modules."


class NothingToAsk(DomainError):
    sentence = "Il n’y a aucune question à poser sur ce module."


class NothingLeft(DomainError):
    sentence = "Il n’y a rien à montrer : vous avez terminé les modules qui ont des questions, ou leur dispense est en cours."


class AnswerFirst(DomainError):
    sentence = "Répondez à la question, ou choisissez « Je ne sais pas »."


class IncompleteAnswer(DomainError):
    sentence = "Votre réponse n’est pas complète : finissez-la, ou choisissez « Je ne sais pas »."


class AskedAgain(DomainError):
    """Raised with the sentence that says what is unclear: nothing is counted."""


class DecidedOtherwise(DomainError):
    sentence = "Cette dispense a été décidée autrement entre-temps : relisez où elle en est."


class PositioningStep(Struct, frozen=True):
    """What became of an answer: the question that waits now, None when the test is over; `counted`: this answer, not an earlier one."""

    position: int | None
    counted: bool


# --- A test ----------------------------------------------------------------------------------------------------------


def begin(session: Session, course: Course, person_id: int, module_id: str, *, seed: int, now: datetime) -> Positioning:
    """Begin a test, of all modules or of one, or go on with the one under way."""
    lock_person(session, person_id)
    tests = tests_of(session, person_id)
    mine = [test for test in tests if test.module_id == module_id]
    if found := next((test for test in mine if test.ended_at is None), None):
        return found
    if module_id and module_id not in pool_of(course).histories:
        raise NothingToAsk
    ended = max((test.ended_at for test in mine if test.ended_at), default=None)
    if not module_id and not rules.may_test(ended, now):
        raise TooSoon
    side = session.scalar(select(Person.side).where(Person.id == person_id))
    test = Positioning(person_id=person_id, module_id=module_id, seed=seed, side=side, started_at=now)
    if not _tested_modules(session, course, test):
        raise TooSoon if _modules_left(session, course, test) else NothingLeft if pool_of(course).items else NothingToAsk
    session.add(test)
    session.flush()
    _ask(session, course, test, now)
    event("positioning_begun", person=person_id, positioning=test.id)
    return test


def _tested_modules(session: Session, course: Course, test: Positioning) -> dict[str, str]:
    """The modules that a test is about: those left to test that no test over in the last seven days had asked about, when it began."""
    asked = last_asked(session, test.person_id)
    return {module: pool_of(course).histories[module] for module in _modules_left(session, course, test) if rules.may_test(asked.get(module), test.started_at)}


def _modules_left(session: Session, course: Course, test: Positioning) -> list[str]:
    left = left_to_test(path_progress_of(session, course, test.person_id), results_of(session, test.person_id))
    return [module for module in left if test.module_id in ("", module)]


def _answers(session: Session, test: Positioning) -> tuple[list[ItemAnswer], set[str]]:
    """What was answered, and every question that was asked."""
    rows = rows_of(session, test.id)
    items = ((row, PositioningItem(row.question_id, row.module_id, row.level, row.guess)) for row in rows)
    answers = [ItemAnswer(item, row.right, unknown=not row.payload) for row, item in items if row.right is not None]
    return answers, {row.question_id for row in rows}


def _histories(session: Session, course: Course, test: Positioning, answers: list[ItemAnswer]) -> Mapping[str, str]:
    """Of the tested modules, and of those whose pool was withdrawn after a question."""
    answered = {answer.item.module_id for answer in answers} & course.modules.keys()
    return _tested_modules(session, course, test) | {module: course.modules[module].history for module in answered}


def _ask(session: Session, course: Course, test: Positioning, now: datetime) -> int | None:
    """Put the next question, on the text that is published now; None where nothing is left to ask, and the test is over."""
    answers, asked = _answers(session, test)
    histories, pool = _histories(session, course, test, answers), pool_of(course)
    beliefs = rules.beliefs_after(histories, home_of(course, test.side), answers)
    left = [item for item in pool.items if item.id not in asked]
    item = rules.next_item(left, beliefs, answers, test.seed, seen_before(session, test.person_id, test.id))
    if item is None:
        _end(session, course, test, now)
        return None
    row = PositioningAnswer(
        positioning_id=test.id,
        position=len(asked) + 1,
        question_id=item.id,
        revision_id=pool.revisions[item.id],
        module_id=item.module_id,
        level=item.level,
        guess=item.guess,
    )
    session.add(row)
    session.flush()
    return row.position


def answer(session: Session, course: Course, person_id: int, test_id: int, position: int, fields: Fields | None, *, now: datetime) -> PositioningStep:
    """Answer the question that waits; None is « Je ne sais pas ». One that was answered, or a test that is over, changes nothing.

    Raises what the person is to be asked again.
    """
    lock_person(session, person_id)
    test = test_of(session, person_id, test_id)
    rows = rows_of(session, test.id)
    row = next((row for row in rows if row.position == position), None)
    if test.ended_at is not None:
        return PositioningStep(None, counted=False)
    if row is None:
        raise NotYours
    if row.answered_at is not None:
        return PositioningStep(next((one.position for one in rows if one.answered_at is None), None), counted=False)
    _mark(session, course, test, row, fields)
    row.answered_at = now
    session.flush()
    return PositioningStep(_ask(session, course, test, now), counted=True)


def _mark(session: Session, course: Course, test: Positioning, row: PositioningAnswer, fields: Fields | None) -> None:
    """All right or not, by the key of the text that was shown. A question that cannot be read any more counts for nothing."""
    asked = asked_question(session, test, row)
    if asked is None:
        return
    if fields is None:
        row.right = False
        return
    kind, lexicon = asked.kind, lexicon_of(course.glossary, course.confusables)
    given, unclear = kind.read_clearly(asked.layout, fields, lexicon)
    if unclear:
        raise AskedAgain(unclear)
    if given.is_blank:
        raise AnswerFirst
    if not kind.is_complete(given):
        raise IncompleteAnswer
    row.payload, row.readable = given.payload(), kind.readable(given)
    row.right = kind.grade(given, lexicon).fraction == 1


def finish(session: Session, course: Course, person_id: int, test_id: int, *, now: datetime) -> None:
    """The person stops here. A test without an answer leaves nothing behind."""
    lock_person(session, person_id)
    test = test_of(session, person_id, test_id)
    if test.ended_at is None:
        _end(session, course, test, now)


def _end(session: Session, course: Course, test: Positioning, now: datetime) -> None:
    answers, _asked = _answers(session, test)
    waiting = PositioningAnswer.answered_at.is_(None) if answers else PositioningAnswer.id.is_not(None)
    session.execute(delete(PositioningAnswer).where(PositioningAnswer.positioning_id == test.id, waiting))
    if not answers:
        session.delete(test)
        session.flush()
        return
    histories = _histories(session, course, test, answers)
    beliefs = rules.beliefs_after(histories, home_of(course, test.side), answers)
    test.ended_at = now
    earlier = {result.module_id for result, _test in results_of(session, test.person_id)}
    for module_id, mastery in beliefs.items():
        found = rules.verdict(mastery, module_id, answers)
        if not found.asked and module_id in earlier:
            continue  # a test that asked nothing about a module has nothing to say against what an earlier one found
        counts = {"chance": found.chance, "asked": found.asked, "right": found.right, "hard": found.hard}
        session.add(PositioningResult(positioning_id=test.id, module_id=module_id, proposal=found.proposal, **counts))
    session.flush()
    event("positioning_ended", person=test.person_id, positioning=test.id, questions=len(answers))


# --- Waivers ---------------------------------------------------------------------------------------------------------


def decide(session: Session, course: Course, person_id: int, result_id: int, wanted: WaiverDecision, *, now: datetime) -> None:
    """The person accepts or refuses the waiver of a module that their last test of it proposes, or takes back one they accepted."""
    result, test = _result(session, person_id, result_id)
    if result.decision is wanted:
        return
    latest = max(one.id for one, _test in results_of(session, person_id) if one.module_id == result.module_id)
    refused = result.proposal is not Proposal.WAIVED or (latest != result.id and wanted is not WaiverDecision.TAKEN_BACK)
    if refused or not rules.may_become(result.decision, wanted) or wanted is WaiverDecision.REVOKED:
        raise DecidedOtherwise
    if wanted is WaiverDecision.ACCEPTED:
        why = french(f"Positionnement du {french_date(test.ended_at or test.started_at)}.")  # whoever follows them reads it: no count of answers
        ledger.waive_module(session, course, person_id, result.module_id, now, waiver=result.id, test=test.id, reason=why)
    elif wanted is WaiverDecision.TAKEN_BACK:
        ledger.end_waiver(session, course, person_id, now, waiver=result.id, test=test.id, reason=TAKEN_BACK, actor_id=person_id)
    result.decision, result.decided_at = wanted, now
    session.flush()
    event("waiver_decided", person=person_id, positioning=test.id, module=result.module_id, decision=wanted.value)


def start_from(session: Session, course: Course, person_id: int, test_id: int, kept: Collection[int], *, now: datetime) -> int:
    """Answer at once all the waivers of a test that wait: those kept are accepted, the others refused. Returns how many were accepted."""
    test = test_of(session, person_id, test_id)
    latest = {result.module_id: result for result, _test in results_of(session, person_id)}
    waiting = [one for one in latest.values() if one.positioning_id == test.id and one.proposal is Proposal.WAIVED and one.decision is WaiverDecision.OPEN]
    for one in waiting:
        decide(session, course, person_id, one.id, WaiverDecision.ACCEPTED if one.id in kept else WaiverDecision.REFUSED, now=now)
    return sum(one.id in kept for one in waiting)


def revoke(session: Session, course: Course, person_id: int, result_id: int, *, actor_id: int, reason: str, now: datetime) -> None:
    """Somebody who follows the person ends a waiver, with a reason that the person reads. Who may is asked before."""
    result, test = _result(session, person_id, result_id)
    if not rules.may_become(result.decision, WaiverDecision.REVOKED):
        raise DecidedOtherwise
    ledger.end_waiver(session, course, person_id, now, waiver=result.id, test=test.id, reason=reason, actor_id=actor_id)
    result.decision, result.decided_at, result.actor_id, result.reason = WaiverDecision.REVOKED, now, actor_id, reason
    session.flush()
    event("waiver_revoked", actor=actor_id, person=person_id, positioning=test.id, module=result.module_id)


def _result(session: Session, person_id: int, result_id: int) -> tuple[PositioningResult, Positioning]:
    lock_person(session, person_id)
    found = next(((result, test) for result, test in results_of(session, person_id) if result.id == result_id), None)
    if found is None:
        raise NotYours
    return found


# --- Accounts --------------------------------------------------------------------------------------------------------


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Two accounts of one person become one. Of two tests of the same modules under way, the kept account's goes on."""
    mine = {test.module_id for test in tests_of(session, kept) if test.ended_at is None}
    for test in tests_of(session, gone):
        if test.ended_at is not None or test.module_id not in mine:
            test.person_id = kept
    session.flush()
    own, other = session.get(Arrival, kept), session.get(Arrival, gone)
    if own is None:
        session.execute(update(Arrival).where(Arrival.person_id == gone).values(person_id=kept))
    elif other and not own.wish:
        own.wish, own.said_at = other.wish, other.said_at
        session.flush()
