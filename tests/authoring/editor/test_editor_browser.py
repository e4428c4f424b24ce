"""The editor in a real browser: it saves by itself, and whatever goes wrong, the text is found again. Then the same without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from app.identity import services as identity
from app.identity.models import Person
from app.platform.db import db
from tests.authoring.atelier import ADDRESS, LESSON, QUIZ, Atelier
from tests.browsers import arrive, follow, press, sign_in
from tests.platform.web.axe import complaints

pytestmark = [pytest.mark.proof, pytest.mark.browser]


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


@pytest.fixture
def tab(atelier: Atelier, context: BrowserContext, live: str) -> Page:
    """Ana, signed in, in the editor of the lesson."""
    return arrive(context, f"{live}/atelier/documents/{LESSON}", ADDRESS)


def area(tab: Page) -> Locator:
    return tab.locator("#texte")


def saved(tab: Page) -> Locator:
    return tab.locator("[data-saved]")


def type_at_end(tab: Page, words: str) -> None:
    area(tab).focus()
    tab.keyboard.press("Control+End")
    tab.keyboard.type(words)


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
    expect(saved(tab)).to_contain_text("Enregistré à")
    assert "toute neuve" in atelier.drafts()[0].text
    type_at_end(tab, " Et une autre.")
    wait_for(atelier, tab, "Et une autre.")
    assert atelier.drafts()[0].version == 3
    area(tab).evaluate("area => { const at = area.value.indexOf('## Le préfet'); area.setSelectionRange(at, at); }")
    expect(tab.locator(".pane h2.at-caret")).to_have_text("Le préfet")


def test_a_closed_tab_finds_its_text_again(atelier: Atelier, tab: Page, context: BrowserContext, live: str) -> None:
    """At once by the last message of a page that closes; where even that is lost, by the copy in the browser."""
    type_at_end(tab, "\nÉcrit juste avant de fermer.")
    tab.goto(f"{live}/atelier/a-faire")
    wait_for(atelier, tab, "juste avant de fermer")
    tab.goto(f"{live}/atelier/documents/{LESSON}")
    context.set_offline(True)
    area(tab).evaluate("area => area.setRangeText('Trop long pour un dernier message. '.repeat(2000), area.value.length, area.value.length, 'end')")
    type_at_end(tab, "\nSans réseau du tout.")
    expect(tab.locator("[data-lost]")).to_contain_text("La connexion est perdue")
    tab.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{live}/atelier/documents/{LESSON}")
    assert "Sans réseau" not in area(other).input_value()
    expect(other.get_by_text("Ce navigateur garde un texte que le serveur n’a pas reçu")).to_be_visible()
    other.get_by_role("button", name="Reprendre ce texte").click()
    assert "Sans réseau du tout." in area(other).input_value()
    wait_for(atelier, other, "Sans réseau du tout.")


def test_a_lost_network_comes_back(atelier: Atelier, tab: Page) -> None:
    back = cut(tab)
    type_at_end(tab, "\nÉcrit dans un tunnel.")
    expect(tab.locator("[data-lost]")).to_contain_text("gardé dans ce navigateur")
    assert atelier.drafts() == []
    back()
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(saved(tab)).to_contain_text("Enregistré à")
    expect(tab.locator("[data-lost]")).to_be_empty()
    assert "dans un tunnel" in atelier.drafts()[0].text


def test_an_expired_session_keeps_the_text_until_sign_in(atelier: Atelier, tab: Page, context: BrowserContext) -> None:
    with atelier.app.app_context():
        identity.close_sessions(db.session, db.session.get_one(Person, 1))
        db.session.commit()
    type_at_end(tab, "\nÉcrit après minuit.")
    expect(tab.locator("[data-lost]")).to_contain_text("Votre session a expiré")
    with context.expect_page() as opened:
        tab.get_by_role("link", name="Se reconnecter").click()
    sign_in(opened.value, ADDRESS)
    opened.value.close()
    tab.bring_to_front()
    tab.evaluate("dispatchEvent(new Event('focus'))")
    expect(saved(tab)).to_contain_text("Enregistré à")
    assert "après minuit" in atelier.drafts()[0].text


def test_two_tabs_meet_on_a_page_that_holds_both(atelier: Atelier, tab: Page, context: BrowserContext, live: str) -> None:
    other = context.new_page()
    other.goto(f"{live}/atelier/documents/{LESSON}")
    type_at_end(tab, "\nDu premier onglet.")
    wait_for(atelier, tab, "Du premier onglet.")
    area(other).evaluate("area => area.setRangeText('titre : Notre accueil', area.value.indexOf('titre :'), area.value.indexOf('durée :') - 1, 'end')")
    other.keyboard.press("Tab")
    area(other).dispatch_event("input")
    expect(other.locator("[data-lost]")).to_contain_text("depuis un autre onglet")
    press(other, "Comparer les deux textes")
    expect(other.get_by_role("heading", level=1)).to_have_text("Deux textes à réunir")
    press(other, "Enregistrer ce texte")
    text = atelier.drafts()[0].text
    assert "Du premier onglet." in text
    assert "Notre accueil" in text


def test_the_toolbar_problems_and_remedies(atelier: Atelier, tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    area(tab).focus()
    tab.keyboard.press("Control+End")
    tab.get_by_label("Modèle à insérer").select_option("q-ordre")
    tab.get_by_role("button", name="Insérer", exact=True).click()
    expect(tab.locator("[data-panel=understood]")).to_contain_text("Mise en ordre")
    expect(tab.locator("[data-panel=problems]")).not_to_contain_text("E06")
    area(tab).evaluate("area => { area.setSelectionRange(0, 0); area.scrollTop = 0; }")
    tab.locator("[data-panel=problems] [data-go]", has_text="Ligne").last.click()
    expect(tab.locator("#atelier-ou")).not_to_contain_text("Ligne 1 sur")
    assert area(tab).evaluate("area => area.scrollTop") > 0


def test_a_quiz_is_tried_as_it_is_written_now(atelier: Atelier, tab: Page, live: str) -> None:
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    before = atelier.counts()
    tab.locator(".pane").get_by_label("Le préfet").first.check()
    tab.get_by_role("button", name="Corriger mon essai").click()
    expect(tab.locator(".pane").get_by_text("Votre essai vaut")).to_be_visible()
    expect(tab.locator(".pane").get_by_text("Votre réponse, juste").first).to_be_visible()
    assert atelier.counts() == before


def test_the_same_without_a_script(atelier: Atelier, browser: Browser, live: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="fr-FR")
    tab = arrive(context, f"{live}/atelier/documents/{QUIZ}", ADDRESS)
    area(tab).fill(area(tab).input_value().replace("seuil :", "seuill :"))
    press(tab, "Enregistrer")
    expect(tab.get_by_text("Brouillon enregistré.", exact=True)).to_be_visible()
    expect(tab.locator("#atelier-problemes ~ div")).to_contain_text("Clé inconnue")
    press(tab, "Écrire « seuil »")
    expect(tab.get_by_text("Pas encore enregistré")).to_be_visible()
    press(tab, "Enregistrer")
    assert "seuill" not in atelier.drafts()[0].text
    tab.get_by_label("Modèle à insérer").select_option("q-trous")
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
    tab = arrive(context, f"{live}/atelier/a-faire", ADDRESS)
    for path in ("", "/nouveau", f"/documents/{LESSON}", f"/documents/{QUIZ}", f"/documents/{QUIZ}/apercu", "/documents/glossary"):
        tab.goto(f"{live}/atelier{path}")
        assert complaints(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_a_long_situation_is_read_whole_in_the_preview_of_a_telephone(tab: Page, live: str) -> None:
    """On the page of its question it scrolls by itself, where the keyboard reaches it."""
    tab.set_viewport_size({"width": 320, "height": 900})
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    questions = area(tab).input_value().replace("\n## ", f"\n# Situation : une réunion\n\n{'Le cas est long à lire. ' * 60}\n\n## ", 1)
    area(tab).fill(questions)
    shown = tab.locator(".pane .situation .prose").first
    expect(shown).to_contain_text("Le cas est long")
    assert shown.evaluate("element => element.scrollHeight <= element.clientHeight")
    assert complaints(tab) == []


def as_high(tab: Page) -> bool:
    """Once it is drawn: the policy of the page forbids Playwright's own waiting, which evaluates strings."""
    for _ in range(20):
        numbers, text = tab.evaluate("[document.querySelector('.editor-lines').scrollHeight, document.querySelector('#texte').scrollHeight]")
        if abs(numbers - text) <= 2:
            return True
        tab.wait_for_timeout(50)
    return False


def test_lines_are_numbered_where_they_stand(tab: Page) -> None:
    """Soft wraps included: the numbers' box is as high as the text, whatever is typed in the middle."""
    for typed in ("", "Une phrase longue. " * 30, "\n\nEt deux lignes de plus.\n"):
        area(tab).evaluate(
            "(area, typed) => { area.focus(); const at = area.value.indexOf('Il signe'); area.setSelectionRange(at, at); document.execCommand('insertText', false, typed); }",
            typed,
        )
        expect(tab.locator(".editor-box:has(#texte) .editor-lines > div")).to_have_count(area(tab).input_value().count("\n") + 1)
        assert as_high(tab)
    tab.set_viewport_size({"width": 360, "height": 800})
    expect(tab.locator(".editor-lines").first).to_be_hidden()


def test_the_keyboard_is_never_trapped(tab: Page) -> None:
    area(tab).focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") != "texte"
    area(tab).focus()
    type_at_end(tab, "\nAu clavier.")
    tab.keyboard.press("Control+s")
    expect(saved(tab)).to_contain_text("Enregistré à")
