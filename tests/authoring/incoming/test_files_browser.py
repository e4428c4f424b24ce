"""Images and Word documents in a real browser: dropped, pasted, refused, published, read by a learner; and the same without a script."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.platform import sandbox
from tests.authoring.atelier import ADDRESS, LESSON, Atelier, in_own_words
from tests.authoring.incoming.files_browser import GIVE, document, give
from tests.authoring.incoming.pictures import SVG, picture
from tests.authoring.incoming.zips import unzipped, zipped
from tests.authoring.writing import put_caret, rewrite, text_of
from tests.browsers import arrive, in_each_size, press
from tests.platform.web.axe import complaints
from tests.words import EQUATION_LEFT_OUT, IMAGE_DESCRIPTION, PUBLISH_NOW, SAY_IN_A_SENTENCE, TAKE_WHAT_IS_TICKED, TRY_IN_A_MINUTE

pytestmark = [pytest.mark.proof, pytest.mark.browser]

FROM_WORD = """([html, text]) => {
  const transfer = new DataTransfer();
  transfer.setData("text/html", html);
  transfer.setData("text/plain", text);
  document.querySelector("#pasted").dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: transfer }));
}"""


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    made = Atelier(app)
    made.world.person()
    return made


def test_an_image_is_dropped_another_pasted_and_a_bad_one_refused(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier/documents/{LESSON}", ADDRESS)
    dialog = tab.get_by_role("dialog")
    give(tab, "dessin.png", "image/png", SVG, "drop")
    dialog.get_by_label(IMAGE_DESCRIPTION).fill("Un dessin")
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog.get_by_role("alert")).to_contain_text("SVG peut contenir un programme")
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog).to_be_hidden()
    for how, name in (("drop", "plan.png"), ("paste", "image.png")):
        put_caret(tab, "Il signe.")
        give(tab, name, "image/png", picture(colour="red" if how == "drop" else "blue"), how)
        assert complaints(tab) == []
        dialog.get_by_role("button", name="Ajouter").click()
        expect(dialog.get_by_role("alert")).to_contain_text(SAY_IN_A_SENTENCE)
        dialog.get_by_label(IMAGE_DESCRIPTION).fill(f"Le plan, {how}")
        tab.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        assert f"Il signe. PEDT.\n\n![Le plan, {how}](images/{name})\n\n" in text_of(tab)
        expect(tab.locator("[data-panel=pane]").get_by_role("img", name=f"Le plan, {how}")).to_be_visible()
    with tab.expect_file_chooser() as chosen:
        tab.get_by_role("button", name="Image…").press("Enter")
    chosen.value.set_files({"name": "vert.webp", "mimeType": "image/webp", "buffer": picture("WEBP", colour="green")})
    dialog.get_by_label(IMAGE_DESCRIPTION).fill("Un carré vert")
    tab.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(tab.locator("[data-panel=pane]").get_by_role("img", name="Un carré vert")).to_be_visible()
    expect(tab.locator("[data-saved]")).to_contain_text("Enregistré")
    expect(tab.locator("[data-lost]")).to_be_empty()
    (draft,) = atelier.drafts()
    assert sorted(draft.media) == ["image.png", "plan.png", "vert.webp"]
    assert "(images/image.png)" in draft.text


def test_a_picture_of_too_many_points_is_refused_before_anything_is_typed(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier/documents/{LESSON}", ADDRESS)
    dialog = tab.get_by_role("dialog")
    give(tab, "grand.png", "image/png", picture(size=(8_000, 5_001), mode="1", colour=1), "drop")
    expect(dialog.get_by_role("alert")).to_contain_text("plus de 40 millions de points")
    dialog.get_by_role("button", name="Annuler").click()
    give(tab, "plan.png", "image/png", picture(), "drop")
    expect(dialog.get_by_role("alert")).to_be_hidden()
    dialog.get_by_label(IMAGE_DESCRIPTION).fill("Le plan")
    dialog.get_by_label("Légende").fill('Vu du "nord", 2019')
    tab.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert '![Le plan](images/plan.png "Vu du « nord », 2019")' in text_of(tab)


def test_several_that_are_dropped_go_one_after_the_other_and_wait_while_the_server_is_busy(
    atelier: Atelier, context: BrowserContext, live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "LONG_WAIT", 0.0)
    tab = arrive(context, f"{live}/atelier/documents/{LESSON}", ADDRESS)
    dialog, said = tab.get_by_role("dialog"), tab.get_by_label(IMAGE_DESCRIPTION)
    put_caret(tab, "Il signe.")
    names = [f"{colour}.png" for colour in ("red", "green", "blue")]
    sent = [base64.b64encode(picture(colour=name.removesuffix(".png"))).decode() for name in names]
    tab.evaluate(GIVE, [names, "image/png", sent, "drop"])
    expect(dialog.get_by_role("heading")).to_have_text("Ajouter cette image (1 sur 3)")
    said.fill("Le premier")
    tab.keyboard.press("Enter")
    expect(dialog.get_by_role("heading")).to_have_text("Ajouter cette image (2 sur 3)")
    assert complaints(tab) == []
    with sandbox._place(atelier.app.config["CROISEE"].instance_path / sandbox.LOCK, 20):
        said.fill("Le deuxième")
        tab.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text(TRY_IN_A_MINUTE)
    expect(said).to_have_value("Le deuxième")
    tab.keyboard.press("Enter")
    expect(dialog.get_by_role("heading")).to_have_text("Ajouter cette image (3 sur 3)")
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog).to_be_hidden()
    assert "Il signe. PEDT.\n\n![Le premier](images/red.png)\n\n![Le deuxième](images/green.png)\n" in text_of(tab)
    expect(tab.locator("[data-saved]")).to_contain_text("Enregistré")
    (draft,) = atelier.drafts()
    assert sorted(draft.media) == ["green.png", "red.png"]


def test_while_an_image_is_sent_enter_sends_no_other_and_annuler_cancels(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier/documents/{LESSON}", ADDRESS)
    dialog, said = tab.get_by_role("dialog"), tab.get_by_label(IMAGE_DESCRIPTION)
    before, sent = text_of(tab), [base64.b64encode(picture(colour=colour)).decode() for colour in ("red", "green")]
    held: list[Route] = []
    tab.route("**/images", lambda route: held.append(route))

    def send_twice() -> None:
        tab.evaluate(GIVE, [["red.png", "green.png"], "image/png", sent, "drop"])
        said.fill("Le premier")
        tab.keyboard.press("Enter")
        tab.keyboard.press("Enter")
        tab.wait_for_timeout(200)
        assert len(held) == 1

    def let_go() -> None:
        with tab.expect_response("**/images"):
            held.pop().continue_()
        tab.wait_for_timeout(200)

    send_twice()
    dialog.get_by_role("button", name="Annuler").click()
    tab.evaluate(GIVE, ["autre.png", "image/png", sent[1], "drop"])
    said.fill("Un autre")
    let_go()
    expect(said).to_have_value("Un autre")
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog).to_be_hidden()
    assert text_of(tab) == before
    send_twice()
    let_go()
    expect(dialog.get_by_role("heading")).to_have_text("Ajouter cette image (2 sur 2)")
    assert text_of(tab).count("![Le premier]") == 1


def answer_as_guessed(tab: Page) -> None:
    """All that is asked of an import, one thing after the other."""
    while tab.get_by_role("button", name="Répondre").count():
        press(tab, "Répondre")


def rewritten(tab: Page, text: str) -> None:
    rewrite(tab, text)
    tab.get_by_role("button", name="Enregistrer").click()
    expect(tab.locator("[data-saved]")).to_contain_text("Enregistré")


def test_a_word_document_becomes_a_published_lesson(atelier: Atelier, context: BrowserContext, live: str, tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "cours.docx").write_bytes(document().data())
    tab = arrive(context, f"{live}/atelier/importer", ADDRESS)
    assert complaints(tab) == []
    tab.get_by_label("Fichiers").set_input_files(tmp_path / "cours.docx")
    press(tab, "Regarder")
    expect(tab.get_by_role("main")).to_contain_text(EQUATION_LEFT_OUT)
    assert complaints(tab) == []
    answer_as_guessed(tab)
    tab.get_by_label("Module de la leçon").select_option(index=1)
    press(tab, TAKE_WHAT_IS_TICKED)
    tab.goto(f"{live}/atelier/documents/le-contrat-de-ville")
    rewritten(tab, in_own_words(text_of(tab)))
    tab.goto(f"{live}/atelier/documents/le-contrat-de-ville/relecture")
    for box in tab.locator("[name=avec]").all():
        box.check()
    press(tab, "Relire avec")
    press(tab, PUBLISH_NOW)
    learner = browser.new_context(locale="fr-FR")
    page = arrive(learner, f"{live}/lecons/le-contrat-de-ville")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Le contrat de ville")
    plan = page.get_by_role("img", name="Le plan du quartier")
    expect(plan).to_be_visible()
    assert plan.evaluate("image => image.complete && image.naturalWidth") == 60
    page.goto(f"{live}/quiz/le-contrat-de-ville-quiz")
    press(page, "Commencer")
    page.get_by_label("Le préfet").check()
    expect(page.get_by_role("main")).to_contain_text("Qui signe au nom de l’État")
    learner.close()


def test_what_is_pasted_from_word_keeps_its_form(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier/importer", ADDRESS)
    tab.evaluate(FROM_WORD, ["<h1>La troïka</h1><p>Elle <b>pilote</b>.</p><ul><li>un</li><li>deux</li></ul>", "La troïka\nElle pilote.\nun\ndeux"])
    expect(tab.locator("[data-paste-state]")).to_contain_text("La mise en forme est gardée")
    press(tab, "Regarder")
    tab.get_by_label("Module de la leçon").select_option(index=1)
    press(tab, TAKE_WHAT_IS_TICKED)
    (draft,) = (each for each in atelier.drafts() if each.document_id == "la-troika")
    assert draft.text.endswith("Elle **pilote**.\n\n- un\n- deux\n")


def test_without_a_script_the_same_is_done_by_forms(atelier: Atelier, browser: Browser, live: str, tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(picture())
    (tmp_path / "cours.docx").write_bytes(document().data())
    bare = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 360, "height": 800})
    tab = arrive(bare, f"{live}/atelier/documents/{LESSON}/images", ADDRESS)
    tab.get_by_label("Image", exact=True).set_input_files(tmp_path / "plan.png")
    tab.get_by_label(IMAGE_DESCRIPTION).fill("Le plan")
    press(tab, "Ajouter")
    expect(tab.get_by_role("img", name="Le plan")).to_be_visible()
    tab.goto(f"{live}/atelier/importer")
    tab.get_by_label("Fichiers").set_input_files(tmp_path / "cours.docx")
    press(tab, "Regarder")
    answer_as_guessed(tab)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Ce qui est trouvé")
    bare.close()


def test_pages_of_files_hold_at_360_pixels_and_axe_is_silent(atelier: Atelier, context: BrowserContext, live: str, tmp_path: Path) -> None:
    tab = arrive(context, f"{live}/atelier/archive", ADDRESS)
    data = unzipped(tab.request.get(f"{live}/atelier/archive/cours.zip").body())
    lesson = next(path for path in data if path.endswith(f"{LESSON}.md"))
    (tmp_path / "bon.zip").write_bytes(zipped({**data, lesson: data[lesson].replace(b"Bonjour", b"Bonsoir")}))
    (tmp_path / "mauvais.zip").write_bytes(zipped({**data, lesson: data[lesson].replace(b"titre :", b"titres :")}))
    for name in ("bon", "mauvais"):
        tab.goto(f"{live}/atelier/archive")
        tab.get_by_label("Archive du cours").set_input_files(tmp_path / f"{name}.zip")
        press(tab, "Vérifier")
        _fits(tab)
    for address in ("archive", "importer", f"documents/{LESSON}/images"):
        tab.goto(f"{live}/atelier/{address}")
        _fits(tab)


def _fits(tab: Page) -> None:
    for width, _scheme in in_each_size(tab, ((1280, "light"), (360, "dark"))):
        assert complaints(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
