"""`flask learning quarantine` and `replay`: look into the answers that were refused, and save them once what refused them is mended."""

from __future__ import annotations

import sys

import click

from app.learner.kept_forms.quarantine import refused_forms
from app.learner.kept_forms.replay import replay_refused
from app.platform import clock
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.record.cli import learning


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
