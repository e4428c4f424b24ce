"""Who is on today's list: one table of cases, told alike by the rule and by the database, on both."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.models import AttemptRequest
from app.identity.models import Person, PersonRole
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.platform.db import db
from app.record.progress.models import EVERYTHING, ElementState, Enrolment, PathDemand
from app.reporting import calls
from app.reporting.calls import REST, CallRow, LastCall, Urgency, back_on, urgency_on
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import report_scope
from app.reporting.selection import ReportFilter
from tests import builders

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOON.date()
STOPPED = Urgency.STOPPED

# name: finished, asked so many days ago, called so many days ago, to call again in so many days, expected
CASES: dict[str, tuple[bool, int | None, int | None, int | None, Urgency | None]] = {
    "at a standstill": (False, None, None, None, STOPPED),
    "called today": (False, None, 0, None, None),
    "called yesterday": (False, None, 1, None, None),
    "the last day of rest": (False, None, 13, None, None),
    "after the rest": (False, None, 14, None, STOPPED),
    "agreed for tomorrow": (False, None, 3, 1, None),
    "agreed for today": (False, None, 3, 0, Urgency.AGREED),
    "agreed for yesterday": (False, None, 3, -1, Urgency.AGREED),
    "agreed far beyond the rest": (False, None, 30, 5, None),
    "asks": (False, 2, None, None, Urgency.ASKS),
    "asked before the call": (False, 2, 1, None, None),
    "asks since the call": (False, 1, 2, 20, Urgency.ASKS),
    "asked, called, and rested": (False, 20, 15, None, Urgency.ASKS),
    "asked, called, agreed": (False, 20, 15, 0, Urgency.AGREED),
    "finished": (True, None, None, None, None),
    "finished, agreed": (True, None, 3, 0, None),
}


def last_call(called: int | None, again: int | None) -> LastCall | None:
    if called is None:
        return None
    again_on = None if again is None else TODAY + timedelta(days=again)
    return LastCall(NOON - timedelta(days=called), again_on, back_on(TODAY - timedelta(days=called), again_on))


@pytest.mark.parametrize("case", CASES)
def test_who_is_on_todays_list(case: str) -> None:
    finished, asked, called, again, expected = CASES[case]
    asked_at = None if asked is None else NOON - timedelta(days=asked)
    assert urgency_on(finished, None if finished else STOPPED, asked_at, last_call(called, again), TODAY) is expected


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.none() | st.integers(1, 180))
def test_whoever_was_called_is_not_on_tomorrows_list_for_the_same_reason(day: date, again: int | None) -> None:
    again_on = None if again is None else day + timedelta(days=again)
    last = LastCall(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), again_on, back_on(day, again_on))
    for ahead in range(1, (again or REST.days) + 3):
        found = urgency_on(False, STOPPED, None, last, day + timedelta(days=ahead))
        assert (found is not None) == (ahead >= (again or REST.days))


def test_the_database_tells_the_same(any_app: Flask) -> None:
    quizzes = [builders.quiz(builders.question(builders.true_false(True)), id=f"quiz-{number}", module_id="module") for number in range(2)]
    course, since = builders.course(*quizzes), datetime.fromtimestamp(0, UTC).isoformat()
    with any_app.app_context():
        db.session.add_all(PathDemand(path_id=path, asked=[[quiz.id, since] for quiz in quizzes]) for path in ("cours", EVERYTHING))
        caller = somebody("caller", roles=[])
        people = {name: somebody(name) for name in CASES}
        for name, (finished, asked, called, again, _expected) in CASES.items():
            person = people[name]
            pins = [[quiz.id, "module", NOON.isoformat()] for quiz in quizzes]
            db.session.add(Enrolment(person_id=person, path_id="cours", enrolled_at=NOON - timedelta(days=90), pins=pins))
            at = NOON - timedelta(days=60)
            for quiz in quizzes if finished else quizzes[:1]:
                done = {"state": "complete_pass", "first_at": at, "completed_at": at, "last_at": at, "attempts": 1}
                db.session.add(ElementState(person_id=person, element_id=quiz.id, **done))
            if asked is not None:
                db.session.add(AttemptRequest(person_id=person, quiz_id="quiz-1", message="", asked_at=NOON - timedelta(days=asked)))
            last = last_call(called, again)
            if last:
                rows = (NOON - timedelta(days=100), None, TODAY + timedelta(days=300)), (last.at, last.again_on, last.back_on)
                for at, again_on, back in rows:  # an older one counts for nothing
                    db.session.add(CallRow(person_id=person, actor_id=caller, at=at, note="", again_on=again_on, back_on=back))
                    db.session.flush()
        db.session.commit()
        reader = SignedIn(0, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x")
        report = PeopleReport(db.session, course, report_scope(db.session, reader, TODAY), ReportFilter(), NOON)
        found = {call.person.id: call for call in calls.first_calls(report, 100)[0]}
        wanted = {name: expected for name, (*_, expected) in CASES.items() if expected is not None}
        assert {name for name in CASES if people[name] in found} == wanted.keys()
        assert calls.count(report) == len(wanted)
        assert all(found[people[name]].reason.startswith("à rappeler") == (urgency is Urgency.AGREED) for name, urgency in wanted.items())


def somebody(name: str, roles: list[Role] | None = None) -> int:
    person = Person(name=name, email=f"{name.replace(' ', '-')}@croisee.example", fs_uniquifier=name, created_at=NOON - timedelta(days=90))
    person.roles = [PersonRole(name=role) for role in ([Role.LEARNER] if roles is None else roles)]
    db.session.add(person)
    db.session.flush()
    return person.id
