"""Edits of the course, which in peers erased, completed or blocked people. The numbers are those of the study of peers, §3.1."""

from __future__ import annotations

import pytest

from app.record.progress.rules import Progress, ProgressState
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import SAVE_AND_GO_ON, SEND_FOR_GOOD, TAKE_QUIZ_AGAIN

EDITS = {
    "criterion": courses.quiz("un-a-quiz", lesson="un-a", criterion="remis"),
    "harder": courses.quiz("un-a-quiz", lesson="un-a", seuil="100 %", tentatives=1, count=9),
    "text": courses.rewritten(courses.lesson("un-b")),
    "optional": courses.lesson("un-b", optional=True),
    "another lesson": courses.module("mod-un", ["un-b", "un-a"]),
    "title": courses.lesson("un-a", quiz="un-a-quiz", title="Un autre titre"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_01_no_edit_changes_what_was_earned(world: World, edit: str) -> None:
    """MDL-44878: a granted completion never changes afterwards."""
    person = world.graduate()
    before, rows = world.projection(person), world.ledger_size()
    world.publish(EDITS[edit], change="à relire")
    assert (world.projection(person), world.ledger_size()) == (before, rows)
    assert world.progress(person) == Progress(6, 6)


def test_02_publishing_completes_nobody(world: World) -> None:
    """choicegroup#177: saving settings turned everybody complete."""
    person = world.person()
    world.look(person, "un-a-quiz")
    world.take(person, "un-a-quiz", share=0)
    rows = world.ledger_size()
    world.publish(*EDITS.values())
    assert world.ledger_size() == rows
    assert world.state(person, "un-a-quiz") == ProgressState.IN_PROGRESS


def test_10_optional_and_withdrawn_elements_are_not_in_the_denominator(world: World) -> None:
    """chamilo-lms#2166: blocked at 96 %."""
    person = world.person()
    for element in ("un-a", "un-a-quiz", "deux-a", "deux-a-quiz", "deux-final"):
        world.finish(person, element)
    assert world.progress(person) == Progress(5, 6)
    world.publish(courses.lesson("un-b", optional=True))
    assert world.progress(person) == Progress(5, 5)
    world.withdraw("deux-a-quiz")  # done: it stays
    assert world.progress(person) == Progress(5, 5)


def test_15_25_what_comes_after_completion_is_news_and_lowers_nothing(world: World) -> None:
    """MicrosoftDocs#2060, sensei#4002: a finished course stays complete; what was added is told, and taken in by a decision."""
    person = world.graduate()
    world.publish(courses.lesson("un-c"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    assert world.progress(person) == Progress(6, 6)
    client = world.client()
    home = client.see("/")
    assert "Nouveautés Leçon un-c" in words_of(home)
    assert "Tant que vous ne les ajoutez pas, ces étapes ne changent rien à votre progression." in words_of(home)
    home = client.submit("Ajouter à mon parcours")
    assert world.progress(person) == Progress(6, 7)
    assert "Nouveautés" not in words_of(home)
    assert home.link("Reprendre") == "/lecons/un-c"


def test_17_moving_a_file_and_changing_a_title_keep_rows_and_figures(world: World) -> None:
    """MicrosoftDocs#2981: progress erased. Ids stay, so all stays."""
    person = world.graduate()
    _path, text = courses.lesson("un-a", quiz="un-a-quiz", title="Titre neuf")
    world.publish(("modules/mod-un/07-renommee.md", text))
    assert world.progress(person) == Progress(6, 6)
    assert "Titre neuf" in words_of(world.client().see("/progression"))


def test_24_whoever_is_on_the_way_keeps_what_they_joined_with(world: World) -> None:
    """sdc-issue-reports#345: a content update reset learners."""
    person = world.person()
    world.finish(person, "un-a")
    world.publish(courses.lesson("un-c"), courses.module("mod-un", ["un-a", "un-c", "un-b"]), courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")))
    assert world.progress(person) == Progress(1, 6)
    newcomer = world.person("Karim Nouveau")
    assert world.progress(newcomer) == Progress(0, 7)


def test_26_an_attempt_goes_on_with_the_text_it_began_on_and_the_new_one_is_offered(world: World) -> None:
    """sensei#2884: quiz edits invisible to those who started, or a reset forced."""
    world.person()
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", count=5))
    assert client.see("/tentatives/1/questions/1").h1 == "Question 1 sur 2"
    client.see("/tentatives/1/recapitulatif")
    client.submit(SEND_FOR_GOOD)
    client.submit(TAKE_QUIZ_AGAIN)
    assert client.page.h1 == "Question 1 sur 5"
    record = words_of(client.see("/progression"))
    assert "À retenter" in record


def test_26b_what_was_earned_cites_the_version_that_was_taken(world: World) -> None:
    person = world.person()
    old = world.course().versions["un-a-quiz"].fingerprint
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", count=5))
    for position, form in world.answers(person, 1):
        client.see(f"/tentatives/1/questions/{position}")
        client.submit(SAVE_AND_GO_ON, **form)
    client.submit(SEND_FOR_GOOD)
    assert world.standing(person).progress["un-a-quiz"].earned_on == old
    assert "Le texte a changé depuis" in words_of(client.see("/progression"))
