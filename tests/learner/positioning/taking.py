"""Pools of the small course, and somebody who takes the test, through the services or through the pages."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import select

from app.content.store.queries import course
from app.learner.positioning import services
from app.learner.positioning.models import Positioning, PositioningAnswer, PositioningResult, rows_of
from app.learner.positioning.rules import Proposal, WaiverDecision
from tests.record import courses
from tests.record.courses import Text
from tests.record.world import World
from tests.strict import Page, StrictClient
from tests.words import BEGIN_POSITIONING, DO_NOT_KNOW

HOME = "/positionnement"
MODULES = ("mod-un", "mod-deux")
PLACE = re.compile(r'action="/positionnement/(\d+)/questions/(\d+)"')


def pool(module: str, written: str = "", each: int = 2) -> Text:
    """Typed questions, `each` a level: « Bonne 2-1 mod-un » is right. `written` stands in every statement."""
    made = (
        f"## Question {level}-{number} sur {module} {written}? {{#{module}-q{level}-{number}}}\n\nRéponse : Bonne {level}-{number} {module}{written}\n\nNiveau : {level}"
        for level in (1, 2, 3)
        for number in range(1, each + 1)
    )
    return courses.quiz(f"positionnement-{module}", module=module, questions="\n\n".join(made), tentatives=0, correction="jamais")


def pools() -> tuple[Text, ...]:
    """« mod-un » is of the city's history, « mod-deux » of the schools'."""
    return (
        courses.module("mod-un", ["un-a", "un-b"], history="politique-de-la-ville"),
        courses.module("mod-deux", ["deux-a"], quiz="deux-final", history="education-prioritaire"),
        courses.COVER,
        *(pool(module) for module in MODULES),
    )


def right(row: PositioningAnswer, written: str = "") -> dict[str, list[str]]:
    module, _, question = row.question_id.rpartition("-q")
    return {"texte": [f"Bonne {question} {module}{written}"]}


def take(world: World, person: int, knows: Collection[str] = ("mod-un",), module: str = "") -> dict[str, int]:
    """The whole test of somebody who knows these modules; module → result."""
    test = world.write(lambda session: services.begin(session, course(session), person, module, seed=3, now=world.clock.now()).id)
    while row := waiting(world, test):
        fields = right(row) if row.module_id in knows else None
        world.clock.pass_by(seconds=20)
        world.write(
            lambda session, row=row, fields=fields: services.answer(session, course(session), person, test, row.position, fields, now=world.clock.now())
        )
    return {row.module_id: row.id for row in world.read(lambda session: session.scalars(select(PositioningResult).filter_by(positioning_id=test)).all())}


def waiting(world: World, test: int) -> PositioningAnswer | None:
    return world.read(lambda session: next((row for row in rows_of(session, test) if row.answered_at is None), None))


def decide(world: World, person: int, result: int, wanted: WaiverDecision) -> None:
    world.do(lambda session, course, who, now: services.decide(session, course, who, result, wanted, now=now), person)


def revoke(world: World, person: int, result: int, actor: int, reason: str = "Vu en entretien.") -> None:
    world.do(lambda session, course, who, now: services.revoke(session, course, who, result, actor_id=actor, reason=reason, now=now), person)


def found(world: World, result: int) -> tuple[Proposal, WaiverDecision]:
    row = world.read(lambda session: session.get_one(PositioningResult, result))
    return row.proposal, row.decision


def begin(client: StrictClient, words: str = BEGIN_POSITIONING) -> Page:
    client.see(HOME)
    return client.submit(words)


def answer_all(world: World, client: StrictClient, knows: Collection[str] = ("mod-un",)) -> Page:
    """From the question that is shown to the result."""
    for _ in range(20):
        place = PLACE.search(client.page.html)
        if place is None:
            return client.page
        row = waiting(world, int(place[1]))
        assert row is not None
        if row.module_id in knows:
            client.submit("Répondre", **right(row))
        else:
            client.submit(DO_NOT_KNOW)
    raise AssertionError("this test does not end")


def send(client: StrictClient, path: str, status: int, **fields: str) -> str:
    """POST by hand, with the token of a page; gives where it leads."""
    client.see(HOME)
    token = next(field.get("value") for field in client.page.all("input") if field.get("name") == "csrf_token")
    response = client.post(path, data={"csrf_token": token, **fields})
    assert response.status_code == status, f"{path}: {response.status_code}"
    return str(response.headers.get("Location", ""))


def all_tests(world: World) -> list[Positioning]:
    return list(world.read(lambda session: session.scalars(select(Positioning).order_by(Positioning.id)).all()))
