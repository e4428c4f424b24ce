"""Reviewing and publishing: what is stated before is what happens after; twice is once; two at once is a merge; nothing is overwritten."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.drafts import services as drafts
from app.authoring.drafts.queries import WorkingText
from app.authoring.models import Draft
from app.authoring.publishing import services as publishing
from app.authoring.publishing.queries import ReviewedDraft, as_reviewed, form_value
from app.content.store.queries import MAJOR, MINOR, Publication, Revision
from app.identity.audit import AdministrativeAct
from app.identity.rules import Role
from tests.authoring.atelier import in_own_words
from tests.authoring.trainers import draft, published_text, texts_of
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import (
    CREATE_DRAFT,
    DRAFT_ALREADY,
    MEND_ERRORS_FIRST,
    MERGE_VERSIONS,
    PUBLISH_NOW,
    SEE_LEARNERS_PAGE,
    SIGN_OUT,
    TAKE_MERGED_TEXT,
    WITHDRAW_FROM_COURSE,
)


@pytest.fixture
def trainer(world: World) -> int:
    return world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)


@pytest.fixture
def client(world: World, trainer: int) -> StrictClient:
    return world.signed_in(trainer)


def acts_of(world: World) -> list[str]:
    return world.read(lambda session: list(session.scalars(select(AdministrativeAct.act).order_by(AdministrativeAct.id))))


def count(world: World, table: type[Revision] | type[Draft], document_id: str) -> int:
    return world.read(lambda session: session.scalar(select(func.count()).select_from(table).where(table.document_id == document_id)) or 0)


def reviewed(row: Draft) -> ReviewedDraft:
    return as_reviewed(WorkingText.of(row, None))


# --- The page and the decision ---------------------------------------------------------------------------------------


def test_review_shows_what_changes_and_publishes(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "un-a", lambda text: text.replace("Des faits.", "Des faits nouveaux."))
    page = client.see("/atelier/documents/un-a/relecture")
    assert page.h1 == "Relecture de « Leçon un-a »"
    assert [page.text_of(each) for each in page.all("ins")] == ["[ajouté : nouveaux]"] * 2  # in the page, and in the text
    assert "1 mot ajouté" in words_of(page)
    client.submit(PUBLISH_NOW, change=MINOR)
    assert client.page.h1 == "Plan"
    assert "Le texte est publié : « Leçon un-a »." in words_of(client.page)
    assert client.page.link(SEE_LEARNERS_PAGE) == "/lecons/un-a"
    assert "Des faits nouveaux." in published_text(world, "un-a")
    assert count(world, Draft, "un-a") == 0
    assert acts_of(world) == ["text_published"]
    client.see("/lecons/un-a")
    assert "Des faits nouveaux." in client.page.text


def test_a_question_asked_by_the_way_is_published_with_its_lesson(world: World, client: StrictClient, trainer: int) -> None:
    """And published again: what it asks was read before the writer's turn was taken (`tests/connections.py`)."""
    asked = "\n> [!QUESTION]\n> Qui signe le contrat de ville ?\n>\n> - [x] Le préfet\n> - [ ] Le recteur\n"
    for added in (asked, "\nUne phrase de plus.\n", asked.replace("signe", "prépare")):
        draft(world, trainer, "un-a", lambda text, added=added: text + added)  # type: ignore[misc]
        client.see("/atelier/documents/un-a/relecture")
        client.submit(PUBLISH_NOW)
        assert added.strip() in published_text(world, "un-a")


def test_a_lesson_that_no_module_cites_says_so_and_leads_nowhere(world: World, client: StrictClient, trainer: int) -> None:
    client.see("/atelier/nouveau?genre=lecon")
    client.submit(CREATE_DRAFT, title="Une leçon seule")
    client.see("/atelier/documents/une-lecon-seule")
    client.submit("Enregistrer", text=in_own_words(client.page.form("Enregistrer")["fields"]["text"]), then="save")
    client.see("/atelier/documents/une-lecon-seule/relecture?choix=1")
    client.submit(PUBLISH_NOW)
    assert "aucun module ne cite cette leçon : les apprenants ne la voient pas encore" in words_of(client.page)
    assert "Voir la page" not in client.page.text
    client.see("/lecons/une-lecon-seule", status=404)


def test_twice_is_once(world: World, client: StrictClient, trainer: int) -> None:
    """A double click, or the same form sent again an hour later."""
    draft(world, trainer, "un-a", lambda text: text + "\nUne phrase de plus.\n")
    client.see("/atelier/documents/un-a/relecture")
    form = client.page.form(PUBLISH_NOW)
    answers = [client.post(form["action"], data=form["fields"]) for _ in range(3)]
    assert {(each.status_code, each.headers["Location"]) for each in answers} == {(303, "/atelier?sur=un-a")}
    assert count(world, Revision, "un-a") == 2
    assert acts_of(world) == ["text_published"]


def test_a_draft_saved_since_it_was_reviewed_is_reviewed_again(world: World, client: StrictClient, trainer: int) -> None:
    number = draft(world, trainer, "un-a", lambda text: text + "\nUne phrase.\n")
    client.see("/atelier/documents/un-a/relecture")
    world.write(lambda session: _more(session, number, "\nUne autre.\n", world))
    client.submit(PUBLISH_NOW, status=409)
    assert "a changé depuis que vous l’avez relu" in words_of(client.page)
    assert "Une autre." in client.page.text
    assert count(world, Revision, "un-a") == 1


def _more(session: Session, number: int, text: str, world: World) -> None:
    row = session.get_one(Draft, number)
    drafts.save_draft(session, row, row.text + text, version=row.version, now=world.clock.now())


def test_errors_are_named_with_their_line_and_nothing_is_published(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "un-a", lambda text: text + "\nVoir [là](nulle-part).\n")
    page = client.see("/atelier/documents/un-a/relecture")
    assert "E13" in page.text
    assert MEND_ERRORS_FIRST in page.text
    seen = world.read(lambda session: form_value(reviewed(session.scalars(select(Draft)).one())))
    token = page.form(SIGN_OUT)["fields"]["csrf_token"]
    answer = client.post("/atelier/documents/un-a/publication", data={"csrf_token": token, "seen": seen, "change": MINOR})
    assert answer.status_code == 422
    assert count(world, Revision, "un-a") == 1


def test_an_error_made_elsewhere_is_named(world: World, client: StrictClient, trainer: int) -> None:
    """Another lesson links to a heading that this draft takes out."""
    world.publish(courses.lesson("un-b", body="Voir [là-bas](un-a#debut).\n\n## Fin {#fin}\n\nFin."))
    draft(world, trainer, "un-a", lambda text: text.replace("{#debut}", "{#commencement}"))
    page = client.see("/atelier/documents/un-a/relecture")
    assert "mettrait des erreurs ailleurs" in words_of(page)
    assert "modules/mod-un/un-b.md" in page.text


def test_texts_that_cite_each_other_are_published_together(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "un-b", lambda text: text.replace("achèvement : lu", "quiz : un-b-quiz\nachèvement : lu"))
    path, text = courses.quiz("un-b-quiz", lesson="un-b")
    world.write(lambda session: drafts.new_draft(session, path, text, trainer, world.clock.now()))
    alone = client.see("/atelier/documents/un-b/relecture?choix=1")
    assert "Corrigez d’abord" in alone.text
    assert "C’est votre brouillon « Quiz un-b-quiz »" in words_of(alone), "the remedy is at the bottom of the page, and named"
    client.see("/atelier/documents/un-b/relecture")
    client.submit(PUBLISH_NOW, change=MAJOR)
    assert texts_of(world, "un-b-quiz") == 1
    assert world.course().lessons["un-b"].quiz_id == "un-b-quiz"
    assert world.read(lambda session: session.scalar(select(func.count()).select_from(Draft))) == 0


def test_a_published_text_keeps_its_id(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "deux-a", lambda text: text.replace("id : deux-a", "id : deux-b"))
    world.publish(courses.module("mod-deux", ["deux-a"], quiz="deux-final"))
    with pytest.raises(publishing.Unpublishable):
        world.write(lambda session: _publish_now(session, trainer, world))
    assert count(world, Revision, "deux-b") == 0


def _publish_now(session: Session, author: int, world: World) -> None:
    row = session.scalars(select(Draft)).one()
    publishing.publish(session, [reviewed(row)], author_id=author, change=MAJOR, now=world.clock.now())


def test_a_visitor_and_a_learner_find_nothing(world: World) -> None:
    learner = world.signed_in(world.person())
    for path in ("/atelier/documents/un-a/relecture", "/atelier/documents/un-a/historique", "/atelier/lectures"):
        learner.see(path, status=404)
        assert world.app.test_client().get(path).status_code == 302


def test_a_colleague_s_draft_is_not_mine(world: World, client: StrictClient) -> None:
    other = world.person("Anne Autre", role=Role.TRAINER, enrolled=False)
    path, text = courses.lesson("neuve")
    world.write(lambda session: drafts.new_draft(session, path, text, other, world.clock.now()))
    client.see("/atelier/documents/neuve/relecture", status=404)


# --- Two trainers on one text ----------------------------------------------------------------------------------------


def test_the_second_of_two_is_led_to_a_merge_and_loses_nothing(world: World, client: StrictClient, trainer: int) -> None:
    other = world.person("Anne Autre", role=Role.TRAINER, enrolled=False)
    draft(world, trainer, "un-a", lambda text: text.replace("Des faits.", "Des faits de Théo."))
    draft(world, other, "un-a", lambda text: text.replace("Des faits.", "Des faits d’Anne.").replace("L'essentiel", "Tout l'essentiel"))
    client.see("/atelier/documents/un-a/relecture")
    anne = world.signed_in(other)
    anne.see("/atelier/documents/un-a/relecture")
    anne.submit(PUBLISH_NOW)
    client.submit(PUBLISH_NOW)
    assert client.page.h1 == "Fusion de « Leçon un-a »"
    assert "Anne Autre a publié une autre version" in client.page.text
    client.submit(TAKE_MERGED_TEXT, status=422)
    assert "sans choix" in client.page.text
    client.submit(TAKE_MERGED_TEXT, **{"choix-0": "les-deux"})
    assert client.page.h1 == "Relecture de « Leçon un-a »"
    client.submit(PUBLISH_NOW)
    text = published_text(world, "un-a")
    assert "Des faits de Théo.\nDes faits d’Anne.\n" in text
    assert "Tout l'essentiel" in text
    assert acts_of(world) == ["text_published", "text_published"]


def test_changes_apart_merge_without_a_question(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "un-a", lambda text: text.replace("Des faits.", "Des faits de Théo."))
    world.publish(_changed(courses.lesson("un-a", quiz="un-a-quiz"), "L'essentiel", "Tout l'essentiel"))
    page = client.see("/atelier/documents/un-a/relecture")
    client.see(page.link(MERGE_VERSIONS))
    client.submit(TAKE_MERGED_TEXT)
    client.submit(PUBLISH_NOW)
    assert "Des faits de Théo." in published_text(world, "un-a")
    assert "Tout l'essentiel" in published_text(world, "un-a")


def _changed(text: tuple[str, str], before: str, after: str) -> tuple[str, str]:
    return text[0], text[1].replace(before, after)


def test_a_merge_of_texts_that_moved_again_is_shown_again(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "un-a", lambda text: text.replace("Des faits.", "Des faits de Théo."))
    lesson = courses.lesson("un-a", quiz="un-a-quiz")
    world.publish(_changed(lesson, "Des faits.", "Des faits d’ici."))
    client.see("/atelier/documents/un-a/fusion")
    world.publish(_changed(lesson, "Des faits.", "Des faits de là."))
    client.submit(TAKE_MERGED_TEXT, status=409, **{"choix-0": "le-leur"})
    assert "vient encore de changer" in client.page.text
    assert "[ajouté : de là]" in words_of(client.page)
    assert "Des faits de Théo." in world.read(lambda session: session.scalars(select(Draft.text)).one())


# --- History ---------------------------------------------------------------------------------------------------------


def test_an_old_text_comes_back_through_review(world: World, client: StrictClient) -> None:
    first = published_text(world, "un-b")
    world.publish(courses.rewritten(courses.lesson("un-b")))
    client.see("/atelier/documents/un-b/historique")
    client.submit("Reprendre")
    assert client.page.h1 == "Relecture de « Leçon un-b »"
    client.submit(PUBLISH_NOW)
    assert published_text(world, "un-b") == first
    assert texts_of(world, "un-b") == 3
    assert acts_of(world) == ["text_restored"]


def test_a_draft_in_the_way_is_never_written_over(world: World, client: StrictClient, trainer: int) -> None:
    world.publish(courses.rewritten(courses.lesson("un-b")))
    page = client.see("/atelier/documents/un-b/historique")
    form = page.form("Reprendre")
    draft(world, trainer, "un-b", lambda text: text + "\nÀ garder.\n")
    client.post(form["action"], data=form["fields"], follow_redirects=True)
    assert DRAFT_ALREADY in client.page.text
    assert "À garder." in world.read(lambda session: session.scalars(select(Draft.text)).one())


def test_a_revision_is_read_and_compared_with_any_other(world: World, client: StrictClient) -> None:
    lesson = courses.lesson("un-b")
    world.publish(_changed(lesson, "Des faits.", "Des faits deux."), _changed(lesson, "Des faits.", "Des faits trois."))
    ids = world.read(lambda session: list(session.scalars(select(Revision.id).where(Revision.document_id == "un-b").order_by(Revision.id))))
    page = client.see(f"/atelier/documents/un-b/historique/{ids[2]}")
    assert "De la version 2 à la version 3" in words_of(page)
    page = client.see(f"/atelier/documents/un-b/historique/{ids[2]}?avec={ids[0]}")
    assert [page.text_of(each) for each in page.all("ins")] == ["[ajouté : trois]"]
    client.see("/atelier/documents/un-b/historique/99999", status=404)
    client.see(f"/atelier/documents/un-a/historique/{ids[0]}", status=404)


def test_a_document_is_withdrawn_with_its_effect_and_restored(world: World, client: StrictClient) -> None:
    person = world.person()
    world.finish(person, "deux-a-quiz")
    world.person("Karim Nouveau")
    text = published_text(world, "deux-a-quiz")
    page = client.see("/atelier/documents/deux-a-quiz/retrait")
    said = words_of(page)
    assert "« Quiz deux-a-quiz » : 1 personne l’a terminé : rien ne lui sera retiré" in said
    assert "n’est plus demandé : 1 personne n’aura plus à le faire ; 1 l’a fait et le garde" in said
    assert "Leçon deux-a : ce qui le nomme y est retiré en même temps" in said
    form = page.form(WITHDRAW_FROM_COURSE)
    client.submit(WITHDRAW_FROM_COURSE)
    assert "Ce texte est retiré du cours" in client.page.text
    assert client.post(form["action"], data=form["fields"]).status_code == 303
    assert world.read(lambda session: session.get_one(Publication, "deux-a-quiz").revision_id) is None
    client.see("/atelier/documents/deux-a-quiz/historique")
    client.submit("Reprendre")
    client.submit(PUBLISH_NOW)
    assert published_text(world, "deux-a-quiz") == text
    assert acts_of(world) == ["text_withdrawn", "text_restored"]
    assert "quiz :" not in published_text(world, "deux-a"), "what named it does not name what was not there"


def test_a_module_leaves_with_what_it_holds_and_nothing_names_it(world: World, client: StrictClient) -> None:
    done, other = world.person(), world.person("Karim Nouveau")
    world.finish(done, "deux-a")
    page = client.see("/atelier/documents/mod-deux/retrait")
    assert "Ce qui part avec lui Leçon deux-a Quiz deux-a-quiz Quiz deux-final" in words_of(page)
    assert "Parcours : ce qui le nomme y est retiré en même temps" in words_of(page)
    assert "auront une erreur" not in words_of(page)
    client.submit(WITHDRAW_FROM_COURSE)
    assert set(world.course().lessons) == {"un-a", "un-b"}
    assert set(world.course().quizzes) == {"un-a-quiz"}
    assert "mod-deux" not in published_text(world, "paths")
    assert acts_of(world) == ["text_withdrawn"] * 4
    learner = world.signed_in(done)
    assert "Ce que vous y avez fait vous reste" in words_of(learner.see("/lecons/deux-a", status=404))
    assert "Le parcours : 1 étape sur 4" in words_of(learner.see("/progression"))
    assert "retirée du cours" not in words_of(world.signed_in(other).see("/lecons/deux-a", status=404))
    said = words_of(client.see("/atelier/documents/mod-un/retrait"))
    assert "n’a que ce module" in said
    assert WITHDRAW_FROM_COURSE not in said
