"""Under a lesson's questions: an ordinary form, whose answers come back readable, and nothing that was typed is ever lost."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from app.learner.notebook.notes import TerritoryNote
from app.learner.notebook.rules import LONGEST, mark_of, parse_question
from tests.learner.notebook.lessons import LESSON, QUESTIONS, READ, answers, asking, save, stored
from tests.learner.submissions import return_to, send_after_the_end
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import SEND_WHAT_WAS_TYPED


def test_an_answer_is_stored_and_read_under_its_question(notebook: World, client: StrictClient) -> None:
    page = client.see(LESSON)
    assert answers(page) == ["", "", ""]
    form = page.form("Enregistrer")["fields"]
    response = client.post(f"{LESSON}/carnet", data={**form, "answer": ["La Ville.\r\nEt la Caf.  ", "", " \r\n"], "at": "1"})
    assert (response.status_code, response.headers["Location"]) == (303, f"{LESSON}#reponse-1")
    assert stored(notebook) == {READ[0]: "La Ville.\nEt la Caf."}
    page = client.see(LESSON)
    (said,) = (one for one in page.all("p") if one.get("class") == "answer-said")
    assert said.text == "La Ville.\nEt la Caf."
    assert "Enregistré à l’instant." in words_of(page)
    notebook.clock.pass_by(minutes=2)
    assert "Enregistré le 24 novembre 2026 à" in words_of(client.see(LESSON))


def test_all_the_answers_are_sent_whichever_button_is_pressed(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "Un", "", "Trois", at=3)
    assert stored(notebook) == {READ[0]: "Un", READ[2]: "Trois"}
    assert answers(client.see(LESSON)) == ["Un", "", "Trois"]


def test_a_script_saves_as_one_types(notebook: World, client: StrictClient) -> None:
    """By the script of a quiz: the marks that come back go with the next save, and say what the next page will."""
    form = client.see(LESSON).form("Enregistrer")["fields"]
    told = {"X-Requested-With": "fetch"}
    first = client.post(f"{LESSON}/carnet", data={**form, "answer": ["Un", "", ""]}, headers=told)
    assert first.status_code == 200
    assert first.get_json()["seen"] == [mark_of("Un"), mark_of(""), mark_of("")]
    assert f'data-saved-at="{first.get_json()["base"]}"' in client.see(LESSON).html
    again = client.post(f"{LESSON}/carnet", data={**form, "seen": first.get_json()["seen"], "answer": ["Un mot", "", ""]}, headers=told)
    assert again.get_json()["saved_at"]
    stale = client.post(f"{LESSON}/carnet", data={**form, "answer": ["D’une vieille page", "", ""]}, headers=told)
    assert stale.status_code == 409
    assert "autre fenêtre" in stale.get_json()["error"]
    assert stored(notebook) == {READ[0]: "Un mot"}
    gone = client.post(f"{LESSON}/carnet", data={**form, "seen": again.get_json()["seen"], "answer": ["", "", ""]}, headers=told)
    assert gone.get_json()["saved_at"] is None
    assert stored(notebook) == {}


def test_an_answer_that_is_emptied_is_gone(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "Un", "Deux", "")
    page = save(client, "", "Deux", "")
    assert stored(notebook) == {READ[1]: "Deux"}
    assert answers(page) == ["", "Deux", ""]


def test_too_long_comes_back_whole_and_nothing_is_stored(notebook: World, client: StrictClient) -> None:
    long = "é" * (LONGEST + 1)
    client.see(LESSON)
    page = save(client, "Un", long, "", at=2, status=422)
    assert answers(page) == ["Un", long]
    assert "4 000 caractères au plus" in words_of(page)
    assert stored(notebook) == {}
    page = save(client, "Un", long[1:])
    assert stored(notebook) == {READ[0]: "Un", READ[1]: long[1:]}
    assert page.h1 == "Leçon un-a"


def test_a_second_window_is_told_of_the_first(notebook: World, client: StrictClient) -> None:
    other = notebook.client()
    for window in (client, other):
        window.see(LESSON)
    save(client, "De la première", "", "")
    page = save(other, "De la seconde", "", "Autre chose", status=409)
    assert answers(page) == ["De la seconde", "Autre chose"]
    assert "a changé dans une autre fenêtre" in words_of(page)
    assert "De la première" in words_of(page)
    assert stored(notebook) == {READ[0]: "De la première"}
    save(other, "De la première, puis de la seconde", "Autre chose")
    assert stored(notebook) == {READ[0]: "De la première, puis de la seconde", READ[2]: "Autre chose"}


def test_what_a_window_did_not_touch_is_left_as_another_made_it(notebook: World, client: StrictClient) -> None:
    other = notebook.client()
    client.see(LESSON)
    save(client, "Un", "", "")
    for window in (client, other):
        window.see(LESSON)
    save(client, "Un, corrigé", "", "")
    save(other, "Un", "Deux", "")
    assert stored(notebook) == {READ[0]: "Un, corrigé", READ[1]: "Deux"}


def test_two_windows_at_once(either: World) -> None:
    """On each database: one is stored, the other is told. None fails, and none is lost without a word."""
    either.publish(asking())
    either.person()
    windows = [either.client() for _ in range(4)]
    for window in windows:
        window.see(LESSON)
    sent = [{**window.page.form("Enregistrer")["fields"], "answer": [f"Fenêtre {number}", "", ""], "at": "1"} for number, window in enumerate(windows)]
    statuses = either.together(4, lambda number: windows[number].post(f"{LESSON}/carnet", data=sent[number]).status_code)
    assert sorted(statuses) == [303, 409, 409, 409]
    assert stored(either) == {READ[0]: f"Fenêtre {statuses.index(303)}"}


def test_sent_after_the_session_it_is_kept_and_sent_again(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    long = "Une phrase à garder. " * 180
    page = return_to(client, send_after_the_end(notebook, client, "Enregistrer", answer=[long, long, f"{long} fin"], at="2"))
    assert "Vos réponses" in words_of(page)
    assert words_of(page).count("Une phrase à garder.") == 540
    assert stored(notebook) == {}
    client.submit(SEND_WHAT_WAS_TYPED)
    assert list(stored(notebook).values()) == [long.strip(), long.strip(), f"{long} fin"]


def test_an_answer_to_a_question_that_changed_meanwhile_is_not_lost(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    notebook.publish(asking(["Qui porte le PRE ici ?", *QUESTIONS[1:]]))
    save(client, "La Ville.", "", "")
    assert stored(notebook) == {READ[0]: "La Ville."}
    page = client.see(LESSON)
    assert answers(page) == ["", "", ""]
    assert "avec une autre, à une question posée autrement depuis" in words_of(page)


def test_nor_to_a_lesson_that_left_the_course(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    notebook.withdraw("un-a")
    page = save(client, "La Ville.", "", "")
    assert page.h1 == "Mon carnet"
    assert "La Ville." in words_of(page)
    client.see(LESSON, 404)


def test_an_edit_that_keeps_the_words_keeps_the_answer(notebook: World, client: StrictClient) -> None:
    client.see(LESSON)
    save(client, "La Ville.", "", "")
    notebook.publish(asking(["Une nouvelle ?", "qui porte le **PRE**, chez nous ?"]))
    assert answers(client.see(LESSON)) == ["", "La Ville."]


def test_a_question_that_is_asked_twice_is_answered_once(notebook: World, client: StrictClient) -> None:
    notebook.publish(asking(["Qui ?", "Quoi ?", "Qui ?"]))
    assert answers(client.see(LESSON)) == ["", ""]
    save(client, "Elle", "Ça", at=2)
    assert stored(notebook) == {"Qui ?": "Elle", "Quoi ?": "Ça"}


@pytest.mark.parametrize(
    "fields",
    [
        {"question": ["inconnue"], "seen": ["x"], "answer": ["Un mot"]},
        {"question": ["a" * 500], "seen": [""], "answer": ["Un mot"]},
    ],
)
def test_a_question_that_was_never_asked_takes_no_answer(notebook: World, client: StrictClient, fields: dict[str, list[str]]) -> None:
    token = client.see(LESSON).form("Enregistrer")["fields"]["csrf_token"]
    assert client.post(f"{LESSON}/carnet", data={**fields, "csrf_token": token}).status_code == 404
    assert notebook.count(TerritoryNote) == 0


def test_a_form_that_no_page_shows_is_refused(notebook: World, client: StrictClient) -> None:
    form = client.see(LESSON).form("Enregistrer")["fields"]
    assert client.post(f"{LESSON}/carnet", data={**form, "answer": ["un", "deux"]}).status_code == 400
    assert (
        client.post(f"{LESSON}/carnet", data={**form, "question": [parse_question(QUESTIONS[0]).key] * 3, "answer": ["un", "deux", "trois"]}).status_code == 400
    )
    assert client.post(f"{LESSON}/carnet", data={"answer": "un"}).status_code == 403
    assert notebook.count(TerritoryNote) == 0


def test_hostile_text_is_shown_as_it_was_typed(notebook: World, client: StrictClient) -> None:
    text = "</textarea><script>alert(1)</script> {{ 7*7 }} \u202e « a » ?"
    client.see(LESSON)
    page = save(client, text, "", "")
    assert answers(page)[0] == text
    assert "<script>alert" not in page.html
    assert "alert(1)" in words_of(client.see("/carnet"))


@pytest.mark.parametrize("role", Role)
def test_whoever_reads_lessons_may_answer(notebook: World, role: Role) -> None:
    notebook.person("Une Autre", role=role)
    client = notebook.client("Une Autre")
    client.see(LESSON)
    save(client, "Un", "", "")
    assert stored(notebook, 2) == {READ[0]: "Un"}


def test_questions_between_which_the_lesson_asks_another(notebook: World, client: StrictClient) -> None:
    """A form may not stand in another."""
    asks = "> [!QUESTION]\n> Vrai ?\n>\n> Réponse : Vrai\n"
    body = f"## Sur mon territoire\n\n- Qui ?\n  - Et après ?\n\n{asks}\n1. Quoi ?\n\n   Un paragraphe.\n"
    notebook.publish(courses.lesson("un-a", quiz="un-a-quiz", body=body))
    client.see(LESSON)
    save(client, "A", "B", "C", at=3)
    assert stored(notebook) == {"Qui ?": "A", "Et après ?": "B", "Quoi ?": "C"}


def test_the_atelier_shows_the_section_without_a_form(notebook: World) -> None:
    notebook.person("Thomas Delvigne", role=Role.TRAINER)
    client = notebook.client("Thomas Delvigne")
    page = client.see("/atelier/documents/un-a")
    assert READ[1] in words_of(page)
    assert "mes-reponses" not in page.html
    assert "\ue000" not in page.html
