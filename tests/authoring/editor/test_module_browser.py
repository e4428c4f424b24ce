"""A module of two lessons and their quizzes of two questions, typed in a browser and published: few pages are loaded, no identifier is typed."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.content.store.queries import course
from tests.authoring.atelier import ADDRESS, Atelier, in_own_words
from tests.authoring.writing import QUIZ_TEXT, rewrite, text_of
from tests.browsers import arrive, follow, press
from tests.words import ADD_MODULE, NEXT_LESSON, PUBLISH_NOW, SAVE_AND_NEXT, SAVE_QUESTION, SAVED_AT

pytestmark = [pytest.mark.proof, pytest.mark.browser]

MOST = 9
"""Pages loaded, the first included."""


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


def test_a_module_is_typed_and_published_in_few_pages(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier", ADDRESS)
    loads = ["/atelier"]
    tab.on(
        "framenavigated",
        lambda frame: loads.append(frame.url.removeprefix(live)) if frame == tab.main_frame and "#" not in frame.url.removeprefix(tab.url) else None,
    )
    tab.locator("summary", has_text="Un module, avec ses leçons").click()
    tab.get_by_label("Titre du module").fill("L’école ouverte")
    tab.get_by_label("Histoire qu’il raconte").select_option("croisement")
    tab.get_by_label("Leçons", exact=True).fill("Ouvrir l’école\nFermer le soir")
    tab.get_by_label("Avec un quiz pour chaque leçon").check()
    press(tab, ADD_MODULE)
    follow(tab.get_by_role("link", name="Ouvrir l’école", exact=True).last, "Ouvrir l’école")
    write_lesson(tab, "Qui ouvre ?", "Qui a la clé ?")
    go_on(tab, NEXT_LESSON, "Fermer le soir")
    write_lesson(tab, "Qui ferme ?", "Qui rend la clé ?")
    go_on(tab, "Le module", "L’école ouverte")
    rewrite(tab, in_own_words(text_of(tab)))
    press(tab, "Relire et publier")
    press(tab, PUBLISH_NOW)
    expect(tab.get_by_role("status").first).to_contain_text("6 textes sont publiés")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Plan")
    assert len(loads) <= MOST, loads
    published = atelier.world.read(course)
    module = next(each for each in published.modules.values() if each.title == "L’école ouverte")
    quizzes = [published.quizzes[published.lessons[each].quiz_id or ""] for each in module.lesson_ids]
    assert [len(quiz.questions) for quiz in quizzes] == [2, 2]


def write_lesson(tab: Page, *questions: str) -> None:
    rewrite(tab, in_own_words(text_of(tab)))
    tab.get_by_role("link", name="Quiz", exact=True).click()
    rewrite(tab, text_of(tab, QUIZ_TEXT).split("---\n\n")[0].rstrip("-\n") + "\n---\n", QUIZ_TEXT)
    tab.get_by_role("button", name="Question par un formulaire").click()
    dialog = tab.get_by_role("dialog")
    for place, title in enumerate(questions):
        expect(dialog.get_by_label("Ce qui est demandé")).to_have_value("")
        dialog.get_by_label("Ce qui est demandé").fill(title)
        for number, words in enumerate(("La directrice", "Le gardien", "Le préfet")):
            dialog.locator(f"[name=text-{number}]").fill(f"{words}, {title.lower()}")
        dialog.locator("[name=right-0]").check()
        dialog.get_by_label("Explication").fill(f"C’est écrit dans la leçon : {title.lower()}")
        dialog.get_by_role("button", name=SAVE_AND_NEXT if place + 1 < len(questions) else SAVE_QUESTION).click()
    expect(dialog).to_be_hidden()


def go_on(tab: Page, words: str, title: str) -> None:
    """By the menu of the editor, once what was typed is kept."""
    tab.keyboard.press("Control+s")
    expect(tab.locator("[data-saved]")).to_contain_text(SAVED_AT)
    tab.get_by_text("Plus", exact=True).click()
    follow(tab.get_by_role("link", name=words, exact=True), title)
