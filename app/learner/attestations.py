"""Attestations and badges as anyone may check them: pages, paper, files; and the refreshing of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from app.content.store.queries import course, course_at_hand
from app.identity import tries
from app.identity.forms import Form
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.printing import pdf_of
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import at_most, download
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page
from app.record import attestation_issuing, attestations, badges
from app.record.attestation_issuing import sheet
from app.record.badges import LONGEST
from app.record.progress.models import Attestation

# --- Offered at once -------------------------------------------------------------------------------------------------
# In the very response that completes a module or a path.


def say_attested(issued: Iterable[Attestation]) -> None:
    """A lesson says it where it was said to be read, further down than its other messages: hence a category of its own."""
    for row in issued:
        link = Markup('<a href="{}">votre attestation</a>').format(url_for("attestations.attestation", attestation_id=row.id))
        flash(Markup("« {} » est terminé : voici {}.").format(row.title, link), "success attested")


# --- The form that checks a badge ------------------------------------------------------------------------------------


class BadgeForm(Form):
    badge = TextAreaField(
        "Badge à vérifier",
        description="Le texte du fichier « .jwt », en entier.",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Collez le texte d’un badge."), at_most(LONGEST)],
    )


# --- `/attestations` and `/badges` -----------------------------------------------------------------------------------
# Public, without an account: whoever has an attestation's address may read it, print it, take its badge. Only its holder refreshes it.

TEMPLATE = Path(__file__).with_name("attestation.typ")
INSTEAD = "La page de l’attestation peut être imprimée par votre navigateur."
FORMS = ("jwt", "png", "svg")
PICTURES = Path(__file__).parents[1] / "static" / "img"

blueprint = Blueprint("attestations", __name__)


@blueprint.get("/attestations/<attestation_id>")
@page(who=PUBLIC)
def attestation(attestation_id: str) -> Response:
    """Search engines are asked to leave it alone."""
    page = attestations.attestation_page(db.session, course(db.session), attestation_id) or abort(404)
    address = attestation_issuing.address_of(attestation_id)
    has_badge = bool(address) and badges.is_ready(current_settings().instance_path)
    html = render_template(
        "learner/attestations/attestation.html", page=page, id=attestation_id, address=address, has_badge=has_badge, today=day_of(clock.now())
    )
    response = make_response(html)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/attestations/<attestation_id>/attestation.pdf")
@page(who=PUBLIC)
def pdf(attestation_id: str) -> Response:
    """Printed anew each time, so that nothing of it is kept; the database is let go of before. Who asks for the head alone has nothing printed.

    No account is needed to ask: who asks for one sheet again and again is made to wait, and keeps the host's one place from nobody.
    """
    page, settings = attestation_issuing.require_attestation(db.session, attestation_id), current_settings()
    values = sheet(page, attestation_issuing.address_of(attestation_id), current_site(), course_at_hand(db.session))
    db.session.rollback()
    if request.method == "HEAD":
        nothing: Iterator[bytes] = iter(())  # of b"" a length of 0 would be told
        return _file(nothing, "application/pdf", "attestation.pdf")
    if seconds := tries.take(tries.sheet(attestation_id)):
        abort(429, retry_after=seconds)
    return _file(pdf_of(settings.instance_path, TEMPLATE, values, page.issued_at, instead=INSTEAD), "application/pdf", "attestation.pdf")


def _file(data: bytes | Iterator[bytes], kind: str, name: str) -> Response:
    response = download(data, kind, name)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


# --- Refreshing ------------------------------------------------------------------------------------------------------


@blueprint.get("/progression/rafraichir")
@page(who=SIGNED_IN)
def refresher() -> str:
    return _refresher()


@blueprint.post("/progression/rafraichir")
@act(who=SIGNED_IN)
def refresh() -> ResponseReturnValue:
    try:
        attestation_id = attestation_issuing.refresh(db.session, course(db.session), current_person().id, clock.now())
    except attestation_issuing.NotFinished as error:
        db.session.rollback()
        return _refresher(error.sentence), 422
    flash("Votre attestation est à jour.")
    db.session.commit()
    return redirect(url_for("attestations.attestation", attestation_id=attestation_id), 303)


def _refresher(refused: str = "") -> str:
    page = attestation_issuing.refresher(db.session, course(db.session), current_person().id) or abort(404)
    return render_template("learner/attestations/refresher.html", page=page, today=day_of(clock.now()), refused=refused)


# --- Badges ----------------------------------------------------------------------------------------------------------


@blueprint.get("/attestations/<attestation_id>/badge/<form>")
@page(who=PUBLIC, feature="badges")
def badge(attestation_id: str, form: str) -> Response:
    if form not in FORMS:
        abort(404)
    text = attestation_issuing.signed_badge(db.session, attestation_id)
    if form == "jwt":
        return _file(text.encode(), "text/plain", "badge.jwt")
    if form == "png":
        return _file(badges.in_png((PICTURES / "icon-512.png").read_bytes(), text), "image/png", "badge.png")
    return _file(badges.in_svg((PICTURES / "croisee.svg").read_bytes(), text), "image/svg+xml", "badge.svg")


@blueprint.get("/badges/emetteur.json")
@page(who=PUBLIC, feature="badges")
def issuer() -> Response:
    who = attestation_issuing.issuer()
    return jsonify({"@context": badges.CONTEXT, "id": who.id, "type": ["Profile"], "name": who.name, "url": who.site})


@blueprint.get("/badges/cles/<key_id>")
@page(who=PUBLIC, feature="badges")
def key(key_id: str) -> Response:
    """Every key that ever signed, so that a badge is checked by anyone, for ever."""
    attestation_issuing.issuer()
    return jsonify((badges.public_keys(db.session).get(key_id) or abort(404)).as_dict(private=False))


@blueprint.get("/badges/revocations.json")
@page(who=PUBLIC, feature="badges")
def revocations() -> Response:
    """Numbers that lead nowhere: an attestation's address is all that keeps its page from everybody."""
    who = attestation_issuing.issuer()
    revoked = [{"id": f"{badges.URN}{badge_id}", "revoked": True} for badge_id in attestations.revoked_badges(db.session)]
    return jsonify({"id": who.revocations, "issuer": who.id, "revokedCredentials": revoked})


@blueprint.get("/badges/verifier")
@page(who=PUBLIC, feature="badges")
def check() -> str:
    return render_template("learner/attestations/check.html", form=BadgeForm(formdata=None), found=None, gone=False, id="", today=None)


@blueprint.post("/badges/verifier")
@act(who=PUBLIC, feature="badges")
def check_badge() -> ResponseReturnValue:
    """Answered in place: nothing is written, and nothing is asked of another site."""
    form, found, gone, attestation_id = BadgeForm(), None, False, ""
    if form.validate():
        try:
            badge_id, address = badges.check_badge(form.badge.data or "", badges.public_keys(db.session), clock.now())
            attestation_id = urlsplit(address).path.rpartition("/")[2]
            found = attestations.attestation_page(db.session, course(db.session), attestation_id)
            gone = found is None or found.badge_id != badge_id
        except DomainError as error:
            form.badge.errors = [error.sentence]
    status = 422 if form.errors or form.badge.errors else 200
    return render_template("learner/attestations/check.html", form=form, found=found, gone=gone, id=attestation_id, today=day_of(clock.now())), status
