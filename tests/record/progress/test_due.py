"""By when, and is it late: tables, properties, and the same in the rows that reports read, on each database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import LearningPath
from app.platform.french import day_of
from app.record import ledger, services
from app.record.figures import store as stored_figures
from app.record.ledger import rebuild_states
from app.record.progress.due import NO_DAY, CohortTerm, DueDates, DueTerms, Timeliness, due_dates, timeliness
from app.record.progress.models import Cohort, CohortMember, PersonFigures
from app.record.progress.queries import due_dates_of
from app.record.progress.rules import Progress
from app.record.services import DecisionWithoutReason
from app.reporting import selection
from tests.record import courses
from tests.record.world import World

JOINED = date(2026, 3, 1)
MARCH, MAY, JULY = date(2026, 3, 15), date(2026, 5, 15), date(2026, 7, 15)


def path(days: int | None = None, **steps: int) -> LearningPath:
    return LearningPath("voie", "La voie", ("un", "deux"), ("un", "deux"), True, True, 1, days, tuple(steps.items()))


def cohort(starts: date, due: date | None, path_id: str = "voie") -> CohortTerm:
    return CohortTerm(path_id, starts, due)


@pytest.mark.parametrize(
    ("path_days", "joined", "cohorts", "moved", "due"),
    [
        (None, JOINED, [], None, None),
        (None, JOINED, [cohort(MARCH, None)], None, None),
        (30, JOINED, [], None, date(2026, 3, 31)),
        (30, None, [], None, None),
        (30, None, [cohort(MARCH, None)], None, date(2026, 4, 14)),
        (30, JOINED, [cohort(MARCH, JULY)], None, JULY),
        (30, JOINED, [cohort(MARCH, JULY, "autre")], None, date(2026, 3, 31)),
        (None, JOINED, [cohort(MARCH, MAY), cohort(MAY, JULY)], None, JULY),
        (None, JOINED, [cohort(MARCH, JULY), cohort(MARCH, MAY)], None, MAY),
        (None, JOINED, [cohort(MARCH, MAY), cohort(MAY, None)], None, MAY),
        (None, JOINED, [cohort(MARCH, MAY)], JULY, JULY),
        (None, None, [], JULY, JULY),
        (30, date(9999, 12, 30), [], None, NO_DAY - timedelta(days=1)),
    ],
)
def test_where_a_date_comes_from(path_days: int | None, joined: date | None, cohorts: list[CohortTerm], moved: date | None, due: date | None) -> None:
    """One's own, else of the cohort that began last, else so many days after joining."""
    assert due_dates(path(path_days), joined, DueTerms(tuple(cohorts), {"voie": moved, "autre": MARCH})).due_on == due


def test_steps_count_from_the_same_beginning_and_move_with_the_whole() -> None:
    spread = path(None, un=10, deux=400)
    assert due_dates(spread, JOINED, DueTerms()) == DueDates(None, None, {"un": date(2026, 3, 11), "deux": date(2027, 4, 5)})
    group = DueTerms((cohort(MARCH, MAY),))
    assert due_dates(spread, JOINED, group).modules == {"un": date(2026, 3, 25), "deux": MAY}, "never after the whole"
    later = due_dates(spread, JOINED, DueTerms(group.cohorts, {"voie": MAY + timedelta(days=7)}))
    assert (later.modules["un"], later.given_on, later.moved) == (date(2026, 4, 1), MAY, True)


@pytest.mark.parametrize(
    ("finished", "next_on", "said"),
    [
        (True, MAY - timedelta(days=1), Timeliness.FINISHED),
        (False, None, Timeliness.NO_DATE),
        (False, NO_DAY, Timeliness.NO_DATE),
        (False, MAY - timedelta(days=1), Timeliness.LATE),
        (False, MAY, Timeliness.ON_TIME),
        (False, JULY, Timeliness.ON_TIME),
    ],
)
def test_a_day_ends_at_its_evening(finished: bool, next_on: date | None, said: Timeliness) -> None:
    assert timeliness(finished, next_on, MAY) is said


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
terms = st.builds(
    DueTerms,
    st.lists(st.builds(CohortTerm, st.sampled_from(["voie", "autre"]), days, st.none() | days), max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["voie", "autre"]), st.none() | days),
)
paths = st.builds(path, st.none() | st.integers(1, 400), un=st.integers(1, 400), deux=st.integers(1, 400))


@given(paths, st.none() | days, terms, st.sets(st.sampled_from(["un", "deux"])), st.integers(0, 4), days)
def test_what_holds_of_all_dates(spread: LearningPath, joined: date | None, known: DueTerms, left: set[str], done: int, today: date) -> None:
    dates = due_dates(spread, joined, known)
    following = dates.next_on(Progress(done, 4), left)
    said = timeliness(done == 4, following, today)
    assert all(day <= (dates.due_on or NO_DAY) for day in dates.modules.values())
    assert (said is Timeliness.FINISHED) == (done == 4)
    assert done == 4 or dates.due_on is None or (following is not None and following <= dates.due_on)
    assert said is not Timeliness.LATE or timeliness(False, following, today + timedelta(days=1)) is Timeliness.LATE, "late until it is done"
    moved = due_dates(spread, joined, DueTerms(known.cohorts, {**known.moved, "voie": None}))
    assert (moved.due_on, moved.moved) == (dates.given_on, False), "the group's date comes back"


# --- In the rows that reports read -----------------------------------------------------------------------------------


def group(session: Session, today: date, due: date | None, *people: int) -> int:
    """Begun sixty days ago."""
    row = Cohort(name="Printemps", path_id="acculturation", starts_on=today - timedelta(days=60), due_on=due)
    session.add(row)
    session.flush()
    session.add_all(CohortMember(cohort_id=row.id, person_id=person) for person in people)
    return row.id


def read_both(session: Session, world: World, people: list[int]) -> list[str]:
    """What SQL says of each, which the rule says too."""
    today = day_of(world.clock.now())
    query = select(PersonFigures.person_id, selection.value_where(selection.timeliness_at(today))).order_by(PersonFigures.person_id)
    found: dict[int, str] = dict(session.execute(query).all())
    for person in people:
        mine = world.standing(person)
        dates, progress = due_dates_of(session, mine), mine.path_progress()
        assert found[person] == timeliness(progress.finished, dates.next_on(progress, mine.open_modules(dates.modules)), today).value
    assert ledger.find_differences(session, course(session)) == []
    return [found[person] for person in people]


def said(world: World, people: list[int]) -> str:
    with world.app.app_context():
        stored_figures.settle_everybody(world.clock.now())
    return " ".join(world.read(lambda session: read_both(session, world, people)))


def test_reports_say_by_sql_what_the_rule_says(either: World) -> None:
    """Whatever happens to people, cohorts and the clock: stored rows are those of the rule, or known to be stale."""
    today = day_of(either.clock.now())
    people = [either.person(name) for name in ("Ana Un", "Bob Deux", "Chloé Trois", "Driss Quatre")]
    done, _late, moved, _alone = people
    for element in courses.SMALL:
        either.finish(done, element)
    number = either.write(lambda session: group(session, today, today - timedelta(days=1), *people[:3]))
    assert said(either, people) == "termine en-retard en-retard sans-echeance"
    either.do(services.move, moved, today, actor_id=done, reason="Congé maladie")
    assert said(either, people) == "termine en-retard a-l-heure sans-echeance"
    either.clock.pass_by(days=1)
    assert said(either, people) == "termine en-retard en-retard sans-echeance", "its evening has come, and nothing was written"
    either.do(services.move, moved, None, actor_id=done, reason="Reprise avec le groupe")
    either.write(lambda session: setattr(session.get_one(Cohort, number), "due_on", today + timedelta(days=9)))
    assert said(either, people) == "termine a-l-heure a-l-heure sans-echeance"


def test_a_path_spread_over_time_makes_late_by_its_steps(either: World) -> None:
    people = [either.person(name) for name in ("Ana Un", "Bob Deux")]
    name, text = courses.path(["mod-un", "mod-deux"])
    either.publish((name, text + "délai : 90\nétapes : mod-un 10\n"))
    assert said(either, people) == "a-l-heure a-l-heure"
    either.clock.pass_by(days=11)
    for element in courses.SMALL[:3]:
        either.finish(people[0], element)
    assert said(either, people) == "a-l-heure en-retard"


def test_a_move_needs_a_reason_and_is_written_once(world: World) -> None:
    person = world.person()
    day = day_of(world.clock.now()) + timedelta(days=30)
    with pytest.raises(DecisionWithoutReason):
        world.do(services.move, person, day, actor_id=person, reason=" ")
    assert [world.do(services.move, person, day, actor_id=person, reason="Arrivée tardive") for _twice in range(2)] == [True, False]
    assert [world.do(services.move, person, None, actor_id=person, reason="Sans objet") for _twice in range(2)] == [True, False]
    moves = world.read(lambda session: services.moves_of(session, person, "acculturation"))
    assert [(one.due_on, one.reason) for one in moves] == [(None, "Sans objet"), (day, "Arrivée tardive")]
    assert world.projection(person) == {}, "no element moved"
    assert world.read(lambda session: rebuild_states(session)) == 0


def test_two_managers_at_once_leave_two_rows_of_which_the_last_counts(either: World) -> None:
    person = either.person()
    days = [day_of(either.clock.now()) + timedelta(days=30 + number) for number in range(2)]
    now = either.clock.now()

    def work(number: int) -> bool:
        return either.write(lambda session: services.move(session, course(session), person, days[number], now, actor_id=person, reason=f"Raison {number}"))

    assert either.together(2, work) == [True, True]
    moves = either.read(lambda session: services.moves_of(session, person, "acculturation"))
    assert len(moves) == 2
    assert either.read(lambda session: due_dates_of(session, either.standing(person)).due_on) == moves[0].due_on
