"""`flask mail send`: what the outbox still holds leaves now. A timer runs it for what a first try could not send."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.platform import clock
from app.platform.french import plural
from app.platform.mail import bounces, outbox
from app.platform.settings import current_settings


@click.group()
def mail() -> None:
    """Courriels en attente."""


@mail.command()
@with_appcontext
def send() -> None:
    """Lire les retours, puis envoyer ce qui attend ; ce qui échoue sera retenté plus tard."""
    if marked := bounces.take(current_settings(), clock.now()):
        click.echo(plural(marked, "adresse qui ne reçoit pas", "adresses qui ne reçoivent pas"))
    done = outbox.send_pending(clock.now())
    click.echo(f"{plural(done.sent, 'envoyé')}, {done.failed} à retenter, {plural(done.refused, 'refusé')}, {plural(done.abandoned, 'abandonné')}")
