"""`flask` in a shell: which command was typed, those for which no page is loaded, and what each says on a database that is not ready.

Every command reads this file, so it imports nothing but the platform."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.utils import import_string

from app.features import KNOWN, feature_of_command
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site import offers
from app.platform.web import migrations

WITHOUT_PAGES: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("content", "build"): "app.exchange.folder.cli.content",
        ("content", "check"): "app.content.cli.content",
        ("content", "diff"): "app.exchange.folder.cli.content",
        ("content", "ids"): "app.content.cli.content",
        ("content", "init"): "app.exchange.folder.cli.content",
        ("content", "new"): "app.content.cli.content",
        ("content", "preview"): "app.exchange.folder.cli.content",
        ("content", "show"): "app.content.cli.content",
        ("content", "stats"): "app.content.cli.content",
        ("doctor",): "app.operations.doctor.doctor",
        ("jobs", "list"): "app.operations.jobs.runner.jobs",
        ("mail", "send"): "app.platform.mail.bounces.mail",
    }
)
"""How a command begins → where it is. Measured: `flask mail send` takes 0.4 s of processor, and 1.8 with the pages. None of these makes an address, publishes, or changes anything that another package listens to (docs/contributors/wires.md)."""
BY_THE_CLOCK = frozenset({"atelier", "backups", "drill", "letters", "meetings", "positioning", "reminders", "review", "slots", "statements", "syntheses"})
"""What the jobs run by themselves (`flask jobs once NAME` runs one at once): the help leaves these out, and they answer as before."""
WITH_A_VALUE = frozenset({"-A", "--app", "-e", "--env-file"})
"""Options of `flask` itself."""


APP = Path(__file__).parents[1]


def own_command(*words: str) -> tuple[str, ...]:
    """The line that runs `flask …` with this very version in a process of its own, from whatever folder."""
    return (sys.executable, "-m", "flask", "--app", str(APP), *words)


def asked_for() -> tuple[str, ...]:
    """The words that follow `flask` and its own options; none where this process is no `flask`."""
    program = Path(sys.argv[0])
    if not {"flask", "croisee"} & {program.stem, program.parent.name}:  # `python -m flask` runs its __main__.py
        return ()
    words = iter(sys.argv[1:])
    for word in words:
        if word in WITH_A_VALUE:
            next(words, "")
        elif not word.startswith("-"):
            return (word, *words)
    return ()


def is_typed() -> bool:
    """Was this command typed by somebody who reads the answer in a terminal? What serves or runs jobs has its log read instead."""
    return sys.stderr.isatty() and asked_for()[:1] not in ((), ("serve",), ("run",), ("jobs",))


def without_pages() -> click.Command | None:
    """The command that this process was started for, or its group, where no page is needed for it."""
    asked = asked_for()
    found = next((place for words, place in WITHOUT_PAGES.items() if asked[: len(words)] == words), None)
    command: click.Command | None = import_string(found) if found else None
    return command


# --- A database without its tables, or behind this version ---
# Every command answers in one sentence that says what to do, in the place of a traceback.


def explain_commands(app: Flask) -> None:
    """Make every command answer in one sentence, instead of a traceback, where its tables are not there yet or its feature is off; the help of `flask` says none of the latter."""
    for words, command in _commands(app.cli):
        if command.callback and not hasattr(command.callback, "explains"):  # groups without pages are shared by all applications of a process
            command.callback = _explaining(command.callback, feature_of_command(words))
    all_of = app.cli.list_commands
    app.cli.list_commands = lambda ctx: [name for name in all_of(ctx) if name not in BY_THE_CLOCK and _is_offered(app, name)]  # type: ignore[method-assign]


def _is_off(feature: str) -> bool:
    with click.get_current_context().ensure_object(ScriptInfo).load_app().app_context():
        return not offers(feature)


def _is_offered(app: Flask, name: str) -> bool:
    with app.app_context():
        return offers(feature_of_command((name,)))


def _commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Each with the words by which it is called."""
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, *before, name)


def _explaining(callback: Callable[..., Any], feature: str) -> Callable[..., Any]:
    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        if feature and _is_off(feature):
            raise click.ClickException(f"« {KNOWN[feature].name} » n’est pas proposé par ce site : flask features list dit ce qui l’est.")
        try:
            return callback(*args, **kwargs)
        except SQLAlchemyError as error:
            with click.get_current_context().ensure_object(ScriptInfo).load_app().app_context():
                if _behind():
                    instance = current_settings().instance_path
                    raise click.ClickException(
                        f"La base de {instance} n’est pas prête pour cette version : lancez flask prepare, ou vérifiez CROISEE_INSTANCE."
                    ) from error
            raise

    run.explains = True  # type: ignore[attr-defined]
    return run


def _behind() -> bool:
    """False too where the database does not answer: that is another fault, told as it is."""
    try:
        with db.engine.connect() as connection:
            return migrations.schema_state(connection) is migrations.SchemaState.PENDING
    except SQLAlchemyError:
        return False
