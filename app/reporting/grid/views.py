"""`/pilotage/vues`: views of the grid kept under a name. What opens one is the reader's own scope."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.identity.rules import REPORTERS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.web.endpoints import act, page
from app.reporting.grid import services
from app.reporting.grid.models import SavedView
from app.reporting.scope.filters import read_filter
from app.reporting.scope.reader import scope_here

blueprint = Blueprint("saved", __name__, url_prefix="/pilotage/vues")


@blueprint.post("")
@act(who=REPORTERS)
def save() -> ResponseReturnValue:
    """A name that cannot be is said on the grid, whose address keeps the filter."""
    now, me = clock.now(), current_person()
    wanted = read_filter(request.form, scope_here(now), course(db.session))
    asked: dict[str, Any] = wanted.fields()
    back = redirect(url_for("reporting.grid", **asked), 303)
    try:
        services.save(db.session, me.id, request.form.get("vue", ""), asked, now)
    except DomainError as error:
        if error.status != 422:
            raise
        flash(error.sentence, "error")
        return back
    flash("La vue est gardée.", "success")
    db.session.commit()
    return back


@blueprint.get("/<view_id>")
@page(who=REPORTERS)
def open(view_id: str) -> ResponseReturnValue:
    view = db.session.get(SavedView, view_id)
    if view is None:
        raise NotYours
    kept: dict[str, Any] = view.fields
    return redirect(url_for("reporting.grid", **kept))


@blueprint.post("/<view_id>/suppression")
@act(who=REPORTERS)
def delete(view_id: str) -> ResponseReturnValue:
    services.remove(db.session, current_person().id, view_id)
    flash("La vue est retirée.", "success")
    db.session.commit()
    return redirect(url_for("reporting.grid"), 303)
