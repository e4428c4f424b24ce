"""`flask surveys …`: the letters that ask, by a daily timer."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.french import plural
from app.mail import outbox
from app.settings import current_settings
from app.surveys import letters

surveys = AppGroup("surveys", help="Les enquêtes : lettres à froid.")


@surveys.command()
def send() -> None:
    """Envoie les enquêtes à froid. À lancer chaque jour : personne n'en reçoit deux fois la même."""
    now, settings = clock.now(), current_settings()
    if not outbox.available(settings):
        raise click.ClickException("Aucune lettre ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        queued = letters.send(settings, now)
        delivery = outbox.send_pending(now)
    click.echo(f"{plural(queued, 'enquête')} en file. Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter.")
