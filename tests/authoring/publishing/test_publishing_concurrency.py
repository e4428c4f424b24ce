"""Publications at one moment, over HTTP, on each database: one is made, the others are led to a merge, and nothing is lost."""

from __future__ import annotations

from typing import Any

from app.authoring.models import Draft
from app.identity.rules import Role
from tests.authoring.trainers import draft, published_text, texts_of
from tests.record.world import World
from tests.strict import StrictClient
from tests.words import PUBLISH_NOW

TRAINERS = 6


def ready(world: World, number: int) -> tuple[StrictClient, dict[str, Any]]:
    """A trainer with a draft of « un-a », and the form that publishes it."""
    author = world.person(f"Formateur {number}", role=Role.TRAINER, enrolled=False)
    draft(world, author, "un-a", lambda text: text.replace("Des faits.", f"Des faits de {number}."))
    client = world.signed_in(author)
    client.see("/atelier/documents/un-a/relecture")
    return client, client.page.form(PUBLISH_NOW)


def test_six_trainers_publish_one_text(either: World) -> None:
    sent = [ready(either, number) for number in range(TRAINERS)]
    places = either.together(TRAINERS, lambda number: sent[number][0].post(sent[number][1]["action"], data=sent[number][1]["fields"]).headers["Location"])
    made = [number for number, place in enumerate(places) if place == "/atelier?sur=un-a"]
    assert len(made) == 1
    assert sum(place.endswith("/fusion") for place in places) == TRAINERS - 1
    assert texts_of(either, "un-a") == 2
    assert f"Des faits de {made[0]}." in published_text(either, "un-a")
    assert either.count(Draft) == TRAINERS - 1, "every other draft is whole, and leads to a merge"


def test_one_trainer_clicks_twenty_times(either: World) -> None:
    client, form = ready(either, 0)
    cookie = client.get_cookie("croisee")
    assert cookie

    def post(_number: int) -> tuple[int, str]:
        other = either.app.test_client()
        other.set_cookie("croisee", cookie.value)
        answer = other.post(form["action"], data=form["fields"])
        return answer.status_code, answer.headers.get("Location", "")

    assert set(either.together(20, post)) == {(303, "/atelier?sur=un-a")}
    assert texts_of(either, "un-a") == 2


def test_different_texts_are_published_at_once_and_the_course_has_them_all(either: World) -> None:
    author = either.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    sent = []
    for document in ("un-a", "un-b", "deux-a"):
        draft(either, author, document, lambda text: text.replace("Des faits.", "Des faits ensemble."))
        client = either.signed_in(author)
        client.see(f"/atelier/documents/{document}/relecture")
        sent.append((client, client.page.form(PUBLISH_NOW)))
    answers = either.together(3, lambda number: sent[number][0].post(sent[number][1]["action"], data=sent[number][1]["fields"]).status_code)
    assert answers == [303] * 3
    assert all("Des faits ensemble." in either.course().lessons[document].body.text for document in ("un-a", "un-b", "deux-a"))
