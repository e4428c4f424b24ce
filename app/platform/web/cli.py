"""`flask database`: the next migration, from the models; `app.operations.backup.cli` adds the copy to PostgreSQL."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.platform.db import db
from app.platform.web import migrations


@click.group()
def database() -> None:
    """La base : copie de SQLite vers PostgreSQL ; révisions du schéma, pour qui développe."""


@database.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Écrire la révision suivante d’après les modèles ; à relire."""
    migrations.new_revision(message)


@database.command()
@with_appcontext
def state() -> None:
    """Dire à quelle révision du schéma est la base, ou qu’elle est vide."""
    with db.engine.connect() as connection:
        click.echo(", ".join(sorted(migrations.current(connection))) or "vide")
