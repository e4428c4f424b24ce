"""Two years of an attestation: fresh, stale, refreshed by what changed. What was obtained stays."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

import pytest
from joserfc import jws
from pypdf import PdfReader
from sqlalchemy import select

from app.identity.rules import Role
from app.platform.db import writing
from app.record import attestation_issuing, badges
from app.record.progress.models import Attestation
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import ATTESTATION_UP_TO_DATE

PLACE = "/progression/rafraichir"
BUTTON = "Rafraîchir mon attestation"


VALID = courses.path(["mod-un", "mod-deux"], validity="12 mois")


@pytest.fixture
def holder(world: World) -> int:
    world.publish(VALID)
    return world.graduate()


def at(world: World, moment: datetime) -> StrictClient:
    """The holder's browser, signed in at that moment: sessions end before attestations do."""
    world.clock.moment = moment
    return world.client()


def attestation(world: World) -> Attestation:
    return world.read(lambda session: session.scalars(select(Attestation).where(Attestation.subject_id == "acculturation")).one())


def shown(world: World) -> str:
    page = world.app.test_client().get(f"/attestations/{attestation(world).id}")
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


LAST, AFTER = datetime(2027, 11, 24, 22, 59, tzinfo=UTC), datetime(2027, 11, 24, 23, tzinfo=UTC)
"""The last minute of the last day in Paris, and the next one."""


def test_from_the_first_day_to_the_one_after_the_last(world: World, holder: int) -> None:
    client = world.client()
    assert "Valable jusqu’au 24 novembre 2027" in shown(world)
    assert "valable" not in words_of(client.see("/")), "nothing to do yet"
    assert "Rien d’autre à faire pour l’instant" in words_of(client.see(PLACE))
    assert "Votre attestation est valable jusqu’au 24 novembre 2027" in words_of(at(world, LAST).see("/"))
    client = at(world, AFTER)
    assert "Votre attestation est à rafraîchir depuis le 25 novembre 2027" in words_of(client.see("/"))
    assert "À rafraîchir depuis le 25 novembre 2027" in words_of(client.see("/progression"))
    assert "à rafraîchir depuis le 25 novembre 2027 : la formation a bien été suivie" in shown(world)


def test_what_changed_is_read_again_then_it_counts_anew(world: World, holder: int) -> None:
    before, client = world.progress(holder), at(world, AFTER)
    world.publish(courses.rewritten(courses.lesson("un-b")), change="à relire")
    world.publish(courses.lesson("un-c"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    page = client.see(PLACE)
    assert "2 étapes à voir, 20 minutes environ." in words_of(page)
    assert BUTTON not in [page.text_of(button) for button in page.all("button")]
    with pytest.raises(attestation_issuing.NotFinished):
        world.do(attestation_issuing.refresh, holder)
    for lesson in ("un-b", "un-c"):
        world.finish(holder, lesson)
    assert "Vous avez tout revu." in words_of(client.see(PLACE))
    assert ATTESTATION_UP_TO_DATE in words_of(client.submit(BUTTON))
    told = shown(world)
    for words in ("Rafraîchie le 25 novembre 2027, après avoir revu 2 étapes nouvelles ou changées", "Valable jusqu’au 25 novembre 2028", "24 novembre 2026"):
        assert words in told
    assert world.progress(holder).done >= before.done
    assert world.progress(holder).complete

    client = at(world, datetime(2028, 11, 26, 9, tzinfo=UTC))
    assert "Rien n’a changé depuis" in words_of(client.see(PLACE))
    client.submit("J’ai relu l’essentiel : rafraîchir mon attestation")
    assert "rien n’ayant changé" in shown(world)
    assert [row[2] for row in attestation(world).renewals] == [2, 0]


def test_at_once_it_is_refreshed_once(world: World, holder: int) -> None:
    world.clock.moment = datetime(2028, 1, 1, 9, tzinfo=UTC)
    for _ in range(2):
        world.do(attestation_issuing.refresh, holder)
    assert len(attestation(world).renewals) == 1


def test_a_changed_quiz_is_passed_again(world: World, holder: int) -> None:
    client = at(world, AFTER)
    path, text = courses.quiz("un-a-quiz", lesson="un-a")
    world.publish((path, text.replace("?", " exactement ?")), change="à relire")
    assert "à réussir de nouveau : il a changé" in words_of(client.see(PLACE))
    world.take(holder, "un-a-quiz", share=0)
    with pytest.raises(attestation_issuing.NotFinished):
        world.do(attestation_issuing.refresh, holder)
    world.take(holder, "un-a-quiz")
    world.do(attestation_issuing.refresh, holder)
    assert len(attestation(world).renewals) == 1


def test_nobody_is_asked_for_an_attempt_that_a_quiz_does_not_give(world: World, holder: int) -> None:
    limited = courses.quiz("un-a-quiz", lesson="un-a", tentatives=1)
    client = at(world, AFTER)
    world.publish((limited[0], limited[1].replace("?", " exactement ?")), change="à relire")
    assert "aucune tentative ne vous reste : rien à faire" in words_of(client.see(PLACE))
    assert ATTESTATION_UP_TO_DATE in words_of(client.submit(BUTTON))


def test_on_paper_and_in_the_badge(world: World, holder: int) -> None:
    with world.app.app_context(), writing() as session:
        badges.prepare_key(session, world.app.config["CROISEE"].instance_path, world.clock.now(), bits=2048)
    visitor, own = world.app.test_client(), f"/attestations/{attestation(world).id}"
    sheet = PdfReader(io.BytesIO(visitor.get(f"{own}/attestation.pdf").data)).pages[0].extract_text()
    assert "24 novembre 2027" in " ".join(sheet.split())
    claims = json.loads(jws.extract_compact(visitor.get(f"{own}/badge/jwt").data).payload)
    assert claims["validUntil"] == "2027-11-24T23:00:00Z"
    assert claims["exp"] == datetime(2027, 11, 24, 23, tzinfo=UTC).timestamp()


def test_who_looks_after_people_sees_it(world: World, holder: int) -> None:
    world.clock.moment = AFTER
    reader = world.person("Ada Admin", role=Role.ADMINISTRATOR, enrolled=False)
    assert "à rafraîchir depuis le 25 novembre 2027" in words_of(world.signed_in(reader).see(f"/pilotage/personnes/{holder}"))


def test_without_validity_there_is_nothing_to_refresh(world: World) -> None:
    world.graduate()
    client = world.client()
    assert client.get(PLACE).status_code == 404
