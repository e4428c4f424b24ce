"""Twenty questions of Moodle, seventeen of which become a new quiz, in a real browser; and the quiz that leaves again."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from tests.authoring.atelier import ADDRESS, QUIZ, Atelier
from tests.browsers import arrive, in_each_size
from tests.exchange.banks.banking import CASES, answer, bank, quiz
from tests.platform.web.axe import complaints

pytestmark = [pytest.mark.proof, pytest.mark.browser]

MORE = "".join(
    f'<question type="multichoice"><name><text>Rôle {place}</text></name><questiontext format="html"><text>Qui tient le rôle {place} ?</text></questiontext>'
    f"{answer('100', 'Le préfet')}{answer('0', 'Le maire', 'Il engage la commune.')}</question>"
    for place in range(1, 10)
)
TWENTY = (CASES / "banque.xml").read_text(encoding="utf-8").replace("</quiz>", f"{MORE}</quiz>").encode()


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    made = Atelier(app)
    made.world.person()
    return made


def test_twenty_questions_three_left_out_into_a_new_quiz(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier", ADDRESS)
    tab.get_by_role("link", name="Importer").click()
    tab.get_by_role("link", name="Depuis Moodle").click()
    tab.get_by_label("Fichier de questions").set_input_files({"name": "banque.xml", "mimeType": "text/xml", "buffer": TWENTY})
    tab.get_by_role("button", name="Regarder les questions").click()
    expect(tab.get_by_text("20 questions peuvent être reprises")).to_be_visible()
    boxes = tab.get_by_role("group").get_by_role("checkbox", checked=True)
    expect(boxes).to_have_count(20)
    tab.get_by_text("Voir la question").first.click()
    expect(tab.get_by_role("img", name="Carte des quartiers")).to_be_visible()
    for _ in in_each_size(tab):
        assert complaints(tab) == []
    expect(tab.get_by_role("row", name="Joker")).to_contain_text("suite quelconque")
    for name in ("Rôle 2 ", "Rôle 4 ", "Troïka"):
        tab.get_by_label(name).uncheck()
    tab.get_by_label("Où vont les questions").select_option("a-cote:suite")
    tab.get_by_label("Titre du quiz nouveau").fill("Les acteurs")
    tab.get_by_role("button", name="Reprendre les questions cochées").click()
    expect(tab.get_by_text("17 questions reprises dans votre brouillon")).to_be_visible()
    (draft,) = [each for each in atelier.drafts() if each.path.startswith("quizzes/")]
    assert len(quiz(draft.text).questions) == 17
    tab.goto(f"{live}/atelier/documents/{QUIZ}")
    tab.get_by_text("Plus", exact=True).click()
    tab.get_by_role("link", name="Emporter pour Moodle").click()
    assert complaints(tab) == []
    with tab.expect_download() as leaving:
        tab.get_by_role("link", name="Télécharger en XML Moodle").click()
    assert len(bank(leaving.value.path().read_bytes()).items) == 8
