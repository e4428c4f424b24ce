"""« Mon carnet »: every answer under its question, in the order of the path; changed from there; taken away as a text."""

from __future__ import annotations

from tests.learner.notebook.lessons import LESSON, QUESTIONS, READ, answers, asking, plain, save, stored
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import LESSONS_GONE, TAKE_NOTEBOOK


def test_an_empty_notebook_says_how_to_begin(notebook: World, client: StrictClient) -> None:
    page = client.see("/carnet")
    assert "Il est vide pour l’instant." in words_of(page)
    assert page.link("Commencer par") == f"{LESSON}#reponse-1"
    assert TAKE_NOTEBOOK not in words_of(page)


def test_answers_stand_by_module_and_lesson_in_their_order(notebook: World, client: StrictClient) -> None:
    notebook.publish(asking(["Et ici ?"], id="un-b"), asking(["Et là ?"], id="deux-a", module="mod-deux"))
    for lesson, texts in (("deux-a", ["Z"]), ("un-b", ["Y"]), ("un-a", ["", "Deux", ""]), ("un-a", ["Un", "Deux", ""])):
        client.see(f"/lecons/{lesson}")
        save(client, *texts)
    page = client.see("/carnet")
    assert [page.text_of(one) for one in page.all("h2")] == ["Module mod-un", "Module mod-deux"]
    assert [page.text_of(one) for one in page.all("h3")] == ["Leçon un-a", "Leçon un-b", "Leçon deux-a"]
    assert [plain(page.text_of(one)) for one in page.all("dt")] == [READ[0], READ[1], "Et ici ?", "Et là ?"]
    assert "4 réponses" in words_of(page)
    assert page.link("Répondre à l’autre question") == f"{LESSON}#reponse-3"
    assert page.link("Leçon un-b") == "/lecons/un-b"


def test_an_answer_is_changed_and_taken_away_from_there(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "Un", "Deux", "")
    client.see(client.see("/carnet").link("Modifier"))
    page = save(client, "Un, mieux")
    assert page.h1 == "Mon carnet"
    assert stored(notebook) == {READ[0]: "Un, mieux", READ[1]: "Deux"}
    client.see(page.link("Modifier"))
    save(client, "")
    assert stored(notebook) == {READ[1]: "Deux"}


def test_changed_in_a_window_and_taken_away_in_another(notebook: World, client: StrictClient) -> None:
    """What is typed in a field whose answer is gone meanwhile is not lost either."""
    client.see(LESSON)
    save(client, "Un", "", "")
    client.see(client.see("/carnet").link("Modifier"))
    other = notebook.client()
    other.see(LESSON)
    save(other, "", "", "")
    page = save(client, "Un, mieux", status=409)
    assert answers(page) == ["Un, mieux"]
    assert save(client, "Un, mieux").h1 == "Mon carnet"
    assert stored(notebook) == {READ[0]: "Un, mieux"}


def test_an_answer_outlives_its_question(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "Un", "Deux", "")
    notebook.publish(asking([QUESTIONS[1], "Une autre ?"]))
    page = client.see("/carnet")
    assert [plain(page.text_of(one)) for one in page.all("dt")] == [READ[1], READ[0]]
    assert "La leçon ne pose plus cette question ainsi." in words_of(page)
    assert page.link("Répondre à l’autre question") == f"{LESSON}#reponse-2"
    last = [one.get("href") for one in page.all("a") if page.text_of(one).startswith("Modifier")][-1]
    client.see(last)
    save(client, "Un, encore")
    assert stored(notebook)[READ[0]] == "Un, encore"


def test_and_its_lesson(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "Un", "", "")
    notebook.withdraw("un-a")
    page = client.see("/carnet")
    assert [page.text_of(one) for one in page.all("h2")] == [LESSONS_GONE]
    assert [page.text_of(one) for one in page.all("h3")] == ["Leçon un-a"]
    client.see(page.link("Modifier"))
    save(client, "Un, encore")
    assert stored(notebook) == {READ[0]: "Un, encore"}
    notebook.publish(asking())
    assert answers(client.see(LESSON)) == ["Un, encore", "", ""]


def test_it_is_taken_away_as_a_text(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "Une ligne\r\nUne autre", "", "")
    response = client.get(client.see("/carnet").link(TAKE_NOTEBOOK))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="mon-carnet.txt"'
    assert f"{READ[0]}\n\n    Une ligne\n    Une autre\n" in plain(response.get_data(as_text=True))


def test_it_is_found_from_the_menu_the_map_and_the_lesson(client: StrictClient) -> None:
    for path in ("/", "/plan-du-site", LESSON):
        links = [link.get("href") for link in client.see(path).all("main")[0].iter("a")]
        assert ("/carnet" in links) == (path != "/")
        assert client.page.link("Mon carnet") == "/carnet"
