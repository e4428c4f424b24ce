"""`/atelier/documents/<id>/fusion`: two trainers wrote one text; what both changed is decided here, and becomes the draft."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.drafts.queries import own_draft, text_of
from app.authoring.drafts.services import DraftConflict
from app.authoring.models import Draft
from app.authoring.versions.merging import queries, services
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

UNDECIDED = "Il reste un passage sans choix : rien n’est enregistré."
MOVED = "L’un des deux textes vient encore de changer : voici la fusion telle qu’elle est maintenant. Vos choix sont à vérifier."


@blueprint.get("/documents/<document_id>/fusion")
@page(who=AUTHORS)
def merge(document_id: str) -> ResponseReturnValue:
    return _merge(_draft(document_id), 200, "")


def _draft(document_id: str) -> Draft:
    return own_draft(db.session, document_id, current_person().id)


def _merge(draft: Draft, status: int, refused: str) -> ResponseReturnValue:
    text = text_of(db.session, draft)
    merged = queries.merge_of(db.session, text)
    if merged is None:
        return redirect(url_for("authoring.review", document_id=draft.document_id))
    page = queries.merge_page(db.session, text, merged, request.form, refused)
    return render_template("authoring/versions/merge.html", page=page), status


@blueprint.post("/documents/<document_id>/fusion")
@act(who=AUTHORS)
def save_merge(document_id: str) -> ResponseReturnValue:
    draft = _draft(document_id)
    text = text_of(db.session, draft)
    merged = queries.merge_of(db.session, text)
    if merged is None or text.published is None:
        return redirect(url_for("authoring.review", document_id=document_id), 303)
    if str(text.published.id) != request.form.get("theirs"):
        return _merge(draft, 409, MOVED)
    resolved = queries.resolved(merged, request.form)
    if resolved is None:
        return _merge(draft, 422, UNDECIDED)
    version = request.form.get("version", 0, bounded_int)
    try:
        services.rebase(db.session, draft, resolved, text.published, version=version, now=clock.now())
    except DraftConflict:
        return _merge(draft, 409, MOVED)
    flash("Les deux textes sont réunis dans votre brouillon : relisez, puis publiez.", "success")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)
