"""`flask meetings remind`: the day before, by a daily timer."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.network.meetings import services
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.settings import current_settings

meetings = AppGroup("meetings", help="Les rencontres : rappel de la veille.")


@meetings.command()
def remind() -> None:
    """Rappelle les rencontres du lendemain, et donne les places laissées par des comptes fermés. À lancer chaque jour, sans risque de doublon."""
    now, settings = clock.now(), current_settings()
    if not outbox.available(settings):
        raise click.ClickException("Aucune lettre ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        queued = 0
        for meeting_id in services.coming(db.session, now):
            db.session.rollback()
            with writing() as session:
                outbox.hold_back(session)
                queued += services.remind(session, settings, meeting_id, now)
        delivery = outbox.send_pending(now)
    click.echo(f"{plural(queued, 'rappel')} en file. Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter.")
