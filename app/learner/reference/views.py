"""`/glossaire`, `/frise` and `/sources`."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.content.store.queries import course
from app.content.values.text import SourceKind
from app.learner.reference.glossary import glossary_page
from app.learner.reference.sources import sources_page
from app.learner.reference.timeline import timeline_page
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.edge import searched
from app.platform.web.endpoints import OPEN, SIGNED_IN, page

blueprint = Blueprint("reference", __name__)


@blueprint.get("/glossaire")
@page(who=OPEN)
def glossary() -> str:
    page, query = glossary_page(course(db.session), day_of(clock.now())), searched()
    return render_template("learner/reference/glossary.html", page=page, query=query, found=page.search(query))


@blueprint.get("/frise")
@page(who=OPEN)
def timeline() -> str:
    published, asked = course(db.session), request.args.getlist("histoire")
    chosen = tuple(sorted(name for name in published.histories if name in asked))
    page, query = timeline_page(published, chosen, day_of(clock.now())), searched()
    return render_template("learner/reference/timeline.html", page=page, query=query, found=page.search(query))


@blueprint.get("/sources")
@page(who=SIGNED_IN)
def sources() -> str:
    chosen = tuple(sorted(set(request.args.getlist("categorie"))))[: len(SourceKind)]
    page, query = sources_page(course(db.session), chosen, day_of(clock.now())), searched()
    return render_template("learner/reference/sources.html", page=page, query=query, found=page.search(query))
