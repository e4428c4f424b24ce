"""The territory sheet: on the page and in both files the same, of its person alone, whatever was typed."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from defusedxml import ElementTree
from docx import Document as WordDocument
from flask import Flask
from odfdo import Document as OpenDocument
from sqlalchemy.orm import Session

from app.content.papers.files import TEXTS
from app.content.store.queries import course
from app.identity import services
from app.identity.models import Person, Territory
from app.identity.rules import Role
from app.learner.notebook.notes import TerritoryNote
from app.learner.notebook.rules import LONGEST, NO_CITE, NOT_LISTED, RULED, parse_question
from app.platform.french import day_of
from tests.administration.seeing import look_as
from tests.identity.builders import statements
from tests.learner.notebook.lessons import LESSON, QUESTIONS, READ, asking, plain, save
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import LESSONS_GONE, MY_CITE, READ_BY_AUTHOR_ALONE

SHEET = "/carnet/territoire"
FILES = [f"{SHEET}/fiche-territoire.{extension}" for extension in TEXTS]
SECRET = "Le principal ne répond jamais"
HOSTILE = '<script>alert(1)</script> & {{7*7}} *gras* =1+1 [a](b) ]]>\n\n  • deux\t"trois"   quatre\n&lt;w:p/&gt; \U0001f600 \u202e'
NETWORK = """Des cités.[^a]

| Nom | Communes | Département | Vague | Label |
|---|---|---|---|---|
| Douai / Waziers | Douai (59178), Waziers (59654) | Nord | 2 | 2021-01-29 |
| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019-09-05 |

[^a]: Une liste, éditeur, 2022, <https://example.org/liste> (vérifié : 2022-11)
"""


def settle(world: World, territory: str, person: int = 1) -> None:
    """The person has belonged to the territory for a month."""
    world.publish(("modules/reseau.md", NETWORK))

    def work(session: Session) -> None:
        services.sync_territories(session, course(session).network)
        services.join_territory(session, session.get_one(Person, person), territory, day_of(world.clock.now()) - timedelta(days=30))

    world.write(work)


def flat(text: str) -> str:
    """With plain spaces and hyphens."""
    return plain(text).replace("\xa0", " ")


def answer(client: StrictClient, *texts: str) -> None:
    client.see(LESSON)
    save(client, *texts)


def docx_lines(data: bytes) -> list[str]:
    return [flat(paragraph.text) for paragraph in WordDocument(io.BytesIO(data)).paragraphs]


def odt_lines(data: bytes) -> list[str]:
    """Elements of white space as the signs that they stand for."""
    tags = {"line-break": "\n", "tab": "\t"}

    def said(element: Any) -> str:
        inner = "".join(said(child) + (child.tail or "") for child in element)
        name = element.tag.rpartition("}")[2]
        spaces = " " * int(next((value for key, value in element.attrib.items() if key.endswith("}c")), "1")) if name == "s" else ""
        return tags.get(name, "") + spaces + (element.text or "") + inner

    OpenDocument(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = ElementTree.fromstring(archive.read("content.xml"))
    return [flat(said(one)) for one in content.iter() if one.tag.endswith(("}h", "}p"))]


def lines(client: StrictClient, path: str) -> list[str]:
    data = client.get(path).get_data()
    return docx_lines(data) if path.endswith("docx") else odt_lines(data)


# --- What it holds ---


def test_the_cite_as_the_network_file_says(notebook: World, client: StrictClient) -> None:
    settle(notebook, "cite-douai-waziers")
    page = client.see(SHEET)
    said = flat(words_of(page))
    assert page.link("Douai") == "/reseau/douai-waziers"
    assert [page.text_of(one) for one in page.all("dd")] == ["Nord", "2e vague, 29 janvier 2021", "Douai, Waziers"]
    assert NO_CITE not in said
    for path in FILES:
        found = lines(client, path)
        assert {MY_CITE, "Douai / Waziers", "Département : Nord", "Label : 2e vague, 29 janvier 2021", "Communes : Douai, Waziers"} <= set(found)


def test_two_cites_and_one_that_left_the_file(notebook: World, client: StrictClient) -> None:
    settle(notebook, "cite-douai-waziers")
    settle(notebook, "cite-lens")
    notebook.publish(("modules/reseau.md", "\n".join(line for line in NETWORK.split("\n") if "| Lens" not in line)))
    notebook.write(lambda session: services.sync_territories(session, course(session).network))
    assert notebook.read(lambda session: session.get_one(Territory, "cite-lens").withdrawn)
    page = client.see(SHEET)
    assert page.text_of(page.all("h2")[0]) == "Mes cités éducatives"
    assert flat(words_of(page)).count(NOT_LISTED) == 1
    assert all({"Lens", NOT_LISTED, "Mes cités éducatives"} <= set(lines(client, path)) for path in FILES)


@pytest.mark.parametrize("territory", ["", "departement-nord"])
def test_of_no_cite_it_says_so_and_what_to_do(notebook: World, client: StrictClient, territory: str) -> None:
    if territory:
        settle(notebook, territory)
    page = client.see(SHEET)
    assert NO_CITE in words_of(page)
    assert page.link("aide") == "/aide#connexion"
    assert page.link("Mon compte") == "/compte"
    for path in FILES:
        found = lines(client, path)
        assert NO_CITE in found
        assert any(line.startswith("Cité éducative : …") for line in found)


def test_a_stay_that_is_over_is_not_told(notebook: World, client: StrictClient) -> None:
    settle(notebook, "cite-lens")
    notebook.write(lambda session: services.leave_territory(session, session.get_one(Person, 1), "cite-lens", day_of(notebook.clock.now())))
    assert NO_CITE in words_of(client.see(SHEET))


def test_answers_by_module_and_lesson_then_what_is_left(notebook: World, client: StrictClient) -> None:
    notebook.publish(asking(["Et ici ?"], id="un-b"), asking(["Et là ?"], id="deux-a", module="mod-deux"))
    answer(client, "", "Deux", "")
    client.see("/lecons/deux-a")
    save(client, "Là")
    page = client.see(SHEET)
    assert [page.text_of(one) for one in page.all("h2")] == [MY_CITE, "Module mod-un", "Module mod-deux", "À remplir"]
    assert [flat(page.text_of(one)) for one in page.all("dt")] == [READ[1], "Et là ?"]
    assert "2 réponses" in flat(words_of(page))
    assert "3 questions à remplir" in flat(words_of(page))
    for question, place in ((READ[0], f"{LESSON}#reponse-1"), (READ[2], f"{LESSON}#reponse-3"), ("Et ici ?", "/lecons/un-b#reponse-1")):
        assert page.link(question.removesuffix(" ?")) == place
    assert "reponse-2" not in page.html
    for path in FILES:
        found = lines(client, path)
        start = found.index("Module mod-un")
        assert found[start : start + 7] == ["Module mod-un", "Leçon un-a", READ[1], "Deux", "Module mod-deux", "Leçon deux-a", "Et là ?"]
        left = found.index("À remplir")
        assert found[left + 1 : left + 8] == ["Module mod-un : Leçon un-a", READ[0], RULED, READ[2], RULED, "Module mod-un : Leçon un-b", "Et ici ?"]
        assert found.count(RULED) == 3


def test_an_answer_outlives_its_question_and_its_lesson(notebook: World, client: StrictClient) -> None:
    answer(client, "Un", "Deux", "")
    notebook.publish(asking([QUESTIONS[1], "Une autre ?"]))
    page = client.see(SHEET)
    assert [flat(page.text_of(one)) for one in page.all("dt")] == [READ[1], READ[0]]
    assert page.link("Une autre") == f"{LESSON}#reponse-2"
    notebook.withdraw("un-a")
    assert LESSONS_GONE in words_of(client.see(SHEET))
    assert all({LESSONS_GONE, "Un", "Deux"} <= set(lines(client, path)) for path in FILES)


def test_an_empty_notebook_is_a_sheet_to_fill(notebook: World, client: StrictClient) -> None:
    page = client.see(SHEET)
    assert "Vous n’avez encore répondu à aucune question." in words_of(page)
    assert all(lines(client, path).count(RULED) == len(QUESTIONS) for path in FILES)


def test_a_course_that_asks_nothing(world: World) -> None:
    world.person()
    client = world.client()
    assert "À remplir" not in words_of(client.see(SHEET))
    assert all("À remplir" not in lines(client, path) for path in FILES)


def test_it_is_found_from_the_notebook_the_map_and_the_help(client: StrictClient) -> None:
    for path in ("/plan-du-site", "/aide"):
        assert SHEET in [link.get("href") for link in client.see(path).all("main")[0].iter("a")]
    assert client.see("/carnet").link("Mon territoire") == SHEET


# --- Files ---


@pytest.mark.parametrize("extension", TEXTS)
def test_a_file_says_what_it_is_and_no_cache_keeps_it(notebook: World, client: StrictClient, extension: str) -> None:
    response = client.get(client.see(SHEET).link(extension.upper()))
    assert response.mimetype == TEXTS[extension].mimetype
    assert response.headers["Content-Disposition"] == f'attachment; filename="fiche-territoire.{extension}"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
        assert archive.testzip() is None
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert "Inès" not in whole
    assert "Carpentier" not in whole


def test_there_is_no_other_file(client: StrictClient) -> None:
    for name in ("fiche-territoire.pdf", "fiche-territoire.DOCX", "fiche-territoire.docx.exe", "autre.docx", "..%2Fcarnet.txt", "1"):
        client.see(f"{SHEET}/{name}", 404)


@pytest.mark.parametrize(
    "text", [HOSTILE, "x" * LONGEST, "mot " * 900 + "fin", "\n".join("a" for _ in range(LONGEST // 2))], ids=["hostile", "one word", "words", "lines"]
)
def test_what_was_typed_stays_text(notebook: World, client: StrictClient, text: str) -> None:
    answer(client, text, "", "")
    page = client.see(SHEET)
    assert not [script for script in page.all("script") if "alert" in page.text_of(script)]
    assert [one.text for one in page.all("p") if one.get("class") == "answer-said"] == [text]
    for path in FILES:
        assert flat(text) in lines(client, path)


def test_what_no_file_can_hold_is_shown_as_missing(notebook: World, client: StrictClient) -> None:
    """A letter that XML forbids came by a program, or by a copy of a table: it spoils no file."""
    notebook.write(lambda session: session.add(note(notebook, "un-a", QUESTIONS[0], "a\x0bb\x1fc\ufffed")))
    for path in FILES:
        assert "a\ufffdb\ufffdc\ufffdd" in lines(client, path)


def note(world: World, lesson: str, question: str, text: str) -> TerritoryNote:
    known = parse_question(question)
    place = {"person_id": 1, "lesson_id": lesson, "question_key": known.key}
    return TerritoryNote(**place, lesson_title=lesson, question=known.words, answer=text, saved_at=world.clock.now())


# --- Whose it is ---


def read(client: StrictClient, path: str) -> str:
    data = client.get(path).get_data()
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


@pytest.mark.parametrize("role", Role)
def test_each_role_reads_its_own_alone(notebook: World, client: StrictClient, role: Role) -> None:
    answer(client, SECRET, "", "")
    assert all(SECRET in read(client, path) for path in (SHEET, *FILES)), "the search must find what is there"
    notebook.person("Une Autre", role=role)
    other = notebook.client("Une Autre")
    for path in (SHEET, *FILES, *(f"{path}?person_id=1&personne=1" for path in (SHEET, *FILES))):
        assert SECRET not in read(other, path)
    for path in ("/carnet/territoire/1", "/carnet/1/territoire", "/carnet/1/territoire.docx", "/pilotage/personnes/1/carnet/territoire"):
        other.see(path, 404)


def test_voir_comme_and_visitors_see_none(notebook: World, client: StrictClient, app: Flask) -> None:
    answer(client, SECRET, "", "")
    for path in (SHEET, *FILES):
        assert app.test_client().get(path).status_code == 302
    notebook.person("Ada Min", role=Role.ADMINISTRATOR)
    admin = notebook.client("Ada Min")
    look_as(admin, 1)
    for path in (SHEET, *FILES):
        assert READ_BY_AUTHOR_ALONE in words_of(admin.see(path, 404))


# --- How much it asks ---


def test_a_hundred_answers_ask_no_more_than_ten(either: World) -> None:
    either.publish(asking())
    either.person()
    client = either.client()

    def counts() -> list[int]:
        found = []
        for path in (SHEET, *FILES):
            client.get(path)
            with statements(either.app) as sent:
                assert client.get(path).status_code == 200
            found.append(len(sent))
        return found

    def write(start: int, end: int) -> None:
        either.write(lambda session: session.add_all(note(either, f"partie-{place % 7}", f"Question {place} ?", "Oui") for place in range(start, end)))

    write(0, 10)
    few = counts()
    write(10, 100)
    assert counts() == few
    assert "100 réponses" in flat(words_of(client.see(SHEET)))
