"""A lesson given to read in a file, from its page to the remarks: recognised, compared with what it was made from, merged with what it has become, kept or not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.authoring.models import Draft, Remark, SentText
from app.authoring.publishing import remarks
from app.identity.rules import Role
from tests.authoring.circulating.carried import changed, commented, followed, tracked
from tests.authoring.circulating.circulating import LESSON, author, brought, sent, theo
from tests.authoring.trainers import draft
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import TAKE_INTO_DRAFT

__all__ = ["author", "theo"]


def _read(document: Any) -> None:
    followed(document, "Des faits", "Un passage de plus.")
    tracked(document, "Des faits.", "Des faits sûrs.")
    commented(document, "un-a", "Un autre titre ?", "Paul Martin")


def test_a_lesson_goes_out_and_comes_back_with_changes_and_comments(world: World, theo: int, author: StrictClient) -> None:
    data = sent(author)
    brought(author, changed(data, _read))
    seen = words_of(author.page)
    assert "C’est la leçon « Leçon un-a », envoyée le" in seen
    assert "relue par Jeanne Lefèvre, Paul Martin" in seen
    assert "Un autre titre ?" in seen
    assert "Seuls les mots sont comparés" in seen
    assert world.read(lambda session: session.scalar(select(Draft.id))) is None, "nothing is kept before it is decided"
    draft(world, theo, "un-a", lambda text: f"{text}\nUne fin nouvelle.\n")
    author.submit(TAKE_INTO_DRAFT, status=409)
    assert "La leçon vient de changer" in words_of(author.page)
    author.submit(TAKE_INTO_DRAFT)
    assert "Remarque 1, Paul Martin" in words_of(author.page)
    text = world.read(lambda session: session.scalar(select(Draft.text))) or ""
    assert "Des faits sûrs." in text
    assert "\nUn passage de plus.\n" in text
    assert text.endswith("Une fin nouvelle.\n")


def test_a_file_without_a_change_says_so(author: StrictClient) -> None:
    brought(author, sent(author))
    assert "aucun changement, aucun commentaire" in words_of(author.page)
    assert not any(each.get("type") == "submit" and "brouillon" in author.page.text_of(each) for each in author.page.all("button"))


def test_what_both_changed_is_decided(world: World, theo: int, author: StrictClient) -> None:
    data = sent(author)
    draft(world, theo, "un-a", lambda text: text.replace("Des faits.", "Des chiffres."))
    brought(author, changed(data, lambda made: tracked(made, "Des faits.", "Des preuves.")))
    assert "Il reste 1 passage à décider" in words_of(author.page)
    author.submit(TAKE_INTO_DRAFT, status=422)
    chosen: dict[str, Any] = {"choix-0": "le-leur"}
    author.submit(TAKE_INTO_DRAFT, **chosen)
    assert "Des preuves." in (world.read(lambda session: session.scalar(select(Draft.text))) or "")


def test_a_colleague_may_bring_it_in_and_nobody_else_opens_it(world: World, author: StrictClient) -> None:
    data = changed(sent(author), lambda made: tracked(made, "Des faits.", "Des preuves."))
    other = world.signed_in(world.person("Anne Autre", role=Role.TRAINER, enrolled=False))
    other.see(f"{LESSON}/envois/1/docx", status=404)
    brought(author, data)
    waiting = author.page.form(TAKE_INTO_DRAFT)["action"]
    other.see(waiting, status=404)
    brought(other, data)
    assert "par Théo Formateur" in words_of(other.page)
    other.submit(TAKE_INTO_DRAFT)
    assert world.read(lambda session: session.scalar(select(Draft.author_id))) != 0


def test_the_same_text_is_sent_once_and_forgotten_after_a_year(world: World, theo: int, author: StrictClient) -> None:
    first = sent(author)
    sent(author, "odt")
    assert len(world.read(lambda session: session.scalars(select(SentText)).all())) == 1
    world.clock.pass_by(days=366)
    again = world.signed_in(theo)
    draft(world, theo, "un-a", lambda text: f"{text}\nUne fin.\n")
    sent(again)
    assert len(world.read(lambda session: session.scalars(select(SentText)).all())) == 1, "of another text"
    brought(again, first)
    assert "Ce qui est trouvé" in words_of(again.page), "as any document"


def test_only_lessons_are_given_so(author: StrictClient) -> None:
    author.see("/atelier/documents/un-quiz/fichier-a-relire", status=404)
    author.see("/atelier/documents/inconnu/fichier-a-relire", status=404)
    author.see(f"{LESSON}/envois/7/docx", status=404)
    author.see(f"/atelier/retours/{'a' * 64}", status=404)


def test_more_remarks_than_a_draft_may_have_are_refused_on_the_page(world: World, author: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "GUESTS_MOST", 0)
    brought(author, changed(sent(author), _read))
    author.submit(TAKE_INTO_DRAFT, status=409)
    assert "Un autre titre ?" in words_of(author.page)
    assert "autant de remarques qu’il peut en avoir" in words_of(author.page)
    assert world.read(lambda session: session.scalar(select(Draft.id))) is None


def test_no_name_is_needed_in_a_file(world: World, author: StrictClient) -> None:
    brought(author, changed(sent(author), lambda made: commented(made, "Des faits", "Bien.", "")))
    author.submit(TAKE_INTO_DRAFT)
    assert world.read(lambda session: session.scalar(select(Remark.guest))) == "Une personne sans nom"
