"""What the database counts and chooses is what one would count line by line, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import delete, select, update

from app.assessment.models import AttemptRequest
from app.content.values.course import Course
from app.identity.models import Membership, Person, PersonRole, Territory
from app.identity.rules import Level, Role, Side
from app.identity.services import SignedIn
from app.platform.db import db
from app.platform.french import PARIS
from app.record.progress.due import NO_DAY, Timeliness
from app.record.progress.models import EVERYTHING, NEVER, Cohort, CohortMember, ElementState, Enrolment, PathDemand, PersonFigures
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.overview.aggregates import WEEKS, population_of, weeks_of
from app.reporting.scope import ReportScope, report_scope
from app.reporting.scope_rules import PathSituation, monday
from app.reporting.selection import ORDERS, ReportFilter
from app.reporting.week.calls import CallRow as NotedCall
from app.reporting.week.calls import first_calls
from app.reporting.week.rules import WELCOME
from tests import builders

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIZZES = tuple(builders.quiz(builders.question(builders.true_false(True)), id=f"quiz-{number}", module_id="module") for number in range(5))
IDS = [quiz.id for quiz in QUIZZES]
CITES = ("cite-arras", "cite-lens", "cite-lille")


@pytest.fixture
def course(any_app: Flask) -> Iterator[Course]:
    """Sixty people of every kind, in a session that is open."""
    chance = Random(7)
    with any_app.app_context():
        since = datetime.fromtimestamp(0, UTC).isoformat()
        db.session.add_all(PathDemand(path_id=path, asked=[[one, since] for one in IDS]) for path in ("cours", EVERYTHING))
        db.session.add(Territory(id="region", level=Level.REGION, name="Région"))
        db.session.flush()
        db.session.add_all(Territory(id=cite, level=Level.CITE, name=cite, parent_id="region", wave=1 + number) for number, cite in enumerate(CITES))
        db.session.add(cohort := Cohort(name="Automne", path_id="cours", starts_on=NOON.date()))
        db.session.flush()
        for number in range(60):
            _someone(number, cohort.id, chance)
        db.session.flush()
        yield builders.course(*QUIZZES)


def _someone(number: int, cohort: int, chance: Random) -> None:
    opened = NOON - timedelta(days=chance.randint(1, 200))
    person = Person(name=f"P {number}", email=f"p{number}@croisee.example", fs_uniquifier=f"u{number}", created_at=opened, active=number % 11 > 0)
    person.side = chance.choice([None, *Side])
    person.roles = [PersonRole(name=chance.choice([Role.LEARNER, Role.LEARNER, Role.TRAINER]))]
    db.session.add(person)
    db.session.flush()
    if chance.random() < 0.8:
        pins = [[one, "module", opened.isoformat()] for one in IDS[: chance.choice((0, 3, 5, 5))]]
        db.session.add(Enrolment(person_id=person.id, path_id="cours", enrolled_at=opened, pins=pins))
    for cite in chance.sample(CITES, chance.choice((0, 1, 1, 2))):
        ended = chance.choice((None, None, NOON.date(), (NOON + timedelta(days=1)).date()))
        db.session.add(Membership(person_id=person.id, territory_id=cite, started_on=opened.date(), ended_on=ended))
    for place, element in enumerate(IDS[: chance.randint(0, 5)]):
        at = min(opened + timedelta(days=place * chance.randint(1, 30), minutes=number), NOON)
        state = chance.choice(["complete_pass", "complete_pass", "in_progress"])
        moments = {"first_at": at, "last_at": at, "completed_at": at if state == "complete_pass" else None}
        db.session.add(ElementState(person_id=person.id, element_id=element, state=state, attempts=1, **moments))
    if number % 9 == 0:
        db.session.add(AttemptRequest(person_id=person.id, quiz_id=IDS[0], asked_at=NOON))
    if number % 4 == 0:
        db.session.add(CohortMember(cohort_id=cohort, person_id=person.id, trainer=number % 8 == 0))


def reach(number: int = 0) -> ReportScope:
    """An administrator's; as somebody of the list, whom one does not call."""
    return report_scope(db.session, SignedIn(number, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x"), NOON.date())


def reader(course: Course, asked: ReportFilter, mine: ReportScope) -> PeopleReport:
    return PeopleReport(db.session, course, mine, asked, NOON)


def scopes() -> list[ReportScope]:
    """Everything, one cité, a cité and a cohort, nothing."""
    whole = reach()
    cohort = next(iter(whole.cohorts))
    lens = replace(whole, everybody=False, territories=frozenset({"cite-lens"}), top=("cite-lens",))
    return [whole, lens, replace(lens, training=frozenset({cohort})), replace(lens, territories=frozenset(), top=())]


def all_lines(course: Course, asked: ReportFilter, mine: ReportScope) -> list[ReportRow]:
    return list(reader(course, asked, mine).everything(size=7))


def filters(cohort: int) -> list[ReportFilter]:
    found = [
        ReportFilter(),
        ReportFilter(territory="region"),
        ReportFilter(territory="cite-arras"),
        ReportFilter(wave=3),
        ReportFilter(side=Side.ETAT),
        ReportFilter(cohort=cohort),
    ]
    return [*found, ReportFilter(since=(NOON - timedelta(days=90)).date(), until=(NOON - timedelta(days=10)).date())]


def test_the_same_people_as_by_their_accounts_in_every_scope(course: Course) -> None:
    """A report reads stored figures; here accounts, roles, first acts, memberships and cohorts are read one by one."""
    for mine in scopes():
        for asked in filters(next(iter(mine.cohorts))):
            lines = all_lines(course, asked, mine)
            assert {line.id for line in lines} == {person.id for person in db.session.scalars(select(Person)) if kept(person, asked, mine)}
            for stage in PathSituation:
                wanted = [line.id for line in lines if situation(line) == stage]
                assert [line.id for line in all_lines(course, replace(asked, situation=stage), mine)] == wanted


def kept(person: Person, asked: ReportFilter, mine: ReportScope) -> bool:
    today, opened = NOON.date(), person.created_at.astimezone(PARIS).date()
    stays = db.session.scalars(select(Membership).where(Membership.person_id == person.id))
    here = {stay.territory_id for stay in stays if stay.started_on <= today and (stay.ended_on is None or today < stay.ended_on)}
    learns = set(db.session.scalars(select(CohortMember.cohort_id).where(CohortMember.person_id == person.id, CohortMember.trainer.is_(False))))
    begun = db.session.scalars(select(ElementState.first_at).where(ElementState.person_id == person.id)).first() is not None
    below = set(CITES) | {"region"} if asked.territory == "region" else {asked.territory}
    return (
        person.active
        and (begun or Role.LEARNER in person.role_set)
        and (mine.everybody or bool(here & mine.territories) or bool(learns & mine.training))
        and (not asked.territory or bool(here & below))
        and (asked.cohort is None or asked.cohort in learns)
        and (asked.wave is None or any(mine.waves[cite] == asked.wave for cite in here))
        and (asked.side is None or person.side == asked.side)
        and (asked.since is None or asked.since <= opened)
        and (asked.until is None or opened <= asked.until)
    )


def situation(line: ReportRow) -> PathSituation:
    """Finished when something was asked and all of it is done; a waiver counts, whether or not the person ever came."""
    if line.figures.path.required and line.figures.path.complete:
        return PathSituation.FINISHED
    if line.last_at is None:
        return PathSituation.NOT_STARTED
    return PathSituation.STUCK if NOON - line.last_at > timedelta(days=21) else PathSituation.STARTED


@pytest.mark.parametrize("order", ORDERS)
def test_pages_of_every_order_in_every_scope(course: Course, order: str) -> None:
    for mine in scopes():
        everybody = [line.id for line in all_lines(course, ReportFilter(order=order), mine)]
        paged: list[int] = []
        asked = ReportFilter(order=order)
        while len(paged) <= len(everybody):
            batch = reader(course, asked, mine).batch(4)
            assert batch.total == len(everybody)
            paged += [line.id for line in batch.rows]
            if not batch.more:
                break
            asked = replace(asked, after=batch.rows[-1].cursor)
        assert paged == everybody


def test_groups_are_the_lines_counted(course: Course) -> None:
    for mine in scopes():
        lines = all_lines(course, ReportFilter(), mine)
        crowd = population_of(reader(course, ReportFilter(), mine))
        counted: Counter[object] = Counter()
        for group in crowd.groups:
            alike = group.territories, group.path, tuple(group.modules.items()), group.next_id
            counted += Counter({alike: group.people, (*alike, PathSituation.NOT_STARTED): group.waiting, (*alike, PathSituation.STUCK): group.stuck})
        wanted: Counter[object] = Counter()
        for one in lines:
            alike = one.territories, one.figures.path, tuple(one.figures.modules.items()), one.figures.next_id
            wanted += Counter([alike, (*alike, one.situation)] if one.situation in (PathSituation.NOT_STARTED, PathSituation.STUCK) else [alike])
        assert counted == wanted
        assert crowd.total == len(lines)
        assert +crowd.by_situation == Counter(line.situation for line in lines)
        assert crowd.late == sum(line.timeliness is Timeliness.LATE for line in lines)


def test_weeks_begin_on_monday_in_paris_and_empty_ones_are_told(course: Course) -> None:
    lines = all_lines(course, ReportFilter(), reach())
    started, finished = weeks_of(reader(course, ReportFilter(), reach()))
    assert [day for day, _ in started] == [monday(NOON.date()) - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    for told, moments in ((started, [line.first_at for line in lines]), (finished, [line.figures.completed_at for line in lines])):
        mondays = Counter(monday(moment.astimezone(PARIS).date()) for moment in moments if moment)
        assert dict(told) == {day: mondays[day] for day, _ in told}
        assert sum(count for _, count in told) > 0


def test_the_few_to_call_are_those_whom_a_naive_model_chooses_among_all(course: Course) -> None:
    waiting = set(db.session.scalars(select(AttemptRequest.person_id).where(AttemptRequest.answered_at.is_(None))))
    for number in (0, 1, 5):
        mine = reach(number)
        lines = [line for line in all_lines(course, ReportFilter(), mine) if line.id not in {number, *waiting}]
        ranked = sorted((*found, line.id) for line in lines if (found := call_place(line)))
        calls, total = first_calls(reader(course, ReportFilter(), mine), 5)
        assert [call.person.id for call in calls] == [person for *_place, person in ranked[:5]]
        assert total == len(ranked) >= 5


def call_place(line: ReportRow) -> tuple[int, int, timedelta] | None:
    """Nothing was noted of anybody: the last steps, then who has just stopped, then the others, the shorter silence first."""
    quiet, left = NOON - (line.last_at or line.since), line.figures.path.required - line.figures.path.done
    stage, week = situation(line), NOON - (line.last_at or line.since) >= timedelta(days=7)
    if stage == PathSituation.FINISHED:
        return None
    if week and line.figures.path.done and left <= 3:
        return 1, left, quiet
    hesitates = week and (line.timeliness is Timeliness.LATE or line.figures.failing_id is not None)
    stopped = stage == PathSituation.STUCK or (stage == PathSituation.NOT_STARTED and quiet > timedelta(days=14))
    return (2 if quiet <= timedelta(days=42) else 3, 0, quiet) if hesitates or stopped else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last_at": NEVER}, PathSituation.NOT_STARTED),
        ({"last_at": NOON - timedelta(days=21)}, PathSituation.STARTED),
        ({"last_at": NOON - timedelta(days=21, seconds=1)}, PathSituation.STUCK),
        ({"last_at": NOON - timedelta(days=400), "finished": True}, PathSituation.FINISHED),
        ({"last_at": NEVER, "finished": True}, PathSituation.FINISHED),
    ],
)
def test_situations(course: Course, changes: dict[str, object], expected: PathSituation) -> None:
    """To the second."""
    first = all_lines(course, ReportFilter(), reach())[0].id
    db.session.execute(update(PersonFigures).where(PersonFigures.person_id == first).values(**{"finished": False, **changes}))
    assert {line.situation for line in all_lines(course, ReportFilter(), reach()) if line.id == first} == {expected}
    assert first in {line.id for line in all_lines(course, ReportFilter(situation=expected), reach())}


def test_a_report_is_told_to_the_second_of_its_moment(course: Course) -> None:
    """Asked again a second later, the same pages know who came to a standstill in that second, and who is to be welcomed."""
    stopped, new = [line.id for line in all_lines(course, ReportFilter(), reach())][:2]
    quiet = {"finished": False, "failing_id": None, "next_due_on": NO_DAY}
    for person, facts in ((stopped, {"last_at": NOON - timedelta(days=21)}), (new, {"last_at": NEVER, "opened_at": NOON - WELCOME})):
        db.session.execute(update(PersonFigures).where(PersonFigures.person_id == person).values(**quiet, **facts))
    db.session.execute(delete(AttemptRequest))
    db.session.execute(delete(NotedCall))
    moments = (NOON, NOON + timedelta(seconds=1), NOON)
    pages = [PeopleReport(db.session, course, reach(), ReportFilter(situation=PathSituation.STUCK), moment).batch(100) for moment in moments]
    assert [stopped in {line.id for line in page.rows} for page in pages] == [False, True, False]
    assert pages[1].total == pages[0].total + 1
    lists = [{call.person.id for call in first_calls(PeopleReport(db.session, course, reach(), ReportFilter(), moment), 100)[0]} for moment in moments]
    assert [{stopped, new} & on_list for on_list in lists] == [set(), {stopped, new}, set()]
