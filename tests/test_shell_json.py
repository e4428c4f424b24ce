"""`--json`: every command prints one form, which a program reads without knowing which command it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from app.learner.reference.library_cli import FETCHER
from app.learner.reference.library_links import LinkAnswer
from app.platform.db import db
from tests.demonstrations import demonstration_in
from tests.making import make_app, make_settings

GIFT = "::Capitale:: Quelle est la capitale ? {=Paris ~Lyon}\n"
COMMANDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("accounts", "list"): (),
    ("assessment", "compare"): ("--kind", "text", "--expected", "contrat de ville", "--typed", "contrat"),
    ("authoring", "read"): ("{gift}",),
    ("backup",): ("{backup}",),
    ("content", "check"): (),
    ("content", "stats"): (),
    ("demo", "accounts"): (),
    ("doctor",): (),
    ("exchange", "import"): ("{gift}", "--dry-run"),
    ("features", "list"): (),
    ("jobs", "list"): (),
    ("learning", "verify"): (),
    ("library", "links"): (),
    ("positioning", "simulate"): ("--learners", "5"),
    ("search",): ("REP",),
    ("statements", "send"): (),
}
"""What each needs to say something of the demonstration."""

pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("demonstration")]


def those_with_json(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from those_with_json(one, (*words, name))
    elif any("--json" in option.opts for option in command.params):
        yield words


def empty_texts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in empty_texts(one)]
    if isinstance(value, list):
        return [found for one in value for found in empty_texts(one)]
    return [value] if value == "" else []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("shell") / "instance")))
    FETCHER.give(app, lambda _patience: lambda _method, _address: LinkAnswer(200))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_every_such_command_is_tried(site: Flask) -> None:
    assert {words for name, command in site.cli.commands.items() for words in those_with_json(command, (name,))} == COMMANDS.keys()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_prints_the_one_form(site: Flask, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "questions.gift").write_text(GIFT, encoding="utf-8")
    files = {"{gift}": str(tmp_path / "questions.gift"), "{backup}": str(tmp_path / "site.zip")}
    more = [files.get(one, one) for one in COMMANDS[words]]
    printed = site.test_cli_runner().invoke(args=[*words, *more, "--json"]).stdout
    told = json.loads(printed)
    assert printed == json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    assert empty_texts(told) == [], "nothing is null"
    rows = told if isinstance(told, list) else []
    assert len({tuple(row) for row in rows}) <= 1, "each row has the same members"
