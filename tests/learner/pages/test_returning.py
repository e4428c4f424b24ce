"""What brings somebody back, on the tenth and on the sixtieth day, and what stays silent before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.identity.models import Membership
from app.learner.home.returning import Knowledge, known_then_and_now
from app.network.atlas import territory_of
from app.network.directory import ContactChoice, DirectoryEntry
from app.platform.french import day_of
from tests.learner.notebook.lessons import asking
from tests.learner.visitors.conftest import site
from tests.record.conftest import clock, empty, world
from tests.record.world import World, words_of

__all__ = ["clock", "empty", "site", "world"]

FIRST = date(2026, 11, 24)
DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answers", "known"),
    [
        ([], None),
        ([("a", 0, True)], None),
        ([("a", 0, True), ("b", 3, True)], (1, 2)),
        ([("a", 0, False), ("a", 3, True)], (0, 1)),
        ([("a", 0, True), ("a", 3, False)], None),
        ([("a", 3, True), ("a", 0, False), ("a", 5, False)], None),
        ([("a", 0, True), ("a", 2, False), ("b", 3, True), ("c", 3, True)], (1, 2)),
    ],
)
def test_what_one_knew_is_what_one_answered_last_on_the_first_day(answers: list[tuple[str, int, bool]], known: tuple[int, int] | None) -> None:
    given = [((name, ""), DAY + timedelta(days=days), right) for name, days, right in answers]
    assert known_then_and_now(given, FIRST) == (Knowledge(FIRST, *known) if known else None)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 20), st.booleans())))
def test_no_more_is_known_than_was_asked(answers: list[tuple[str, int, bool]]) -> None:
    found = known_then_and_now([((name, ""), DAY + timedelta(days=days, minutes=number), right) for number, (name, days, right) in enumerate(answers)], FIRST)
    assert found is None or 0 <= found.then < found.now <= len({name for name, _, _ in answers})


def test_the_tenth_day_says_what_one_knew_and_knows(world: World) -> None:
    person = world.person()
    world.finish(person, "un-a")
    world.clock.pass_by(days=1)
    world.take(person, "un-a-quiz")
    said = "Depuis le 24 novembre 2026, vous avez appris à répondre à"
    assert said not in words_of(world.client().see("/"))
    world.clock.pass_by(days=9)
    assert said in words_of(world.client().see("/"))


def test_the_sixtieth_day_leads_back_to_the_territory_and_to_peers_who_agreed(site: World) -> None:
    site.publish(asking())
    person, peer, silent = site.person(), site.person("Nora Haddad"), site.person("Paul Muet")

    def appear(session: Session) -> None:
        lens = territory_of(site.course().network.cites[0])
        now = site.clock.now()
        session.add_all(Membership(person_id=one, territory_id=lens, started_on=day_of(now)) for one in (peer, silent))
        session.add(DirectoryEntry(person_id=peer, function="", help_with="Un conseil d’enfants", contact=ContactChoice.SITE, agreed_at=now, saved_at=now))

    site.write(appear)
    site.finish(person, "un-a")
    site.clock.pass_by(days=59)
    assert "Sur votre territoire" not in words_of(site.client().see("/"))
    site.clock.pass_by(days=1)
    page = site.client().see("/")
    assert "Votre fiche de territoire attend sa première réponse :" in words_of(page)
    assert page.link("Nora Haddad, Lens") == "/reseau/lens#personnes"
    assert "Un conseil d’enfants" in words_of(page)
    assert "Paul Muet" not in page.html
    assert site.seen(person_id=peer, what="learning.home") == 1
