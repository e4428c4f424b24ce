"""« Ce que propose le site »: the features as switches, for administrators; and `flask features list`."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
from wtforms import HiddenField

from app.administration.about import save_site
from app.features import ALL, FEATURES, KNOWN, Feature, features_on, read_wish, wanted_features
from app.identity.forms import Form
from app.identity.rules import ADMINISTRATORS
from app.platform import site as sites
from app.platform.db import db
from app.platform.settings import Settings, current_settings
from app.platform.shell_json import AS_JSON, print_json
from app.platform.site_rules import Site
from app.platform.web.endpoints import page


class Switch(Struct, frozen=True):
    feature: Feature
    wanted: bool
    """Turned on, or on from the start, even where it waits for another one."""
    on: bool
    fixed: bool
    """An operator said so: nobody changes it here."""
    needs: str
    """Name of the feature that it asks for; empty: of none."""
    table: str
    """The table of settings.toml that it waits for; empty: of none, or it is there."""


class FeaturesPage(Struct, frozen=True):
    form: FeaturesForm
    groups: dict[str, list[Switch]]
    """Who meets them → the switches, in the order of the page."""


class FeaturesForm(Form):
    """Beside `version`, it sends the keys of what is ticked, as `on`."""

    version = HiddenField()


def switches(site: Site, settings: Settings) -> Iterable[Switch]:
    """`site`: as administrators chose it."""
    _, fixed = read_wish(settings.features)
    wanted, on = (read(site.features, settings.features) for read in (wanted_features, features_on))
    for one in FEATURES:
        needs = KNOWN[one.needs].name if one.needs else ""
        table = one.table if one.table and not getattr(settings, one.table) else ""
        yield Switch(one, one.key in wanted, one.key in on, one.key in fixed, needs, table)


def choose(site: Site, settings: Settings, ticked: Iterable[str]) -> Site:
    """The site with what was ticked turned on, and the rest off. Kept of it is only what somebody changed: the rest follows the software."""
    wanted, kept = wanted_features(site.features, settings.features), frozenset(ticked)
    changed = {key: key in kept for key in ALL - read_wish(settings.features)[1].keys() if (key in kept) != (key in wanted)}
    return replace(site, features={**site.features, **changed})


blueprint = Blueprint("features", __name__, url_prefix="/administration/site/fonctions")


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def settings() -> ResponseReturnValue:
    before = sites.typed_site(db.session)
    form, ticked = FeaturesForm(data={"version": str(before.version)}), request.form.getlist("on")
    after = choose(before, current_settings(), ticked) if form.is_submitted() else before
    if form.validate_on_submit() and (after == before or save_site(form, before, after)):
        flash("Ce que propose le site est enregistré.", "success")
        db.session.commit()
        return redirect(url_for("features.settings"), 303)
    groups: dict[str, list[Switch]] = {}
    for switch in switches(after, current_settings()):
        groups.setdefault(switch.feature.who, []).append(switch)
    return render_template("administration/about/features.html", page=FeaturesPage(form, groups)), form.status


features = AppGroup("features", help="Ce que ce site propose.")


@features.command("list")
@AS_JSON
def list_features(as_json: bool) -> None:
    """Dit de chaque fonction si elle est en marche, et qui en a décidé."""
    rows = tuple(switches(sites.typed_site(db.session), current_settings()))
    if as_json:
        print_json([{"key": row.feature.key, "name": row.feature.name, "on": row.on, "fixed": row.fixed, "needs": row.feature.needs} for row in rows])
        return
    for row in rows:
        click.echo(f"{row.feature.key:13} {'oui' if row.on else 'non'}  {row.feature.name}{', fixé par CROISEE_FEATURES' if row.fixed else ''}")
