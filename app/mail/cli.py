"""`flask mail send`: what the outbox still holds leaves now. A timer runs it for what a first try could not send."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app import clock
from app.french import plural
from app.mail import outbox


@click.group()
def mail() -> None:
    """Courriels en attente."""


@mail.command()
@with_appcontext
def send() -> None:
    """Envoyer ce qui attend ; ce qui échoue sera retenté plus tard."""
    done = outbox.send_all(clock.now())
    click.echo(f"{plural(done.sent, 'envoyé')}, {done.failed} à retenter, {plural(done.abandoned, 'abandonné')}")
