"""A meeting as a step of a path: being there completes it, and nothing else but what its lesson allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.content.documents.reader import parse
from app.network.meetings import attendance
from app.network.meetings.models import Meeting
from app.network.meetings.rules import Means, Presence
from app.record import ledger
from app.record.progress.rules import EventType, ProgressState
from tests.network.meetings.meeting import announced, ask, reader, trainer
from tests.network.meetings.steps import STEP, hybrid, publish
from tests.record import courses
from tests.record.conftest import clock, empty
from tests.record.world import World, words_of
from tests.words import LESSON_READ, MALFORMED_ID

__all__ = ["clock", "empty", "hybrid"]


def attend(world: World, meeting: int, person: int) -> None:
    now = world.clock.now()

    def work(session):  # type: ignore[no-untyped-def]
        attendance.show_code(session, meeting, "123456", now)
        attendance.attend(session, world.course(), reader(person), meeting, "123456", Means.CODE, now)

    world.write(work)


def tick(world: World, meeting: int, person: int, presence: Presence, actor: int) -> None:
    world.clock.pass_by(minutes=1)
    now = world.clock.now()
    world.write(lambda session: attendance.mark(session, world.course(), meeting, {person: presence}, actor_id=actor, now=now))


def test_a_hybrid_path_is_complete_with_the_meeting_alone(hybrid: World) -> None:
    anna, actor = hybrid.person("Anna Un"), trainer(hybrid)
    hybrid.finish(anna, "un-a")
    client = hybrid.signed_in(anna)
    page = client.see(f"/lecons/{STEP}")
    assert LESSON_READ not in page.text
    assert "Aucune rencontre n’est annoncée pour cette étape" in page.text
    hybrid.app.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"/lecons/{STEP}/lue").status_code == 422
    assert client.post(f"/rencontres/etapes/{STEP}/equivalent").status_code == 409
    assert (hybrid.progress(anna).done, hybrid.progress(anna).required) == (1, 2)
    meeting = announced(hybrid, actor, hybrid.clock.now() + timedelta(minutes=30), element_id=STEP)
    assert "Lire une convention" in client.see(f"/lecons/{STEP}").text
    assert "Prochaine rencontre" in client.see("/").text
    attend(hybrid, meeting, anna)
    assert hybrid.state(anna, STEP) is ProgressState.COMPLETE
    assert hybrid.progress(anna).finished
    assert EventType.ATTENDED in hybrid.events(anna, STEP)
    assert "Présence à une rencontre" in words_of(client.see("/progression"))
    assert hybrid.read(lambda session: ledger.find_differences(session, hybrid.course())) == []


def test_a_presence_noted_by_mistake_is_taken_back(hybrid: World) -> None:
    anna, actor = hybrid.person("Anna Un"), trainer(hybrid)
    meeting = announced(hybrid, actor, hybrid.clock.now() + timedelta(minutes=30), element_id=STEP)
    ask(hybrid, meeting, anna)
    states = []
    for presence in (Presence.PRESENT, Presence.ABSENT, Presence.PRESENT, Presence.EXCUSED):
        tick(hybrid, meeting, anna, presence, actor)
        states.append(hybrid.state(anna, STEP).done)
    assert states == [True, False, True, False]


def test_the_synthesis_stands_for_it_once_it_is_published(hybrid: World) -> None:
    anna, actor = hybrid.person("Anna Un"), trainer(hybrid)
    meeting = announced(hybrid, actor, hybrid.clock.now() + timedelta(minutes=30), element_id=STEP)
    hybrid.clock.pass_by(days=1)
    client = hybrid.signed_in(anna)
    assert "quand elle sera publiée" in client.see(f"/lecons/{STEP}").text
    hybrid.write(lambda session: setattr(session.get_one(Meeting, meeting), "synthesis", "Ce qui s’est dit."))
    client.see(f"/lecons/{STEP}")
    client.submit("J’ai lu la synthèse")
    assert hybrid.state(anna, STEP) is ProgressState.COMPLETE


def test_another_lesson_stands_for_it_once_it_is_read(empty: World) -> None:
    publish(empty, instead="un-a")
    anna = empty.person("Anna Un")
    client = empty.signed_in(anna)
    assert "J’ai lu ce qui en tient lieu" not in client.see(f"/lecons/{STEP}").text
    empty.finish(anna, "un-a")
    client.see(f"/lecons/{STEP}")
    client.submit("J’ai lu ce qui en tient lieu")
    assert empty.progress(anna).finished


def test_without_an_equivalent_nothing_stands_for_it(empty: World) -> None:
    publish(empty, instead="")
    anna = empty.person("Anna Un")
    empty.finish(anna, "un-a")
    empty.app.config["WTF_CSRF_ENABLED"] = False
    assert empty.signed_in(anna).post(f"/rencontres/etapes/{STEP}/equivalent").status_code == 404


def test_a_meeting_that_comes_to_count_counts_for_those_who_were_there(hybrid: World) -> None:
    anna, actor = hybrid.person("Anna Un"), trainer(hybrid)
    meeting = announced(hybrid, actor, hybrid.clock.now() + timedelta(minutes=30))
    attend(hybrid, meeting, anna)
    assert not hybrid.state(anna, STEP).done
    client = hybrid.signed_in(actor)
    for step, done in ((STEP, True), ("", False)):
        hybrid.clock.pass_by(minutes=1)
        client.see(f"/rencontres/{meeting}/modification")
        client.submit("Enregistrer", element_id=step)
        assert hybrid.state(anna, STEP).done is done


@pytest.mark.parametrize(
    ("criterion", "instead", "line", "words"),
    [("lu", "synthèse", 8, "ne vaut que pour une étape"), ("présence", "Une Leçon", 8, MALFORMED_ID), ("absence", "", 7, "« lu » ou « présence »")],
)
def test_a_head_that_is_wrong_is_told_with_its_line(criterion: str, instead: str, line: int, words: str) -> None:
    path, text = courses.lesson(STEP, criterion=criterion, instead=instead)
    problems = [each for each in parse(path, text)[1] if each.is_error]
    assert [(each.line, words in f"{each.message} {each.hint}") for each in problems] == [(line, True)]
