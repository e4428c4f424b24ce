"""Links as a daily check finds them: two failures on different days before one is dead; polite; nothing asked of the network by a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.content.store.disk import CourseFile
from app.identity.rules import Role
from app.learner.reference import library_cli, library_links
from app.learner.reference.library_cli import AGENT, FETCHER, PAUSE, over_the_network, polite
from app.learner.reference.library_links import (
    AT_HOME,
    DAY,
    NOT_ASKED,
    WEEK,
    LinkAnswer,
    LinkCheck,
    LinkHistory,
    LinkState,
    addresses,
    after,
    check,
    check_link,
    is_dead,
)
from tests.record import courses
from tests.record.conftest import either
from tests.record.world import World, words_of
from tests.words import NO_LINK_CHECKED

__all__ = ["either"]

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY, BEFORE = date(2026, 11, 24), date(2026, 11, 23)
WELL, FAILS, DOUBTFUL = (LinkCheck(fails, well) for fails, well in ((False, True), (True, False), (False, False)))


@pytest.mark.parametrize(
    ("known", "found", "expected"),
    [
        (None, WELL, LinkHistory(None, 0, None, NOW + WEEK)),
        (None, FAILS, LinkHistory(TODAY, 1, TODAY, NOW + DAY)),
        (LinkHistory(BEFORE, 1, BEFORE, NOW), FAILS, LinkHistory(BEFORE, 2, TODAY, NOW + DAY)),
        (LinkHistory(TODAY, 1, TODAY, NOW), FAILS, LinkHistory(TODAY, 1, TODAY, NOW + DAY)),
        (LinkHistory(BEFORE, 1, BEFORE, NOW), DOUBTFUL, LinkHistory(BEFORE, 0, None, NOW + WEEK)),
        (LinkHistory(BEFORE, 9, BEFORE, NOW), WELL, LinkHistory(None, 0, None, NOW + WEEK)),
    ],
)
def test_what_is_kept_of_a_check(known: LinkHistory | None, found: LinkCheck, expected: LinkHistory) -> None:
    assert after(known, found, NOW, TODAY) == expected
    assert is_dead(expected.failed_days) == (expected.failed_days > 1)


def test_a_guest_asks_one_thing_at_a_time_and_not_where_it_is_not_wanted() -> None:
    asked, slept = list[str](), list[float]()

    def read(method: str, address: str) -> tuple[LinkAnswer, bytes]:
        asked.append(f"{method} {address}")
        robots = f"User-agent: {AGENT}\nDisallow: /prive\n".encode() if "ferme.fr" in address else b""
        return LinkAnswer(200 if robots or "robots" not in address else 404), robots

    fetch = polite(read, slept.append)
    answers = [fetch("HEAD", address).status for address in ("https://ferme.fr/a", "https://ferme.fr/prive/b", "https://ouvert.fr/prive")]
    assert answers == [200, 403, 200]
    assert asked == ["GET https://ferme.fr/robots.txt", "HEAD https://ferme.fr/a", "GET https://ouvert.fr/robots.txt", "HEAD https://ouvert.fr/prive"]
    assert slept == [PAUSE, PAUSE]


INSIDE = ["127.0.0.1", "10.0.0.8", "169.254.169.254", "0.0.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:8"]


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_ours_is_asked(address: str) -> None:
    assert not library_links.is_public(address)
    assert library_links.is_public("8.8.8.8")
    assert library_links.is_public("2001:4860:4860::8888")


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Who came to a small site of this machine, whose port is taken for one of the Web's; its port first."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.command} {self.path}")
            self.send_response(200 if self.path != "/robots.txt" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(library_links, "PORTS", frozenset({server.server_port}))
        monkeypatch.setattr(library_cli.time, "sleep", lambda _seconds: None)
        seen.append(str(server.server_port))
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


DISGUISES = [
    *("127.0.0.%31:P", "%31%32%37.0.0.1:P", "loc%61lhost:P", "loc%61lhost%3AP", "a@127.0.0.1:P", "a:b@localhost:P", "exemple.fr\\@127.0.0.1:P"),
    *(
        "127.0.0.1:P",
        "127.1:P",
        "0:P",
        "0x7f000001:P",
        "2130706433:P",
        "[::1]:P",
        "[::ffff:127.0.0.1]:P",
        "①②⑦.0.0.1:P",
        "localhost:P",
        "LOCALHOST.:P",
        "0.0.0.0:P",
    ),
    *("127.0.0.1:22", "localhost:8000", "[::1]:6379"),
]


@pytest.mark.parametrize("host", DISGUISES)
def test_whatever_its_spelling_this_machine_is_not_asked(visits: list[str], host: str) -> None:
    fetch, address = over_the_network(5), f"http://{host.replace('P', visits[0])}/ici"
    assert check_link(address, fetch)[0] in (LinkState.DOUBTFUL, LinkState.DEAD)

    def sending(method: str, asked: str) -> LinkAnswer:
        return LinkAnswer(302, location=address) if asked == "https://ailleurs.fr/" else fetch(method, asked)

    assert check_link("https://ailleurs.fr/", sending)[0] in (LinkState.DOUBTFUL, LinkState.DEAD)
    assert visits[1:] == []


def test_a_name_is_resolved_once_and_connected_to_as_it_was_judged(visits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of names says the Internet first, then this machine."""
    said, reached = ["93.184.216.34"], list[object]()

    def resolve(_host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (said.pop() if said else "127.0.0.1", port))]

    def connect(place: object, _timeout: float) -> None:
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(library_links.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(library_links.socket, "create_connection", connect)
    assert over_the_network(5)("HEAD", f"http://piege.fr:{visits[0]}/").reason == AT_HOME
    assert reached == [("93.184.216.34", int(visits[0]))]
    assert visits[1:] == []


def test_a_site_of_the_internet_is_asked(visits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_links, "is_public", lambda _address: True)
    assert over_the_network(5)("HEAD", f"http://localhost:{visits[0]}/été").status == 200
    assert visits[1:] == ["GET /robots.txt", "HEAD /%C3%A9t%C3%A9"]


def test_a_proxy_of_the_machine_is_asked_in_the_place_of_the_site(visits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be in our network: that is where whoever runs the site set it."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{visits[0]}")
    monkeypatch.setattr(library_links, "PORTS", frozenset({80, 443}))
    assert over_the_network(5)("HEAD", "http://exemple.fr/").status == 200
    assert visits[1:] == ["GET http://exemple.fr/robots.txt", "HEAD http://exemple.fr/"]


def test_a_site_that_asks_for_a_pause_gets_it() -> None:
    found = addresses([CourseFile("a.md", "", "https://a.fr/1 https://a.fr/2 https://b.fr/1")])
    reports = check(found, lambda _method, address: LinkAnswer(429 if "a.fr" in address else 200))
    assert [(report.state, report.said) for report in reports] == [
        (LinkState.DOUBTFUL, "réponse 429"), (LinkState.DOUBTFUL, NOT_ASKED), (LinkState.ALIVE, ""),
    ]  # fmt: skip


def test_from_the_first_failure_to_the_mended_link(either: World) -> None:
    """What a trainer reads, night after night."""
    answers: dict[str, LinkAnswer] = {}
    asked: list[str] = []

    def fetch(_method: str, address: str) -> LinkAnswer:
        asked.append(address)
        return answers.get(address, LinkAnswer(200))

    FETCHER.give(either.app, lambda _patience: fetch)
    either.publish(courses.lesson("un-a", body="Voir <https://mort.fr/x>, <https://vif.fr/> et <https://ferme.fr/>."))
    client = either.signed_in(either.person("Une Formatrice", role=Role.TRAINER))
    assert NO_LINK_CHECKED in words_of(client.see("/atelier/liens"))
    answers |= {"https://mort.fr/x": LinkAnswer(404), "https://ferme.fr/": LinkAnswer(403)}
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
    said = {"http://127.0.0.1/": LinkAnswer(403, reason=AT_HOME)}
    FETCHER.give(world.app, lambda _patience: lambda _method, address: said.get(address, LinkAnswer(0, reason="pas de réseau")))
    world.publish(courses.lesson("un-a", body=" ".join(["<http://127.0.0.1/>", *(f"<https://s{number}.fr/>" for number in range(4))])))
    assert "Rien n’est noté" in watch(world)
    world.clock.pass_by(seconds=timedelta(days=1).total_seconds())
    assert NO_LINK_CHECKED in words_of(world.signed_in(world.person("Un Formateur", role=Role.TRAINER)).see("/atelier/liens"))


def test_a_slow_site_makes_no_run_endless_and_each_of_its_links_has_its_turn(world: World) -> None:
    """Ten minutes a question, so that a run has had enough at the third of its four links."""
    asked: list[str] = []

    def fetch(_method: str, address: str) -> LinkAnswer:
        asked.append(address)
        world.clock.pass_by(minutes=10)
        return LinkAnswer(404)

    FETCHER.give(world.app, lambda _patience: fetch)
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
    def fetch(_method: str, address: str) -> LinkAnswer:
        if address.endswith("1"):
            raise InterruptedError
        return LinkAnswer(404)

    FETCHER.give(world.app, lambda _patience: fetch)
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
