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
from app.content.values.paths import default_path, element_of, modules_in_order
from app.content.values.text import CROSSING
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
from app.record.progress.cards import element_url
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import path_progress_of

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
    """A module on the line of its history."""

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
    """It ends with a quiz, which no waiver covers, and which is not done."""


class HistoryLine(Struct, frozen=True):
    history: str
    modules: tuple[ModuleLine, ...]


class PositioningPage(Struct, frozen=True):
    lines: tuple[HistoryLine, ...]
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
    most: int
    first: tuple[str, str] | None
    """(title, address) of what comes next for whoever goes without."""


class PositioningQuestionPage(Struct, frozen=True):
    test_id: int
    position: int
    most: int
    module_title: str
    """Of the module that is tested alone; empty in a test of the whole course."""
    question: ShownQuestion | None
    """None for one that can no longer be read: one goes on without it."""
    notes: Markup
    error: str


class Offer(Struct, frozen=True):
    """What the learner's table says of the positioning."""

    open: bool
    """A test is under way."""
    proposed: int
    """Waivers that wait for the person's answer."""
    revoked: tuple[tuple[str, str, datetime], ...]
    """(module, reason, when) of what was revoked lately."""
    begin: bool
    """It was never taken to its end, and the course is not finished."""

    def __bool__(self) -> bool:
        return bool(self.open or self.proposed or self.revoked or self.begin)


# --- Pages -----------------------------------------------------------------------------------------------------------


def positioning_page(session: Session, course: Course, person_id: int, now: datetime) -> PositioningPage:
    mine, tests = path_progress_of(session, course, person_id), tests_of(session, person_id)
    results, asked = results_of(session, person_id), last_asked(session, person_id)
    whole = [test for test in tests if not test.module_id]
    open_test = next((test.id for test in whole if test.ended_at is None), None)
    ended = max((test.ended_at for test in whole if test.ended_at), default=None)
    left = left_to_test(mine, results)
    alone = {test.module_id: test.id for test in tests if test.module_id and test.ended_at is None}
    return PositioningPage(
        lines=_lines(
            mine, [_module_line(mine, module.id, results, alone.get(module.id), asked.get(module.id), now, module.id in left) for module in mine.modules()]
        ),
        open_test=open_test,
        answered=(current_position(session, open_test) or 1) - 1 if open_test else 0,
        ended_at=ended,
        again_at=None if rules.may_test(ended, now) else rules.again_on(ended),
        published=bool(pool_of(course).items),
        testable=bool(left),
        most=rules.MOST_QUESTIONS,
        first=_first(mine),
    )


def _first(mine: PathProgress) -> tuple[str, str] | None:
    element = element_of(mine.course, mine.next_id or "")
    return (element.title, element_url(mine.course, element.id)) if element else None


def _lines(mine: PathProgress, modules: Sequence[ModuleLine]) -> tuple[HistoryLine, ...]:
    """The histories of the course, then where they cross; each in the order of the path."""
    histories = (*(line.id for line in mine.course.lines), CROSSING)
    found = (HistoryLine(each, tuple(one for one in modules if mine.course.modules[one.id].history == each)) for each in histories)
    return tuple(line for line in found if line.modules)


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
        final_left=final in mine.course.quizzes and not mine.state(final).done,
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
    return PositioningQuestionPage(test.id, position, rules.MOST_QUESTIONS, module.title if module else "", shown, notes, error)


_TESTS_OF_ONE = (
    select(Positioning, PositioningResult)
    .outerjoin(PositioningResult, PositioningResult.positioning_id == Positioning.id)
    .where(Positioning.person_id == bindparam("person_id"))
    .order_by(PositioningResult.id)
)


def offer(session: Session, course: Course, person_id: int, finished: bool, done: Collection[str], now: datetime) -> Offer | None:
    """Returns the test to propose on the home page, in one SELECT, or None. `done`: modules with nothing left to do."""
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
        begin=not finished and not any(test.ended_at and not test.module_id for test, _result in rows),
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
