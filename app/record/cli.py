"""`flask learning`: rebuild the projection or verify it."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.content.store.queries import course
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import plural
from app.record import ledger, verification
from app.record.figures import store

learning = AppGroup("learning", help="Le registre des apprentissages, sa projection, les saisies refusées.")


@learning.command()
def rebuild() -> None:
    """Recalcule toute la projection à partir du registre, et les chiffres des rapports."""
    with writing() as session:
        count = ledger.rebuild(session)
        people = store.rebuild(session, course(session), clock.now())
    click.echo(f"{count} lignes recalculées à partir du registre, et les chiffres de {people} personnes.")


@learning.command()
def settle() -> None:
    """Met à jour les chiffres des rapports qu'une publication a changés, par petits nombres de personnes. Sans effet la seconde fois."""
    count = store.settle_everybody(clock.now())
    click.echo(f"Chiffres mis à jour : {plural(count, 'personne')}.")


@learning.command()
def verify() -> None:
    """Compare la projection au registre et les chiffres des rapports à ceux des pages ; sort avec 1 s'ils diffèrent."""
    differences = verification.differences(db.session, course(db.session))
    for line in differences:
        click.echo(line)
    click.echo(f"{len(differences)} différence(s). Empreinte du registre : {verification.ledger_digest(db.session)}")
    if differences:
        sys.exit(1)
