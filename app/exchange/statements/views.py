"""`/administration/traces`: where each learning record store stands, and what may be decided of it; and `flask statements send`."""

from __future__ import annotations

import click
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue

from app.exchange.statements import services
from app.exchange.statements.queries import statements_page
from app.exchange.statements.services import Report
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import SettingsError
from app.platform.french import plural
from app.platform.settings import current_settings
from app.platform.settings.tables import Lrs
from app.platform.shell_json import AS_JSON, print_json
from app.platform.web.endpoints import act, page

blueprint = Blueprint("statements", __name__, url_prefix="/administration/traces")


@blueprint.get("")
@page(who=ADMINISTRATORS)
def stores() -> str:
    return render_template("exchange/statements/stores.html", page=statements_page(db.session, current_settings()))


@blueprint.post("/<name>/renvoyer")
@act(who=ADMINISTRATORS)
def again(name: str) -> ResponseReturnValue:
    """The jobs beside the site begin it at their next look, within a minute."""
    lrs = _declared_lrs(name)
    services.again(db.session, lrs, current_person().id, clock.now())
    flash(f"« {lrs.title} » : l’envoi reprend dans la minute.", "success")
    db.session.commit()
    return redirect(url_for("statements.stores"), 303)


@blueprint.post("/<name>/marche")
@act(who=ADMINISTRATORS)
def pause(name: str) -> ResponseReturnValue:
    lrs, paused = _declared_lrs(name), request.form.get("suspendre") == "oui"
    services.pause(db.session, lrs, current_person().id, clock.now(), paused=paused)
    flash(f"« {lrs.title} » : {'suspendu, rien ne part plus' if paused else 'l’envoi reprend dans la minute'}.", "success")
    db.session.commit()
    return redirect(url_for("statements.stores"), 303)


def _declared_lrs(name: str) -> Lrs:
    return next((lrs for lrs in current_settings().lrs if lrs.name == name), None) or abort(404)


# --- `flask statements send`, from a shell and by a timer ---

statements = AppGroup("statements", help="Traces d'apprentissage envoyées à des entrepôts (LRS).")


@statements.command()
@AS_JSON
def send(as_json: bool) -> None:
    """Envoie à chaque entrepôt ce qui ne l'est pas encore. Sans effet si rien n'attend ; une ligne envoyée deux fois n'y est qu'une."""
    settings = current_settings()
    if settings.lrs and not settings.site_url:
        raise SettingsError("Réglez CROISEE_SITE_URL : les traces portent l’adresse publique du site.")
    reports = services.send(settings, clock.now())
    if as_json:
        print_json(reports)
    else:
        click.echo(_words(reports))
    if any(each.stopped for each in reports):
        raise SystemExit(1)


def _words(reports: list[Report]) -> str:
    return "\n".join(map(_line, reports)) or "Rien à envoyer."


def _line(report: Report) -> str:
    parts = [plural(report.sent, "trace envoyée", "traces envoyées"), *([plural(report.parked, "refusée", "refusées")] if report.parked else []), report.said]
    return f"{report.name} : {', '.join(part for part in parts if part)}"
