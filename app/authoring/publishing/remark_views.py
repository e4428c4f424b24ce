"""`/atelier/documents/<id>/remarques`, a draft with what its readers say; `/relecture/<lien>`, the same for guests without an account."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.drafts.queries import own_draft
from app.authoring.models import Draft, GuestLink, blueprint
from app.authoring.publishing import remarks as services
from app.authoring.publishing.remarks import (
    RemarkRefused,
    RemarksPage,
    RemarkTyped,
    Voice,
    chosen_draft,
    drafts_of,
    guest_images,
    guest_link,
    guest_page,
    remarks_page,
)
from app.content.values.addresses import media_name
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.storage.places import send
from app.platform.web import csrf
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import PUBLIC, act, page


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
@act(who=AUTHORS, feature="guests")
def invite(document_id: str) -> ResponseReturnValue:
    draft = own_draft(db.session, document_id, current_person().id)
    services.invite(db.session, draft, request.form.getlist("with"), request.form.get("key", ""), clock.now())
    flash("Le lien est prêt : copiez-le, et donnez-le à une seule personne.", "success")
    db.session.commit()
    return redirect(url_for("authoring.remarks", document_id=document_id, _anchor="invites"), 303)


@blueprint.post("/documents/<document_id>/invites/<int:link_id>/fin")
@act(who=AUTHORS, feature="guests")
def uninvite(document_id: str, link_id: int) -> ResponseReturnValue:
    services.revoke(db.session, current_person().id, link_id, clock.now())
    flash("Le lien n’ouvre plus rien. Les remarques faites restent.")
    db.session.commit()
    return redirect(url_for("authoring.remarks", document_id=document_id, _anchor="invites"), 303)


# --- `/relecture/<lien>` ---------------------------------------------------------------------------------------------
# Nothing else opens by this address; it is kept out of logs, of search engines and of what browsers tell other sites.
# The address is the right to write: its form asks for no cookie.

guest_blueprint = Blueprint("guests", __name__, url_prefix="/relecture")


@guest_blueprint.after_request
def discreet(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _link(token: str) -> GuestLink:
    return guest_link(db.session, current_settings().keys, token, clock.now())


def _html(row: GuestLink, token: str, drafts: Sequence[Draft], draft: Draft, sent: RemarkTyped) -> str:
    return render_template(
        "authoring/publishing/remarks/guest.html",
        page=guest_page(db.session, row, token, drafts, draft, clock.now(), sent),
        images=url_for("guests.image", token=token, name=""),
    )


@guest_blueprint.get("/<token>")
@page(who=PUBLIC)
def text(token: str) -> str:
    row = _link(token)
    drafts = drafts_of(db.session, row)
    return _html(row, token, drafts, chosen_draft(drafts, request.args.get("texte", "")), RemarkTyped())


@guest_blueprint.post("/<token>")
@act(who=PUBLIC)
@csrf.exempt  # type: ignore[untyped-decorator]  # the extension ships no types
def say(token: str) -> ResponseReturnValue:
    """A link that ended meanwhile gives back what was typed: nothing is lost for whoever wrote it."""
    try:
        row = _link(token)
        drafts = drafts_of(db.session, row)
        draft = chosen_draft(drafts, request.form.get("document", ""))
    except NotYours:
        return render_template("authoring/publishing/remarks/guest_over.html", text=request.form.get("text", "")), 404
    document_id = draft.document_id
    try:
        services.say(db.session, draft, services.guest_voice(row, request.form.get("name", "")), sent_remark(), clock.now())
    except services.RemarkRefused as error:
        db.session.rollback()
        return _html(row, token, drafts, draft, sent_remark(error.sentence)), error.status
    db.session.commit()
    return redirect(url_for("guests.text", token=token, texte=document_id, _anchor="remarques"), 303)


@guest_blueprint.get("/<token>/images/<name>")
@page(who=PUBLIC)
def image(token: str, name: str) -> Response:
    """An image of what they read, under the name of its bytes."""
    if name not in {media_name(*each) for each in guest_images(db.session, _link(token))}:
        raise NotYours
    return send(current_settings(), name)
