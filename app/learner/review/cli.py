"""`flask review …`: the pauses of school holidays, by a daily timer, and the log held against the cards."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.learner.review.letters import services
from app.learner.review.verification import differing
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, plural

review = AppGroup("review", help="La révision : vacances, vérification.")


@review.command()
def verify() -> None:
    """Rejoue le journal des révisions et le compare aux cartes."""
    wrong = list(differing(db.session))
    if wrong:
        raise click.ClickException(f"{plural(len(wrong), 'carte ne suit pas', 'cartes ne suivent pas')} son journal : {', '.join(map(str, wrong[:20]))}.")
    click.echo("Chaque carte est ce que son journal en fait.")


@review.command()
def pause() -> None:
    """Met en pause qui entre en vacances scolaires, avant la lettre du jour."""
    paused = services.begin_holidays(day_of(clock.now()))
    click.echo(f"Vacances scolaires : {plural(paused, 'révision mise', 'révisions mises')} en pause.")
