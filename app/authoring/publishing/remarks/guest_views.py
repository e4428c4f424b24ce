"""`/relecture/<lien>`: a draft, read by somebody who has no account and was given its address. Nothing else opens by it; it is kept out of logs,
of search engines and of what browsers tell other sites. The address is the right to write: its form asks for no cookie."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.models import Draft, GuestLink
from app.authoring.publishing.remarks import services
from app.authoring.publishing.remarks.queries import RemarkTyped, chosen_draft, drafts_of, guest_images, guest_link, guest_page
from app.authoring.publishing.remarks.views import sent_remark
from app.content.values.addresses import media_name
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.storage.sending import send
from app.platform.web import csrf
from app.platform.web.endpoints import PUBLIC, act, page

blueprint = Blueprint("guests", __name__, url_prefix="/relecture")


@blueprint.after_request
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


@blueprint.get("/<token>")
@page(who=PUBLIC)
def text(token: str) -> str:
    row = _link(token)
    drafts = drafts_of(db.session, row)
    return _html(row, token, drafts, chosen_draft(drafts, request.args.get("texte", "")), RemarkTyped())


@blueprint.post("/<token>")
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


@blueprint.get("/<token>/images/<name>")
@page(who=PUBLIC)
def image(token: str, name: str) -> Response:
    """An image of what they read, under the name of its bytes."""
    if name not in {media_name(*each) for each in guest_images(db.session, _link(token))}:
        raise NotYours
    return send(current_settings(), name)
