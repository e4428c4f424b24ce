"""`flask letters send`: the letters of the week, by a daily timer; run again, it writes none twice."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.identity.letters import weekly
from app.platform import clock
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.settings import current_settings

letters = AppGroup("letters", help="La lettre de la semaine.")


@letters.command()
def send() -> None:
    """Envoie les lettres de la semaine. À lancer chaque jour : personne n'en reçoit deux en sept jours."""
    now, settings = clock.now(), current_settings()
    if not outbox.available(settings):
        raise click.ClickException("Aucune lettre ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        queued = weekly.send(settings, now)
        delivery = outbox.send_pending(now)
    click.echo(f"{plural(queued, 'lettre')} en file. Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter.")
