"""`/atelier/documents/<id>/historique`: revisions, one against another; an old text taken up again; a document taken out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.drafts.placing import Stays
from app.authoring.publishing.services import PublishedMoved
from app.authoring.versions import services
from app.authoring.versions.history import queries
from app.authoring.versions.services import DraftInTheWay
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page


@blueprint.get("/documents/<document_id>/historique")
@page(who=AUTHORS)
def history(document_id: str) -> str:
    return render_template("authoring/versions/history.html", page=queries.history_page(db.session, document_id, current_person().id))


@blueprint.get("/retraits")
@page(who=AUTHORS)
def withdrawn() -> str:
    """What was taken out of the course, so that it can come back."""
    return render_template("authoring/versions/history_withdrawn.html", page=queries.withdrawn_page(db.session))


@blueprint.get("/documents/<document_id>/historique/<int:revision_id>")
@page(who=AUTHORS)
def revision(document_id: str, revision_id: int) -> str:
    other = request.args.get("avec", type=bounded_int)
    page = queries.revision_page(db.session, document_id, revision_id, other, current_person().id)
    return render_template("authoring/versions/revision.html", page=page)


@blueprint.post("/documents/<document_id>/historique/<int:revision_id>/reprise")
@act(who=AUTHORS)
def restore(document_id: str, revision_id: int) -> ResponseReturnValue:
    """The old text becomes my draft; its review says what publishing it would do."""
    try:
        services.restore(db.session, document_id, revision_id, current_person().id, clock.now())
    except DraftInTheWay as error:
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.review", document_id=document_id), 303)
    flash("L’ancien texte est repris en brouillon : relisez, puis publiez.")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)


@blueprint.get("/documents/<document_id>/retrait")
@page(who=AUTHORS)
def withdrawal(document_id: str) -> str:
    return render_template("authoring/versions/history_withdrawal.html", page=queries.withdrawal_page(db.session, document_id, clock.now()))


@blueprint.post("/documents/<document_id>/retrait")
@act(who=AUTHORS)
def withdraw(document_id: str) -> ResponseReturnValue:
    seen = request.form.get("revision", 0, bounded_int)
    try:
        done = services.withdraw(db.session, document_id, seen, author_id=current_person().id, now=clock.now())
    except Stays as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.withdrawal", document_id=document_id), 303)
    except PublishedMoved:
        db.session.rollback()
        flash("Ce texte vient d’être publié de nouveau : rien n’est retiré.", "warning")
        return redirect(url_for("authoring.history", document_id=document_id), 303)
    flash("Le texte est retiré du cours. Ses versions restent ici." if done else "Ce texte était déjà retiré.", "success")
    db.session.commit()
    return redirect(url_for("authoring.history", document_id=document_id), 303)
