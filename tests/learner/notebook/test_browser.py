"""The journey in a real browser, with a script and without: answer under a question, read it, change it from the notebook; axe, the width of a telephone, print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import arrive, follow, lose_the_line
from tests.learner.notebook.lessons import LESSON, READ, save, stored
from tests.learner.pages.lesson_browser import END, listener
from tests.platform.web.axe import complaints_in_each_size
from tests.record.world import World
from tests.words import ANSWER_SAVED_AT, LISTEN_TO_LESSON

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def tab(request: Any, browser: Browser, notebook: World, live: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport={"width": 390, "height": 844})
    yield arrive(context, f"{live}{LESSON}")
    context.close()


def test_answered_read_and_changed(tab: Page) -> None:
    for number in (1, 2):
        tab.locator(f"#reponse-{number} summary").click()
        tab.locator(f"#champ-{number}").fill(f"Réponse {number}\nEt la suite.")
    follow(tab.get_by_role("button", name="Enregistrer ma réponse à la question 2"))
    assert tab.url.endswith("#reponse-2")
    expect(tab.locator("#reponse-2")).to_be_in_viewport()
    expect(tab.locator(".answer-said")).to_have_text(["Réponse 1\nEt la suite.", "Réponse 2\nEt la suite."], use_inner_text=True)
    expect(tab.locator("#champ-1")).to_be_hidden()
    follow(tab.get_by_role("link", name="votre carnet"), "Mon carnet")
    follow(tab.get_by_role("link", name="Modifier").first, "Ma réponse")
    tab.get_by_label("Qui porte le PRE").fill("Autrement")
    follow(tab.get_by_role("button", name="Enregistrer"), "Mon carnet")
    expect(tab.locator(".answer-said").first).to_have_text("Autrement")
    tab.emulate_media(media="print")
    expect(tab.locator(".answer-said").last).to_be_visible()
    expect(tab.get_by_role("link", name="Modifier").first).to_be_hidden()
    expect(tab.get_by_role("link", name="Emporter")).to_be_hidden()


def test_nothing_warns_before_anything_is_wrong(tab: Page, live: str) -> None:
    """What a script says of a lost line has its sign with its words, and neither without the other."""
    tab.goto(f"{live}/carnet/noter/lecon/un-a?ancre=fin")
    sign = "element => getComputedStyle(element, '::before').content"
    lost = tab.locator("[data-lost]").first
    assert lost.evaluate(sign) == "none"
    lost.evaluate("element => { element.textContent = 'La connexion est perdue.'; }")
    assert "⚠" in lost.evaluate(sign)


@pytest.mark.proof
def test_what_no_network_takes_waits_in_the_browser(notebook: World, context: BrowserContext, live: str) -> None:
    """Saved as one types; with the line lost, kept here for this person alone, and sent at the next visit; a stale window sends nothing over another."""
    tab, stale = arrive(context, f"{live}{LESSON}"), context.new_page()
    stale.goto(f"{live}{LESSON}")
    tab.locator("#reponse-2 summary").click()
    tab.locator("#champ-2").fill("Au quai")
    expect(tab.locator("#reponse-2").get_by_text(ANSWER_SAVED_AT)).to_be_visible()
    assert stored(notebook) == {READ[1]: "Au quai"}
    lose_the_line(tab)
    tab.locator("#champ-2").fill("Dans le train")
    expect(tab.locator("#reponse-2").get_by_text("La connexion est perdue.")).to_be_visible()
    tab.close()
    context.set_offline(False)
    tab = context.new_page()
    tab.goto(f"{live}{LESSON}")
    expect(tab.locator("#champ-2")).to_have_value("Dans le train")
    expect(tab.locator("#reponse-2").get_by_text(ANSWER_SAVED_AT)).to_be_visible()
    assert stored(notebook) == {READ[1]: "Dans le train"}
    stale.locator("#reponse-2 summary").click()
    stale.locator("#champ-2").fill("D’une vieille page")
    expect(stale.get_by_text("Ce texte a changé dans une autre fenêtre")).to_be_visible()
    follow(stale.get_by_role("button", name="Enregistrer ma réponse à la question 2"), "Ma réponse")
    expect(stale.locator(".answer-said")).to_have_text("Dans le train")
    assert stored(notebook) == {READ[1]: "Dans le train"}


def test_axe_finds_nothing_and_nothing_overflows(notebook: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}{LESSON}")
    tab.locator("#reponse-1 summary").click()
    tab.locator("#champ-1").fill("Unmotbeaucouptroplongpourunelignedetelephone" * 4)
    follow(tab.get_by_role("button", name="Enregistrer ma réponse à la question 1"))
    for path in (LESSON, "/carnet", "/carnet/1"):
        tab.goto(f"{live}{path}")
        for fold in tab.locator(".answer details").all():
            fold.evaluate("fold => fold.open = true")
        assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == [], path


def test_what_one_wrote_is_not_read_aloud(notebook: World, context: BrowserContext, live: str) -> None:
    client = notebook.client()
    client.see(LESSON)
    save(client, "Le principal", "", "")
    tab = listener(context, f"{live}{LESSON}", "fr-FR")
    tab.get_by_role("button", name=LISTEN_TO_LESSON).press("Enter")
    tab.evaluate(f"() => {{ while (speechSynthesis.now) {END}; }}")
    said = tab.evaluate("said")
    assert {"Qui porte le PRE chez nous ?", "Que reste-t-il du CUCS ?"} <= set(said)
    assert not [words for words in said if any(mine in words for mine in ("principal", "Répondre", "Enregistré", "carnet"))]
