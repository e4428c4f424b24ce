"""What the database counts and chooses is what one would count line by line, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from app.assessment.models import AttemptRequest
from app.content.values.course import Course
from app.db import db
from app.french import PARIS
from app.identity.models import Membership, Person, PersonRole, Territory
from app.identity.queries import SignedIn
from app.identity.rules import Level, Role, Side
from app.learning.progress.models import EVERYTHING, Cohort, CohortMember, ElementState, Enrolment, PathDemand
from app.reporting.grid.columns import element_title
from app.reporting.grid.rows import Line, Reader, conditions
from app.reporting.overview.calls import calls
from app.reporting.overview.groups import WEEKS, crowd_of, weeks_of
from app.reporting.scope.filters import ORDERS, Asked
from app.reporting.scope.reach import Reach, reach_of
from app.reporting.scope.rules import Candidate, Situation, monday, situation, to_call
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


def reach(number: int = 0) -> Reach:
    """An administrator's; as somebody of the list, whom one does not call."""
    return reach_of(db.session, SignedIn(number, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x"), NOON.date())


def reader(course: Course, asked: Asked, mine: Reach) -> Reader:
    return Reader(db.session, course, mine, asked, NOON)


def scopes() -> list[Reach]:
    """Everything, one cité, a cité and a cohort, nothing."""
    whole = reach()
    cohort = next(iter(whole.cohorts))
    lens = replace(whole, everything=False, nodes=frozenset({"cite-lens"}), top=("cite-lens",))
    return [whole, lens, replace(lens, training=frozenset({cohort})), replace(lens, nodes=frozenset(), top=())]


def all_lines(course: Course, asked: Asked, mine: Reach) -> list[Line]:
    return list(reader(course, asked, mine).everything(size=7))


def filters(cohort: int) -> list[Asked]:
    found = [Asked(), Asked(territory="region"), Asked(territory="cite-arras"), Asked(wave=3), Asked(side=Side.ETAT), Asked(cohort=cohort)]
    return [*found, Asked(since=(NOON - timedelta(days=90)).date(), until=(NOON - timedelta(days=10)).date())]


def test_the_same_people_as_by_their_accounts_in_every_scope(course: Course) -> None:
    """`selecting` reads one index; `conditions` reads accounts, roles, enrolments and memberships."""
    for mine in scopes():
        for asked in filters(next(iter(mine.cohorts))):
            lines = all_lines(course, asked, mine)
            assert {line.id for line in lines} == set(db.session.scalars(select(Person.id).where(*conditions(mine, asked))))
            for stage in Situation:
                wanted = [line.id for line in lines if situation(line.figures.path, line.last_at, NOON) == stage]
                assert [line.id for line in all_lines(course, replace(asked, situation=stage), mine)] == wanted


@pytest.mark.parametrize("order", ORDERS)
def test_pages_of_every_order_in_every_scope(course: Course, order: str) -> None:
    for mine in scopes():
        everybody = [line.id for line in all_lines(course, Asked(order=order), mine)]
        paged: list[int] = []
        asked = Asked(order=order)
        while True:
            batch = reader(course, asked, mine).batch(4)
            assert batch.total == len(everybody)
            paged += [line.id for line in batch.lines]
            if not batch.more:
                break
            asked = replace(asked, after=batch.lines[-1].place)
        assert paged == everybody


def test_groups_are_the_lines_counted(course: Course) -> None:
    for mine in scopes():
        lines = all_lines(course, Asked(), mine)
        crowd = crowd_of(reader(course, Asked(), mine))
        counted: Counter[object] = Counter()
        for group in crowd.groups:
            counted[(group.territories, group.situation, group.path, tuple(group.modules.items()), group.next_id)] += group.people
        assert counted == Counter((one.territories, one.situation, one.figures.path, tuple(one.figures.modules.items()), one.figures.next_id) for one in lines)
        assert crowd.total == len(lines)
        assert crowd.by_situation == Counter(line.situation for line in lines)


def test_weeks_begin_on_monday_in_paris_and_empty_ones_are_told(course: Course) -> None:
    lines = all_lines(course, Asked(), reach())
    started, finished = weeks_of(reader(course, Asked(), reach()))
    assert [day for day, _ in started] == [monday(NOON.date()) - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    for told, moments in ((started, [line.first_at for line in lines]), (finished, [line.figures.completed_at for line in lines])):
        mondays = Counter(monday(moment.astimezone(PARIS).date()) for moment in moments if moment)
        assert dict(told) == {day: mondays[day] for day, _ in told}
        assert sum(count for _, count in told) > 0


def test_the_few_to_call_are_those_whom_the_rules_choose_among_all(course: Course) -> None:
    asking = set(db.session.scalars(select(AttemptRequest.person_id)))
    for number in (0, 1, 5):
        mine = reach(number)
        lines = [line for line in all_lines(course, Asked(), mine) if line.id != number]
        candidates = [Candidate(one.id, one.situation, one.figures.path, one.since, one.last_at, one.id in asking, _failing(course, one)) for one in lines]
        wanted = [(call.person_id, call.reason) for call in to_call(candidates, NOON)]
        assert [(line.id, reason) for line, reason in calls(reader(course, Asked(), mine))] == wanted
        assert len(wanted) == 5


def _failing(course: Course, line: Line) -> str | None:
    return element_title(course, line.figures.failing_id) if line.figures.failing_id else None
