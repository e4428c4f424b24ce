"""Half past midnight in Paris is the day before in UTC: every page is on the day that its reader lives."""

from __future__ import annotations

from datetime import UTC, datetime

from app.identity.rules import Role
from tests.record import courses
from tests.record.world import World, words_of

HALF_PAST_MIDNIGHT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
BODY = "Un fait.[^s1]\n\n[^s1]: Un rapport, 2020 (vérifié : 2025-11 ; à revoir : 2026-12)"


def test_reader_preview_and_review_are_on_the_same_day(world: World) -> None:
    world.publish(courses.lesson("un-b", body=BODY))
    world.clock.moment = HALF_PAST_MIDNIGHT
    world.person()
    trainer = world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))
    text = trainer.see("/atelier/documents/un-b").form("Enregistrer")["fields"]["text"].removeprefix("\n")
    trainer.submit("Enregistrer", text=text.replace("Un fait.", "Un autre fait."))
    pages = world.client().see("/lecons/un-b"), trainer.see("/atelier/documents/un-b/apercu"), trainer.see("/atelier/documents/un-b/relecture")
    assert ["revérifier depuis décembre 2026" in words_of(page) for page in pages] == [True] * 3
