"""Links that live, moved and died, told by file and line; no test asks the network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from app.content.store.disk import CourseFile
from app.learner.reference.library_cli import FETCHER
from app.learner.reference.library_links import LinkAnswer, LinkState, addresses, check, check_link, lines

SITE = {
    "https://vif.fr/": LinkAnswer(200),
    "https://tete.fr/": LinkAnswer(405),
    "https://bouge.fr/": LinkAnswer(301, "/ailleurs"),
    "https://bouge.fr/ailleurs": LinkAnswer(200),
    "https://detour.fr/": LinkAnswer(302, "https://vif.fr/"),
    "https://tourne.fr/": LinkAnswer(301, "https://tourne.fr/"),
    "https://mort.fr/": LinkAnswer(404),
    "https://muet.fr/": LinkAnswer(0, reason="délai dépassé"),
    "https://ferme.fr/": LinkAnswer(403),
    "https://panne.fr/": LinkAnswer(503),
    "https://sort.fr/": LinkAnswer(302, "file:///etc/passwd"),
    "https://vide.fr/": LinkAnswer(302),
    "https://casse.fr/": LinkAnswer(301, "http://[casse"),
}


def fetch(method: str, address: str) -> LinkAnswer:
    return LinkAnswer(200) if (method, address) == ("GET", "https://tete.fr/") else SITE[address]


@pytest.mark.parametrize(
    ("address", "state", "said"),
    [
        ("https://vif.fr/", LinkState.ALIVE, ""),
        ("https://tete.fr/", LinkState.ALIVE, ""),
        ("https://bouge.fr/", LinkState.MOVED, "déplacé vers https://bouge.fr/ailleurs"),
        ("https://detour.fr/", LinkState.ALIVE, ""),
        ("https://tourne.fr/", LinkState.DEAD, "plus de 5 redirections"),
        ("https://mort.fr/", LinkState.DEAD, "réponse 404"),
        ("https://muet.fr/", LinkState.DEAD, "délai dépassé"),
        ("https://ferme.fr/", LinkState.DOUBTFUL, "réponse 403"),
        ("https://panne.fr/", LinkState.DOUBTFUL, "réponse 503"),
        ("https://sort.fr/", LinkState.DEAD, "renvoie hors du Web"),
        ("https://vide.fr/", LinkState.ALIVE, ""),
        ("https://casse.fr/", LinkState.DEAD, "adresse mal formée"),
        ("http://[casse", LinkState.DEAD, "adresse mal formée"),
    ],
)
def test_what_a_site_answers_decides(address: str, state: LinkState, said: str) -> None:
    assert check_link(address, fetch) == (state, said)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Voir <https://a.fr/x>.", ["https://a.fr/x"]),
        ("[texte](https://a.fr/x_(y)), puis", ["https://a.fr/x_(y)"]),
        ("(https://a.fr/x)", ["https://a.fr/x"]),
        ("lien : https://a.fr/x?b=1&c=2#d", ["https://a.fr/x?b=1&c=2#d"]),
        ("« https://a.fr » ; https://b.fr.", ["https://a.fr", "https://b.fr"]),
        ("[texte](ep-origines), mailto:a@b.fr", []),
    ],
)
def test_addresses_are_found_as_a_reader_would_type_them(text: str, found: list[str]) -> None:
    assert list(addresses([CourseFile("x.md", "", text)])) == found


def test_each_address_is_asked_once_and_told_at_all_its_lines() -> None:
    asked: list[str] = []

    def counting(method: str, address: str) -> LinkAnswer:
        asked.append(f"{method} {address}")
        return fetch(method, address)

    files = [CourseFile("a.md", "", "https://mort.fr/\n\nhttps://vif.fr/"), CourseFile("b.md", "", "\nhttps://mort.fr/"), CourseFile("c.md", "", None)]
    reports = check(addresses(files), counting)
    assert sorted(asked) == ["GET https://mort.fr/", "HEAD https://mort.fr/", "HEAD https://vif.fr/"]
    assert list(lines(reports)) == ["a.md:1 https://mort.fr/ : réponse 404.", "b.md:2 https://mort.fr/ : réponse 404."]


def test_an_address_that_is_none_stops_nobody() -> None:
    reports = check(addresses([CourseFile("a.md", "", "http://[casse https://vif.fr/")]), fetch)
    assert [(report.address, report.state) for report in reports] == [("http://[casse", LinkState.DEAD), ("https://vif.fr/", LinkState.ALIVE)]


def test_the_command_tells_words_or_json_and_fails_on_a_dead_link(app: Flask, tmp_path: Path) -> None:
    folder = app.config["CROISEE"].course_path
    assert folder
    FETCHER.give(app, lambda patience: lambda method, address: LinkAnswer(404 if "citeseducatives" in address else 200))
    told = app.test_cli_runner().invoke(args=["library", "links"])
    assert told.exit_code == 1
    assert "modules/bibliotheque.md:" in told.stdout
    listed = json.loads(app.test_cli_runner().invoke(args=["library", "links", "--json"]).stdout)
    assert {each["state"] for each in listed} == {"vivant", "mort"}
    FETCHER.give(app, lambda patience: lambda method, address: LinkAnswer(200))
    assert app.test_cli_runner().invoke(args=["library", "links"]).exit_code == 0
