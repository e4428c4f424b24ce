"""`/bibliotheque/syntheses`: a module, or the glossary and the timeline, on paper."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.learner.reference.syntheses.papers import imprint_of, paper_named, size_of
from app.learner.reference.syntheses.services import make_pdf
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
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
