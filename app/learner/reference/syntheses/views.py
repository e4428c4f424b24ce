"""`/bibliotheque/syntheses`, a module or the glossary and the timeline on paper; `flask syntheses make`."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Blueprint, Response, abort, request
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.learner.reference.syntheses.papers import imprint_of, make_missing, make_pdf, note_made, paper_named, papers_of, size_of
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.endpoints import SIGNED_IN, page

blueprint = Blueprint("syntheses", __name__, url_prefix="/bibliotheque/syntheses")


@blueprint.get("/<name>")
@page(who=SIGNED_IN)
def paper(name: str) -> ResponseReturnValue:
    """The database is let go of before the printing. Who has this edition already, or asks for the head alone, has nothing printed."""
    settings = current_settings()
    published = course(db.session)
    paper = paper_named(published, name, imprint_of(published, settings, current_site())) or abort(404)
    db.session.rollback()
    known = paper.digest in request.if_none_match
    response = Response(mimetype="application/pdf")
    if request.method == "HEAD" and not known:
        size, nothing = size_of(settings.instance_path, paper), iter(())
        _promise(response, nothing, size)
    elif not known:
        response.set_data(make_pdf(settings.instance_path, paper))
    response.set_etag(paper.digest)
    response.last_modified = paper.edition
    response.headers["Content-Disposition"] = f'inline; filename="croisee-{paper.file_name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request) if known else response


def _promise(response: Response, nothing: Iterator[bytes], size: int | None) -> None:
    """Of a head: as long as the file is, where there is one; no length otherwise."""
    response.response = nothing
    if size is not None:
        response.content_length = size


# --- `flask syntheses make` ------------------------------------------------------------------------------------------
# The papers that are missing.

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
