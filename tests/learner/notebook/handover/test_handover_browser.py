"""The whole way in a real browser, with a script and without: a sigle found and opened at its heading, kept, noted, the sheet filled and printed, all of it handed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import arrive, follow, lose_the_line, press
from tests.learner.notebook.handover.packs import pack
from tests.learner.notebook.kept.held import rows
from tests.platform.web.axe import complaints_in_each_size
from tests.record import courses
from tests.record.world import World
from tests.words import ANSWER_SAVED, HAND_OVER, HANDOVER_PACK, RECEIVE_TICKED, SEE_CONTENT, WHAT_I_KEEP

pytestmark = [pytest.mark.browser, pytest.mark.proof]

BODY = "Un début.\n\n## Le réseau REP+ {#rep-plus}\n\nLe REP+ réunit un collège et ses écoles.\n\n## Sur mon territoire\n\n- Qui pilote le réseau chez nous ?"
HEADING = "Le réseau REP+"
SUCCESSOR = "une.suivante@croisee.example"


@pytest.fixture
def site(world: World) -> World:
    world.publish(courses.lesson("un-b", title="Les réseaux", body=BODY))
    world.person()
    world.person("Une Suivante")
    return world


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def contexts(request: Any, browser: Browser) -> Iterator[list[BrowserContext]]:
    made = [browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport={"width": 1280, "height": 900}) for _ in range(2)]
    yield made
    for context in made:
        context.close()


def unfold(tab: Page) -> None:
    """What can be done with the heading, unless it is unfolded already."""
    if not tab.get_by_role("link", name=f"Noter : {HEADING}").is_visible():
        tab.get_by_role("button", name=f"Noter, garder, demander : {HEADING}").click()


def test_found_kept_noted_printed_and_handed_over(site: World, contexts: list[BrowserContext], live: str, tmp_path: Path) -> None:
    tab = arrive(contexts[0], f"{live}/compte")
    tab.goto(f"{live}/recherche?q=REP%2B")
    follow(tab.get_by_role("link", name=HEADING), "Les réseaux")
    assert tab.url.endswith("/lecons/un-b#rep-plus")
    unfold(tab)
    tab.get_by_role("button", name=f"Favori : {HEADING}", exact=True).click()
    unfold(tab)
    expect(tab.get_by_role("button", name=f"Favori : {HEADING}", exact=True)).to_have_attribute("aria-pressed", "true")
    tab.get_by_role("link", name=f"Noter : {HEADING}").click()
    tab.get_by_label(WHAT_I_KEEP).fill("Appeler le principal.\nAvant la réunion.")
    tab.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(tab.locator(".jotted-wide")).to_contain_text("Appeler le principal.")
    expect(tab.locator(".jotted-narrow")).to_be_hidden()
    assert tab.locator(".jotted-wide").evaluate("note => note.getBoundingClientRect().left") > tab.locator("#rep-plus").evaluate(
        "title => title.getBoundingClientRect().right"
    )
    tab.set_viewport_size({"width": 390, "height": 844})
    expect(tab.locator(".jotted-wide")).to_be_hidden()
    expect(tab.locator(".jotted-narrow summary")).to_be_visible()
    answer_and_print(tab, live, tmp_path)
    hand_over(tab, live, tmp_path / "passation.zip")
    receive(arrive(contexts[1], f"{live}/carnet", SUCCESSOR), live, tmp_path / "passation.zip")
    assert {row.sender for row in rows(site, 2)} == {"Inès Carpentier"}


def answer_and_print(tab: Page, live: str, folder: Path) -> None:
    tab.locator("#reponse-1 summary").click()
    tab.locator("#champ-1").fill("Le principal du collège.")
    follow(tab.get_by_role("button", name="Enregistrer ma réponse à la question 1"))
    tab.goto(f"{live}/carnet/territoire")
    expect(tab.locator(".answer-said")).to_have_text("Le principal du collège.")
    tab.pdf(path=folder / "fiche.pdf")
    assert (folder / "fiche.pdf").read_bytes().startswith(b"%PDF")
    tab.goto(f"{live}/lecons/un-b")
    tab.emulate_media(media="print")
    expect(tab.locator(".jotted-wide")).to_be_visible()
    expect(tab.get_by_role("link", name=f"Modifier : {HEADING}")).to_be_hidden()
    tab.emulate_media(media="screen")


def hand_over(tab: Page, live: str, target: Path) -> None:
    tab.goto(f"{live}/carnet")
    follow(tab.get_by_role("link", name=HAND_OVER), HAND_OVER)
    for box in tab.locator("input[name=garde]").all():
        box.check()
    tab.get_by_label("La fiche de mon territoire").select_option("odt")
    tab.get_by_label("Dire que cela vient de moi").check()
    with tab.expect_download() as arriving:
        tab.get_by_role("button", name="Télécharger le dossier").click()
    arriving.value.save_as(target)


def receive(tab: Page, live: str, file: Path) -> None:
    follow(tab.get_by_role("link", name=HAND_OVER), HAND_OVER)
    follow(tab.get_by_role("link", name="Recevoir un dossier"), "Recevoir un dossier de passation")
    tab.get_by_label(HANDOVER_PACK).set_input_files(file)
    press(tab, SEE_CONTENT)
    expect(tab.get_by_text("Appeler le principal.")).to_be_visible()
    press(tab, RECEIVE_TICKED)
    expect(tab.get_by_role("heading", name="Reçu de Inès Carpentier")).to_be_visible()
    tab.goto(f"{live}/lecons/un-b")
    expect(tab.locator(".jotted-wide")).to_contain_text("Reçu de Inès Carpentier")


def test_a_note_that_no_network_takes_waits_in_the_browser(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/lecons/un-b")
    unfold(tab)
    tab.get_by_role("link", name=f"Noter : {HEADING}").click()
    field = tab.get_by_label(WHAT_I_KEEP)
    field.wait_for()
    lose_the_line(tab)
    field.fill("Dans le train")
    expect(tab.get_by_text("La connexion est perdue.")).to_be_visible()
    tab.close()
    context.set_offline(False)
    assert rows(site) == []
    tab = context.new_page()
    tab.goto(f"{live}/lecons/un-b")
    unfold(tab)
    tab.get_by_role("link", name=f"Noter : {HEADING}").click()
    field = tab.get_by_label(WHAT_I_KEEP)
    expect(field).to_have_value("Dans le train")
    expect(tab.get_by_text(ANSWER_SAVED)).to_be_visible()
    assert [row.text for row in rows(site)] == ["Dans le train"]


def test_what_a_heading_offers_shows_where_one_points_or_has_the_focus(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/lecons/un-b")
    offered = tab.get_by_role("button", name=f"Noter, garder, demander : {HEADING}")
    expect(offered).to_have_css("opacity", "0")
    offered.focus()
    expect(offered).to_have_css("opacity", "1")
    offered.blur()
    tab.get_by_role("heading", name=HEADING).hover()
    expect(offered).to_have_css("opacity", "1")
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("link", name=f"Noter : {HEADING}")).to_be_hidden()


def test_axe_finds_nothing_and_nothing_overflows(site: World, context: BrowserContext, live: str, tmp_path: Path) -> None:
    tab = arrive(context, f"{live}/lecons/un-b")
    unfold(tab)
    tab.get_by_role("link", name=f"Noter : {HEADING}").click()
    tab.get_by_label(WHAT_I_KEEP).fill("Unmotbeaucouptroplongpourunelignedetelephone" * 4)
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
    tab.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(tab.locator(".jotted-wide")).to_be_visible()
    (tmp_path / "pack.zip").write_bytes(pack())
    for path in ("/lecons/un-b", "/carnet/noter/lecon/un-b?ancre=rep-plus", "/carnet", "/carnet/passation", "/carnet/passation/recevoir"):
        tab.goto(f"{live}{path}")
        assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == [], path
    tab.get_by_label(HANDOVER_PACK).set_input_files(tmp_path / "pack.zip")
    press(tab, SEE_CONTENT)
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
