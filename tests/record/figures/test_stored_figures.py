"""The row that reports read: right in the same transaction as what changes it, or known to be stale; never wrong and believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.administration.accounts import merging
from app.content.store import services as content
from app.content.store.queries import course
from app.identity import services as accounts
from app.identity.hashing import hash_new_password
from app.identity.models import Membership, Person, Territory
from app.identity.rules import Level, Role
from app.identity.services import SignedIn
from app.platform.db import db, writing
from app.record import enrolment, ledger, services
from app.record.figures import store as stored_figures
from app.record.progress.models import NEVER, STALE, PersonFigures
from app.record.progress.rules import Progress
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import ReportScope, report_scope
from app.reporting.selection import ReportFilter
from tests.record import courses
from tests.record.courses import SMALL
from tests.record.world import World


def row(world: World, person: int) -> PersonFigures:
    return world.read(lambda session: session.get_one(PersonFigures, person))


def current(world: World) -> bool:
    return world.read(lambda session: stored_figures.basis(session, course(session), world.clock.now()).current)


def settle(world: World) -> int:
    with world.app.app_context():
        return stored_figures.settle_everybody(world.clock.now())


def differences(world: World) -> list[str]:
    return world.read(lambda session: ledger.find_differences(session, course(session)))


def test_each_act_is_in_the_row_at_once(either: World) -> None:
    person = either.person()
    first = row(either, person)
    assert (first.done, first.required, first.next_id, first.last_at, first.counted) == (0, 6, "un-a", NEVER, True)
    either.look(person, "un-a")
    began = either.clock.now()
    assert (row(either, person).first_at, row(either, person).done) == (began, 0)
    either.finish(person, "un-a")
    either.take(person, "un-a-quiz", share=0)
    failed = row(either, person)
    assert (failed.done, failed.failing_id, failed.next_id, failed.last_at) == (1, "un-a-quiz", "un-a-quiz", either.clock.now())
    for element in SMALL[1:]:
        either.finish(person, element)
    whole = row(either, person)
    assert (whole.done, whole.share, whole.next_id, whole.failing_id, whole.completed_at) == (6, stored_figures.BILLION, None, None, either.clock.now())
    assert whole.first_at == began
    assert whole.modules == '{"mod-un":[3,3,0],"mod-deux":[3,3,0]}'
    assert differences(either) == []


def test_another_attempt_that_changes_nothing_writes_its_hour_alone(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = either.person()
    either.take(person, "un-a-quiz", share=0)
    either.take(person, "un-a-quiz")
    before = row(either, person)
    with monkeypatch.context() as patch:
        patch.setattr(stored_figures, "rows", None)
        either.take(person, "un-a-quiz", share=0)
    after = row(either, person)
    assert before.last_at < after.last_at == either.clock.now()
    assert (after.done, after.modules, after.basis) == (before.done, before.modules, before.basis)
    assert differences(either) == []


def test_it_writes_the_whole_row_where_there_is_none(either: World) -> None:
    person = either.person()
    either.take(person, "un-a-quiz")
    either.write(lambda session: session.delete(session.get_one(PersonFigures, person)))
    either.take(person, "un-a-quiz")
    assert row(either, person).done == 1
    assert differences(either) == []


def test_complete_means_the_same_in_python_and_in_sql(either: World) -> None:
    """`Progress.finished` is the one meaning; the stored column, which SQL reads, says no more and no less. A path that asks for nothing is never finished."""
    nothing, some, everything = (either.person(name) for name in ("Ana Un", "Bob Deux", "Chloé Trois"))
    either.finish(some, "un-a")
    for element in SMALL:
        either.finish(everything, element)
    asked = [row(either, person) for person in (nothing, some, everything)]
    assert [(stored.finished, stored.completed_at is not None) for stored in asked] == [(False, False), (False, False), (True, True)]
    for element in SMALL:
        either.withdraw(element)
    rows = [*asked, *(row(either, person) for person in (nothing, some, everything))]
    assert [stored.finished for stored in rows] == [Progress(stored.done, stored.required).finished for stored in rows]
    assert (rows[3].required, rows[3].finished, Progress(0, 0).complete) == (0, False, True)
    said = select(PersonFigures.person_id).where(PersonFigures.finished).order_by(PersonFigures.person_id)
    compared = select(PersonFigures.person_id).where(PersonFigures.required > 0, PersonFigures.done == PersonFigures.required).order_by(PersonFigures.person_id)
    assert either.read(lambda session: session.scalars(said).all() == session.scalars(compared).all() == [some, everything])


def test_acts_within_once_are_in_the_row_at_its_end(either: World) -> None:
    person = either.person()
    done = select(PersonFigures.done).where(PersonFigures.person_id == person)
    with either.app.app_context(), writing() as session:
        published, now = course(session), either.clock.now()
        with stored_figures.once(session, published, now):
            services.mark_read(session, published, person, "un-a", now)
            assert session.scalar(done) == 0
        assert session.scalar(done) == 1
    assert differences(either) == []


def test_a_new_text_makes_nothing_stale_and_a_new_lesson_everything(either: World) -> None:
    people = [either.person(name) for name in ("Ana Un", "Bob Deux", "Chloé Trois")]
    before = row(either, people[0]).basis
    either.publish(courses.rewritten(courses.lesson("un-b")), change="à relire")
    assert row(either, people[0]).basis == before
    either.publish(courses.module("mod-un", ["un-b", "un-a"]))
    assert row(either, people[0]).basis != before
    assert current(either), "whoever published waited for it"
    assert [row(either, person).next_id for person in people] == ["un-b"] * 3
    assert differences(either) == []


def test_a_withdrawal_and_the_news_taken_in(either: World) -> None:
    person = either.person()
    either.withdraw("un-b")
    assert (row(either, person).required, differences(either)) == (5, [])
    either.publish(courses.lesson("un-b"))
    assert row(either, person).required == 5
    either.write(lambda session: enrolment.take_news_in(session, either.standing(person), either.clock.now()))
    assert (row(either, person).required, differences(either)) == (6, [])


def test_what_fails_after_a_publication_is_left_to_the_next_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person()

    def locked(*_: Any) -> int:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr(stored_figures, "settle", locked)
        world.withdraw("un-b")
    assert (current(world), wanted(world)) == (False, True)
    assert (settle(world), settle(world)) == (1, 0)
    assert row(world, person).required == 5


def test_an_account_that_changes_is_known_to(either: World) -> None:
    person = either.person("Élodie Œuvrard")
    assert row(either, person).name_key == "elodie œuvrard"
    changes: dict[str, Any] = {
        "name": lambda session, who: setattr(who, "name", "Émile Zed"),
        "closed": lambda session, who: accounts.set_active(session, who, False),
        "opened": lambda session, who: accounts.set_active(session, who, True),
        "role": lambda session, who: accounts.set_roles(session, who, [Role.TRAINER]),
    }
    counted = {}
    for name, change in changes.items():
        either.write(lambda session, change=change: change(session, session.get_one(Person, person)))
        assert row(either, person).basis == STALE, name
        assert settle(either) == 1
        counted[name] = row(either, person).counted
    assert counted == {"name": True, "closed": False, "opened": True, "role": False}, "an enrolment alone counts nobody"
    assert row(either, person).name_key == "emile zed"
    trainer = either.person("Formatrice Seule", enrolled=False, role=Role.TRAINER)
    settle(either)
    assert row(either, trainer).counted is False


def test_a_password_makes_nothing_stale(world: World) -> None:
    person = world.person()
    settle(world)
    world.write(lambda session: accounts.set_password(session, session.get_one(Person, person), hash_new_password("une phrase que personne ne devine")))
    assert current(world)


def test_two_accounts_made_one(either: World) -> None:
    kept, gone, actor = (either.person(name) for name in ("Ana Un", "Ana Deux", "Qui Administre"))
    either.finish(kept, "un-a")
    either.finish(gone, "un-b")
    either.write(lambda session: merging.merge_accounts(session, session.get_one(Person, kept), session.get_one(Person, gone), actor, either.clock.now()))
    settle(either)
    assert (row(either, kept).done, row(either, kept).counted, row(either, gone).counted) == (2, True, False)
    assert differences(either) == []


def test_verify_notices_a_wrong_row_and_rebuild_mends_it(either: World) -> None:
    person = either.graduate()
    either.write(lambda session: session.execute(update(PersonFigures).values(done=5)))
    assert differences(either) == [f"Personne {person} : les chiffres des rapports et ceux de ses pages diffèrent."]
    assert either.write(lambda session: stored_figures.rebuild(session, course(session), either.clock.now())) == either.count(Person)
    assert differences(either) == []


def test_more_people_than_one_turn_takes(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_figures, "CHUNK", 2)
    for number in range(5):
        either.person(f"Personne {number}")
    either.write(lambda session: session.execute(update(PersonFigures).values(basis=STALE)))
    assert settle(either) == 5
    assert current(either)


def test_a_publication_waits_for_the_first_and_the_jobs_do_the_others(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then each own page is right, and a report works the rest out before it reads; the jobs cut short anywhere go on."""
    monkeypatch.setattr(stored_figures, "CHUNK", 1)
    monkeypatch.setattr(enrolment, "AT_ONCE", 2)
    people = [either.person(f"Personne {number}") for number in range(7)]
    settle(either)
    assert not wanted(either)
    either.withdraw("un-b")
    assert [row(either, person).required for person in people].count(5) == 2
    assert {either.progress(person).required for person in people} == {5}
    assert (wanted(either), current(either)) == (True, False)
    either.write(lambda session: stored_figures.settle(session, course(session), either.clock.now(), 1))  # killed after this one
    assert wanted(either)
    with either.app.app_context():
        report = PeopleReport(db.session, course(db.session), everybody(either), ReportFilter(), either.clock.now())
        assert {one.figures.path.required for one in report.everything()} == {5}
        db.session.rollback()
    assert "Chiffres mis à jour : 4" in either.app.test_cli_runner().invoke(args=["learning", "settle"]).output
    assert (wanted(either), current(either), differences(either)) == (False, True, [])
    assert {row(either, person).required for person in people} == {5}


def wanted(world: World) -> bool:
    return world.read(lambda session: stored_figures.anything_stale(session, world.clock.now()))


def everybody(world: World) -> ReportScope:
    reader = SignedIn(0, "", "", None, frozenset({Role.ADMINISTRATOR}))
    return report_scope(db.session, reader, world.clock.now().date())


def test_people_who_act_while_a_publication_settles(either: World) -> None:
    """Whoever wins, no row is both believed and wrong."""
    people = [either.person(f"Personne {number}") for number in range(6)]

    def work(number: int) -> None:
        if number == 0:
            either.write(lambda session: content.withdraw(session, ["un-b"], either.clock.now()))
        else:
            either.write(lambda session: services.mark_read(session, course(session), people[number - 1], "un-a", either.clock.now()))

    either.together(7, work)
    settle(either)
    assert differences(either) == []
    assert {row(either, person).required for person in people} == {5}


def test_where_people_belong_changes_with_the_date(either: World) -> None:
    person, on = either.person(), either.clock.now().date()
    either.write(lambda session: session.add_all(Territory(id=f"cite-{name}", level=Level.CITE, name=name) for name in ("lens", "arras")))
    stays = [("cite-lens", on - timedelta(days=9), on + timedelta(days=2)), ("cite-arras", on + timedelta(days=1), None)]
    either.write(
        lambda session: session.add_all(Membership(person_id=person, territory_id=where, started_on=start, ended_on=end) for where, start, end in stays)
    )
    told = []
    for _day in range(4):
        settle(either)
        found = row(either, person)
        told.append((found.place, found.several, found.changes_on))
        assert settle(either) == 0
        either.clock.pass_by(days=1)
    day = timedelta(days=1)
    assert told == [("cite-lens", False, on + day), ("cite-arras", True, on + 2 * day), ("cite-arras", False, None), ("cite-arras", False, None)]
