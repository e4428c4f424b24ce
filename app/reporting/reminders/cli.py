"""`flask reminders send`: the emails of the day, Monday's among them. A timer runs it; run again, it writes none twice."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, french_date, plural
from app.platform.holidays import calendar
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.record.figures.store import begin_report
from app.reporting.reminders import services
from app.reporting.reminders.plan import plan
from app.reporting.week import monday

reminders = AppGroup("reminders", help="Les rappels, et le courriel du lundi.")


@reminders.command()
@click.option("--dry-run", is_flag=True, help="Dire combien de rappels partiraient, sans rien envoyer.")
def send_command(dry_run: bool) -> None:
    """Envoie les rappels du jour et les courriels du lundi. Relancée le même jour, n'envoie rien de plus."""
    now, settings = clock.now(), current_settings()
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        if dry_run:
            published = begin_report(db.session, now)
            due = plan(db.session, published, now).due()
            click.echo(f"{plural(sum(map(len, due.values())), 'rappel partirait', 'rappels partiraient')}. Rien n’est envoyé.")
            return
        if not outbox.available(settings):
            raise click.ClickException("Aucun rappel ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
        mondays, done = monday.send(settings, now), services.send(settings, now)  # what managers wait for comes first
        delivery = outbox.send_pending(now)
    click.echo(
        f"{plural(done.queued, 'rappel')} et {plural(mondays, 'courriel du lundi', 'courriels du lundi')} en file. "
        f"Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter."
    )
    if day_of(now) > calendar().known_until:
        click.echo(
            f"Vacances scolaires connues jusqu’au {french_date(calendar().known_until)} : les règles qui en tiennent compte attendent. Mettez Croisée à jour."
        )
