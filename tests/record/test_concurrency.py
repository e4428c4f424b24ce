"""The same thing sent twenty times at once, over HTTP, on each database: one answer, one grade, one attestation, one row of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.assessment.models import Attempt, AttemptRequest, Response
from app.platform.db import db
from app.platform.french import with_french_spaces
from app.record.progress.models import Attestation, Enrolment, LearningEvent
from app.record.progress.rules import EventType, Progress, ProgressState
from tests.record import courses
from tests.record.world import World
from tests.strict import StrictClient
from tests.words import ASK_ATTEMPT, LESSON_READ, SAVE_AND_GO_ON, SEND_FOR_GOOD

TWENTY = 20


@pytest.fixture
def client(either: World) -> StrictClient:
    either.person()
    return either.client()


def at_once(world: World, client: StrictClient, action: str, fields: Callable[[int], dict[str, Any]], count: int = TWENTY) -> list[TestResponse]:
    """The same session posts `count` times at one moment."""
    cookie = client.get_cookie("croisee")
    assert cookie

    def post(number: int) -> TestResponse:
        other = world.app.test_client()
        other.set_cookie("croisee", cookie.value)
        return other.post(action, data=fields(number))

    return world.together(count, post)


def same(responses: list[TestResponse]) -> tuple[int, str]:
    """They all answered alike; what they answered."""
    answers = {(response.status_code, response.headers.get("Location", "")) for response in responses}
    assert len(answers) == 1, answers
    return answers.pop()


def test_one_answer(either: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    form = client.page.form(SAVE_AND_GO_ON)
    sent = {**form["fields"], **dict(either.answers(1, 1)[0][1])}
    assert same(at_once(either, client, form["action"], lambda _number: sent)) == (303, "/tentatives/1/questions/2")
    assert either.count(Response) == 1


def test_twenty_different_answers_are_kept_in_some_order_and_the_last_counts(either: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    form = client.page.form(SAVE_AND_GO_ON)
    choices = ["c1", "c2"]
    same(at_once(either, client, form["action"], lambda number: {**form["fields"], "key": f"k{number}", "choix": choices[number % 2]}))
    rows = either.read(lambda session: list(session.query(Response.seq, Response.readable).order_by(Response.seq)))
    assert [seq for seq, _readable in rows] == list(range(1, len(rows) + 1))
    recap = client.see("/tentatives/1/recapitulatif")
    assert with_french_spaces(rows[-1][1]) in recap.html


def test_one_attempt(either: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    form = client.page.form("Commencer")
    assert same(at_once(either, client, form["action"], lambda _number: form["fields"])) == (303, "/tentatives/1/questions/1")
    assert either.count(Attempt) == 1


def test_one_grade_one_completion_one_attestation(either: World, client: StrictClient) -> None:
    for element in ("un-a", "un-b"):
        either.finish(1, element)
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    for position, answer in either.answers(1, 1):
        client.see(f"/tentatives/1/questions/{position}")
        client.submit(SAVE_AND_GO_ON, **answer)
    form = client.page.form(SEND_FOR_GOOD)
    assert same(at_once(either, client, form["action"], lambda _number: form["fields"])) == (303, "/tentatives/1")
    assert either.events(1, "un-a-quiz") == [EventType.VIEWED, EventType.SUBMITTED, EventType.PASSED]
    assert either.state(1, "un-a-quiz") == ProgressState.COMPLETE_PASS
    assert either.count(Attestation) == 1
    assert either.standing(1).progress["un-a-quiz"].attempts == 1


def test_a_lesson_is_read_once(either: World, client: StrictClient) -> None:
    for element in ("un-a", "un-a-quiz"):
        either.finish(1, element)
    form = client.see("/lecons/un-b").form(LESSON_READ)
    assert same(at_once(either, client, form["action"], lambda _number: form["fields"])) == (303, "/lecons/un-b#suite")
    assert either.count(LearningEvent, element_id="un-b", event="read") == 1
    assert either.count(Attestation) == 1
    assert either.progress(1) == Progress(3, 6)


def test_the_limit_of_attempts_holds(either: World, client: StrictClient) -> None:
    """Starting and sending at once, over and over: never more attempts than the limit, and one grade each."""
    either.publish(courses.quiz("un-a-quiz", lesson="un-a", tentatives=2))
    start = client.see("/quiz/un-a-quiz").form("Commencer")
    token = {"csrf_token": start["fields"]["csrf_token"]}

    def post(number: int) -> tuple[str, dict[str, Any]]:
        return [(start["action"], token), ("/tentatives/1/envoi", token), ("/tentatives/2/envoi", token)][number % 3]

    cookie = client.get_cookie("croisee")
    assert cookie

    def work(number: int) -> int:
        other = either.app.test_client()
        other.set_cookie("croisee", cookie.value)
        return max(other.post(action, data=fields).status_code for action, fields in map(post, range(number, number + 6)))

    assert set(either.together(8, work)) <= {303, 404, 422}
    attempts = either.read(lambda session: list(session.query(Attempt.number, Attempt.submitted_at).order_by(Attempt.number)))
    assert [number for number, _at in attempts] == [1, 2]
    for number in (1, 2):
        assert either.count(LearningEvent, attempt_id=number, event="submitted") <= 1
        assert either.count(LearningEvent, attempt_id=number, event="failed") <= 1


def test_one_request(either: World, client: StrictClient) -> None:
    either.publish(courses.quiz("un-a-quiz", lesson="un-a", tentatives=1))
    either.take(1, "un-a-quiz", share=0)
    form = client.see("/quiz/un-a-quiz").form(ASK_ATTEMPT)
    same(at_once(either, client, form["action"], lambda _number: form["fields"]))
    assert either.count(AttemptRequest) == 1


def test_one_enrolment_when_somebody_signs_in_everywhere_at_once(either: World) -> None:
    either.person("Karim Nouveau", enrolled=False)

    def arrive(_number: int) -> int:
        return either.client("Karim Nouveau").get("/").status_code

    assert set(either.together(6, arrive)) == {200}
    assert either.count(Enrolment) == 1


def test_a_form_holds_the_lock_for_its_act_alone(world: World) -> None:
    """Who sends it, and what the course is, are read before, while others may write."""
    world.person()
    client = world.client()
    form = client.see("/lecons/un-a").form(LESSON_READ)
    sent: list[str] = []
    with world.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    client.post(form["action"], data=form["fields"])
    assert sent.count("ROLLBACK") == 1, "the reading ends there, and the turn begins"
    before, held = " ".join(sent[: (turn := sent.index("ROLLBACK"))]), " ".join(sent[turn + 1 :])
    assert "person_role" in before
    assert "content_state" in before
    assert "content_state" not in held
