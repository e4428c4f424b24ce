"""`/administration/reponses`: what people answered that somebody can help with. Responsables see what they can settle for their people."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.administration.help import queries, services
from app.identity.audit import access
from app.identity.queries import scope_of_reader, territory_tree
from app.identity.rules import MANAGERS
from app.identity.sign_in.guards import current_person
from app.identity.territories.scope import ReaderScope
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

blueprint = Blueprint("help", __name__, url_prefix="/administration/reponses")


def _scope(now: datetime) -> ReaderScope:
    return scope_of_reader(db.session, current_person(), territory_tree(db.session), day_of(now))


@blueprint.get("")
@page(who=MANAGERS, names_people="Liste des réponses à traiter où vous figurez")
def index() -> str:
    return _page(clock.now())


def _page(now: datetime, refused: tuple[int, str, str] = (0, "", "")) -> str:
    page = queries.help_page(db.session, _scope(now), current_person().id, request.args.get("page", 1, bounded_int), refused)
    access.record_access(page.people_ids, "help.index", now)
    return render_template("administration/help/help.html", page=page)


@blueprint.post("/<int:request_id>")
@act(who=MANAGERS)
def close(request_id: int) -> ResponseReturnValue:
    now, word = clock.now(), request.form.get("word", "").strip()
    try:
        told = services.close(db.session, _scope(now), current_person(), request_id, word, now)
    except services.ClosedMeanwhile as error:
        flash(error.sentence, "warning")
        return redirect(url_for("help.index"), 303)
    except DomainError as error:
        if error.status != 422:
            raise
        return _page(now, (request_id, word, error.sentence)), 422
    flash("C’est clos. La personne reçoit votre mot par courriel." if told else "C’est clos.", "success")
    db.session.commit()
    return redirect(url_for("help.index"), 303)
