"""`/administration/site`: what the site says of itself, as a form that shows what it would give, and the history of its changes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace

from app.administration import acts
from app.administration.about import queries
from app.administration.about.forms import LogoForm, SiteForm, form_of
from app.administration.about.queries import SitePreview
from app.content.store import media
from app.content.store.queries import course
from app.content.values.addresses import media_name
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site import queries as sites
from app.platform.site import services
from app.platform.site.rules import Site
from app.platform.storage import places
from app.platform.web.endpoints import page

blueprint = Blueprint("about", __name__, url_prefix="/administration/site")


class AboutPage(Struct, frozen=True):
    form: SiteForm
    preview: SitePreview | None


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def settings() -> ResponseReturnValue:
    """« Aperçu » shows what would be kept, and keeps nothing."""
    published, before = course(db.session), sites.typed_site(db.session)
    form = form_of(published.lines, before)
    good = form.validate_on_submit()
    if good and "preview" not in request.form and _save_site(form, before, form.site(before)):
        flash("Les réglages du site sont enregistrés.", "success")
        db.session.commit()
        return redirect(url_for("about.settings"), 303)
    shown = queries.preview(published, form.site(before), day_of(clock.now())) if good else None
    return render_template("administration/about/settings.html", page=AboutPage(form, shown)), form.status


def _save_site(form: SiteForm | LogoForm, before: Site, after: Site) -> bool:
    """False where somebody saved meanwhile: the form says so, and is sent again upon what they saved."""
    now, person = clock.now(), current_person()
    read = form.version.data or ""
    follows = int(read) if read.isdecimal() else before.version
    row = form.accept(lambda: services.save(db.session, after, follows, person.id, now))
    if row is None:
        form.version.data = str(sites.newest_version(db.session))
        return False
    acts.record(db.session, person.id, "site_changed", None, now)
    return True


@blueprint.route("/logo", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def logo() -> ResponseReturnValue:
    """The picture is written again, as those of lessons are, while no transaction is open."""
    before = sites.typed_site(db.session)
    form = LogoForm(data={"version": str(before.version)})
    if form.validate_on_submit() and _save_logo(form, before):
        flash("Le logo est enregistré.", "success")
        db.session.commit()
        return redirect(url_for("about.logo"), 303)
    return render_template("administration/about/logo.html", page=form), form.status


def _save_logo(form: LogoForm, before: Site) -> bool:
    name = ""
    if not form.remove.data:
        db.session.rollback()
        picture = form.accept(lambda: hooks.picture_writer.here()(form.file.data.filename, form.file.data.stream.read()), form.file)
        if picture is None:
            return False
        digest = form.accept(lambda: media.store(places.media(current_settings()), picture.name, picture.data), form.file)
        if digest is None:
            return False
        name = media_name(picture.name, digest)
    return _save_site(form, before, replace(before, logo=name))


@blueprint.get("/historique")
@page(who=ADMINISTRATORS)
def history() -> str:
    return render_template("administration/about/history.html", page=queries.history(db.session))
