"""Without a script: no way out of a question loses what is answered there; rows move by their buttons; what is all corrected is sent."""

from __future__ import annotations

import pytest

from app.assessment.models import Attempt, Response
from app.record.progress.models import LearningEvent
from app.record.progress.rules import ProgressState
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import ATTEMPT_PASSED, ATTEMPT_SENT_ALREADY, RETAKE_MISSED, SAVE_AND_GO_ON, SEND_ANSWER, SEND_FOR_GOOD, SKIP_FOR_NOW, TAKE_QUIZ_AGAIN

QUIZ = "un-a-quiz"
ORDER = "## Remettez dans l'ordre. {#ordre}\n\n1. Un\n2. Deux\n3. Trois"


def begin(world: World, name: str = "Inès Carpentier", **head: object) -> StrictClient:
    head = {"count": 3, **head}
    world.publish(courses.quiz(QUIZ, lesson="un-a", **head))  # type: ignore[arg-type]
    world.person(name)
    client = world.client(name)
    client.see(f"/quiz/{QUIZ}")
    client.submit("Commencer")
    return client


@pytest.mark.parametrize(
    ("then", "lands"),
    [
        ("1", "/tentatives/1/questions/1"),
        ("3", "/tentatives/1/questions/3"),
        ("recap", "/tentatives/1/recapitulatif"),
        ("leave", "/"),
        ("next", "/tentatives/1/questions/3"),
    ],
)
def test_every_way_out_saves_what_is_ticked(world: World, then: str, lands: str) -> None:
    client = begin(world)
    fields = client.see("/tentatives/1/questions/2").form(SAVE_AND_GO_ON)["fields"]
    offered = [button.get("value") for button in client.page.all("button") if button.get("name") == "then"]
    assert then in offered
    response = client.post("/tentatives/1/questions/2", data={**fields, "choix": "c1", "then": then})
    assert (response.status_code, response.headers["Location"]) == (303, lands)
    assert world.count(Response, seq=1) == 1
    client.see(lands)


def test_inside_the_form_nothing_leads_away_but_its_buttons(world: World) -> None:
    client = begin(world)
    client.see("/tentatives/1/questions/2")
    form = next(form for form in client.page.all("form") if form.get("data-autosave"))
    assert list(form.iter("a")) == []
    assert [link.get("href") for link in client.page.all("main")[0].iter("a")] == []


def test_the_first_button_is_the_one_that_the_enter_key_presses(world: World) -> None:
    client = begin(world)
    form = next(form for form in client.see("/tentatives/1/questions/2").all("form") if form.get("data-autosave"))
    assert client.page.text_of(next(form.iter("button"))) == SAVE_AND_GO_ON


def test_a_number_that_is_no_question_leads_nowhere_but_saves(world: World) -> None:
    client = begin(world)
    fields = client.page.form(SAVE_AND_GO_ON)["fields"]
    for then in ("99", "9" * 5_000, "²"):
        assert client.post("/tentatives/1/questions/1", data={**fields, "choix": "c1", "then": then}).status_code == 303
    assert world.count(Response) == 1


def ranks(client: StrictClient) -> list[tuple[str, str]]:
    """(words, rank) of each row, as they stand."""
    texts = [client.page.text_of(span) for span in client.page.all("span") if span.get("class") == "pair-text"]
    chosen = [[option.get("value") for option in menu.iter("option") if option.get("selected") is not None] for menu in client.page.all("select")]
    return [(text, (rank or [""])[0]) for text, rank in zip(texts, chosen, strict=True)]


def test_a_row_moves_by_its_buttons_and_the_page_returns_to_it(world: World) -> None:
    client = begin(world, questions=ORDER)
    shown = [text for text, _ in ranks(client)]
    form = client.page.form(SAVE_AND_GO_ON)
    response = client.post(form["action"], data={**form["fields"], "move": "rang-e1 down"})
    assert response.headers["Location"] == "/tentatives/1/questions/1#rang-e1"
    page = client.see("/tentatives/1/questions/1")
    assert ranks(client) == [(shown[1], "1"), (shown[0], "2"), (shown[2], "3")]
    row = next(item for item in page.all("li") if item.get("id") == "rang-e1")
    assert (row.get("tabindex"), shown[0] in page.text_of(row)) == ("-1", True)
    for move, expected in (("rang-e1 up", 0), ("rang-e1 up", 0), ("rang-e1 down", 1), ("rang-e1 down", 2), ("rang-e1 down", 2)):
        client.post(form["action"], data={**client.see(form["action"]).form(SAVE_AND_GO_ON)["fields"], "move": move})
        client.see(form["action"])
        assert [text for text, _ in ranks(client)].index(shown[0]) == expected


def test_the_same_press_sent_twice_moves_once(world: World) -> None:
    client = begin(world, questions=ORDER)
    form = client.page.form(SAVE_AND_GO_ON)
    for _ in range(2):
        client.post(form["action"], data={**form["fields"], "move": "rang-e1 down"})
    assert world.count(Response) == 1


@pytest.mark.parametrize("pressed", ["rang-e9 up", "rang-e1 left", "choix up", "rang-e1", "  ", "//ailleurs up"])
def test_a_press_that_no_button_sends_moves_nothing(world: World, pressed: str) -> None:
    client = begin(world, questions=ORDER)
    form = client.page.form(SAVE_AND_GO_ON)
    response = client.post(form["action"], data={**form["fields"], "rang-e1": "2", "move": pressed})
    assert response.headers["Location"].startswith("/tentatives/1/")
    client.see("/tentatives/1/questions/1")
    assert [rank for _, rank in ranks(client)] == ["2", "", ""]


# --- « Après chaque question » ----------------------------------------------------------------------------------------


def correct(client: StrictClient, world: World, position: int, person: int = 1) -> str:
    """Validate the right answer; gives the title of the page that follows."""
    client.see(f"/tentatives/1/questions/{position}")
    return client.submit(SEND_ANSWER, **dict(world.answers(person, 1))[position]).h1


def test_the_last_correction_sends_the_attempt_and_the_record_knows(world: World) -> None:
    client = begin(world, correction="après chaque question")
    assert [correct(client, world, position) for position in (1, 2, 3)] == ["Question 1 sur 3", "Question 2 sur 3", "Résultat"]
    assert ATTEMPT_PASSED in words_of(client.page)
    assert world.state(1, QUIZ) == ProgressState.COMPLETE_PASS
    assert world.count(LearningEvent, event="submitted") == 1


def test_what_was_passed_over_keeps_the_attempt_open_with_its_recap(world: World) -> None:
    client = begin(world, correction="après chaque question")
    client.submit(SKIP_FOR_NOW)
    assert [correct(client, world, position) for position in (2, 3)] == ["Question 2 sur 3", "Question 3 sur 3"]
    assert client.see("/tentatives/1/recapitulatif").form(SEND_FOR_GOOD)
    assert correct(client, world, 1) == "Résultat"


def test_the_last_correction_sent_twice_changes_nothing_more(world: World) -> None:
    client = begin(world, count=1, correction="après chaque question")
    form = client.page.form(SEND_ANSWER)
    for _ in range(2):
        response = client.post(form["action"], data={**form["fields"], **dict(world.answers(1, 1))[1]})
        assert response.status_code == 303
        assert response.headers["Location"] == "/tentatives/1"
    assert world.count(LearningEvent, event="passed") == 1


def test_two_tabs_that_correct_the_last_two_questions_at_once_send_the_attempt_once(either: World) -> None:
    client = begin(either, count=2, correction="après chaque question")
    cookie = client.get_cookie("croisee")
    assert cookie
    forms = [client.see(f"/tentatives/1/questions/{position}").form(SEND_ANSWER) for position in (1, 2)]
    right = dict(either.answers(1, 1))

    def post(number: int) -> int:
        other = either.app.test_client()
        other.set_cookie("croisee", cookie.value)
        return other.post(forms[number]["action"], data={**forms[number]["fields"], **right[number + 1]}).status_code

    assert either.together(2, post) == [303, 303]
    assert either.count(Attempt, submitted_at=None) == 0
    assert [either.count(LearningEvent, event=event) for event in ("submitted", "passed")] == [1, 1]


def test_an_attempt_all_corrected_and_never_sent_has_one_plain_button(world: World) -> None:
    """As those were left that were corrected before the last correction sent them."""
    client = begin(world, correction="après chaque question")
    for position in (1, 2, 3):
        correct(client, world, position)
    world.write(lambda session: setattr(session.get_one(Attempt, 1), "submitted_at", None))
    for path in ("/tentatives/1/questions/3", "/tentatives/1/recapitulatif"):
        page = client.see(path)
        assert page.form("Voir mon résultat")["action"] == "/tentatives/1/envoi"
        assert SEND_FOR_GOOD not in words_of(page)
    assert client.submit("Voir mon résultat").h1 == "Résultat"


def test_numbers_say_right_and_wrong_as_one_goes(world: World) -> None:
    client = begin(world, correction="après chaque question")
    correct(client, world, 1)
    wrong = dict(world.answers(1, 1, share=0))[2]
    client.see("/tentatives/1/questions/2")
    client.submit(SEND_ANSWER, **wrong)
    strip = next(strip for strip in client.page.all("ol") if strip.get("class") == "stops")
    assert [client.page.text_of(stop) for stop in strip.iter("li")] == ["Question 1, juste", "Question 2, faux", "Question 3, sans réponse"]
    assert [stop.get("class") for stop in strip.iter("li")] == ["is-right", "is-wrong", "is-open"]


# --- A late tab, the result -------------------------------------------------------------------------------------------


def test_a_late_tab_reads_the_result_under_what_it_is_told(world: World) -> None:
    client = begin(world)
    form = client.page.form(SAVE_AND_GO_ON)
    client.see("/tentatives/1/recapitulatif")
    client.submit(SEND_FOR_GOOD)
    assert client.post(form["action"], data={**form["fields"], "choix": "c1"}).status_code == 422
    assert client.page.h1 == "Résultat"
    assert ATTEMPT_SENT_ALREADY in words_of(client.page)
    told = client.post(form["action"], data={**form["fields"], "choix": "c1"}, headers={"X-Requested-With": "fetch"}).get_json()
    assert told["result"] == "/tentatives/1"


def test_after_a_failure_one_plan_then_the_retry_first(world: World) -> None:
    taught = "\n\n".join(
        f"## Passage {n} ? {{#passage-{n}}}\n\n- [x] Oui\n- [ ] Non\n\nLeçon : un-a#{anchor}" for n, anchor in enumerate(("fin", "debut", "fin"), 1)
    )
    client = begin(world, questions=taught)
    client.see("/tentatives/1/recapitulatif")
    page = client.submit(SEND_FOR_GOOD)
    plan = next(section for section in page.all("section") if section.get("class") == "plan")
    assert page.text_of(plan.find("h2")) == "Relisez ces deux passages"
    assert [link.get("href") for link in plan.iter("a")] == ["/lecons/un-a#debut", "/lecons/un-a#fin"]
    result = next(block for block in page.all("div") if "result" in str(block.get("class")))
    assert [(page.text_of(button), button.get("class")) for button in result.iter("button")] == [
        (TAKE_QUIZ_AGAIN, "button"),
        (RETAKE_MISSED, "button-link"),
    ]


def test_what_was_right_is_not_to_be_read_again(world: World) -> None:
    person = world.person()
    world.take(person, QUIZ)
    page = world.client().see("/tentatives/1")
    assert "À relire" not in words_of(page)
    assert "Relisez" not in words_of(page)
