"""A command on an instance that was never prepared says so in one sentence: a traceback helps nobody who typed a wrong folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app import create_app
from app.operations import shell
from app.platform.web import migrations
from tests.making import make_settings

PREPARING = frozenset({("serve",), ("prepare",), ("restore",), ("jobs", "run"), ("database", "revision")})
"""They prepare the database, or serve until somebody stops them; the last needs a checkout of its own."""
OF_FILES = frozenset({("library", "links"), *(("content", name) for name in ("check", "ids", "new", "show", "stats"))})
"""They read the course's folder alone, and the first asks the network."""


def leaves(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*above, name))
        elif (*above, name) not in PREPARING | OF_FILES:
            yield (*above, name), command


def words_for(command: click.Command, path: Path) -> list[str]:
    """What each argument and required option asks for, as far as a parser looks."""
    words = []
    for parameter in command.params:
        if parameter.required or isinstance(parameter, click.Argument):
            kind = parameter.type
            value = str(kind.choices[0]) if isinstance(kind, click.Choice) else "1" if isinstance(kind, click.types.IntParamType) else str(path)
            words += [value] if isinstance(parameter, click.Argument) else [parameter.opts[0], value]
    return words


@pytest.mark.proof
def test_every_command_of_an_instance_that_is_not_prepared_answers_in_a_sentence(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path / "instance"))
    (tmp_path / "fichier.csv").write_text("x", encoding="utf-8")
    runner, explained = app.test_cli_runner(), set()
    for words, command in leaves(app.cli):
        result = runner.invoke(args=[*words, *words_for(command, tmp_path / "fichier.csv")], input="x\nx\n")
        assert isinstance(result.exception, SystemExit | None), (words, result.exception)
        assert "Traceback" not in result.output, words
        if "n’est pas prête" in result.output:
            assert len([line for line in result.output.splitlines() if "prepare" in line]) == 1
            explained.add(words)
    assert {("accounts", "list"), ("jobs", "list"), ("search",), ("learning", "verify"), ("privacy", "purge")} <= explained


def test_another_fault_of_the_database_is_told_as_it_is(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "schema_state", lambda _connection: migrations.SchemaState.OK)

    @click.command()
    def broken() -> None:
        raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    app.cli.add_command(broken)
    shell.explain_commands(app)
    assert isinstance(app.test_cli_runner().invoke(args=["broken"]).exception, OperationalError)
