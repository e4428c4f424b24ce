"""Who is worth a call and in which order, on which day the email leaves: tables of cases, the database told to agree, and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.models import AttemptRequest
from app.identity.emails import record_answer
from app.identity.models import Person, PersonRole
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.platform.db import db
from app.platform.holidays import calendar
from app.record.progress.models import EVERYTHING, ElementState, Enrolment, PathDemand
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import report_scope
from app.reporting.selection import ReportFilter
from app.reporting.week.calls import CallRow, first_calls
from app.reporting.week.rules import (
    LATER,
    REST,
    CallFacts,
    CallOutcome,
    CallRank,
    CallReason,
    LastCall,
    again_day,
    back_on,
    call_order,
    call_rank,
    call_reason,
    is_due,
    names_words,
    reason_words,
    since_day,
)
from tests import builders

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOON.date()
LENGTH = 10
"""Steps of everybody's path."""


def facts(left: int, quiet: float, late: int = 0, failing: str = "") -> CallFacts:
    done = LENGTH - left
    return CallFacts(done=done, left=left, quiet=timedelta(days=quiet), finished=left == 0, begun=done > 0, late=late, failing=failing)


# name: what is known, why to call, in which order
CASES: dict[str, tuple[CallFacts, CallReason | None, CallRank | None]] = {
    "one step left": (facts(1, 8), CallReason.LAST_STEPS, CallRank.LAST_STEPS),
    "one step left, long ago": (facts(1, 300), CallReason.LAST_STEPS, CallRank.LAST_STEPS),
    "three steps left": (facts(3, 7), CallReason.LAST_STEPS, CallRank.LAST_STEPS),
    "three steps left, six days": (facts(3, 6.9), None, None),
    "four steps left, at a standstill": (facts(4, 22), CallReason.STOPPED, CallRank.JUST_STOPPED),
    "going on": (facts(5, 20), None, None),
    "just stopped": (facts(5, 21.1), CallReason.STOPPED, CallRank.JUST_STOPPED),
    "stopped six weeks ago": (facts(5, 42), CallReason.STOPPED, CallRank.JUST_STOPPED),
    "stopped longer ago": (facts(5, 43), CallReason.STOPPED, CallRank.LONG_STOPPED),
    "never began": (facts(10, 15), CallReason.NEVER_BEGAN, CallRank.JUST_STOPPED),
    "never began, long ago": (facts(10, 200), CallReason.NEVER_BEGAN, CallRank.LONG_STOPPED),
    "to be welcomed": (facts(10, 14), None, None),
    "finished": (facts(0, 90), None, None),
}


@pytest.mark.parametrize("case", CASES)
def test_why_and_with_which_hope(case: str) -> None:
    known, reason, rank = CASES[case]
    assert (call_reason(known), call_rank(known, None, TODAY)) == (reason, rank)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (facts(5, 8, late=3), CallReason.LATE),
        (facts(5, 6, late=3), None),
        (facts(5, 8, failing="quiz"), CallReason.STUMBLES),
        (facts(5, 8, failing="quiz", late=3), CallReason.LATE),
        (facts(2, 8, failing="quiz", late=3), CallReason.LAST_STEPS),
        (facts(10, 8, late=3), CallReason.LATE),
    ],
)
def test_a_week_of_hesitation_is_reason_enough(known: CallFacts, reason: CallReason | None) -> None:
    assert call_reason(known) is reason


def test_the_order_is_that_of_what_a_call_can_win() -> None:
    ranked = sorted((call_order(rank, known), name) for name, (known, _reason, rank) in CASES.items() if rank is not None)
    assert [name for _order, name in ranked] == [
        "one step left",
        "one step left, long ago",
        "three steps left",
        "never began",
        "just stopped",
        "four steps left, at a standstill",
        "stopped six weeks ago",
        "stopped longer ago",
        "never began, long ago",
    ]
    promised = facts(9, 120)
    rank = call_rank(promised, PROMISED, TODAY)
    assert rank is CallRank.PROMISED
    assert call_order(rank, promised) < ranked[0][0], "a word is kept first"


PROMISED = LastCall(TODAY, TODAY)
known_facts = st.builds(facts, st.integers(0, LENGTH), st.floats(0, 400), late=st.integers(0, 90), failing=st.sampled_from(["", "quiz"]))


@given(known_facts, known_facts)
def test_fewer_steps_to_the_end_never_come_after_more(one: CallFacts, other: CallFacts) -> None:
    ranks = call_rank(one, None, TODAY), call_rank(other, None, TODAY)
    if ranks[0] is CallRank.LAST_STEPS and ranks[1] is not None and one.left < other.left:
        assert call_order(ranks[0], one) < call_order(ranks[1], other)


@given(known_facts)
def test_nobody_who_finished_is_called_whatever_was_promised(known: CallFacts) -> None:
    assert (call_rank(known, PROMISED, TODAY) is None) == known.finished


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (facts(3, 30, late=3), "plus que 3 étapes, rien depuis 30 jours, en retard de 3 jours"),
        (facts(1, 9), "plus qu’une étape, rien depuis 9 jours"),
        (facts(4, 30, late=3), "en retard de 3 jours : 4 étapes à faire, rien depuis 30 jours"),
        (facts(4, 30, failing="quiz"), "bute sur « Quiz final », rien depuis 30 jours"),
        (facts(10, 30), "pas commencé, compte ouvert depuis 30 jours"),
        (facts(4, 30), "à l’arrêt depuis 30 jours : 4 étapes à faire"),
        (facts(4, 1), "4 étapes à faire"),
    ],
)
def test_why_in_words(known: CallFacts, words: str) -> None:
    assert reason_words(known, "Quiz final", promised=False).replace("\u00a0", " ") == words
    assert reason_words(known, "Quiz final", promised=True).replace("\u00a0", " ") == f"à rappeler, comme convenu : {words}"


# --- What becomes of a call ---

# name: what was said so many days ago, to call again in so many days; on the list, and promised
SAID: dict[str, tuple[CallOutcome, int, int | None, bool, bool]] = {
    "called today": (CallOutcome.CALLED, 0, None, False, False),
    "the last day of rest": (CallOutcome.CALLED, 13, None, False, False),
    "after the rest": (CallOutcome.CALLED, 14, None, True, False),
    "called, agreed for today": (CallOutcome.CALLED, 3, 0, True, True),
    "called, agreed for tomorrow": (CallOutcome.CALLED, 3, 1, False, False),
    "called, agreed far beyond the rest": (CallOutcome.CALLED, 30, 5, False, False),
    "to call again yesterday": (CallOutcome.AGAIN, 4, -1, True, True),
    "to call again tomorrow": (CallOutcome.AGAIN, 2, 1, False, False),
    "not now, six days ago": (CallOutcome.LATER, 6, None, False, False),
    "not now, a week ago": (CallOutcome.LATER, 7, None, True, False),
}


def last_call(case: str) -> LastCall:
    outcome, ago, again, *_expected = SAID[case]
    again_on = None if again is None else TODAY + timedelta(days=again)
    return LastCall(again_on, back_on(outcome, TODAY - timedelta(days=ago), again_on))


@pytest.mark.parametrize("case", SAID)
def test_what_was_said_is_kept(case: str) -> None:
    *_said, listed, promised = SAID[case]
    rank = call_rank(facts(5, 22), last_call(case), TODAY)
    assert (rank is not None, rank is CallRank.PROMISED) == (listed, promised)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(CallOutcome))
def test_whoever_was_dealt_with_is_not_on_tomorrows_list(day: date, outcome: CallOutcome) -> None:
    again_on = again_day(day) if outcome is CallOutcome.AGAIN else None
    back = back_on(outcome, day, again_on)
    assert day < back <= day + max(REST, LATER, timedelta(days=9))
    assert again_on is None or calendar().obstacle(again_on, "") is None


def test_on_a_monday_one_calls_again_on_thursday() -> None:
    assert [again_day(date(2026, 11, day)).isoformat() for day in (23, 24, 25, 26)] == ["2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]
    assert again_day(date(2026, 12, 22)) == date(2026, 12, 28), "Christmas is no day for a call"


# --- The database says the same ---


def test_the_database_tells_the_same(any_app: Flask) -> None:
    quizzes = [builders.quiz(builders.question(builders.true_false(True)), id=f"quiz-{number}", module_id="module") for number in range(LENGTH)]
    course, since = builders.course(*quizzes), datetime.fromtimestamp(0, UTC).isoformat()
    with any_app.app_context():
        db.session.add_all(PathDemand(path_id=path, asked=[[quiz.id, since] for quiz in quizzes]) for path in ("cours", EVERYTHING))
        caller = somebody("caller", roles=[])
        people = {name: learner(name, known, [quiz.id for quiz in quizzes]) for name, (known, *_) in CASES.items()}
        stopped = CASES["just stopped"][0]
        people |= {name: learner(name, stopped, [quiz.id for quiz in quizzes]) for name in SAID}
        for name in SAID:
            outcome, ago, *_rest = SAID[name]
            last = last_call(name)
            old = (NOON - timedelta(days=100), CallOutcome.CALLED, None, TODAY + timedelta(days=300))  # an older one counts for nothing
            for at, said, again_on, back in (old, (NOON - timedelta(days=ago), outcome, last.again_on, last.back_on)):
                db.session.add(CallRow(person_id=people[name], actor_id=caller, at=at, outcome=said.value, note="", again_on=again_on, back_on=back))
                db.session.flush()
        asks, answered = (learner(name, stopped, [quiz.id for quiz in quizzes]) for name in ("asks", "answered"))
        db.session.add(AttemptRequest(person_id=asks, quiz_id="quiz-9", message="", asked_at=NOON))
        record_answer(db.session, answered, "poste", False, NOON)
        db.session.commit()
        reader = SignedIn(0, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x")
        report = PeopleReport(db.session, course, report_scope(db.session, reader, TODAY), ReportFilter(), NOON)
        lines, total = first_calls(report, 100)
        few, same = first_calls(report, 3)
    named = {number: name for name, number in people.items()}
    known = {name: (CASES[name][0], None) if name in CASES else (stopped, last_call(name)) for name in people}
    ranks = {name: rank for name, one in known.items() if (rank := call_rank(*one, TODAY)) is not None}
    wanted = [(call_order(rank, known[name][0]), people[name], name) for name, rank in ranks.items()]
    assert [named.get(line.person.id) for line in lines] == [name for *_order, name in sorted(wanted)], "nobody who waits for an answer of ours"
    assert total == same == len(wanted)
    assert few == lines[:3]


def somebody(name: str, roles: list[Role] | None = None) -> int:
    person = Person(name=name, email=f"{name.replace(' ', '-')}@croisee.example", fs_uniquifier=name, created_at=NOON - timedelta(days=400))
    person.roles = [PersonRole(name=role) for role in ([Role.LEARNER] if roles is None else roles)]
    db.session.add(person)
    db.session.flush()
    return person.id


def learner(name: str, known: CallFacts, elements: list[str]) -> int:
    number = somebody(name)
    person = db.session.get_one(Person, number)
    at = NOON - known.quiet
    if not known.begun:
        person.created_at = at
    db.session.add(
        Enrolment(person_id=number, path_id="cours", enrolled_at=NOON - timedelta(days=400), pins=[[one, "module", NOON.isoformat()] for one in elements])
    )
    for element in elements[: known.done]:
        done = {"state": "complete_pass", "first_at": at, "completed_at": at, "last_at": at, "attempts": 1}
        db.session.add(ElementState(person_id=number, element_id=element, **done))
    return number


# --- The week, and the day of its email ---


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_week_is_told_from_the_monday_before(day: date) -> None:
    since = since_day(day)
    assert since.weekday() == 0
    assert timedelta(days=7) <= day - since < timedelta(days=14)


def test_names_and_how_many_more() -> None:
    assert names_words(["Anna"], 1) == "Anna"
    assert names_words(["Anna", "Bilal"], 2) == "Anna et Bilal"
    assert names_words(["Anna", "Bilal"], 5).replace("\u00a0", " ") == "Anna, Bilal et 3 autres"


MONDAY = date(2026, 11, 30)
EASTER_MONDAY = date(2027, 3, 29)


@pytest.mark.parametrize(
    ("on", "back", "handled_on", "expected"),
    [
        (MONDAY, None, None, True),
        (MONDAY + timedelta(days=1), None, None, False),
        (MONDAY, None, MONDAY, False),
        (MONDAY, None, MONDAY - timedelta(days=7), True),
        (MONDAY + timedelta(days=2), None, MONDAY - timedelta(days=7), True),
        (MONDAY + timedelta(days=2), None, MONDAY, False),
        (MONDAY - timedelta(days=1), None, MONDAY - timedelta(days=14), False),
        (EASTER_MONDAY, None, EASTER_MONDAY - timedelta(days=7), False),
        (EASTER_MONDAY + timedelta(days=1), None, EASTER_MONDAY - timedelta(days=7), True),
        (MONDAY, MONDAY + timedelta(days=3), MONDAY - timedelta(days=7), False),
        (MONDAY + timedelta(days=3), MONDAY + timedelta(days=3), MONDAY - timedelta(days=7), True),
        (MONDAY, MONDAY + timedelta(days=6), MONDAY - timedelta(days=7), False),
    ],
)
def test_the_day_of_the_email(on: date, back: date | None, handled_on: date | None, expected: bool) -> None:
    """A day on which nothing ran puts it off; so do a public holiday and its reader's absence. Whoever never had one waits for a Monday."""
    assert is_due(on, back, handled_on) is expected
