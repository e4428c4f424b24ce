"""The whole of the atelier in a real browser: from nothing to a lesson with its image and a quiz of eight types, five mistakes on the way,
published; a learner takes it in another browser; the trainer changes a key and takes the marks up again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Form
from app.content.values.quiz import QuestionType
from app.platform.db import db
from tests.authoring.atelier import ADDRESS, MODULE, Atelier, in_own_words
from tests.authoring.incoming.files_browser import give
from tests.authoring.incoming.pictures import picture
from tests.authoring.writing import put_caret, rewrite, text_of, type_at_end
from tests.browsers import arrive, fill_in, follow, press
from tests.words import (
    ANSWER_SAVED,
    CREATE_DRAFT,
    GIVE_OTHER_ID,
    IMAGE_DESCRIPTION,
    LESSON_READ,
    MARK_AGAIN,
    PUBLISH_NOW,
    SAVE_AND_GO_ON,
    SAVED_AT,
    SEE_MARKS_TO_TAKE_UP,
    SNIPPET_FIELD,
    TAKE_QUIZ,
)

pytestmark = [pytest.mark.proof, pytest.mark.browser]

LESSON, QUIZ = "le-referent-de-parcours", "quiz-du-referent"
BODY = """
Une réunion, un jeudi.

Le référent suit douze enfants.[^s1]

#### Qui le nomme {#qui-le-nomme}

La maire le nomme.

## À retenir

- Une phrase qui reste.
"""
TYPES = ("q-choix", "q-plusieurs", "q-vrai-faux", "q-texte", "q-nombre", "q-association", "q-ordre", "q-trous")


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    made = Atelier(app)
    made.world.person()
    return made


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 800})
    yield context
    context.close()


def test_a_trainer_writes_from_nothing_and_a_learner_learns(atelier: Atelier, context: BrowserContext, other: BrowserContext, live: str) -> None:
    trainer = arrive(context, f"{live}/atelier", ADDRESS)
    write_the_lesson(trainer)
    write_the_quiz(trainer, live)
    place_and_publish(trainer, live)
    learner = arrive(other, f"{live}/lecons/{LESSON}")
    attempt = take_the_quiz(atelier, learner)
    change_the_key(trainer, live)
    learner.goto(f"{live}/tentatives/{attempt}")
    expect(learner.locator(".score")).to_contain_text("8 sur 8 points")


def put(tab: Page, old: str, new: str) -> None:
    assert old in text_of(tab), text_of(tab)
    rewrite(tab, text_of(tab).replace(old, new, 1))


def problems(tab: Page) -> Locator:
    return tab.locator("[data-panel=problems]")


def mend(tab: Page, code: str, button: str) -> None:
    """The problem is said, its button mends it, and it is said no more."""
    expect(problems(tab)).to_contain_text(code)
    problems(tab).get_by_role("button", name=button).first.click()
    expect(problems(tab)).not_to_contain_text(code)


def saved(tab: Page) -> None:
    tab.keyboard.press("Control+s")
    expect(tab.locator("[data-saved]")).to_contain_text(SAVED_AT)
    tab.wait_for_timeout(300)


def write_the_lesson(tab: Page) -> None:
    follow(tab.get_by_role("link", name="Créer un texte"))
    tab.get_by_label("Titre").fill("Le référent de parcours")
    tab.get_by_label("Module", exact=True).select_option(MODULE)
    press(tab, CREATE_DRAFT)
    head = in_own_words(text_of(tab).split("---\n\n")[0]) + "---\n"
    rewrite(tab, head.replace("titre :", "titr :") + BODY)
    mend(tab, "E05", "Écrire « titre »")
    mend(tab, "E20", "Ajouter la note, à compléter")
    mend(tab, "A27", "Corriger le niveau")
    put_caret(tab, "La maire")
    give(tab, "carte.png", "image/png", picture(), "drop")
    tab.get_by_role("dialog").get_by_label(IMAGE_DESCRIPTION).fill("La carte des douze adresses")
    tab.keyboard.press("Enter")
    expect(tab.locator(".pane").get_by_role("img", name="La carte des douze adresses")).to_be_visible()
    saved(tab)


def write_the_quiz(tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/nouveau?genre=quiz")
    tab.get_by_label("Titre").fill("Quiz du référent")
    tab.get_by_label("Leçon ou module que le quiz vérifie").select_option(LESSON)
    press(tab, CREATE_DRAFT)
    rewrite(tab, text_of(tab).split("---\n\n")[0] + "---\n")
    for key in TYPES:
        type_at_end(tab, "")
        tab.get_by_label(SNIPPET_FIELD).select_option(key)
        tab.get_by_role("button", name="Insérer", exact=True).click()
    saved(tab)
    expect(problems(tab)).to_contain_text("est le texte du modèle")
    rewrite(tab, in_own_words(text_of(tab)))
    saved(tab)
    expect(problems(tab)).not_to_contain_text("Erreur")
    for number, kind in enumerate(
        ("une seule bonne réponse", "plusieurs bonnes réponses", "vrai ou faux", "texte court", "nombre", "association", "mise en ordre", "texte à trous")
    ):
        expect(tab.locator("[data-panel=understood] > ol > li").nth(number)).to_contain_text(re.compile(kind, re.IGNORECASE))
    put(tab, "- [x] La bonne réponse", "- [ ] La bonne réponse")
    expect(problems(tab)).to_contain_text("aucune bonne réponse cochée")
    problems(tab).locator(".problem-error [data-go]").first.click()
    expect(tab.locator(".cm-activeLine")).to_contain_text("- [ ] La bonne réponse")
    put(tab, "- [ ] La bonne réponse", "- [x] La bonne réponse")
    expect(problems(tab)).not_to_contain_text("E03")
    put(tab, "## Quelles réponses sont justes d’ici ?", "## Quelles réponses sont justes d’ici ? {#meme}")
    put(tab, "## Une phrase à juger d’ici.", "## Une phrase à juger d’ici. {#meme}")
    mend(tab, "E07", GIVE_OTHER_ID)
    saved(tab)


def place_and_publish(tab: Page, live: str) -> None:
    """The lesson names its quiz, the module its lesson, without anybody having written it; the three are published at once."""
    tab.goto(f"{live}/atelier/documents/{LESSON}/relecture")
    for name in ("Quiz du référent", "Module module-un"):
        expect(tab.get_by_role("checkbox", name=name)).to_be_checked()
    press(tab, PUBLISH_NOW)
    expect(tab.get_by_role("status").first).to_contain_text("ubli")


def take_the_quiz(atelier: Atelier, tab: Page) -> int:
    """All right but the year, which the key has wrong."""
    expect(tab.get_by_role("heading", level=1)).to_have_text("Le référent de parcours")
    expect(tab.get_by_role("img", name="La carte des douze adresses")).to_be_visible()
    press(tab, LESSON_READ)
    follow(tab.get_by_role("button", name=TAKE_QUIZ))
    attempt = int(tab.url.split("/tentatives/")[1].split("/")[0])
    for _ in TYPES:
        answer(tab, form_of(atelier, attempt, int(tab.url.rpartition("/")[2])))
        press(tab, SAVE_AND_GO_ON)
    press(tab, "Envoyer")
    expect(tab.locator(".score")).to_contain_text("7 sur 8 points")
    return attempt


def form_of(atelier: Atelier, attempt: int, position: int) -> Form:
    def work(session: object) -> Form:
        entry = sheet_of(db.session, attempt_of(db.session, 2, attempt)).at(position)
        question = entry.pooled.question
        return {"texte": ["2015"]} if question.kind is QuestionType.NUMBER else kind_of(question).sample(entry.layout, right=True)

    return atelier.world.read(work)


def answer(tab: Page, form: Form) -> None:
    fill_in(tab, form)
    expect(tab.locator("[data-saved]")).to_contain_text(ANSWER_SAVED)


def change_the_key(tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    put(tab, "Réponse : 2014", "Réponse : 2015")
    saved(tab)
    tab.goto(f"{live}/atelier/documents/{QUIZ}/relecture")
    press(tab, PUBLISH_NOW)
    follow(tab.get_by_role("link", name=SEE_MARKS_TO_TAKE_UP))
    tab.get_by_label("Motif").fill("L’année était fausse.")
    press(tab, MARK_AGAIN)
    expect(tab.get_by_text("1 note relevée").first).to_be_visible()
