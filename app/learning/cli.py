"""`flask learning`: rebuild the projection from the ledger, or verify that they agree."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.content.queries import course
from app.db import db, writing
from app.learning import services, verification

learning = AppGroup("learning", help="Le registre des apprentissages et sa projection.")


@learning.command()
def rebuild() -> None:
    """Recalcule toute la projection à partir du registre."""
    with writing() as session:
        count = services.rebuild(session)
    click.echo(f"{count} lignes recalculées à partir du registre.")


@learning.command()
def verify() -> None:
    """Compare la projection au registre ; sort avec 1 s'ils diffèrent."""
    differences = verification.differences(db.session, course(db.session))
    for line in differences:
        click.echo(line)
    click.echo(f"{len(differences)} différence(s). Empreinte du registre : {verification.ledger_digest(db.session)}")
    if differences:
        sys.exit(1)
