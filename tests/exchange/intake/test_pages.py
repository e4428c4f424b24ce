"""The one import, as its author meets it: given, looked at, asked, taken, thrown away; and the same from a shell."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask

from app.authoring.models import Draft
from app.content.values.quiz import Quiz
from app.exchange.intake import services
from app.platform import sandbox
from app.platform.zips import FileRefused
from tests.authoring.atelier import MODULE, QUIZ, Atelier
from tests.authoring.incoming.pictures import picture
from tests.exchange.banks.banking import CASES, quiz
from tests.exchange.intake.hands import PASTES
from tests.exchange.intake.word_hands import PAPERS
from tests.strict import Page
from tests.words import DO_NOT_KNOW, RIGHT_ANSWER

PAGE = "/atelier/importer"


def give(atelier: Atelier, text: str = "", *files: tuple[str, bytes], status: int = 303) -> Page:
    atelier.client.see(PAGE)
    sent = {"files": [(io.BytesIO(data), name) for name, data in files]} if files else {}
    return atelier.client.submit("Regarder", status=status, pasted=text, **sent)


def drafts_of_quizzes(atelier: Atelier) -> list[Draft]:
    return [draft for draft in atelier.drafts() if draft.path.startswith("quizzes/")]


def value(draft: Draft) -> Quiz:
    return quiz(draft.text)


def test_nothing_is_kept_before_it_is_taken_and_all_can_be_thrown_away(atelier: Atelier) -> None:
    before = atelier.counts()
    page = give(atelier, PASTES["courriel"][0])
    assert "2 questions" in page.text
    assert RIGHT_ANSWER in page.text
    assert atelier.counts() == before
    refused = atelier.client.submit("Reprendre ce qui", status=422, title="Qui fait quoi")
    assert "Choisissez où vont les questions" in refused.text
    page = atelier.client.submit("Reprendre ce qui", place="a-cote:suite", title="Qui fait quoi")
    assert "1 brouillon" in page.text
    (draft,) = drafts_of_quizzes(atelier)
    assert (value(draft).title, value(draft).lesson_id, len(value(draft).questions)) == ("Qui fait quoi", "suite", 2)
    assert "Sylvie" not in draft.text
    atelier.client.submit("Tout jeter")
    assert not drafts_of_quizzes(atelier)


def test_what_is_in_doubt_is_asked_one_thing_at_a_time(atelier: Atelier) -> None:
    page = give(atelier, PASTES["croix seules"][0])
    assert "« ✗ »" in page.text
    assert "Attend votre réponse" in page.text
    page = atelier.client.submit("Répondre", value="faux")
    assert "Attend votre réponse" not in page.text
    assert "1 réponse donnée" in page.text
    page = atelier.client.submit("Changer")
    assert "Attend votre réponse" in page.text
    page = atelier.client.submit(DO_NOT_KNOW)
    assert "À vous de dire" in page.text, "another thing is asked: the right answer itself"


@pytest.mark.parametrize("count", [2, 103])
def test_one_answer_is_of_all_the_questions_that_share_a_doubt(atelier: Atelier, count: int) -> None:
    page = give(atelier, "".join(f"{number}. Le rôle {number}.\na) dire {number}\nb) faire {number}\nRéponse : b\n" for number in range(1, count + 1)))
    asked = 0
    while "À vous de dire" in page.text:
        kept = [each for each in page.form("Répondre")["fields"]["value"] if each][1:]
        page, asked = atelier.client.submit("Répondre", value=kept), asked + 1
        assert asked <= 2, "asked again and again"
    assert asked == -(-count // 100)
    assert page.text.count("Vous la dites mal lue") == asked


def test_a_lesson_with_questions_makes_both_in_one_place(atelier: Atelier) -> None:
    give(atelier, "", ("cours.docx", PAPERS["leçon et questions"][0]))
    refused = atelier.client.submit("Reprendre ce qui", status=422)
    assert "Choisissez le module" in refused.text
    atelier.client.submit("Reprendre ce qui", module=MODULE)
    lesson = next(draft for draft in atelier.drafts() if "politique-de-la-ville" in draft.path and draft.path.startswith("modules/"))
    (asked,) = drafts_of_quizzes(atelier)
    assert value(asked).lesson_id == lesson.document_id
    assert f"quiz : {asked.document_id}" in lesson.text
    assert "## Une géographie" in lesson.text


def test_a_bank_comes_in_with_its_images_and_ids(atelier: Atelier) -> None:
    page = give(atelier, "", ("banque.xml", (CASES / "banque.xml").read_bytes()))
    assert "Une question calculée tire ses nombres au hasard" in page.text
    assert "data:image/png;base64," in page.html
    units = page.form("Reprendre ce qui")["fields"]["unit"]
    atelier.client.submit("Reprendre ce qui", place=f"quiz:{QUIZ}", unit=units[:1])
    (draft,) = drafts_of_quizzes(atelier)
    assert draft.document_id == QUIZ
    assert len(value(draft).questions) == 9


def test_what_somebody_gave_is_theirs_alone(atelier: Atelier) -> None:
    page = give(atelier, PASTES["tiret"][0])
    address = page.form("Tout jeter")["action"].removesuffix("/jeter")
    assert atelier.sign_in("Paul Autre").get(address).status_code == 404
    assert atelier.client.get(f"{PAGE}/{'a' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("vide.txt", b"  \n", "vide"),
        ("cours.docm", b"PK\x03\x04", "zip"),
        ("image.png", picture(), "n’est pas un texte"),
        ("vieux.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "ancien format"),
    ],
)
def test_bad_files_get_a_sentence(atelier: Atelier, name: str, data: bytes, said: str) -> None:
    assert said in give(atelier, "", (name, data), status=422).text
    assert "Choisissez un fichier" in give(atelier, status=422).text


def test_a_reader_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import signal; signal.pause()", encoding="utf-8")
    monkeypatch.setattr(services, "READER", slow)
    monkeypatch.setattr(services, "LIMITS", sandbox.SandboxLimits(500, 20, 0.2))
    with pytest.raises(FileRefused, match="trop de temps"):
        services.stage(tmp_path, [("a.txt", b"")])


def test_the_shell_says_the_same(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "essai.txt"
    file.write_text(PASTES["croix seules"][0], encoding="utf-8")
    told = json.loads(app.test_cli_runner().invoke(args=["authoring", "read", str(file), "--json"]).output)
    assert [(unit["n"], unit["kind"], unit["state"], unit["line"]) for unit in told["units"]] == [(1, "single", "asked", 1), (2, "single", "asked", 5)]
    assert "✗" in told["units"][0]["questions"][0]
    plain = app.test_cli_runner().invoke(args=["authoring", "read", str(file)])
    assert "à demander" in plain.output
