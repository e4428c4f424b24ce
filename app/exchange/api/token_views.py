"""`/administration/jetons`: which programs read what, made and taken back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app import clock
from app.db import db
from app.exchange.api import queries, services
from app.exchange.api.forms import TokenForm
from app.exchange.api.queries import TokenLine
from app.exchange.api.rules import USUAL
from app.french import day_of
from app.identity.queries import territory_tree
from app.identity.sign_in.guards import current_person

FRESH = "token"
"""Field of the visitor's cookie: a token that was made just now, until its page has shown it."""

blueprint = Blueprint("tokens", __name__, url_prefix="/administration/jetons")


class TokensPage(Struct, frozen=True):
    form: TokenForm
    open: tuple[TokenLine, ...]
    """The newest first, as those that are `over`."""
    over: tuple[TokenLine, ...]
    fresh: str = ""


@blueprint.get("")
def index() -> str:
    """A token that was made just now is shown, this once."""
    fresh = session.pop(FRESH, "") if request.method == "GET" else ""
    return _page(_form(), fresh)


@blueprint.post("")
def make() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _page(form), 422
    session[FRESH] = services.make(db.session, current_person().id, form.name.data or "", form.territory.data, form.last_day, clock.now())
    db.session.commit()
    return redirect(url_for("tokens.index", _anchor="nouveau-jeton"), 303)


@blueprint.post("/<int:token_id>/revocation")
def revoke(token_id: int) -> ResponseReturnValue:
    services.revoke(db.session, token_id, current_person().id, clock.now())
    flash("Le jeton est révoqué : il ne lit plus rien dès maintenant.", "success")
    db.session.commit()
    return redirect(url_for("tokens.index"), 303)


def _form() -> TokenForm:
    today = day_of(clock.now())
    return TokenForm(territory_tree(db.session), today, data={"expires_on": today + USUAL})


def _page(form: TokenForm, fresh: str = "") -> str:
    lines = tuple(queries.token_lines(db.session, clock.now()))
    page = TokensPage(form, tuple(line for line in lines if not line.ended), tuple(line for line in lines if line.ended), fresh)
    return render_template("exchange/api/tokens.html", page=page)
