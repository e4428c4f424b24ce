"""`/atelier/emporter`: what a package of a module is for, what it leaves behind, and the package itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from app.exchange.packages.queries import packages_page
from app.exchange.packages.rules import PackageFormat, TooMuchToKeep
from app.exchange.packages.services import module_called, write_package
from app.identity.rules import AUTHORS
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.edge import download
from app.platform.web.endpoints import page

blueprint = Blueprint("packages", __name__, url_prefix="/atelier/emporter")


@blueprint.get("/<module_id>")
@page(who=AUTHORS)
def module_page(module_id: str) -> ResponseReturnValue:
    published, module = module_called(db.session, module_id)
    page = packages_page(published, module, day_of(clock.now()))
    return render_template("exchange/packages/page.html", page=page), 422 if page.refused else 200


@blueprint.get("/<module_id>/<form>")
@page(who=AUTHORS)
def module_file(module_id: str, form: str) -> Response:
    """What is too much to keep has no package: its page says so."""
    if form not in set(PackageFormat):
        abort(404)
    published, module = module_called(db.session, module_id)
    try:
        package = write_package(published, module, PackageFormat(form), day_of(clock.now()))
    except TooMuchToKeep:
        abort(404)
    return download(package.data, "application/zip", package.name)
