"""`flask files make`: large files that somebody waits for, by a timer."""

from __future__ import annotations

import signal
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from app.platform import clock
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.reporting.files import making

files = AppGroup("files", help="Les grands fichiers du pilotage.")


@files.command()
def make() -> None:
    """Fabriquer ceux qui sont demandés, et effacer ceux dont le temps est passé. Sans effet la seconde fois."""
    settings = current_settings()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what is under way is let go of
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        made = making.make_all(settings, clock.now)
    click.echo(f"{plural(made, 'fichier préparé', 'fichiers préparés')}.")
