"""Presences: a list, a code that works five minutes and once a person, its link, the sheet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from app.identity import tries
from app.network.meetings.models import Meeting
from app.network.meetings.rules import Means, Presence
from tests.network.meetings.meeting import announced, ask, held, presence, stored, trainer
from tests.record.conftest import clock, empty, world
from tests.record.world import World, words_of
from tests.words import NOTE_PRESENCE, PRESENCE_NOTED

__all__ = ["clock", "empty", "world"]


@pytest.fixture
def room(world: World) -> tuple[World, int, int]:
    """A world at the hour of a meeting, the meeting, and who holds it."""
    actor = trainer(world)
    return world, announced(world, actor, world.clock.now() + timedelta(minutes=30)), actor


def show(world: World, meeting: int, actor: int) -> str:
    """A code is shown; its six digits."""
    client = world.signed_in(actor)
    client.see(f"/rencontres/{meeting}/presences")
    page = client.submit("Montrer un code dans la salle")
    code = world.read(lambda session: session.scalars(select(Meeting.code).where(Meeting.id == meeting)).one())
    assert f"{code[:3]} {code[3:]}" in words_of(page)
    return code


def test_a_code_works_once_a_person_and_five_minutes(room: tuple[World, int, int]) -> None:
    world, meeting, actor = room
    anna, bilal = world.person("Anna Un"), world.person("Bilal Deux")
    client, late = world.signed_in(anna), world.signed_in(bilal)
    code = show(world, meeting, actor)
    for each in (client, late):
        each.see(f"/rencontres/{meeting}")
    page = client.submit(NOTE_PRESENCE, code=f"{code[:3]} {code[3:]}")
    assert PRESENCE_NOTED in page.text
    row = held(world, meeting, anna)
    assert row is not None
    assert (row.presence, row.means) == (Presence.PRESENT, Means.CODE)
    world.clock.pass_by(minutes=5)
    page = late.submit(NOTE_PRESENCE, 422, code=code)
    assert "ne sert plus" in page.text
    assert presence(world, meeting, bilal) is Presence.UNKNOWN


def test_the_same_code_a_second_time_says_so(room: tuple[World, int, int]) -> None:
    world, meeting, actor = room
    world.app.config["WTF_CSRF_ENABLED"] = False
    anna = world.person("Anna Un")
    code, client = show(world, meeting, actor), world.signed_in(anna)
    for _ in range(2):
        assert client.post(f"/rencontres/{meeting}/presence", data={"code": code}).status_code == 303
    assert "était déjà notée" in client.see(f"/rencontres/{meeting}").text


def test_a_code_cannot_be_guessed(room: tuple[World, int, int]) -> None:
    """Beyond some wrong ones the right one is refused too, for a while, and for that person alone."""
    world, meeting, actor = room
    world.app.config |= {"WTF_CSRF_ENABLED": False, "CROISEE": replace(world.app.config["CROISEE"], login_limit="10 per minute")}
    tries.init_app(world.app)
    code = show(world, meeting, actor)
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    client, other = world.signed_in(world.person("Anna Un")), world.signed_in(world.person("Bilal Deux"))
    answers = [client.post(f"/rencontres/{meeting}/presence", data={"code": wrong}).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    assert client.post(f"/rencontres/{meeting}/presence", data={"code": code}).status_code == 429
    assert other.post(f"/rencontres/{meeting}/presence", data={"code": code}).status_code == 303


def test_the_link_does_what_the_code_does_and_for_as_long(room: tuple[World, int, int]) -> None:
    world, meeting, actor = room
    show(world, meeting, actor)
    shown = world.signed_in(actor).see(f"/rencontres/{meeting}/code")
    (address,) = {link.get("href") for link in shown.all("a") if "/presence/" in (link.get("href") or "")}
    path = address.removeprefix("http://localhost")
    anna, bilal = world.person("Anna Un"), world.person("Bilal Deux")
    client = world.signed_in(anna)
    client.see(path)
    assert presence(world, meeting, anna) is Presence.UNKNOWN
    client.submit("Je suis là")
    assert presence(world, meeting, anna) is Presence.PRESENT
    world.clock.pass_by(minutes=5)
    assert "n’est plus valable" in world.signed_in(bilal).see(path).text
    world.signed_in(bilal).see("/rencontres/presence/autre", 404)


def test_the_list_and_an_absence_that_is_excused(room: tuple[World, int, int]) -> None:
    world, meeting, actor = room
    anna, bilal, guest = world.person("Anna Un"), world.person("Bilal Deux"), world.person("Chloe Trois")
    ask(world, meeting, anna)
    ask(world, meeting, bilal)
    client = world.signed_in(actor)
    client.see(f"/rencontres/{meeting}/presences")
    page = client.submit("Enregistrer les présences", **{f"presence-{anna}": "présent", f"presence-{bilal}": "excusé"})
    assert "1 présente" in words_of(page)
    page = client.submit("La noter présente", 422, address="personne@croisee.example")
    assert "Aucun compte ouvert" in page.text
    assert "personne@croisee.example" in page.html
    client.submit("La noter présente", address="chloe.trois@croisee.example")
    assert [presence(world, meeting, each) for each in (anna, bilal, guest)] == [Presence.PRESENT, Presence.EXCUSED, Presence.PRESENT]
    assert "Absence excusée" in world.signed_in(bilal).see(f"/rencontres/{meeting}").text
    assert world.seen(person_id=bilal, what="attendance.attendance") >= 1


def test_nobody_is_there_a_day_before(world: World) -> None:
    actor = trainer(world)
    meeting = announced(world, actor)
    anna = world.person("Anna Un")
    ask(world, meeting, anna)
    client = world.signed_in(actor)
    assert "à partir d’une heure avant" in client.see(f"/rencontres/{meeting}/presences").text
    world.app.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"/rencontres/{meeting}/code").status_code == 409
    assert client.post(f"/rencontres/{meeting}/presences", data={f"presence-{anna}": "présent"}).status_code == 409
    assert stored(world, meeting).code == ""


def test_the_sheet_to_sign(room: tuple[World, int, int]) -> None:
    world, meeting, actor = room
    anna = world.person("Anna Un")
    ask(world, meeting, anna)
    response = world.signed_in(actor).get(f"/rencontres/{meeting}/feuille.pdf")
    assert response.data.startswith(b"%PDF-")
    assert response.headers["Cache-Control"] == "no-store"
    assert world.seen(person_id=anna, what="attendance.sheet") == 1
    assert world.signed_in(anna).get(f"/rencontres/{meeting}/feuille.pdf").status_code == 404
