"""`flask quality settle`: what a large site counts at night."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.platform import clock
from app.platform.db import db, writing
from app.reporting.quality import services

quality = AppGroup("quality", help="Les preuves de la qualité.")


@quality.command()
def settle() -> None:
    """Compte ce que montrent « Qualité » et « Nos résultats » sur un grand site. À lancer chaque nuit."""
    now = clock.now()
    figures = services.counted_now(db.session, now)
    db.session.rollback()  # the reading is over
    with writing() as session:
        services.keep(session, figures, now)
    click.echo("Chiffres de la qualité comptés.")
