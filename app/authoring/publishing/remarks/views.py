"""`/atelier/documents/<id>/remarques`: a draft as learners will see it, with what its readers say; links for guests. The same remarks by who was asked to read."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.drafts.queries import own_draft
from app.authoring.models import Draft
from app.authoring.publishing.remarks import services
from app.authoring.publishing.remarks.queries import RemarksPage, RemarkTyped, remarks_page
from app.authoring.publishing.remarks.services import RemarkRefused, Voice
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page


def sent_remark(refused: str = "") -> RemarkTyped:
    """What a form of remarks holds."""
    form = request.form
    return RemarkTyped(form.get("text", ""), form.get("quote", ""), form.get("heading", ""), form.get("name", ""), form.get("answers", 0, bounded_int), refused)


def carry_out(draft: Draft) -> None:
    """What a trainer does by a button of the remarks. Raises RemarkRefused, NotYours."""
    number, now = request.form.get("remark", 0, bounded_int), clock.now()
    match request.form.get("do", ""):
        case "close":
            services.close(db.session, draft, number, now)
        case "open":
            services.close(db.session, draft, number, None)
        case "":
            services.say(db.session, draft, Voice(current_person().id), sent_remark(), now)
        case _:
            raise NotYours


def _page(draft: Draft, sent: RemarkTyped) -> RemarksPage:
    return remarks_page(db.session, draft, current_settings().keys, clock.now(), sent)


@blueprint.get("/documents/<document_id>/remarques")
@page(who=AUTHORS)
def remarks(document_id: str) -> str:
    draft = own_draft(db.session, document_id, current_person().id)
    return render_template("authoring/publishing/remarks/remarks.html", page=_page(draft, RemarkTyped()))


@blueprint.post("/documents/<document_id>/remarques")
@act(who=AUTHORS)
def remark(document_id: str) -> ResponseReturnValue:
    draft = own_draft(db.session, document_id, current_person().id)
    try:
        carry_out(draft)
    except RemarkRefused as error:
        db.session.rollback()
        return render_template("authoring/publishing/remarks/remarks.html", page=_page(draft, sent_remark(error.sentence))), error.status
    db.session.commit()
    return redirect(url_for("authoring.remarks", document_id=document_id, _anchor="remarques"), 303)


@blueprint.post("/documents/<document_id>/invites")
@act(who=AUTHORS)
def invite(document_id: str) -> ResponseReturnValue:
    draft = own_draft(db.session, document_id, current_person().id)
    services.invite(db.session, draft, request.form.getlist("with"), request.form.get("key", ""), clock.now())
    flash("Le lien est prêt : copiez-le, et donnez-le à une seule personne.", "success")
    db.session.commit()
    return redirect(url_for("authoring.remarks", document_id=document_id, _anchor="invites"), 303)


@blueprint.post("/documents/<document_id>/invites/<int:link_id>/fin")
@act(who=AUTHORS)
def uninvite(document_id: str, link_id: int) -> ResponseReturnValue:
    services.revoke(db.session, current_person().id, link_id, clock.now())
    flash("Le lien n’ouvre plus rien. Les remarques faites restent.")
    db.session.commit()
    return redirect(url_for("authoring.remarks", document_id=document_id, _anchor="invites"), 303)
