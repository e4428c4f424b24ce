"""The atelier's home and editor, as a trainer's browser meets them, without a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.authoring.models import Draft
from app.authoring.publishing import remarks
from app.identity.rules import Role
from tests.authoring.atelier import LESSON, MODULE, QUIZ, Atelier, course
from tests.record.world import words_of
from tests.words import CREATE_DRAFT, DISCARD_DRAFT, DRAFT_SAVED, NOT_SAVED_YET, SAVE_TEXT, SEND_WHAT_WAS_TYPED


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


@pytest.fixture
def either(any_app: Flask) -> Atelier:
    """On each database in turn."""
    return Atelier(any_app)


def test_only_trainers_enter(app: Flask) -> None:
    atelier = Atelier(app)
    for role in (Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR):
        client = atelier.world.signed_in(atelier.world.person(name=role.value, enrolled=False, role=role))
        assert client.get("/atelier").status_code == 404
        assert client.get("/atelier/documents/accueil").status_code == 404
    assert app.test_client().get("/atelier").status_code == 302


def test_the_home_says_where_each_text_stands(either: Atelier) -> None:
    assert not {"Ce qui attend", "Vos brouillons"} & {either.client.page.text_of(each) for each in either.client.see("/atelier").all("h2")}
    assert "Publié" in words_of(either.client.see("/atelier?q=e"))
    either.write(LESSON, "Un paragraphe de plus.")
    page = either.client.see("/atelier")
    assert "Vos brouillons" in words_of(page)
    assert "Modifié par Ana Mercier" in words_of(page)


def test_the_home_finds_a_word_of_a_text_without_its_accents(either: Atelier) -> None:
    either.write(LESSON, "Un mot très rare : mirabellier.")
    either.publish(LESSON, "Un mot très rare : mirabelliér.")
    found = words_of(either.client.see("/atelier?q=MIRABELLIER"))
    assert "1 texte avec" in found
    assert "0 texte avec" in words_of(either.client.see("/atelier?q=introuvable"))


def test_the_home_counts_the_problems_of_ones_drafts(atelier: Atelier) -> None:
    assert "erreur" not in words_of(atelier.client.see("/atelier"))
    atelier.save(QUIZ, atelier.open(QUIZ)["text"].replace("seuil :", "seuill :").replace("[x] Le préfet", "[ ] Le préfet", 1))
    assert "2 erreurs" in words_of(atelier.client.see("/atelier"))
    assert "erreur" not in words_of(atelier.sign_in("Bruno Lambert").see("/atelier"))


def test_opening_writes_nothing_and_the_first_save_begins_a_draft(atelier: Atelier) -> None:
    atelier.client.see(f"/atelier/documents/{LESSON}")
    assert atelier.drafts() == []
    form = atelier.client.page.form("Enregistrer")
    atelier.client.submit("Enregistrer")
    assert atelier.drafts() == [], "an unchanged text begins no draft"
    atelier.client.see(f"/atelier/documents/{LESSON}")
    page = atelier.client.submit("Enregistrer", text=form["fields"]["text"].replace("\n", "\r\n") + "Une phrase de plus.\r\n")
    assert DRAFT_SAVED in words_of(page)
    [draft] = atelier.drafts()
    assert draft.text.endswith("Une phrase de plus.\n")
    assert "\r" not in draft.text
    assert draft.base_revision_id is not None


def test_two_tabs_never_overwrite_each_other(either: Atelier) -> None:
    first, second = either.open(LESSON), either.open(LESSON)
    first["text"] += "Écrit dans le premier onglet.\n"
    second["text"] = second["text"].replace("titre : ", "titre : Ma ")
    assert either.client.post(f"/atelier/documents/{LESSON}", data=first).status_code == 303
    answer = either.client.post(f"/atelier/documents/{LESSON}", data=second)
    assert answer.status_code == 409
    page = either.client.page
    both = page.form(SAVE_TEXT)["fields"]["text"]
    assert "premier onglet" in both
    assert "titre : Ma " in both
    either.client.submit(SAVE_TEXT)
    assert either.drafts()[0].text.rstrip() == both.replace("\r", "").rstrip()


def test_a_script_that_comes_late_is_told_so(atelier: Atelier) -> None:
    first, second = atelier.open(LESSON), atelier.open(LESSON)
    told = atelier.fetch(LESSON, {**first, "text": first["text"] + "Un.\n"})
    assert told.status_code == 200
    assert told.json["version"] == 2
    again = atelier.fetch(LESSON, {**first, "text": first["text"] + "Un.\n"})
    assert again.json["version"] == 2, "the same save repeated is harmless"
    late = atelier.fetch(LESSON, {**second, "text": second["text"] + "Deux.\n"})
    assert late.status_code == 409
    assert late.json["version"] == 2


def test_two_trainers_have_two_drafts(atelier: Atelier) -> None:
    atelier.write(LESSON, "D’Ana.")
    atelier.write(LESSON, "De Bruno.", name="Bruno Lambert")
    assert {draft.text.strip().rpartition("\n")[2] for draft in atelier.drafts()} == {"D’Ana.", "De Bruno."}


@pytest.mark.parametrize("side", ["", "collectivite", "education", "etat"])
def test_a_preview_leaves_no_trace(atelier: Atelier, side: str) -> None:
    before = atelier.counts()
    for document in (LESSON, QUIZ, "module-un", "glossary", "timeline", "paths"):
        page = atelier.client.see(f"/atelier/documents/{document}/apercu?side={side}")
        assert "Aperçu d’un brouillon" in words_of(page)
    assert atelier.counts() == before


def test_what_is_not_saved_is_previewed(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    answer = atelier.client.post(f"/atelier/documents/{LESSON}/apercu", data={**fields, "text": fields["text"] + "\nJamais enregistré.\n"})
    assert "Jamais enregistré." in answer.text
    assert atelier.drafts() == []


def test_the_network_is_previewed_as_its_page(atelier: Atelier) -> None:
    head = "| Nom | Communes | Département | Vague | Label |\n|---|---|---|---|---|\n"
    lens, loos = "| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 |\n", "| Loos | Loos (59360) | Nord | 3 | 2022 |\n"
    atelier.world.publish(("modules/reseau.md", head + lens))
    atelier.write("network", head + lens + loos)
    page = atelier.client.see("/atelier/documents/network/apercu")
    assert "3e vague, 1" in words_of(page)
    assert page.link("Loos") == "/reseau/loos"
    assert "atlas-land" in page.html
    assert "Loos" not in atelier.client.see("/reseau").text


def test_panels_for_a_script_say_their_lines(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    told = atelier.client.post(f"/atelier/documents/{LESSON}/apercu", data=fields, headers={"X-Requested-With": "fetch"}).json
    assert told.keys() == {"pane", "count", "problems", "understood", "colleagues", "head"}
    line = fields["text"].split("\n").index("Bonjour à tous.") + 1
    assert f'<p data-line="{line}">Bonjour' in told["pane"]


def test_a_remedy_is_shown_before_it_is_saved(atelier: Atelier) -> None:
    fields = atelier.open(QUIZ)
    broken = fields["text"].replace("seuil :", "seuill :")
    page = atelier.save(QUIZ, broken)
    assert "Clé inconnue : « seuill »" in words_of(page)
    page = atelier.press(QUIZ, "Écrire « seuil »")
    assert NOT_SAVED_YET in words_of(page)
    assert "seuil :" in page.form("Enregistrer")["fields"]["text"]
    assert "seuill :" in atelier.drafts()[0].text
    atelier.client.submit("Enregistrer")
    assert "seuill" not in atelier.drafts()[0].text


def test_a_model_is_inserted_after_a_line(atelier: Atelier) -> None:
    fields = atelier.open(QUIZ)
    lines = len(fields["text"].rstrip().split("\n"))
    page = atelier.client.submit("Insérer", status=200, model="q-ordre", then="insert", line=str(lines))
    text = page.form("Enregistrer")["fields"]["text"]
    assert "1. La première étape" in text
    assert "Mise en ordre" in words_of(page), "how it is understood is said at once"


def test_an_abandoned_draft_gives_the_published_text_back(atelier: Atelier) -> None:
    atelier.write(LESSON, "À oublier.")
    atelier.client.see(f"/atelier/documents/{LESSON}")
    atelier.client.submit(DISCARD_DRAFT)
    assert atelier.drafts() == []
    assert "À oublier." not in atelier.open(LESSON)["text"]


def test_what_nobody_wrote_does_not_exist(atelier: Atelier) -> None:
    for path in ("/atelier/documents/inconnu", "/atelier/documents/inconnu/apercu"):
        assert atelier.client.get(path).status_code == 404
    atelier.new("Ma leçon à moi")
    other = atelier.sign_in("Bruno Lambert")
    assert other.get("/atelier/documents/ma-lecon-a-moi").status_code == 404, "a new draft is its author’s alone"
    home = other.see("/atelier?q=ma+lecon")
    assert "Ma leçon à moi" in words_of(home), "its colleagues know of it"
    assert not [link for link in home.all("a") if "Ma leçon à moi" in home.text_of(link)]


def test_a_new_lesson_then_its_quiz(either: Atelier) -> None:
    page = either.new("Le référent de parcours")
    assert "Brouillon créé" in words_of(page)
    assert "est le texte du modèle" in words_of(page), "it is to be filled"
    either.client.see("/atelier/nouveau?genre=quiz")
    page = either.client.submit(CREATE_DRAFT, title="Quiz du référent", home="le-referent-de-parcours")
    assert page.h1 == "Quiz du référent"
    assert "une leçon où l’on choisit" in words_of(either.client.see("/atelier/nouveau?genre=situation"))
    page = either.client.submit(CREATE_DRAFT, title="Situation : un refus", home=MODULE)
    assert page.h1 == "Situation : un refus"
    assert "Situation : 4 fins" in words_of(page)
    assert sum(one.get("class") == "scene" for one in page.all("details")) == 6, "the preview folds it as its readers will see it"
    either.client.see("/atelier/nouveau?genre=module")
    page = either.client.submit(CREATE_DRAFT, title="Un module neuf", history="croisement")
    assert page.h1 == "Un module neuf"
    either.client.see("/atelier/nouveau?genre=outil")
    page = either.client.submit(CREATE_DRAFT, title="Carnet de bord")
    assert page.h1 == "Carnet de bord"
    assert "ce qu’écrit l’exemple" in words_of(page)
    assert {draft.path for draft in either.drafts()} == {
        "modules/un/module.md",
        "modules/parcours.md",
        "modules/un/03-le-referent-de-parcours.md",
        "modules/un/04-situation-un-refus.md",
        "quizzes/quiz-du-referent.md",
        "modules/un-module-neuf/module.md",
        "modules/outils/01-carnet-de-bord.md",
    }


def test_no_title_is_refused_for_the_id_that_it_makes(atelier: Atelier) -> None:
    for title, identifier in (("Deux fois", "deux-fois"), ("Deux fois", "deux-fois-2"), ("?!", "texte"), ("L’été", "l-ete"), ("Module un", "module-un-2")):
        atelier.new(title)
        assert identifier in {draft.document_id for draft in atelier.drafts()}


def test_a_text_too_long_is_refused_in_a_sentence(atelier: Atelier) -> None:
    fields = atelier.open(LESSON)
    assert atelier.fetch(LESSON, {**fields, "text": "a" * 400_001}).status_code == 422
    assert atelier.drafts() == []


def test_every_table_is_as_it_was_after_reading_all(atelier: Atelier) -> None:
    """What learners did is not touched by any page of the editor."""
    before = atelier.counts()
    atelier.client.see("/atelier")
    for document in (LESSON, QUIZ):
        atelier.client.see(f"/atelier/documents/{document}?ligne=3")
    assert atelier.counts() == before


def test_a_long_text_sent_after_the_session_ended_comes_back_after_sign_in(app: Flask) -> None:
    atelier = Atelier(app)
    fields = atelier.open(LESSON)
    text = fields["text"] + "Une phrase écrite trop tard.\n" + "Un long paragraphe. " * 2000
    session = atelier.client.get_cookie("croisee")
    assert session
    atelier.client.delete_cookie("croisee")
    answer = atelier.client.post(f"/atelier/documents/{LESSON}", data={**fields, "text": text}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303
    kept = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
    atelier.client.set_cookie("croisee", session.value)
    page = atelier.client.see(kept)
    assert "Une phrase écrite trop tard." in page.text
    atelier.client.submit(SEND_WHAT_WAS_TYPED, follow=False)
    assert "écrite trop tard" in atelier.drafts()[0].text


def test_a_lesson_and_its_new_source_are_written_side_by_side(app: Flask) -> None:
    """The preview and the problems take the author's own draft of sources.md; nobody else's."""
    source = "[^{}]: {}, éditeur, 2024, <https://example.org/{}> (catégorie : presse ; lu : original ; vérifié : 2026-11)"
    atelier = Atelier(app, (*course(), ("modules/sources.md", source.format("une", "Une source", "une") + "\n")))
    page = atelier.write(LESSON, "Un fait.[^une] Un autre.[^deux]")
    assert "Une source" in words_of(page)
    assert "La note « deux » est appelée mais n’est pas définie." in words_of(page)
    page = atelier.write("sources", source.format("deux", "Une seconde", "deux"))
    assert [page.text_of(one).split(",")[0] for one in page.all("li") if one.get("data-line") in ("1", "3")] == ["Une source", "Une seconde"]
    page = atelier.client.see(f"/atelier/documents/{LESSON}")
    assert "Une seconde" in words_of(page)
    assert "n’est pas définie" not in words_of(page)
    assert "Une seconde" in words_of(atelier.client.see(f"/atelier/documents/{LESSON}/apercu"))
    atelier.write(LESSON, "Un fait.[^deux]", "Léo Petit")
    assert "La note « deux » est appelée mais n’est pas définie." in words_of(atelier.sign_in("Léo Petit").see(f"/atelier/documents/{LESSON}"))


def test_the_preview_of_a_lesson_shows_its_questions_and_what_is_read_after(atelier: Atelier) -> None:
    asked = "> [!QUESTION]\n> Qui signe ?\n>\n> - [x] Le préfet\n> - [ ] Le maire\n>\n> Explication : Il représente l'État.[^s1]\n\n[^s1]: La source."
    page = atelier.write(LESSON, asked)
    (section,) = (one for one in page.all("div") if one.get("id") == "a-vous-1")
    line = atelier.open(LESSON)["text"].split("\n").index("> [!QUESTION]") + 1
    assert section.get("data-line") == str(line)
    said = page.text_of(section)
    assert said.startswith("À vous")
    assert "Ce qui est lu après avoir répondu" in said
    assert "Il représente l’État." in said
    assert "La source." in words_of(page)
    assert not list(section.iter("form")), "nothing is sent from a preview"
    assert "Qui signe" in words_of(atelier.client.see(f"/atelier/documents/{LESSON}/apercu"))
    assert "une seule bonne réponse" in words_of(page).casefold(), "how it is understood"


def test_what_colleagues_say_of_a_draft_stands_beside_its_line(atelier: Atelier) -> None:
    """By the words that they quote, whatever marks stand between; a remark that is closed, or on somebody else's draft, does not."""
    atelier.write(LESSON, "Un **mot** de plus, à vérifier.")
    for text, quote in (("Lequel ?", "Un mot de plus"), ("Et la suite ?", "Rien de tel"), ("Fait.", "Il signe")):

        def work(session: Any, text: str = text, quote: str = quote) -> None:
            draft = session.scalars(select(Draft)).one()
            said = remarks.say(session, draft, remarks.Voice(None, "Jeanne Lefèvre"), remarks.RemarkTyped(text, quote), atelier.world.clock.now())
            if text == "Fait.":
                remarks.close(session, draft, said.id, atelier.world.clock.now())

        atelier.world.write(work)
    page = atelier.client.see(f"/atelier/documents/{LESSON}")
    line = page.form("Enregistrer")["fields"]["text"].removeprefix("\n").split("\n").index("Un **mot** de plus, à vérifier.") + 1
    beside = words_of(page).partition("Ce qu’en disent vos collègues")[2]
    assert f"Ligne {line}, Jeanne Lefèvre : Lequel ?" in beside
    assert "Jeanne Lefèvre : Et la suite ?" in beside
    assert "Fait." not in beside
    assert "Ce qu’en disent" not in words_of(atelier.sign_in("Bruno Lambert").see(f"/atelier/documents/{LESSON}"))
