"""`flask review …`: the weekly letters, by a daily timer, and the log held against the cards."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.db import db
from app.french import day_of, plural
from app.mail import outbox
from app.review.letters import services
from app.review.verification import differing
from app.settings import current_settings

review = AppGroup("review", help="La révision : lettre hebdomadaire, vérification.")


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


@review.command()
def send() -> None:
    """Envoie les lettres de la semaine. À lancer chaque jour : personne n'en reçoit deux en sept jours."""
    now, settings = clock.now(), current_settings()
    if not outbox.available(settings):
        raise click.ClickException("Aucune lettre ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        queued = services.send(settings, now)
        delivery = outbox.send_pending(now)
    click.echo(f"{plural(queued, 'lettre')} en file. Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter.")
