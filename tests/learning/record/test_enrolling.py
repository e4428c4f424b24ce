"""Paths and modules: who joins what and when, and what becomes of a figure when paths, modules and elements come, go and come back."""

from __future__ import annotations

import pytest

from app.learning.progress.models import MODULE, Enrolment
from app.learning.progress.rules import EventType, Progress, State
from app.learning.record import enrolment, services
from tests.learning import courses
from tests.learning.world import World, words_of

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
    assert "0 élément sur 2" in words_of(client.see("/modules/mod-hors"))
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
    assert "Module mod-hors 0 élément sur 2, hors de votre parcours" in home
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
    assert world.state(person, "hors-a") == State.WAIVED
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
    assert either.state(person, "un-a") == either.state(person, "un-b") == State.COMPLETE
    assert sorted(either.events(person, "un-a")) == [EventType.READ, EventType.VIEWED]
