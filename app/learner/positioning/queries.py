"""What the pages of the positioning receive: one frozen value each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.assessment.kinds.responses import Fields
from app.assessment.questions.correct import ShownQuestion, present
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.paths import default_path, element_of, minutes_of, modules_in_order
from app.learner.positioning import rules
from app.learner.positioning.models import (
    Positioning,
    PositioningResult,
    asked_question,
    current_position,
    last_asked,
    left_to_test,
    pool_of,
    results_of,
    rows_of,
    tests_of,
    waived_by,
)
from app.learner.positioning.rules import Proposal, WaiverDecision
from app.platform.french import day_of
from app.record.ledger import elements_of_waiver
from app.record.progress.cards import element_url
from app.record.progress.due import about
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import path_progress_of
from app.record.progress.rules import ProgressState

ALL_OF_IT = "La réponse compte si elle est entièrement juste."
"""In the place of how the question would be marked in a quiz."""

TOLD_FOR = timedelta(days=30)
"""How long the table says that a waiver was revoked."""


class Finding(Struct, frozen=True):
    """What the last test of a module found, and what became of the waiver that it proposed."""

    id: int
    words: str
    reason: str
    proposal: Proposal
    decision: WaiverDecision
    decided_at: datetime | None
    revoked_for: str
    ended_at: datetime

    @property
    def proposed(self) -> bool:
        """A waiver that the person may still accept."""
        return self.proposal is Proposal.WAIVED and rules.may_become(self.decision, WaiverDecision.ACCEPTED)

    @property
    def refusable(self) -> bool:
        return self.proposal is Proposal.WAIVED and rules.may_become(self.decision, WaiverDecision.REFUSED)


class ModuleLine(Struct, frozen=True):
    id: str
    title: str
    finding: Finding | None
    waiver_id: int | None
    """The waiver in force, whichever test proposed it."""
    open_test: int | None
    """A test of this module alone, under way."""
    again_at: datetime | None
    """When it may be tested again; None where it may be now."""
    testable: bool
    """It has questions, and something in it is left to do that no waiver covers."""
    complete: bool
    final_left: bool
    """It ends with a quiz that the person's path asks for, which no waiver covers, and which is not done."""
    minutes: int
    """That a waiver of it would spare on the person's path."""

    @property
    def decided(self) -> bool:
        """A waiver of it was proposed, whatever became of it."""
        return bool(self.waiver_id or (self.finding and self.finding.proposal is Proposal.WAIVED and not self.complete))


class Gain(Struct, frozen=True):
    """What a test costs, and what it may spare, in words of `most` questions."""

    most: int
    minutes: int
    """That it takes, about."""
    spared: int
    """Minutes that it may spare on the person's path, rounded down to half hours from one hour on."""


class PositioningPage(Struct, frozen=True):
    modules: tuple[ModuleLine, ...]
    """In the order of the path."""
    open_test: int | None
    """The test of the whole course, under way."""
    answered: int
    """Questions answered in it."""
    ended_at: datetime | None
    """Of the last one."""
    again_at: datetime | None
    published: bool
    """There are questions to ask."""
    testable: bool
    """Some of them are about a module that is neither done nor waived."""
    gain: Gain
    to_decide: int | None
    """The last test that proposes a waiver of which nothing is decided."""
    first: tuple[str, str] | None
    """(title, address) of what comes next for whoever goes without."""


class ResultPage(Struct, frozen=True):
    """Where somebody starts from: what a test spares them, and the way on. What was missed is not told."""

    test_id: int
    waivers: tuple[ModuleLine, ...]
    """Proposed by it, in force or of modules that are not complete."""
    undecided: bool
    """One of them waits for an answer."""
    minutes: int
    """That those spare which are proposed or accepted."""
    path_title: str
    left: int
    """Minutes that remain of the path, about, once what waits is accepted."""
    next: tuple[str, str] | None
    """(title, address) of what comes next; None where all is done."""


class PositioningQuestionPage(Struct, frozen=True):
    test_id: int
    position: int
    most: int
    level: int
    """Of the question, from 1."""
    module_title: str
    """Of the module that is tested alone; empty in a test of the whole course."""
    question: ShownQuestion | None
    """None for one that can no longer be read: one goes on without it."""
    notes: Markup
    error: str


class Offer(Struct, frozen=True):
    """What the learner's table says of the positioning: what waits for them, nothing else."""

    open: bool
    """A test is under way."""
    proposed: int
    """Waivers that wait for the person's answer."""
    revoked: tuple[tuple[str, str, datetime], ...]
    """(module, reason, when) of what was revoked lately."""

    def __bool__(self) -> bool:
        return bool(self.open or self.proposed or self.revoked)


# --- Pages -----------------------------------------------------------------------------------------------------------


def positioning_page(session: Session, course: Course, person_id: int, now: datetime) -> PositioningPage:
    mine, tests = path_progress_of(session, course, person_id), tests_of(session, person_id)
    results = results_of(session, person_id)
    whole = [test for test in tests if not test.module_id]
    open_test = next((test.id for test in whole if test.ended_at is None), None)
    ended = max((test.ended_at for test in whole if test.ended_at), default=None)
    lines = _module_lines(session, mine, tests, results, now)
    undecided = {line.finding.id for line in lines if line.finding and line.finding.refusable and not line.complete and not line.waiver_id}
    return PositioningPage(
        modules=lines,
        open_test=open_test,
        answered=(current_position(session, open_test) or 1) - 1 if open_test else 0,
        ended_at=ended,
        again_at=None if rules.may_test(ended, now) else rules.again_on(ended),
        published=bool(pool_of(course).items),
        testable=any(line.testable for line in lines),
        gain=_gain(mine, results),
        to_decide=max((test.id for result, test in results if result.id in undecided), default=None),
        first=_first(mine),
    )


def result_page(session: Session, course: Course, person_id: int, test: Positioning, now: datetime) -> ResultPage:
    """What a test that is over found."""
    mine, results = path_progress_of(session, course, person_id), results_of(session, person_id)
    own = {result.id for result, of in results if of.id == test.id and result.proposal is Proposal.WAIVED}
    lines = _module_lines(session, mine, tests_of(session, person_id), results, now)
    waivers = tuple(line for line in lines if line.finding and line.finding.id in own and (line.waiver_id or not line.complete))
    waiting = sum(line.minutes for line in waivers if line.finding and line.finding.refusable)
    return ResultPage(
        test_id=test.id,
        waivers=waivers,
        undecided=any(line.finding is not None and line.finding.refusable for line in waivers),
        minutes=waiting + sum(line.minutes for line in waivers if line.waiver_id),
        path_title=mine.path.title,
        left=about(mine.minutes_left(mine.path_elements()) - waiting),
        next=_first(mine),
    )


def first_gain(session: Session, course: Course, person_id: int, completed_at: datetime | None, now: datetime) -> Gain | None:
    """What the end of a lesson says of a first test, on the day on which it was completed and while it is the only one; None where it is not worth its minutes.

    No SELECT on any other day.
    """
    if completed_at is None or day_of(completed_at) != day_of(now) or not pool_of(course).items or tests_of(session, person_id):
        return None
    mine = path_progress_of(session, course, person_id)
    found = _gain(mine, ())
    done = sum(element_id in course.lessons and one.learned for element_id, one in mine.progress.items())
    return found if done == 1 and found.spared > found.minutes else None


def _gain(mine: PathProgress, results: Sequence[tuple[PositioningResult, Positioning]]) -> Gain:
    spared = sum(minutes_spared(mine, module_id) for module_id in left_to_test(mine, results))
    return Gain(rules.MOST_QUESTIONS, rules.MOST_QUESTIONS * rules.SECONDS_EACH // 60, spared if spared < 60 else spared - spared % 30)


def minutes_spared(mine: PathProgress, module_id: str) -> int:
    """What a waiver of a module spares of the path, or spared while it is in force."""
    covered = set(elements_of_waiver(mine.course, module_id))
    waived = (element_id for element_id in mine.path_elements() if element_id in covered and mine.state(element_id) is ProgressState.WAIVED)
    now = sum(minutes_of(element) for element_id in waived if (element := element_of(mine.course, element_id)))
    return now + mine.minutes_left(element_id for element_id in mine.path_elements() if element_id in covered)


def first_left(session: Session, course: Course, person_id: int) -> tuple[str, str] | None:
    """(title, address) of the first step of the path that is left."""
    return _first(path_progress_of(session, course, person_id))


def _first(mine: PathProgress) -> tuple[str, str] | None:
    element = element_of(mine.course, mine.next_id or "")
    return (element.title, element_url(mine.course, element.id)) if element else None


def _module_lines(
    session: Session, mine: PathProgress, tests: Sequence[Positioning], results: Sequence[tuple[PositioningResult, Positioning]], now: datetime
) -> tuple[ModuleLine, ...]:
    asked, left = last_asked(session, mine.person_id), left_to_test(mine, results)
    alone = {test.module_id: test.id for test in tests if test.module_id and test.ended_at is None}
    return tuple(_module_line(mine, module.id, results, alone.get(module.id), asked.get(module.id), now, module.id in left) for module in mine.modules())


def _module_line(
    mine: PathProgress,
    module_id: str,
    results: Sequence[tuple[PositioningResult, Positioning]],
    alone: int | None,
    asked: datetime | None,
    now: datetime,
    testable: bool,
) -> ModuleLine:
    own = [(result, test) for result, test in results if result.module_id == module_id]
    final = mine.course.modules[module_id].final_quiz_id or ""
    return ModuleLine(
        id=module_id,
        title=mine.course.modules[module_id].title,
        finding=finding(*own[-1]) if own else None,
        waiver_id=next((result.id for result, _test in reversed(own) if result.decision is WaiverDecision.ACCEPTED), None),
        open_test=alone,
        again_at=None if rules.may_test(asked, now) else rules.again_on(asked),
        testable=testable,
        complete=mine.module_progress(module_id).finished,
        final_left=final in mine.course.quizzes and final in mine.module_elements(module_id) and not mine.state(final).done,
        minutes=minutes_spared(mine, module_id),
    )


def finding(result: PositioningResult, test: Positioning) -> Finding:
    return Finding(
        id=result.id,
        words=rules.PROPOSAL_WORDS[result.proposal],
        reason=rules.reason(result.asked, result.right, result.hard),
        proposal=result.proposal,
        decision=result.decision,
        decided_at=result.decided_at,
        revoked_for=result.reason,
        ended_at=test.ended_at or test.started_at,
    )


def question_page(
    session: Session, course: Course, test: Positioning, position: int, on: date, *, typed: Fields | None = None, error: str = ""
) -> PositioningQuestionPage | None:
    """The question that waits; `typed` is a form that was refused, shown again. None where the test was stopped meanwhile, in another window."""
    row = next((row for row in rows_of(session, test.id) if row.position == position), None)
    if row is None:
        return None
    asked = asked_question(session, test, row)
    module = course.modules.get(test.module_id)
    shown, notes = None, Markup()
    if asked:
        renderer = PageRenderer(course, asked.pooled.quiz, on)
        given = asked.kind.blank if typed is None else asked.kind.read_refused(asked.layout, typed)
        shown = replace(present(asked.pooled.question, asked.layout, renderer, given, asked.pooled.situation), credit=ALL_OF_IT)
        notes = renderer.notes()
    return PositioningQuestionPage(test.id, position, rules.MOST_QUESTIONS, row.level, module.title if module else "", shown, notes, error)


_TESTS_OF_ONE = (
    select(Positioning, PositioningResult)
    .outerjoin(PositioningResult, PositioningResult.positioning_id == Positioning.id)
    .where(Positioning.person_id == bindparam("person_id"))
    .order_by(PositioningResult.id)
)


def offer(session: Session, course: Course, person_id: int, done: Collection[str], now: datetime) -> Offer | None:
    """Returns what the home page says of tests, in one SELECT, or None without questions to ask. `done`: modules with nothing left to do."""
    if not pool_of(course).items:
        return None
    rows = session.execute(_TESTS_OF_ONE, {"person_id": person_id}).all()
    results = [(result, test) for test, result in rows if result and result.module_id in course.modules]
    latest = {result.module_id: result for result, _test in results}
    settled = {*done, *waived_by(results)}
    revoked = [one for one in latest.values() if one.decision is WaiverDecision.REVOKED and one.decided_at and one.decided_at > now - TOLD_FOR]
    return Offer(
        open=any(test.ended_at is None for test, _result in rows),
        proposed=sum(one.proposal is Proposal.WAIVED and one.decision is WaiverDecision.OPEN for one in latest.values() if one.module_id not in settled),
        revoked=tuple((course.modules[one.module_id].title, one.reason, one.decided_at) for one in revoked if one.decided_at),
    )


# --- For whoever follows somebody ------------------------------------------------------------------------------------


class FoundModule(Struct, frozen=True):
    title: str
    finding: Finding
    revocable: bool


def found_modules(session: Session, course: Course, person_id: int) -> tuple[FoundModule, ...]:
    """What the last tests found of each module, in the order of the path, and each older waiver in force. Never an answer."""
    results = results_of(session, person_id)
    latest = {result.module_id: result.id for result, _test in results}
    shown = [(result, test) for result, test in results if latest[result.module_id] == result.id or result.decision is WaiverDecision.ACCEPTED]
    order = [module.id for module in modules_in_order(course, default_path(course))]
    kept = sorted(((result, test) for result, test in shown if result.module_id in order), key=lambda pair: (order.index(pair[0].module_id), pair[0].id))
    return tuple(
        FoundModule(course.modules[result.module_id].title, finding(result, test), result.decision is WaiverDecision.ACCEPTED) for result, test in kept
    )
