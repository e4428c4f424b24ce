"""Paths and modules: who joins what and when, and what becomes of a figure when paths, modules and elements come, go and come back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity import services as accounts
from app.identity.models import Person
from app.identity.rules import Role
from app.record import enrolment, services
from app.record.figures import store
from app.record.progress.models import MODULE, Cohort, Enrolment, PersonFigures
from app.record.progress.rules import EventType, Progress, ProgressState
from tests.identity.builders import sign_in
from tests.record import courses
from tests.record.world import World, words_of

OUTSIDE = (courses.lesson("hors-a", module="mod-hors"), courses.lesson("hors-b", module="mod-hors"), courses.module("mod-hors", ["hors-a", "hors-b"]))


def test_one_enrolment_a_person_and_path(either: World) -> None:
    person = either.person()
    assert not either.do(enrolment.enrol, person)
    assert either.count(Enrolment, person_id=person) == 1


def test_whoever_is_not_enrolled_sees_what_they_would_join(world: World) -> None:
    person = world.person(enrolled=False)
    assert world.progress(person) == Progress(0, 6)
    world.finish(person, "un-a")
    assert world.progress(person) == Progress(1, 6)
    world.do(enrolment.enrol, person)
    assert world.progress(person) == Progress(1, 6)


def test_an_element_that_left_and_came_back_is_news(world: World) -> None:
    person = world.person()
    for element in ("un-a", "un-a-quiz"):
        world.finish(person, element)
    world.withdraw("un-b")
    assert world.progress(person) == Progress(2, 5)
    world.publish(courses.lesson("un-b"))
    assert world.progress(person) == Progress(2, 5)
    assert "Nouveautés Leçon un-b" in words_of(world.client().see("/"))


def test_a_module_that_came_to_the_path_later_counts_from_the_first_thing_done_there(world: World) -> None:
    person = world.person()
    world.publish(*OUTSIDE, courses.path(["mod-un", "mod-deux", "mod-hors"]))
    client = world.client()
    assert "0 étape sur 2" in words_of(client.see("/modules/mod-hors"))
    assert world.progress(person) == Progress(0, 6)
    client.see("/lecons/hors-a")
    assert world.count(Enrolment, path_id=f"{MODULE}mod-hors") == 1
    world.finish(person, "hors-a")
    world.publish(courses.lesson("hors-c", module="mod-hors"), courses.module("mod-hors", ["hors-a", "hors-b", "hors-c"]))
    assert world.standing(person).module_progress("mod-hors") == Progress(1, 2)
    world.withdraw("hors-b")
    assert world.standing(person).module_progress("mod-hors") == Progress(1, 1)


def test_a_module_outside_the_path_has_its_own_figure_and_its_attestation(world: World) -> None:
    world.publish(*OUTSIDE)
    person = world.person()
    home = words_of(world.client().see("/"))
    assert "Hors de votre parcours : Module mod-hors." in home
    for element in ("hors-a", "hors-b"):
        world.finish(person, element)
    issued = world.do(services.attest, person)
    assert [row.subject_id for row in issued] == ["mod-hors"]
    assert world.progress(person) == Progress(0, 6)
    world.withdraw("hors-a")
    assert world.standing(person).module_progress("mod-hors") == Progress(2, 2)


def test_a_module_taken_off_the_path_and_put_back_lowers_nothing(world: World) -> None:
    person = world.person()
    world.finish(person, "deux-a")
    figures = []
    for modules in (["mod-un"], ["mod-un", "mod-deux"], ["mod-un"], ["mod-un", "mod-deux"]):
        world.publish(courses.path(modules))
        figures.append((world.progress(person), world.standing(person).module_progress("mod-deux")))
    assert figures == [(Progress(1, 4), Progress(1, 3))] * 4


def test_a_path_that_is_withdrawn_goes_on_for_those_who_are_on_it(world: World) -> None:
    person = world.person()
    world.finish(person, "un-a")
    world.publish(courses.path(["mod-deux"], id="autre-parcours", title="Un autre"))
    assert world.progress(person) == Progress(1, 6)
    assert world.standing(person).next_id == "deux-a"  # today's order: the default path's modules first
    world.withdraw("un-b")
    assert world.progress(person) == Progress(1, 5)
    world.publish(courses.lesson("un-b"), courses.path(["mod-un", "mod-deux"]))
    assert world.progress(person) == Progress(1, 5)
    newcomer = world.person("Karim Nouveau")
    assert world.progress(newcomer) == Progress(0, 6)


def test_a_course_without_paths_asks_for_every_module(empty: World) -> None:
    empty.publish_together(*courses.small()[:-1])
    person = empty.person()
    assert empty.progress(person) == Progress(0, 6)
    empty.finish(person, "un-a")
    empty.publish(courses.path(["mod-un"]))
    assert empty.progress(person) == Progress(1, 6)


def test_news_are_taken_in_once(either: World) -> None:
    person = either.person()
    either.publish(courses.lesson("un-c"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    mine = either.standing(person)
    taken = either.together(6, lambda _number: either.write(lambda session: enrolment.take_news_in(session, mine, either.clock.now())))
    assert set(taken) == {1}
    assert either.progress(person) == Progress(0, 7)
    assert [pin[0] for pin in either.standing(person).pinned].count("un-c") == 1


def test_a_decision_needs_a_reason_and_joins_the_module(world: World) -> None:
    world.publish(*OUTSIDE)
    person, trainer = world.person(), world.person("Un Formateur")

    def waive(reason: str) -> None:
        world.decide(person, "hors-a", EventType.WAIVED, trainer, reason)

    with pytest.raises(services.DecisionWithoutReason):
        waive("  ")
    assert world.ledger_size() == 0
    waive("Connaît déjà.")
    assert world.state(person, "hors-a") == ProgressState.WAIVED
    assert world.standing(person).module_progress("mod-hors") == Progress(1, 2, waived=1)


def test_two_events_at_once_project_one_after_the_other(either: World) -> None:
    """Each sees the other's row, so that none writes a projection that lacks it."""
    person = either.person()
    attempts = [either.take(person, "un-a-quiz", share=0) for _ in range(2)]
    assert attempts == [1, 2]
    moments = [either.clock.pass_by(minutes=1) for _ in range(12)]

    def act(number: int) -> None:
        verb = services.record_view if number % 2 else services.mark_read
        element = "un-a" if number < 6 else "un-b"
        either.write(lambda session: verb(session, either.course(), person, element, moments[number]))

    either.together(12, act)
    assert either.state(person, "un-a") == either.state(person, "un-b") == ProgressState.COMPLETE
    assert sorted(either.events(person, "un-a")) == [EventType.READ, EventType.VIEWED]


# --- Who is enrolled, and counted ------------------------------------------------------------------------------------


OTHERS = [role for role in Role if role is not Role.LEARNER]


def enter(world: World, name: str) -> None:
    """By the page, as everybody does."""
    sign_in(world.app.test_client(), f"{name.lower().replace(' ', '.')}@croisee.example")


def is_counted(world: World, person: int) -> bool:
    def work(session: Session) -> bool:
        store.settle(session, course(session), world.clock.now())
        return session.get_one(PersonFigures, person).counted

    return world.write(work)


@pytest.mark.parametrize("role", OTHERS)
def test_signing_in_enrols_learners_alone(world: World, role: Role) -> None:
    other, learner = world.person("Paul Autre", enrolled=False, role=role), world.person(enrolled=False)
    enter(world, "Paul Autre")
    enter(world, "Inès Carpentier")
    assert (world.count(Enrolment, person_id=other), world.count(Enrolment, person_id=learner)) == (0, 1)
    assert (is_counted(world, other), is_counted(world, learner)) == (False, True)


@pytest.mark.parametrize("role", OTHERS)
def test_whoever_begins_is_enrolled_by_it_and_counted_from_then_on(world: World, role: Role) -> None:
    person = world.person("Paul Autre", enrolled=False, role=role)
    client = world.client("Paul Autre")
    home = words_of(client.see("/cours"))
    assert "Aucun chiffre ne vous compte" in home
    assert " sur 6" not in home
    client.see("/lecons/un-a")
    assert world.count(Enrolment, person_id=person) == 1
    assert is_counted(world, person)
    assert "0 étape sur 6" in words_of(client.see("/cours"))


def test_what_is_decided_for_somebody_is_no_beginning(world: World) -> None:
    person, manager = world.person("Paul Autre", enrolled=False, role=Role.TRAINER), world.person("Rose Ponsable", enrolled=False, role=Role.MANAGER)
    world.decide(person, "un-a", EventType.WAIVED, manager)
    assert not world.read(lambda session: enrolment.is_enrolled(session, person))
    assert not is_counted(world, person)


def test_whoever_is_given_the_role_is_counted_at_once_and_enrolled_when_they_come(world: World) -> None:
    person = world.person("Paul Autre", enrolled=False, role=Role.MANAGER)
    enter(world, "Paul Autre")
    world.write(lambda session: accounts.set_roles(session, session.get_one(Person, person), [Role.MANAGER, Role.LEARNER]))
    assert is_counted(world, person)
    enter(world, "Paul Autre")
    assert world.count(Enrolment, person_id=person) == 1
    world.write(lambda session: accounts.set_roles(session, session.get_one(Person, person), [Role.MANAGER]))
    assert not is_counted(world, person), "an enrolment alone counts nobody"


def test_a_cohort_enrols_its_learners_and_the_others_in_its_path_once_they_begin(world: World) -> None:
    file, default = courses.path(["mod-un", "mod-deux"])
    beside = courses.path(["mod-hors"], id="hors", title="À côté")[1].replace("défaut : oui\n", "")
    world.publish(*OUTSIDE, (file, f"{default}\n{beside}"))
    learner, other = world.person(enrolled=False), world.person("Paul Autre", enrolled=False, role=Role.TRAINER)

    def form(session: Session) -> None:
        session.add(cohort := Cohort(name="Automne", path_id="hors", starts_on=date(2026, 9, 1)))
        session.flush()
        enrolment.join(session, course(session), cohort, [learner, other], trainer=False, actor_id=None, now=world.clock.now())

    world.write(form)
    assert (world.count(Enrolment, person_id=learner, path_id="hors"), world.count(Enrolment, person_id=other)) == (1, 0)
    world.look(other, "hors-a")
    assert (world.count(Enrolment, person_id=other), world.count(Enrolment, person_id=other, path_id="hors")) == (1, 1)
