"""The whole of the atelier in a browser: a trainer writes a lesson with an image and a quiz of eight types, makes five mistakes and is led out of each,
publishes; a learner in another browser takes it; the trainer changes a key and takes the marks up again. Then the same from a Word document."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Form
from app.identity.models import Person
from app.platform.db import db
from tests.authoring.atelier import ADDRESS, MODULE, Atelier, in_own_words
from tests.authoring.incoming.files_browser import document, give
from tests.authoring.incoming.pictures import picture
from tests.authoring.writing import put_caret, rewrite, text_of
from tests.browsers import arrive, fill_in, follow, press
from tests.record import courses
from tests.record.courses import EIGHT
from tests.words import (
    CREATE_DRAFT,
    GIVE_OTHER_ID,
    IMAGE_DESCRIPTION,
    LESSON_READ,
    MARK_AGAIN,
    MARK_RAISED,
    MARK_RAISED_TO_PASS,
    PUBLISH_NOW,
    SAY_IN_A_SENTENCE,
    SEE_MARKS_TO_TAKE_UP,
    TAKE_WHAT_IS_TICKED,
    UNKNOWN_KEY,
)

pytestmark = [pytest.mark.proof, pytest.mark.browser]

LESSON, QUIZ = "le-contrat-de-ville", "le-contrat-de-ville-quiz"
REASON = "Le préfet signe au nom de l’État : la clé disait le maire."
TEXT = f"""---
id : {LESSON}
titre : Le contrat de ville
durée : 12
objectifs :
- O1 : Dire qui signe le contrat de ville → M1
quiz : {QUIZ}
achèvement : lu
---

Un soir, à la mairie, on prépare le contrat.

## Qui signe {{#qui-signe}}

Le préfet signe, avec le maire.

## À retenir

- Le préfet signe au nom de l'État.

## Sur mon territoire

- Qui est votre préfet ?
"""
HEAD = f"""---
id : {QUIZ}
titre : Le contrat de ville, le quiz
leçon : {LESSON}
seuil : 100 %
correction : après envoi
---
"""
RIGHT = HEAD + EIGHT
WRONG_KEY = RIGHT.replace("- [ ] Le maire\n", "- [x] Le maire\n").replace("- [x] Le préfet\n- [ ] Le recteur", "- [ ] Le préfet\n- [ ] Le recteur")
"""A quiz without a mistake of form, whose first question has a wrong key."""


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    made = Atelier(app, (courses.module(MODULE, ["suite"]), courses.lesson("suite", module=MODULE), courses.path([MODULE])))
    made.world.person()
    return made


@pytest.fixture
def trainer(atelier: Atelier, context: BrowserContext, live: str) -> Page:
    return arrive(context, f"{live}/atelier", ADDRESS)


@pytest.fixture
def learner(atelier: Atelier, other: BrowserContext, live: str) -> Page:
    """In another browser."""
    return arrive(other, f"{live}/connexion")


# --- Writing ----------------------------------------------------------------------------------------------------------


def begin(tab: Page, live: str, kind: str, title: str, home: str) -> None:
    tab.goto(f"{live}/atelier/nouveau?genre={kind}")
    tab.get_by_label("Titre").fill(title)
    tab.locator("[name=home]").select_option(home)
    press(tab, CREATE_DRAFT)


def write(tab: Page, text: str) -> None:
    """Replace the whole text, and wait until it is saved and judged."""
    with tab.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/apercu")):
        rewrite(tab, text)
    tab.get_by_role("button", name="Enregistrer").click()
    expect(tab.locator("[data-saved]")).to_contain_text("Enregistré")


def problem(tab: Page, code: str) -> Locator:
    return tab.locator(".problem", has=tab.locator(".problem-code", has_text=code))


def led_out(tab: Page, mistaken: str, code: str, words: str, remedy: str = "", by_hand: str = "") -> None:
    """The mistake is shown with its words; the remedy's button, or the text that its hint asks for, makes it go."""
    write(tab, mistaken)
    expect(problem(tab, code).first).to_contain_text(words)
    if remedy:
        problem(tab, code).get_by_role("button", name=remedy).click()
    else:
        write(tab, by_hand)
    expect(problem(tab, code)).to_have_count(0)


def add_image(tab: Page) -> None:
    """Dropped without its alternative, asked for it, given it."""
    put_caret(tab, "Le préfet signe, avec")
    give(tab, "mairie.png", "image/png", picture(), "drop")
    dialog = tab.get_by_role("dialog")
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog.get_by_role("alert")).to_contain_text(SAY_IN_A_SENTENCE)
    dialog.get_by_label(IMAGE_DESCRIPTION).fill("La mairie, un soir")
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog).to_be_hidden()


def publish_together(tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/documents/{LESSON}/relecture")
    for box in tab.locator("[name=avec]").all():
        expect(box).to_be_checked()
    press(tab, PUBLISH_NOW)
    expect(tab.get_by_role("status").first).to_contain_text("textes sont publiés")


# --- Learning ---------------------------------------------------------------------------------------------------------


def take(atelier: Atelier, tab: Page, live: str, wanted: str) -> str:
    """The whole quiz, one page after another; whoever knows answers `wanted` to the first question of the file. Gives the correction's address."""
    tab.goto(f"{live}/quiz/{QUIZ}")
    press(tab, "Commencer")
    attempt = int(tab.url.partition("/tentatives/")[2].partition("/")[0])
    for position, (question_id, form) in enumerate(forms(atelier, attempt), 1):
        tab.goto(f"{live}/tentatives/{attempt}/questions/{position}")
        if question_id == first_question(atelier):
            tab.get_by_label(wanted, exact=True).check()
        else:
            fill_in(tab, form)
        follow(tab.locator("button[name=then][value=next], button[name=then][value=recap]").first)
    tab.goto(f"{live}/tentatives/{attempt}/recapitulatif")
    follow(tab.locator(f"form[action='/tentatives/{attempt}/envoi'] button"))
    return f"{live}/tentatives/{attempt}"


def forms(atelier: Atelier, attempt: int) -> list[tuple[str, Form]]:
    """(question, what somebody who knows the key would send) of each page."""

    def read(session: object) -> list[tuple[str, Form]]:
        person = db.session.query(Person).filter_by(name="Inès Carpentier").one().id
        entries = sheet_of(db.session, attempt_of(db.session, person, attempt)).entries
        return [(entry.pooled.question.id, kind_of(entry.pooled.question).sample(entry.layout, right=True)) for entry in entries]

    return atelier.world.read(read)


def first_question(atelier: Atelier) -> str:
    return atelier.world.course().quizzes[QUIZ].questions[0].id


# --- Correcting -------------------------------------------------------------------------------------------------------


def correct_key(tab: Page, live: str, before: str, after: str) -> None:
    """The key is changed and published; the page that follows leads to the marks, which are taken up again with a reason."""
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    text = text_of(tab)
    assert before in text
    write(tab, text.replace(before, after))
    tab.goto(f"{live}/atelier/documents/{QUIZ}/relecture")
    press(tab, PUBLISH_NOW)
    follow(tab.get_by_role("link", name=SEE_MARKS_TO_TAKE_UP))
    expect(tab.get_by_role("main")).to_contain_text("1 tentative gagne des points.")
    tab.get_by_label("Motif").fill(REASON)
    press(tab, MARK_AGAIN)
    expect(tab.get_by_role("main")).to_contain_text("1 note relevée")


def read_again(tab: Page, live: str, correction: str) -> None:
    tab.goto(live)
    expect(tab.get_by_role("main")).to_contain_text(MARK_RAISED)
    tab.goto(correction)
    expect(tab.get_by_role("main")).to_contain_text(REASON)
    expect(tab.locator(".score")).to_contain_text("100")
    tab.goto(f"{live}/progression")
    expect(tab.get_by_role("main")).to_contain_text(MARK_RAISED_TO_PASS)


# --- The journeys -----------------------------------------------------------------------------------------------------


def test_from_nothing(atelier: Atelier, trainer: Page, learner: Page, live: str) -> None:
    begin(trainer, live, "lecon", "Le contrat de ville", MODULE)
    led_out(trainer, TEXT.replace("titre :", "titres :"), "E05", UNKNOWN_KEY, remedy="Écrire « titre »")
    write(trainer, TEXT)
    add_image(trainer)
    begin(trainer, live, "quiz", "Le contrat de ville, quiz", LESSON)
    assert trainer.url.endswith(f"/documents/{QUIZ}")
    led_out(
        trainer,
        RIGHT.replace("- [x] Le préfet\n- [ ] Le recteur", "- [ ] Le préfet\n- [ ] Le recteur"),
        "E03",
        "aucune bonne réponse cochée",
        by_hand=WRONG_KEY,
    )
    led_out(trainer, WRONG_KEY.replace("Réponse : 2014\n", ""), "E11", "aucune réponse reconnue", by_hand=WRONG_KEY)
    led_out(trainer, WRONG_KEY.replace("{#troika}", "{#signataire}"), "E07", "déjà utilisé", remedy=GIVE_OTHER_ID)
    led_out(trainer, WRONG_KEY.replace("## Qui forme", "##Qui forme"), "A20", "une espace manque", remedy="Mettre au propre")
    expect(trainer.locator("[data-saved]")).to_contain_text("Enregistré")
    publish_together(trainer, live)
    learner.goto(f"{live}/lecons/{LESSON}")
    expect(learner.get_by_role("img", name="La mairie, un soir")).to_be_visible()
    press(learner, LESSON_READ)
    correction = take(atelier, learner, live, "Le préfet")
    expect(learner.get_by_role("main")).to_contain_text("7 sur 8 points")
    correct_key(
        trainer, live, "- [x] Le maire\n  > Il représente la commune.\n- [ ] Le préfet", "- [ ] Le maire\n  > Il représente la commune.\n- [x] Le préfet"
    )
    read_again(learner, live, correction)


def test_from_a_word_document(atelier: Atelier, trainer: Page, learner: Page, live: str, tmp_path: Path) -> None:
    """As somebody writes who knows a word processor only; the key is wrong."""
    (tmp_path / "cours.docx").write_bytes(document(key="a").data())
    trainer.goto(f"{live}/atelier/importer")
    trainer.get_by_label("Fichiers").set_input_files(tmp_path / "cours.docx")
    press(trainer, "Regarder")
    while trainer.get_by_role("button", name="Répondre").count():
        press(trainer, "Répondre")
    trainer.get_by_label("Module de la leçon").select_option(index=1)
    press(trainer, TAKE_WHAT_IS_TICKED)
    trainer.goto(f"{live}/atelier/documents/{LESSON}")
    write(trainer, in_own_words(text_of(trainer)))
    publish_together(trainer, live)
    learner.goto(f"{live}/lecons/{LESSON}")
    expect(learner.get_by_role("img", name="Le plan du quartier")).to_be_visible()
    correction = take(atelier, learner, live, "Le préfet")
    expect(learner.get_by_role("main")).to_contain_text("0 sur 1 point")
    correct_key(trainer, live, "- [x] Le maire\n- [ ] Le préfet", "- [ ] Le maire\n- [x] Le préfet")
    read_again(learner, live, correction)
