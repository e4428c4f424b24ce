"""`flask syntheses make`: the papers that are missing."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.content.store.queries import course
from app.learner.reference.syntheses.papers import imprint_of, papers_of
from app.learner.reference.syntheses.services import make_missing, note_made
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site.queries import current_site

syntheses = AppGroup("syntheses", help="Les synthèses des modules, le glossaire et la frise, en PDF.")


@syntheses.command("make")
def make_command() -> None:
    """Fabriquer celles qui manquent. Sans effet la seconde fois."""
    settings = current_settings()
    published = course(db.session)
    papers = papers_of(published, imprint_of(published, settings, current_site()))
    db.session.rollback()
    failed = 0
    for paper, problem in make_missing(settings.instance_path, papers):
        click.echo(f"{paper.file_name} : {problem or 'fabriquée.'}")
        failed += bool(problem)
    if failed:
        raise SystemExit(1)
    note_made(settings, published.generation)
