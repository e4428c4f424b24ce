"""`flask serve`: a whole site by one command. The code is loaded once, for its preparation, for the jobs beside it and for gunicorn's workers."""

from __future__ import annotations

import os

import click
from flask.cli import ScriptInfo

from app.operations.jobs import runner
from app.operations.prepare import prepare
from app.platform.db import db


@click.command()
@click.pass_context
def serve(context: click.Context) -> None:
    """Prépare le site, lance ses travaux et le sert : ce que fait make serve."""
    app = context.ensure_object(ScriptInfo).load_app()
    context.invoke(prepare)
    with app.app_context():
        db.engine.dispose()  # no connection is shared by those that follow
    if not os.fork():
        try:
            context.invoke(runner.run, beside_parent=True)
        finally:
            os._exit(0)
    from app.operations.serving import GunicornSite  # gunicorn's own words are for whoever serves

    GunicornSite(app).run()
