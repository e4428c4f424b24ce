"""Every command on a database without its tables, or behind this version: one sentence that says what to do, in the place of a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.web import migrations


def explain_commands(app: Flask) -> None:
    """Make every command answer in one sentence, instead of a traceback, where its tables are not there yet."""
    for command in _commands(app.cli):
        if command.callback and not hasattr(command.callback, "explains"):  # groups without pages are shared by all applications of a process
            command.callback = _explaining(command.callback)


def _commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from _commands(command)


def _explaining(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
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
            return migrations.state(connection) is migrations.SchemaState.PENDING
    except SQLAlchemyError:
        return False
