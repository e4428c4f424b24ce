"""The site's own pages of `/administration`: acts, settings, outbox."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.administration import acts
from app.administration.privacy.words import Readable
from app.administration.site import queries, services
from app.identity.audit import access
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

blueprint = Blueprint("site", __name__, url_prefix="/administration")


@blueprint.get("/actes")
@page(who=ADMINISTRATORS, names_people="Liste des actes d’administration où vous figurez")
def acts_list() -> str:
    asked = request.args.get
    page = acts.acts_page(db.session, asked("acte", ""), asked("personne", None, bounded_int), asked("page", 1, bounded_int), Readable(db.session))
    access.record_access([row.subject_id for row in page.rows if row.subject_id], "site.acts_list", clock.now())
    return render_template("administration/site/acts.html", page=page)


@blueprint.get("/reglages")
@page(who=ADMINISTRATORS, fresh_factor=True)
def settings() -> str:
    return render_template("administration/site/settings.html", page=queries.settings_page(current_settings()))


@blueprint.get("/courriels")
@page(who=ADMINISTRATORS, names_people="Liste des courriels non partis où vous figurez")
def outbox() -> str:
    page = queries.outbox_page(db.session, current_settings())
    access.record_access(page.people, "site.outbox", clock.now())
    return render_template("administration/site/outbox.html", page=page)


@blueprint.post("/courriels/relance")
@act(who=ADMINISTRATORS)
def retry() -> ResponseReturnValue:
    """All that waits becomes due, and leaves after the commit; what a sender holds at this moment is left to it."""
    services.retry(db.session, current_person().id, clock.now())
    flash("Ce qui attendait repart maintenant.", "success")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)


@blueprint.post("/courriels/<int:mail_id>/renvoi")
@act(who=ADMINISTRATORS)
def resend(mail_id: int) -> ResponseReturnValue:
    services.resend(db.session, mail_id, current_person().id, clock.now())
    flash("Ce courriel repart.", "success")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)


@blueprint.post("/courriels/<int:mail_id>/abandon")
@act(who=ADMINISTRATORS)
def discard(mail_id: int) -> ResponseReturnValue:
    services.discard(db.session, mail_id, current_person().id, clock.now())
    flash("Ce courriel ne partira pas.")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)
