"""Links as a daily check finds them: two failures on different days before one is dead; polite; nothing asked of the network by a test."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.content.store.disk import CourseFile
from app.identity.rules import Role
from app.reference.library.asking import AGENT, PAUSE, polite, public
from app.reference.library.cli import FETCHER
from app.reference.library.links import AT_HOME, NOT_ASKED, Answer, LinkState, addresses, check
from app.reference.library.watch.rules import DAY, WEEK, Found, Kept, after, is_dead
from tests.learning import courses
from tests.learning.conftest import either
from tests.learning.world import World, words_of

__all__ = ["either"]

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY, BEFORE = date(2026, 11, 24), date(2026, 11, 23)
WELL, FAILS, DOUBTFUL = (Found(fails, well) for fails, well in ((False, True), (True, False), (False, False)))


@pytest.mark.parametrize(
    ("known", "found", "expected"),
    [
        (None, WELL, Kept(None, 0, None, NOW + WEEK)),
        (None, FAILS, Kept(TODAY, 1, TODAY, NOW + DAY)),
        (Kept(BEFORE, 1, BEFORE, NOW), FAILS, Kept(BEFORE, 2, TODAY, NOW + DAY)),
        (Kept(TODAY, 1, TODAY, NOW), FAILS, Kept(TODAY, 1, TODAY, NOW + DAY)),
        (Kept(BEFORE, 1, BEFORE, NOW), DOUBTFUL, Kept(BEFORE, 0, None, NOW + WEEK)),
        (Kept(BEFORE, 9, BEFORE, NOW), WELL, Kept(None, 0, None, NOW + WEEK)),
    ],
)
def test_what_is_kept_of_a_check(known: Kept | None, found: Found, expected: Kept) -> None:
    assert after(known, found, NOW, TODAY) == expected
    assert is_dead(expected.failed_days) == (expected.failed_days > 1)


def test_a_guest_asks_one_thing_at_a_time_and_not_where_it_is_not_wanted() -> None:
    asked, slept = list[str](), list[float]()

    def read(method: str, address: str) -> tuple[Answer, bytes]:
        asked.append(f"{method} {address}")
        robots = f"User-agent: {AGENT}\nDisallow: /prive\n".encode() if "ferme.fr" in address else b""
        return Answer(200 if robots or "robots" not in address else 404), robots

    fetch = polite(read, lambda host: host != "interne.fr", slept.append)
    assert [fetch("HEAD", address).status for address in ("https://ferme.fr/a", "https://ferme.fr/prive/b", "https://ouvert.fr/prive", "http://interne.fr/")] == [
        200, 403, 200, 403,
    ]  # fmt: skip
    assert asked == ["GET https://ferme.fr/robots.txt", "HEAD https://ferme.fr/a", "GET https://ouvert.fr/robots.txt", "HEAD https://ouvert.fr/prive"]
    assert slept == [PAUSE, PAUSE]


@pytest.mark.parametrize(("host", "is_public"), [("127.0.0.1", False), ("10.0.0.8", False), ("169.254.169.254", False), ("::1", False), ("8.8.8.8", True)])
def test_no_address_of_ours_is_asked(host: str, is_public: bool) -> None:
    assert public(host) is is_public


def test_a_site_that_asks_for_a_pause_gets_it() -> None:
    found = addresses([CourseFile("a.md", "", "https://a.fr/1 https://a.fr/2 https://b.fr/1")])
    reports = check(found, lambda _method, address: Answer(429 if "a.fr" in address else 200))
    assert [(report.state, report.said) for report in reports] == [
        (LinkState.DOUBTFUL, "réponse 429"), (LinkState.DOUBTFUL, NOT_ASKED), (LinkState.ALIVE, ""),
    ]  # fmt: skip


def test_from_the_first_failure_to_the_mended_link(either: World) -> None:
    """What a trainer reads, night after night."""
    answers: dict[str, Answer] = {}
    asked: list[str] = []

    def fetch(_method: str, address: str) -> Answer:
        asked.append(address)
        return answers.get(address, Answer(200))

    either.app.extensions[FETCHER] = lambda _patience: fetch
    either.publish(courses.lesson("un-a", body="Voir <https://mort.fr/x>, <https://vif.fr/> et <https://ferme.fr/>."))
    client = either.signed_in(either.person("Une Formatrice", role=Role.TRAINER))
    assert "Aucun lien n’a encore été vérifié" in words_of(client.see("/atelier/liens"))
    answers |= {"https://mort.fr/x": Answer(404), "https://ferme.fr/": Answer(403)}
    told = []
    for night in range(3):
        asked.clear()
        watch(either)
        page = words_of(client.see("/atelier/liens"))
        told.append(("À confirmer (1)" in page, "Morts (1)" in page, "À ouvrir vous-même (1)" in page, sorted(set(asked))))
        either.clock.pass_by(days=1)
        assert "depuis le 24" in page, night
    everything = ["https://ferme.fr/", "https://mort.fr/x", "https://vif.fr/"]
    assert told == [(True, False, True, everything), (False, True, True, ["https://mort.fr/x"]), (False, True, True, ["https://mort.fr/x"])]
    assert client.page.link("un-a").endswith("/atelier/documents/un-a")
    either.publish(courses.lesson("un-a", body="Voir <https://vif.fr/>."))
    watch(either)
    assert "Aucun lien mort, sur 1" in words_of(client.see("/atelier/liens"))


def test_a_machine_without_a_network_says_so_and_accuses_nobody(world: World) -> None:
    """An address of its own, which it never asks, proves nothing."""
    said = {"http://127.0.0.1/": Answer(403, reason=AT_HOME)}
    world.app.extensions[FETCHER] = lambda _patience: lambda _method, address: said.get(address, Answer(0, reason="pas de réseau"))
    world.publish(courses.lesson("un-a", body=" ".join(["<http://127.0.0.1/>", *(f"<https://s{number}.fr/>" for number in range(4))])))
    assert "Rien n’est noté" in watch(world)
    world.clock.pass_by(seconds=timedelta(days=1).total_seconds())
    assert "Aucun lien n’a encore été vérifié" in words_of(world.signed_in(world.person("Un Formateur", role=Role.TRAINER)).see("/atelier/liens"))


def test_a_slow_site_makes_no_run_endless_and_each_of_its_links_has_its_turn(world: World) -> None:
    """Ten minutes a question, so that a run has had enough at the third of its four links."""
    asked: list[str] = []

    def fetch(_method: str, address: str) -> Answer:
        asked.append(address)
        world.clock.pass_by(minutes=10)
        return Answer(404)

    world.app.extensions[FETCHER] = lambda _patience: fetch
    slow = [f"https://lent.fr/{number}" for number in range(4)]
    world.publish(courses.lesson("un-a", body=" ".join(f"<{address}>" for address in slow)))
    nights = []
    for _night in range(2):
        asked.clear()
        assert "dont 3 en échec" in watch(world)
        nights.append(list(dict.fromkeys(asked)))
        world.clock.pass_by(days=1)
    assert nights == [slow[:3], [slow[3], *slow[:2]]]


def test_what_was_answered_before_a_run_broke_off_is_kept(world: World) -> None:
    def fetch(_method: str, address: str) -> Answer:
        if address.endswith("1"):
            raise InterruptedError
        return Answer(404)

    world.app.extensions[FETCHER] = lambda _patience: fetch
    world.publish(courses.lesson("un-a", body="<https://a.fr/0> <https://a.fr/1> <https://a.fr/2>"))
    with pytest.raises(InterruptedError):
        watch(world)
    page = words_of(world.signed_in(world.person("Un Formateur", role=Role.TRAINER)).see("/atelier/liens"))
    assert "À confirmer (1)" in page
    assert "https://a.fr/0" in page


def watch(world: World) -> str:
    result = world.app.test_cli_runner().invoke(args=["library", "watch"], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output
