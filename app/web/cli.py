"""`flask mail send`: what the outbox still holds leaves now. Meant for cron, for what a first try could not send.

`flask database revision`: a developer's next migration, from the models.
"""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app import clock
from app.web import mail as outbox
from app.web import migrations
from app.web.templating import plural


@click.group()
def mail() -> None:
    """Courriels en attente."""


@mail.command()
@with_appcontext
def send() -> None:
    """Envoyer ce qui attend ; ce qui échoue sera retenté plus tard."""
    done = outbox.send_pending(clock.now())
    click.echo(f"{plural(done.sent, 'envoyé')}, {done.failed} à retenter, {plural(done.abandoned, 'abandonné')}")


@click.group()
def database() -> None:
    """Schéma de la base, pour qui développe : flask prepare l'applique."""


@database.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Écrire la révision suivante d’après les modèles ; à relire."""
    migrations.new_revision(message)
