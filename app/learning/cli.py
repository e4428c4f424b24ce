"""`flask learning`: rebuild the projection or verify it, look into what was refused and save it again."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app import clock
from app.content.store.queries import course
from app.db import db, writing
from app.errors import DomainError
from app.french import plural
from app.learning.figures import store
from app.learning.kept_forms.quarantine import refused_forms
from app.learning.kept_forms.replay import replay_refused
from app.learning.record import ledger, verification

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
    count = store.settle_in_turns(writing, clock.now())
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


@learning.command()
def quarantine() -> None:
    """Liste les saisies refusées, sans leur contenu."""
    rows = refused_forms(db.session)
    for row in rows:
        click.echo(f"{row.id}  {row.at:%Y-%m-%d %H:%M}  personne {row.person_id}  {row.path}  {row.reason}")
    click.echo(f"{len(rows)} saisie(s) refusée(s).")


@learning.command()
@click.argument("submission_id")
def replay(submission_id: str) -> None:
    """Enregistre une réponse refusée, une fois réparé ce qui l'avait fait refuser."""
    try:
        with writing() as session:
            replay_refused(session, submission_id, clock.now())
    except DomainError as error:
        click.echo(error.sentence, err=True)
        sys.exit(1)
    click.echo("Réponse enregistrée.")
