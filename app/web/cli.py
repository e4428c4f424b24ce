"""`flask database revision`: a developer's next migration, from the models."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.web import migrations


@click.group()
def database() -> None:
    """Schéma de la base, pour qui développe : flask prepare l'applique."""


@database.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Écrire la révision suivante d’après les modèles ; à relire."""
    migrations.new_revision(message)
