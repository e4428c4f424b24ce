"""`flask atelier publish-due`: what was promised for a date that is past is published. Meant for a timer; harmless at any time."""

from __future__ import annotations

from collections import Counter

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.authoring.planning import publish_next
from app.db import writing
from app.web.templating import plural

atelier = AppGroup("atelier", help="L’atelier : publications programmées.")


@atelier.command("publish-due")
def publish_due() -> None:
    """Publier ce dont la date est venue. Chaque publication est entière ou n'est pas ; relancer ne refait rien."""
    done: Counter[str] = Counter()
    while outcome := _next():
        done[outcome] += 1
    refused = sum(done.values()) - done["publié"]
    click.echo(f"Publications programmées : {plural(done['publié'], 'faite')}, {plural(refused, 'refusée')}.")


def _next() -> str:
    """One in a transaction of its own."""
    with writing() as session:
        return publish_next(session, current_app.config["CROISEE"], clock.now())
