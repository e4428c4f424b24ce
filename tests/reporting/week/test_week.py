"""« Cette semaine »: what moved, told alike by an independent count of the ledger; what waits, in one list; nothing beyond one's scope."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from app.assessment.models import AttemptRequest, ExtraAttempt
from app.content.store.queries import course
from app.identity import emails
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import db
from app.record.progress.models import LearningEvent, PersonFigures
from app.record.progress.rules import EventType
from app.reporting.scope import readers_of, report_scope
from app.reporting.week.queries import WeekPage, week_page
from app.reporting.week.rules import WeekMove, since_day
from app.reporting.week.views import GRANTED
from tests.record.courses import SMALL
from tests.record.world import words_of
from tests.reporting.conftest import SignIn
from tests.reporting.reminders.reminding import LENS, LILLE, NORD, PAS_DE_CALAIS, Network, small_network
from tests.words import GIVE_REASON, NONE_ENTRUSTED_YET

FIRST, MONDAY = date(2026, 10, 5), date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def network(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Network:
    return small_network(any_app, monkeypatch, FIRST)


def week(network: Network, reader: int) -> WeekPage:
    def work(session: object) -> WeekPage:
        who = readers_of(db.session, [reader]).get(reader)
        assert who
        now = network.clock.now()
        with network.app.test_request_context():
            return week_page(db.session, course(db.session), report_scope(db.session, who, now.date()), who, now)

    return network.read(work)


def moved(page: WeekPage) -> dict[WeekMove, set[str]]:
    return {line.move: {one.name for one in line.people} for line in page.moves}


def figures(page: WeekPage) -> list[tuple[int, int]]:
    """(how many, of whom since Monday): finished, going on, late, at a standstill."""
    return [(one.value, one.moved) for one in page.figures]


def act(network: Network, day: date, person: int, *elements: str) -> None:
    network.at(day)
    for element in elements:
        network.finish(person, element)


def test_what_moved_since_last_monday_and_nothing_else(network: Network) -> None:
    names = ("Anna", "Bilal", "Chloé", "David", "Emma", "Farid", "Gwen")
    anna, bilal, chloe, david, emma, farid, gwen = (network.learner(name) for name in names)
    elsewhere = network.learner("Hugo", LILLE)
    for person in (anna, elsewhere):
        act(network, date(2026, 11, 2), person, *SMALL[:-1])
        act(network, date(2026, 11, 25), person, SMALL[-1])
    act(network, date(2026, 11, 22), bilal, *SMALL)
    act(network, date(2026, 11, 23), chloe, "un-a")
    act(network, date(2026, 11, 22), david, "un-a")
    for person, back in ((emma, 25), (farid, 20)):
        act(network, date(2026, 11, 3), person, "un-a")
        act(network, date(2026, 11, back), person, "un-b")
    act(network, date(2026, 11, 5), gwen, "un-a")
    network.learner("Inès")
    nadia = network.manager(LENS)
    network.at(MONDAY, 12)
    page = week(network, nadia)
    assert moved(page) == {WeekMove.FINISHED: {"Anna"}, WeekMove.BEGAN: {"Chloé"}, WeekMove.BACK: {"Emma"}}
    assert page.since == date(2026, 11, 23)
    assert figures(page) == [(2, 1), (4, 2), (0, 0), (1, 1)], "Gwen stopped three weeks ago, since Monday"
    assert (page.not_begun.value, page.total) == (1, 8), "who finished, is on the way, stopped or has not begun: everybody once"
    network.at(MONDAY + timedelta(days=4))
    assert page.since == week(network, nadia).since, "on Friday it tells from the same Monday"
    network.at(MONDAY + timedelta(days=7))
    assert moved(week(network, nadia)) == {}


def test_who_became_late_since_last_monday(network: Network) -> None:
    """Late from the day after: whose day was the Sunday before last was late already."""
    nadia = network.manager(LENS)
    people = {name: network.learner(name) for name in ("Anna", "Bilal", "Chloé", "David")}
    days = {"Anna": date(2026, 11, 22), "Bilal": date(2026, 11, 23), "Chloé": date(2026, 11, 29), "David": date(2026, 11, 30)}
    for name, day in days.items():
        act(network, date(2026, 11, 20), people[name], "un-a")
        group = network.group(f"Groupe {name}", nadia, due_on=day)
        network.write(lambda session, name=name, group=group: join(session, group, people[name]))
    network.at(MONDAY, 12)
    page = week(network, nadia)
    assert moved(page)[WeekMove.LATE] == {"Bilal", "Chloé"}
    assert figures(page)[2] == (3, 2)


def join(session: object, group: int, person: int) -> None:
    from app.record.progress.models import CohortMember

    session.add(CohortMember(cohort_id=group, person_id=person))  # type: ignore[attr-defined]


def test_five_names_then_a_number(network: Network) -> None:
    for number in range(7):
        act(network, date(2026, 11, 24), network.learner(f"Personne {number}"), "un-a")
    nadia = network.manager(LENS)
    network.at(MONDAY, 12)
    (line,) = week(network, nadia).moves
    assert (line.total, len(line.people)) == (7, 5)
    text = words_of(network.signed_in(nadia).see("/pilotage"))
    assert "7 personnes ont commencé" in text
    assert "et 2 autres" in text


def test_one_list_of_what_waits_and_one_button_to_give_an_attempt(network: Network) -> None:
    anna, bilal, hugo = network.learner("Anna"), network.learner("Bilal"), network.learner("Hugo", LILLE)
    nadia = network.manager(LENS)
    network.at(MONDAY)

    def work(session: object) -> None:
        for person in (anna, hugo):
            db.session.add(AttemptRequest(person_id=person, quiz_id="un-a-quiz", message="Puis-je réessayer ?", asked_at=network.clock.now()))
        emails.record_answer(db.session, bilal, "poste", True, network.clock.now())
        db.session.commit()

    network.read(work)
    page = week(network, nadia)
    assert [one.person.name for one in page.waiting.requests] == ["Anna"], "nothing of Lille"
    assert [one.person.name for one in page.waiting.replies] == ["Bilal"]
    assert page.waiting.total == 2
    assert {one.person.name for one in page.calls}.isdisjoint({"Anna", "Bilal"}), "they wait for an answer, not for a call"
    client = network.signed_in(nadia)
    client.see("/pilotage")
    client.submit("Refuser", 422, reason=" ")
    assert GIVE_REASON in client.page.text
    client.see("/pilotage")
    assert "Tentative accordée" in client.submit("Accorder").text
    assert network.read(lambda session: session.scalars(select(ExtraAttempt.reason)).all()) == [GRANTED]
    assert network.seen(person_id=anna, what="week.index") >= 1
    assert network.seen(person_id=hugo, what="week.index") == 0


def test_questions_wait_for_whoever_also_writes_the_course(network: Network) -> None:
    nadia = network.manager(LENS)
    assert week(network, nadia).waiting.questions == ()
    thomas = network.manager(LENS, name="Thomas", role=Role.TRAINER)
    assert week(network, thomas).waiting.questions == (), "nobody asked anything"


def test_a_quiet_week_says_so_and_that_no_email_leaves(network: Network) -> None:
    act(network, date(2026, 11, 20), network.learner("Anna"), *SMALL)
    nadia = network.manager(LENS, monday=True)
    network.at(MONDAY)
    assert week(network, nadia).quiet
    text = words_of(network.signed_in(nadia).see("/pilotage"))
    assert "Personne n’attend d’appel." in text
    assert "le courriel du lundi ne part pas" in text


def test_whoever_was_given_nothing_is_told_so(network: Network) -> None:
    text = words_of(network.signed_in(network.manager()).see("/pilotage"))
    assert NONE_ENTRUSTED_YET in text
    assert "à appeler" not in text.lower()


def test_the_old_addresses_lead_here(network: Network) -> None:
    client = network.signed_in(network.manager(NORD, PAS_DE_CALAIS))
    for old, new in (("/pilotage/appels", "/pilotage"), ("/pilotage/demandes", "/pilotage"), ("/compte/bilan", "/compte/lundi")):
        answer = client.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (308, new)


OWN = {EventType.VIEWED, EventType.READ, EventType.ATTENDED, EventType.SUBMITTED, EventType.PASSED, EventType.FAILED}


@pytest.mark.parametrize("who", ["solene.wattiez", "karim.haddouche", "aurelie.dussart"])
def test_what_moved_is_what_a_naive_count_of_the_ledger_finds(as_: SignIn, app: Flask, who: str) -> None:
    """The demonstration, read at the moment of its last act: who began and who came back, from each person’s rows alone."""
    as_(who)
    with app.test_request_context():
        reader = db.session.scalars(select(Person.id).where(Person.email == f"{who}@croisee.example")).one()
        signed = readers_of(db.session, [reader]).get(reader)
        assert signed
        last = db.session.scalars(select(LearningEvent.at).order_by(LearningEvent.at.desc()).limit(1)).one()
        acts: dict[int, list[datetime]] = {}
        for person, at, event in db.session.execute(select(LearningEvent.person_id, LearningEvent.at, LearningEvent.event).order_by(LearningEvent.at)):
            if EventType(event) in OWN:
                acts.setdefault(person, []).append(at)
        now = last + timedelta(minutes=1)
        since = datetime.combine(since_day(now.date()), datetime.min.time(), UTC) - timedelta(hours=1)
        page = week_page(db.session, course(db.session), report_scope(db.session, signed, now.date()), signed, now)
        named = dict(db.session.execute(select(Person.id, Person.name)).all())
        finished = set(db.session.scalars(select(PersonFigures.person_id).where(PersonFigures.finished)))
        begun = {person for person, moments in acts.items() if moments[0] >= since}
        gap = timedelta(days=21)
        returned = {
            person
            for person, moments in acts.items()
            if person not in finished and any(later >= since > earlier and later - earlier > gap for earlier, later in pairwise(moments))
        }
        told = {line.move: line for line in page.moves}
        for move, people in ((WeekMove.BEGAN, begun), (WeekMove.BACK, returned)):
            if who == "aurelie.dussart":
                assert told[move].total == len(people) if people else move not in told
            if move in told:
                assert {one.name for one in told[move].people} <= {named[person] for person in people}
