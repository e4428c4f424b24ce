"""A module of two lessons, with an image and a quiz, put in the path and published: at most eight pages, and no identifier read or typed."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.content.store.queries import course
from tests.authoring.atelier import ADDRESS, Atelier
from tests.authoring.incoming.files_browser import give
from tests.authoring.incoming.pictures import picture
from tests.authoring.publishing.publishing_browser import seen_well
from tests.browsers import arrive, follow, press
from tests.platform.web.axe import complaints

pytestmark = [pytest.mark.proof, pytest.mark.browser]


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


def write(tab: Page, words: dict[str, str], where: str = "texte") -> None:
    """Other words in the place of the model's, in a lesson or in its quiz."""
    area = tab.locator(f"#{where}")
    text = area.input_value()
    for model, meant in words.items():
        assert model in text, (model, text)
        text = text.replace(model, meant)
    area.fill(text)
    area.press("Control+s")
    expect(tab.locator("[data-desk]", has=area).locator(".saved")).to_contain_text("Enregistré à")


MODULE = {
    "Ce que l'on saura faire à la fin du module": "Dire qui décide et qui paie",
    "Pourquoi cette histoire compte pour un CPO, et ce qu'il saura faire à la fin.": "Qui décide, qui paie : deux questions de tous les jours.",
}
QUIZ = {
    "Une phrase d'introduction.": "Une question.",
    "La première question ?": "Qui décide ?",
    "La bonne réponse": "La maire",
    "Une réponse fausse": "Le hasard",
    "Une autre réponse fausse": "Le beau temps",
    "Pourquoi elle est fausse.": "Ni l’un ni l’autre ne siège.",
    "L'explication, montrée à tous avec la correction.": "La maire décide.",
}


def lesson(title: str) -> dict[str, str]:
    return {
        "Ce que l'on saura faire à la fin de la leçon": f"Dire : {title}",
        "Une situation de terrain : quelqu'un, quelque part, devant une question.": f"{title}, un jeudi ?",
        "## Premier titre {#premier-titre}": "## La réunion",
        "Le texte de la leçon. Un chiffre, une date ou une loi appelle une note, écrite à la fin du fichier.": "La maire le dit.",
        "Une phrase que l'on emporte.": f"{title} : la maire.",
        "Une question que le lecteur se pose sur son propre territoire.": f"{title} chez vous ?",
    }


def tried_below(tab: Page) -> None:
    """The quiz under its lesson: the preview follows its caret, and it is tried there without the lesson being lost."""
    expect(tab.locator(".pane .at-caret")).to_contain_text("Qui décide ?")
    tab.locator(".pane").get_by_label("La maire").check()
    tab.get_by_role("button", name="Corriger mon essai").click()
    expect(tab.locator(".pane-below").get_by_text("Votre essai vaut")).to_be_visible()
    expect(tab.locator("[data-of=texte]")).to_contain_text("Qui paie chez vous")
    seen_well(tab)


def drop(tab: Page, what_it_shows: str) -> None:
    """An image from the desk, described."""
    give(tab, "carte.png", "image/png", picture(), "drop")
    tab.get_by_role("dialog").get_by_label("Ce que montre l’image").fill(what_it_shows)
    tab.keyboard.press("Enter")
    expect(tab.locator(".pane").get_by_role("img", name=what_it_shows)).to_be_visible()


def test_a_module_of_two_lessons_in_eight_pages(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier", ADDRESS)
    pages: list[str] = [tab.url]
    tab.on("framenavigated", lambda frame: pages.append(frame.url))
    tab.locator("summary", has_text="Un module, avec ses leçons").click()
    tab.get_by_label("Titre du module").fill("La décision")
    tab.get_by_label("Histoire qu’il raconte").select_option(index=1)
    tab.get_by_label("Leçons").fill("Qui décide\nQui paie")
    press(tab, "Ajouter le module")
    follow(tab.get_by_role("list", name="Le parcours").get_by_role("link", name="La décision", exact=True))
    write(tab, MODULE)
    follow(tab.get_by_role("link", name="Première leçon"))
    write(tab, lesson("Qui décide"))
    drop(tab, "La carte des douze adresses")
    write(tab, {})
    follow(tab.get_by_role("link", name="Leçon suivante"))
    write(tab, lesson("Qui paie"))
    press(tab, "Ajouter son quiz")
    write(tab, QUIZ, "texte-quiz")
    tried_below(tab)
    follow(tab.get_by_role("link", name="Relire et publier"))
    assert complaints(tab) == []
    press(tab, "Publier maintenant")
    assert len(pages) <= 8, pages
    after = atelier.world.read(course)
    assert (after.modules["la-decision"].lesson_ids, after.lessons["qui-paie"].quiz_id) == (("qui-decide", "qui-paie"), "quiz-qui-paie")
    assert "la-decision" in after.paths.paths[0].required_ids
    tab.goto(f"{live}/atelier?sur=la-decision")
    seen_well(tab)


def test_a_lesson_is_dragged_to_another_place(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier", ADDRESS)
    handle, first = tab.locator("#plan-suite .handle"), tab.locator("#plan-accueil")
    handle.hover()
    tab.mouse.down()
    box = first.bounding_box()
    assert box
    tab.mouse.move(box["x"] + 40, box["y"] + 4, steps=4)
    with tab.expect_navigation():
        tab.mouse.up()
    names = tab.locator("ol[data-plan=module-un] > [data-line]").evaluate_all("rows => rows.map(row => row.dataset.line)")
    assert names == ["suite", "accueil"]
