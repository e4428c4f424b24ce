"""The editor in a real browser: it saves by itself, and whatever goes wrong, the text is found again. Then the same without a script."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from app.identity import services as identity
from app.identity.models import Person
from app.platform.db import db
from tests.authoring.atelier import ADDRESS, LESSON, QUIZ, Atelier
from tests.authoring.writing import QUIZ_TEXT, put_caret, rewrite, text_of, type_at_end
from tests.browsers import arrive, follow, lose_the_line, press, sign_in
from tests.platform.web.axe import complaints
from tests.words import (
    CONNECTION_LOST,
    MARK_TRIAL,
    NOT_SAVED_YET,
    SAVE_AND_NEXT,
    SAVE_TEXT,
    SAVED_AT,
    SESSION_EXPIRED,
    SIGN_IN_AGAIN,
    SNIPPET_FIELD,
    TRIAL_IS_WORTH,
    UNKNOWN_KEY,
    WRITE_WHAT_IS_ASKED,
    YOUR_RIGHT_ANSWER,
)

pytestmark = [pytest.mark.proof, pytest.mark.browser]

TIMED = """() => {
  window.times = [];
  document.querySelector(".cm-content").addEventListener("keydown", () => {
    const since = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - since)));
  }, true);
}"""


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


@pytest.fixture
def tab(atelier: Atelier, context: BrowserContext, live: str) -> Page:
    """Ana, signed in, in the editor of the lesson."""
    return arrive(context, f"{live}/atelier/documents/{LESSON}", ADDRESS)


def saved(tab: Page) -> Locator:
    return tab.locator("[data-saved]")


def lost(tab: Page) -> Locator:
    return tab.locator("[data-lost]")


def wait_for(atelier: Atelier, tab: Page, words: str, tries: int = 40) -> None:
    """Until the server has it."""
    for _ in range(tries):
        if any(words in draft.text for draft in atelier.drafts()):
            return
        tab.wait_for_timeout(100)
    raise AssertionError(f"never saved: {words}")


def cut(tab: Page) -> Callable[[], None]:
    """Lose the network; gives what brings it back."""

    def lose(route: Route) -> None:
        route.abort()

    tab.route("**/atelier/**", lose)
    return lambda: tab.unroute("**/atelier/**", lose)


def test_it_saves_by_itself_and_the_preview_follows(atelier: Atelier, tab: Page) -> None:
    type_at_end(tab, "\nUne phrase toute neuve.")
    expect(tab.locator(".pane")).to_contain_text("Une phrase toute neuve.")
    expect(saved(tab)).to_contain_text(SAVED_AT)
    assert "toute neuve" in atelier.drafts()[0].text
    type_at_end(tab, " Et une autre.")
    wait_for(atelier, tab, "Et une autre.")
    assert atelier.drafts()[0].version == 3
    put_caret(tab, "Le préfet")
    expect(tab.locator(".pane h2.at-caret")).to_have_text("Le préfet")


def test_a_closed_tab_finds_its_text_again(atelier: Atelier, tab: Page, context: BrowserContext, live: str) -> None:
    """At once by the last message of a page that closes; where even that is lost, by the copy in the browser."""
    type_at_end(tab, "\nÉcrit juste avant de fermer.")
    tab.goto(f"{live}/atelier")
    wait_for(atelier, tab, "juste avant de fermer")
    tab.goto(f"{live}/atelier/documents/{LESSON}")
    lose_the_line(tab)
    tab.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")  # nor for a try that the closing tab would leave behind
    rewrite(tab, text_of(tab) + "Trop long pour un dernier message. " * 2000)
    type_at_end(tab, "\nSans réseau du tout.")
    expect(lost(tab)).to_contain_text(CONNECTION_LOST)
    tab.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{live}/atelier/documents/{LESSON}")
    assert "Sans réseau" not in text_of(other)
    expect(other.get_by_text("Ce navigateur garde un texte que le serveur n’a pas reçu")).to_be_visible()
    other.get_by_role("button", name="Reprendre ce texte").click()
    assert "Sans réseau du tout." in text_of(other)
    wait_for(atelier, other, "Sans réseau du tout.")


def test_a_lost_network_comes_back(atelier: Atelier, tab: Page) -> None:
    back = cut(tab)
    type_at_end(tab, "\nÉcrit dans un tunnel.")
    expect(lost(tab)).to_contain_text("gardé dans ce navigateur")
    assert atelier.drafts() == []
    back()
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(saved(tab)).to_contain_text(SAVED_AT)
    expect(lost(tab)).to_be_empty()
    assert "dans un tunnel" in atelier.drafts()[0].text


def test_an_expired_session_keeps_the_text_until_sign_in(atelier: Atelier, tab: Page, context: BrowserContext) -> None:
    with atelier.app.app_context():
        identity.close_sessions(db.session, db.session.get_one(Person, 1))
        db.session.commit()
    type_at_end(tab, "\nÉcrit après minuit.")
    expect(lost(tab)).to_contain_text(SESSION_EXPIRED)
    with context.expect_page() as opened:
        tab.get_by_role("link", name=SIGN_IN_AGAIN).click()
    sign_in(opened.value, ADDRESS)
    opened.value.close()
    tab.bring_to_front()
    tab.evaluate("dispatchEvent(new Event('focus'))")
    expect(saved(tab)).to_contain_text(SAVED_AT)
    assert "après minuit" in atelier.drafts()[0].text


def test_two_tabs_meet_on_a_page_that_holds_both(atelier: Atelier, tab: Page, context: BrowserContext, live: str) -> None:
    other = context.new_page()
    other.goto(f"{live}/atelier/documents/{LESSON}")
    type_at_end(tab, "\nDu premier onglet.")
    wait_for(atelier, tab, "Du premier onglet.")
    rewrite(other, re.sub("titre : .*", "titre : Notre accueil", text_of(other)))
    expect(lost(other)).to_contain_text("depuis un autre onglet")
    press(other, "Comparer les deux textes")
    expect(other.get_by_role("heading", level=1)).to_have_text("Deux textes à réunir")
    press(other, SAVE_TEXT)
    text = atelier.drafts()[0].text
    assert "Du premier onglet." in text
    assert "Notre accueil" in text


def test_the_toolbar_problems_and_remedies(atelier: Atelier, tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    type_at_end(tab, "")
    tab.get_by_label(SNIPPET_FIELD).select_option("q-ordre")
    tab.get_by_role("button", name="Insérer", exact=True).click()
    expect(tab.locator("[data-panel=understood]")).to_contain_text("Mise en ordre")
    expect(tab.locator("[data-panel=problems]")).not_to_contain_text("E06")
    tab.keyboard.press("Control+Home")
    problem = tab.locator("[data-panel=problems] [data-go]", has_text="Ligne").last
    line = problem.get_attribute("data-go")
    problem.click()
    expect(tab.locator("#atelier-ou")).to_contain_text(f"Ligne {line} sur")
    expect(tab.locator(".cm-activeLine")).to_be_in_viewport()


def test_a_quiz_is_tried_as_it_is_written_now(atelier: Atelier, tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    before = atelier.counts()
    tab.locator(".pane").get_by_label("Le préfet").first.check()
    tab.get_by_role("button", name=MARK_TRIAL).click()
    expect(tab.locator(".pane").get_by_text(TRIAL_IS_WORTH)).to_be_visible()
    expect(tab.locator(".pane").get_by_text(YOUR_RIGHT_ANSWER).first).to_be_visible()
    assert atelier.counts() == before


def test_the_same_without_a_script(atelier: Atelier, browser: Browser, live: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="fr-FR")
    tab = arrive(context, f"{live}/atelier/documents/{QUIZ}", ADDRESS)
    tab.locator("#texte").fill(tab.locator("#texte").input_value().replace("seuil :", "seuill :"))
    press(tab, "Enregistrer")
    expect(tab.get_by_text("Brouillon enregistré.", exact=True)).to_be_visible()
    expect(tab.locator("#atelier-problemes ~ div")).to_contain_text(UNKNOWN_KEY)
    press(tab, "Écrire « seuil »")
    expect(tab.get_by_text(NOT_SAVED_YET)).to_be_visible()
    press(tab, "Enregistrer")
    assert "seuill" not in atelier.drafts()[0].text
    tab.get_by_label(SNIPPET_FIELD).select_option("q-trous")
    follow(tab.get_by_role("button", name="Insérer", exact=True))
    expect(tab.get_by_text("Inséré")).to_be_visible()
    tab.get_by_label("Vu par quelqu’un").select_option("etat")
    press(tab, "Mettre à jour")
    expect(tab.get_by_label("Vu par quelqu’un")).to_have_value("etat")
    assert "Complétez la phrase." in atelier.drafts()[0].text
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "light"), (1280, "dark")])
def test_axe_is_silent_and_nothing_overflows(atelier: Atelier, browser: Browser, live: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="fr-FR")
    tab = arrive(context, f"{live}/atelier", ADDRESS)
    for path in ("", "/nouveau", f"/documents/{LESSON}", f"/documents/{QUIZ}", f"/documents/{QUIZ}/apercu", "/documents/glossary"):
        tab.goto(f"{live}/atelier{path}")
        assert complaints(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_a_long_situation_is_read_whole_in_the_preview_of_a_telephone(tab: Page, live: str) -> None:
    """On the page of its question it scrolls by itself, where the keyboard reaches it."""
    tab.set_viewport_size({"width": 320, "height": 900})
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    questions = text_of(tab).replace("\n## ", f"\n# Situation : une réunion\n\n{'Le cas est long à lire. ' * 60}\n\n## ", 1)
    rewrite(tab, questions)
    shown = tab.locator(".pane .situation .prose").first
    expect(shown).to_contain_text("Le cas est long")
    assert shown.evaluate("element => element.scrollHeight <= element.clientHeight")
    assert complaints(tab) == []


def test_problems_are_underlined_and_mended_where_they_stand(tab: Page) -> None:
    """The same remedy in a bubble, and under the text for who writes there with the keyboard."""
    rewrite(tab, text_of(tab).replace("titre :", "titr :"))
    wrong = tab.locator(".cm-lintRange-error", has_text="titr")
    put_caret(tab, "titr")
    expect(tab.locator("#atelier-ou")).to_contain_text(UNKNOWN_KEY)
    wrong.first.hover()
    expect(tab.locator(".cm-tooltip")).to_contain_text(UNKNOWN_KEY)
    tab.locator("#atelier-ou").get_by_role("button", name="Écrire « titre »").press("Enter")
    expect(wrong).to_have_count(0)
    assert "titre :" in text_of(tab)


@pytest.mark.parametrize(
    ("typed", "offered", "written"),
    [("/tab", "Tableau", "| Qui | Fait quoi |"), ("Le PED", "PEDT", "Le PEDT"), ("Voir [là](acc", "accueil", "Voir [là](accueil)")],
)
def test_what_the_course_knows_is_completed(tab: Page, typed: str, offered: str, written: str) -> None:
    type_at_end(tab, f"\n\n{typed}")
    expect(tab.get_by_role("listbox").get_by_role("option").first).to_contain_text(offered)
    tab.wait_for_timeout(100)  # CodeMirror takes no key for a choice before it can have been read
    tab.keyboard.press("Enter")
    assert written in text_of(tab)
    tab.keyboard.press("Control+z")
    assert written not in text_of(tab)


def test_the_head_in_fields_is_the_same_text(atelier: Atelier, tab: Page) -> None:
    tab.get_by_role("link", name="Fiche").click()
    tab.get_by_label("Titre").fill("Bienvenue")
    tab.keyboard.press("Tab")
    expect(tab.locator(".pane .preview-title").first).to_have_text("Bienvenue")
    wait_for(atelier, tab, "titre : Bienvenue")
    tab.get_by_role("link", name="Texte", exact=True).click()
    rewrite(tab, text_of(tab).replace("Bienvenue", "À bientôt"))
    expect(tab.get_by_label("Titre")).to_have_value("À bientôt")


def test_questions_are_written_one_after_the_other_without_leaving_the_page(atelier: Atelier, tab: Page) -> None:
    here = tab.url
    tab.get_by_role("link", name="Quiz", exact=True).click()
    tab.get_by_role("button", name="Question par un formulaire").click()
    dialog = tab.get_by_role("dialog")
    for title in ("Qui signe ici ?", "Qui signe là ?"):
        expect(dialog.get_by_label("Ce qui est demandé")).to_have_value("")
        dialog.get_by_role("button", name=SAVE_AND_NEXT).click()
        expect(dialog.get_by_role("alert")).to_contain_text(WRITE_WHAT_IS_ASKED)
        dialog.get_by_label("Ce qui est demandé").fill(title)
        dialog.get_by_label("Proposition 1", exact=True).fill("Le préfet")
        dialog.locator("[name=right-0]").check()
        dialog.get_by_label("Proposition 2", exact=True).fill("Personne")
        assert complaints(tab) == []
        dialog.get_by_role("button", name=SAVE_AND_NEXT).click()
    expect(dialog.get_by_label("Ce qui est demandé")).to_have_value("")
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    text = next(each.text for each in atelier.drafts() if each.document_id == QUIZ)
    assert text_of(tab, QUIZ_TEXT) == text
    assert [text.count(f"## {title}") for title in ("Qui signe ici ?", "Qui signe là ?")] == [1, 1]
    assert tab.url == here


def test_the_text_is_high_in_the_page(atelier: Atelier, tab: Page) -> None:
    """160 pixels from the top, whatever is said of it."""

    def top() -> float:
        return float(tab.locator(".cm-editor:visible").evaluate("element => element.getBoundingClientRect().top"))

    assert top() <= 160
    atelier.write(LESSON, "Un mot d’un collègue.", "Karim Trainer")
    type_at_end(tab, " Encore.")
    expect(tab.get_by_text("écrit aussi ce texte")).to_be_visible()
    assert top() <= 160


def drawn_in(tab: Page) -> float:
    """Milliseconds from a key to the frame that shows it, in the middle of some twenty."""
    type_at_end(tab, "")
    tab.evaluate(TIMED)
    for place, letter in enumerate("un mot de plus, au bout"):
        tab.keyboard.type(letter)
        while tab.evaluate("window.times.length") <= place:
            tab.wait_for_timeout(20)
    return statistics.median(tab.evaluate("window.times"))


def test_long_texts_are_typed_without_waiting(tab: Page) -> None:
    """200 kB: a letter is drawn about as soon as in a short text, whatever else the machine does, and what is sent is what is written."""
    short = drawn_in(tab)
    part = "\n\n## Une partie\n\nUn paragraphe **assez** long pour compter. Il parle de la maire et du préfet, et encore du collège.\n"
    rewrite(tab, text_of(tab) + part * (200_000 // len(part)))
    expect(tab.locator(".pane")).to_contain_text("encore du collège", timeout=30_000)
    long = drawn_in(tab)
    assert text_of(tab).endswith("un mot de plus, au bout")
    assert long < 4 * short + 30, (short, long)


def test_the_keyboard_is_never_trapped(tab: Page) -> None:
    type_at_end(tab, "\nAu clavier.")
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.matches('.cm-content')")
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate("document.activeElement.matches('.cm-content')")
    tab.keyboard.press("Control+s")
    expect(saved(tab)).to_contain_text(SAVED_AT)
