"""From a file of questions to drafts, chosen one by one; a quiz that leaves; both from a shell too."""

from __future__ import annotations

import base64
import fcntl
import io
import json
from pathlib import Path

import pytest

from app.authoring.models import Draft
from app.content.values.quiz import Quiz
from app.exchange.banks import services
from app.exchange.banks.bank import Bank, BankItem
from app.exchange.banks.services import Destination
from app.identity.services import person_by_address
from app.platform.db import db
from app.platform.errors import DomainError
from tests.authoring.atelier import ADDRESS, QUIZ, Atelier
from tests.authoring.incoming.pictures import picture
from tests.exchange.banks.banking import CASES, answer, bank, quiz, xml
from tests.identity.builders import both_sent, meeting, statements
from tests.strict import Page

PAGE = "/atelier/questions-moodle"


def sent(atelier: Atelier, name: str = "banque.xml") -> Page:
    atelier.client.see(PAGE)
    return atelier.client.submit("Regarder les questions", file=(io.BytesIO((CASES / name).read_bytes()), name))


def made(atelier: Atelier) -> list[Draft]:
    return [draft for draft in atelier.drafts() if draft.path.startswith("quizzes/")]


def value(draft: Draft) -> Quiz:
    return quiz(draft.text)


def test_questions_are_looked_at_then_chosen_into_a_new_quiz(atelier: Atelier) -> None:
    before = atelier.counts()
    page = sent(atelier)
    assert "11 questions peuvent être reprises, dont 4 avec une perte" in page.text
    assert "Une question calculée tire ses nombres au hasard" in page.text
    assert "- [ ] Le maire > Le maire engage la commune, pas l'État." in page.text  # its key and its comments, as the draft will hold them
    assert "(a déjà un quiz)" in page.text
    assert atelier.counts() == before  # nothing is kept
    chosen = [place for place in page.form("Reprendre")["fields"]["question"] if place not in ("0", "1")]
    refused = atelier.client.submit("Reprendre les questions", status=422, question=chosen, title="Les acteurs")
    assert "Choisissez où vont les questions" in refused.text
    assert refused.form("Reprendre")["fields"]["question"] == chosen  # nothing is lost
    page = atelier.client.submit("Reprendre les questions", place="a-cote:suite", title="Les acteurs")
    assert "9 questions reprises dans votre brouillon" in page.text
    (draft,) = made(atelier)
    begun = value(draft)
    assert (begun.title, begun.lesson_id, len(begun.questions)) == ("Les acteurs", "suite", 9)
    assert not draft.media
    assert any(f"quiz : {begun.id}" in each.text for each in atelier.drafts())  # its lesson names it
    assert atelier.client.get(f"{PAGE}/{'a' * 64}").status_code == 404


def test_what_somebody_sent_is_theirs_alone(atelier: Atelier) -> None:
    action = sent(atelier).form("Reprendre")["action"]
    assert "data:image/png;base64," in atelier.client.get(action).text
    assert atelier.sign_in("Paul Autre").get(action).status_code == 404


def test_into_a_quiz_that_there_is_with_images_and_ids(atelier: Atelier) -> None:
    page = sent(atelier)
    names = page.form("Reprendre")["fields"]
    atelier.client.submit("Reprendre les questions", place=f"quiz:{QUIZ}", question=["0", "6"])
    (draft,) = made(atelier)
    assert draft.document_id == QUIZ
    questions = value(draft).questions
    assert [question.id for question in questions[-2:]] == ["signataire-etat", "associez"]
    assert len(questions) == 10
    (name,) = draft.media
    assert f"images/{name}" in draft.text
    again = sent(atelier)  # the same file twice: ids that are taken are not given again
    assert again.form("Reprendre")["fields"]["question"] == names["question"]
    atelier.client.submit("Reprendre les questions", place=f"quiz:{QUIZ}", question="0")
    assert len({question.id for question in value(made(atelier)[0]).questions}) == 11


def test_ids_of_ones_own_drafts_are_taken_too(atelier: Atelier) -> None:
    """Every text with a gap has the same title."""
    for title in ("Un", "Deux"):
        atelier.client.see(PAGE)
        atelier.client.submit("Regarder", pasted="Le {=préfet =sous-préfet} signe.")
        page = atelier.client.submit("Reprendre les questions", place="a-cote:suite", title=title)
    assert "1 question reprise" in page.text
    assert len({question.id for draft in made(atelier) for question in value(draft).questions}) == 2


def test_what_is_added_stands_outside_of_the_last_situation(atelier: Atelier) -> None:
    text = atelier.open(QUIZ)["text"].rstrip()
    atelier.save(QUIZ, f"{text}\n\n# Situation : une réunion {{#reunion}}\n\nLe cas.\n\n## Qui vient ? {{#qui-vient}}\n\nRéponse : personne\n")
    sent(atelier)
    atelier.client.submit("Reprendre les questions", place=f"quiz:{QUIZ}", question="0")
    assert [question.situation_id for question in value(made(atelier)[0]).questions[-2:]] == ["reunion", ""]


def test_one_quiz_a_category(atelier: Atelier) -> None:
    sent(atelier)
    page = atelier.client.submit("Reprendre les questions", place="a-cote:suite", by_category="y")
    assert "11 questions reprises dans 2 brouillons" in page.text
    assert [(value(draft).title, len(value(draft).questions)) for draft in made(atelier)] == [("Les acteurs", 3), ("Sigles", 8)]
    assert value(made(atelier)[0]).introduction.text == "Qui fait quoi, au nom de **qui**."


def test_what_would_not_be_done_as_asked_is_said(atelier: Atelier) -> None:
    page = sent(atelier)
    assert "et n’entre pas dans un quiz qui existe" in page.text
    page = atelier.client.submit("Reprendre les questions", status=422, place=f"quiz:{QUIZ}", by_category="y")
    assert "Un quiz qui existe n’en fait pas plusieurs" in page.text
    atelier.client.see(PAGE)
    page = atelier.client.submit("Regarder", status=422, pasted="Qui ? {=a ~b}", file=(io.BytesIO(b"Qui ? {=a ~b}"), "a.gift"))
    assert "gardez l’un ou l’autre" in page.text
    assert "Qui ? {=a ~b}" in page.text
    assert not made(atelier)


def test_an_introduction_keeps_its_image(atelier: Atelier) -> None:
    info = f'<text>&lt;img src="@@PLUGINFILE@@/a.png" alt="Plan"&gt;</text><file name="a.png">{base64.b64encode(picture()).decode()}</file>'
    category = f'<question type="category"><category><text>Un</text></category><info format="html">{info}</info></question>'
    atelier.client.see(PAGE)
    data = xml("multichoice", answer("100", "Le préfet") + answer("0", "Le maire")).replace("<quiz>", f"<quiz>{category}").encode()
    atelier.client.submit("Regarder", file=(io.BytesIO(data), "a.xml"))
    atelier.client.submit("Reprendre les questions", place="a-cote:suite")
    (draft,) = made(atelier)
    (name,) = draft.media
    assert f"![Plan](images/{name})" in value(draft).introduction.text


def test_twice_at_once_is_once(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    action = sent(atelier).form("Reprendre")["action"]
    with atelier.app.app_context():
        author = person_by_address(db.session, ADDRESS)
        assert author is not None
        other = atelier.world.signed_in(author.id)
    other.see(action)
    with monkeypatch.context() as patch:
        meeting(patch, fcntl, "flock")
        pages = both_sent([lambda tab=tab: tab.submit("Reprendre les questions", place="a-cote:suite") for tab in (atelier.client, other)])
    assert all("Relisez, puis publiez." in page.text for page in pages)
    assert len(made(atelier)) == 1


def test_pasted_questions_and_files_that_are_refused(atelier: Atelier) -> None:
    atelier.client.see(PAGE)
    page = atelier.client.submit("Regarder", pasted="Qui signe ? {=Le préfet ~Le maire}")
    assert "1 question peut être reprise" in page.text
    for name, data, said in (("a.xml", b"<html/>", "« html »"), ("a.mbz", b"PK\x03\x04", "XML Moodle"), ("vide.txt", b"", "Choisissez un fichier")):
        atelier.client.see(PAGE)
        assert said in atelier.client.submit("Regarder", status=422, file=(io.BytesIO(data), name)).text
    assert not made(atelier)


def test_nothing_is_changed_where_the_place_will_not_do(atelier: Atelier) -> None:
    found = bank((CASES / "banque.xml").read_bytes())
    author, before = atelier.world.person(name="Jo Trainer", enrolled=False), atelier.counts()
    many = Bank(
        tuple(BankItem(1, "Q", text=f"## Mot {place} ?\n\n" + "\n".join(f"- [{'x' if not n else ' '}] {n}" for n in range(12))) for place in range(500))
    )
    for sent_bank, to in (
        (found, Destination(home_id="inconnue")),
        (found, Destination(quiz_id="inconnu")),
        (many, Destination(home_id="suite")),
        (Bank(), Destination(home_id="suite")),
    ):
        with atelier.app.app_context(), pytest.raises(DomainError):
            services.take(db.session, sent_bank, range(500), to, author, Path("/nowhere"), atelier.world.clock.now())
    assert atelier.counts() == before


def test_two_hundred_questions_cost_few_statements(atelier: Atelier) -> None:
    found = Bank(tuple(BankItem(place, f"Q{place}", "Un", f"## Qui signe le contrat {place} ?\n\n- [x] Le préfet\n- [ ] Le maire") for place in range(1, 201)))
    author = atelier.world.person(name="Jo Trainer", enrolled=False)
    with atelier.app.app_context(), statements(atelier.app) as said:
        services.take(db.session, found, range(200), Destination(home_id="suite"), author, Path("/nowhere"), atelier.world.clock.now())
    assert len(said) < 40


def test_a_quiz_leaves_with_what_its_file_does_not_say(atelier: Atelier) -> None:
    atelier.client.see(f"/atelier/documents/{QUIZ}")
    page = atelier.client.see(atelier.client.page.link("Emporter pour Moodle"))
    assert "8 questions, comme publiées" in page.text
    assert "GIFT n’a qu’un trou par question, elle en a 2." in page.text
    file = atelier.client.get(page.link("Télécharger en XML Moodle"))
    assert file.mimetype == "application/xml"
    assert f"{QUIZ}.xml" in file.headers["Content-Disposition"]
    assert [item.kept for item in bank(file.data).items] == [True] * 8
    assert len(bank(atelier.client.get(page.link("Télécharger en GIFT")).data).items) == 7
    assert atelier.client.get(f"/atelier/quiz/{QUIZ}/moodle/autre").status_code == 404
    assert atelier.client.get("/atelier/quiz/accueil/moodle").status_code == 404
    text = atelier.open(QUIZ)["text"]
    for broken in ("---\nid : accueil-quiz\n---\n", f"{text.rstrip()}\n\n## Qui donc ? {{#qui-donc}}\n\n- [ ] Le maire\n- [ ] Le préfet\n"):
        atelier.save(QUIZ, broken)
        assert "corrigez-les dans l’éditeur" in atelier.client.see(f"/atelier/quiz/{QUIZ}/moodle", status=422).text


def test_from_a_shell(atelier: Atelier, tmp_path: Path) -> None:
    run = atelier.app.test_cli_runner()
    file = str(CASES / "banque.xml")
    told = json.loads(run.invoke(args=["exchange", "import", file, "--dry-run", "--json"]).output)
    assert (told["questions"], told["approximated"]) == (11, 4)
    assert told["refused"][0] == {"line": 51, "name": "Joker", "reason": bank(Path(file).read_bytes()).items[4].refused}
    read = bank(Path(file).read_bytes())
    assert told["lost"] == [{"line": item.line, "name": item.name, "losses": list(item.lost)} for item in read.items if item.lost]
    assert "--auteur" in run.invoke(args=["exchange", "import", file]).output
    assert not made(atelier)
    done = run.invoke(args=["exchange", "import", file, "--auteur", ADDRESS, "--lecon", "suite"])
    assert "Questions reprises : 11, dont 4 avec une perte. Refusées : 6." in done.output
    assert "ligne 51, « Joker »" in done.output
    assert len(value(made(atelier)[0]).questions) == 11
    out = tmp_path / "quiz.gift"
    assert run.invoke(args=["exchange", "export", QUIZ, "--format", "gift", "--out", str(out)]).exit_code == 0
    assert len(bank(out.read_bytes()).items) == 7
    assert run.invoke(args=["exchange", "export", "inconnu", "--format", "gift", "--out", str(out)]).exit_code == 1
