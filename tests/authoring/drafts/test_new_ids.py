"""A text that is begun takes nobody's place: its id is its own whatever the length of its title, whoever begins another at once."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import own_draft
from app.authoring.drafts.services import IdTaken, new_draft
from app.authoring.outline import Outline
from app.content.text.head import is_id
from app.content.values.text import ID_LENGTH
from app.exchange.banks import services as banks
from app.exchange.banks.bank import Bank, BankItem
from app.exchange.banks.services import Destination
from app.exchange.intake import services
from app.exchange.intake.services import Wish
from app.exchange.intake.staging import StagedImport
from app.exchange.intake.units import ImportSource
from app.identity.rules import Role
from tests.authoring.atelier import LESSON, MODULE, Atelier
from tests.authoring.drafts.drafting import NEW

QUESTION = "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire\n"
WORDS = "les acteurs de la politique de la ville au nom de tous les habitants"
TITLES = [f"{WORDS[:length].rstrip()}x".capitalize() for length in range(43, 60)]
"""Whose ids have 44 to 60 characters, before they are cut."""


def take_both(session: Session, title: str, lesson: str, now: datetime) -> str:
    """A lesson and its question, as an import of both makes them; gives what the lesson says."""
    staged = StagedImport(
        sources=(
            ImportSource(
                name="x", text=f"# {title}\n\n{lesson} {'Encore des mots. ' * 40}\n\n1. Qui signe ?\na) le préfet\nb) le maire\nRéponse : a\n", plain=True
            ),
        )
    )
    wish = Wish(frozenset({"0:1", "0:2"}), MODULE, title=title)
    identifier = services.take(session, staged, wish, 1, Path("/nowhere"), now)[0]
    return own_draft(session, identifier, 1).text


@pytest.fixture
def atelier(any_app: Flask) -> Atelier:
    return Atelier(any_app)


@given(title=st.text(alphabet="abé d'’-?1", max_size=90), others=st.integers(0, 12))
def test_an_id_is_new_and_well_formed_at_any_length(title: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others + 1):
        lesson = create.first_free(title, taken)
        quiz = create.first_free(lesson, taken | {lesson}, "quiz")
        assert is_id(lesson)
        assert is_id(quiz)
        assert len({lesson, quiz} - taken) == 2
        assert "quiz" in quiz.rpartition("-quiz")[1] + quiz[:4]
        assert len(quiz) <= ID_LENGTH
        taken |= {lesson, quiz}


def test_a_lesson_of_a_long_title_and_its_quiz_are_two_drafts_each_time(atelier: Atelier, subtests: pytest.Subtests) -> None:
    """The database cuts no id: its columns hold the longest."""
    seen: set[str] = set()
    for title, count in product(TITLES, (1, 2)):
        with subtests.test(title, count=count):
            atelier.world.write(lambda session: take_both(session, title, "Le texte de la leçon.", atelier.world.clock.now()))  # noqa: B023
            new = [each for each in atelier.drafts() if each.base_revision_id is None and each.document_id not in seen]
            assert [each.path.startswith("quizzes/") for each in new] == [False, True]
            assert [f"id : {each.document_id}\n" in each.text for each in new] == [True, True]
            seen |= {each.document_id for each in new}


@pytest.mark.parametrize("title", TITLES[::4])
def test_every_way_to_begin_a_text_gives_each_its_own_draft(atelier: Atelier, title: str) -> None:
    now = atelier.world.clock.now()

    def work(session: Session) -> None:
        for _ in range(2):
            plan = Outline(session, 1, now)
            plan.add_module(title, "croisement", "", [title, title], quizzes=True)
            plan.save()
            desk = Desk(session, 1, now)
            create.quiz(desk, title, create.lesson(desk, title, MODULE))
            desk.save()
            bank = Bank(tuple(BankItem(place, "Q", category, QUESTION) for place, category in enumerate((title, f"{title} aussi"), 1)))
            banks.take(session, bank, (0, 1), Destination(home_id="suite", by_category=True), 1, Path("/nowhere"), now)

    atelier.world.write(work)
    new = [draft for draft in atelier.drafts() if draft.base_revision_id is None]
    assert len({draft.document_id for draft in new}) == len(new) == 18
    assert len({draft.path for draft in new}) == 18


def test_a_desk_holds_one_text_of_an_id(atelier: Atelier) -> None:
    def work(session: Session) -> None:
        desk = Desk(session, 1, atelier.world.clock.now())
        desk.begin("toute-neuve", "modules/un/09-toute-neuve.md", NEW)
        with pytest.raises(IdTaken):
            desk.begin("toute-neuve", "quizzes/toute-neuve.md", QUESTION)
        desk.sheet(LESSON)
        with pytest.raises(IdTaken):
            desk.begin(LESSON, "quizzes/accueil.md", QUESTION)

    atelier.world.read(work)


@pytest.mark.parametrize("authors", [1, 4])
def test_of_many_that_want_one_id_at_once_one_has_it(atelier: Atelier, authors: int) -> None:
    """One author in several tabs, or several authors."""
    people = [atelier.world.person(name=f"Jo Trainer{number}", enrolled=False, role=Role.TRAINER) for number in range(authors)]

    def begin(number: int) -> str:
        text = f"{NEW}De {number}.\n"
        try:
            atelier.world.write(lambda session: new_draft(session, "modules/un/09-toute-neuve.md", text, people[number % authors], atelier.world.clock.now()))
        except IdTaken:
            return ""
        return text

    told = atelier.world.together(4, begin)
    assert [draft.text for draft in atelier.drafts()] == [text for text in told if text]
    assert told.count("") == 3


def test_imports_of_one_title_at_once_lose_no_text(atelier: Atelier) -> None:
    """Each has its own id, or is told so and nothing of it is written."""

    def begin(number: int) -> str:
        try:
            return atelier.world.write(lambda session: take_both(session, TITLES[3], f"Le texte {number}.", atelier.world.clock.now()))
        except IdTaken:
            return ""

    told = [text for text in atelier.world.together(3, begin) if text]
    new = [draft for draft in atelier.drafts() if draft.base_revision_id is None]
    assert told
    assert {draft.text for draft in new if draft.path.startswith("modules/")} == set(told)
    assert len(new) == 2 * len(told)
