"""`/administration/jetons`: which programs read what, made and taken back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.exchange.api import queries, services
from app.exchange.api.forms import TokenForm, drawn_key
from app.exchange.api.queries import TokenLine
from app.exchange.api.rules import USUAL
from app.identity.queries import territory_tree
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.web.endpoints import act, page

blueprint = Blueprint("tokens", __name__, url_prefix="/administration/jetons")


class TokensPage(Struct, frozen=True):
    form: TokenForm
    open: tuple[TokenLine, ...]
    """The newest first, as those that are `over`."""
    over: tuple[TokenLine, ...]
    fresh: str = ""


@blueprint.get("")
@page(who=ADMINISTRATORS)
def index() -> str:
    return _page(_form())


@blueprint.post("")
@act(who=ADMINISTRATORS, fresh_factor=True)
def make() -> ResponseReturnValue:
    """The token is shown in the answer itself: it passes by no cookie."""
    form, secret, maker = _form(), current_settings().secret_key, current_person().id
    if not form.validate():
        return _page(form), 422
    try:
        token = services.make(db.session, secret, form.key.data or "", maker, form.name.data or "", form.territory.data, form.last_day, clock.now())
    except services.FormUsed as error:
        form.form_errors.append(error.sentence)
        form.key.data = drawn_key()
        return _page(form), error.status
    db.session.commit()
    return _page(_form(formdata=None), token)


@blueprint.post("/<int:token_id>/revocation")
@act(who=ADMINISTRATORS, fresh_factor=True)
def revoke(token_id: int) -> ResponseReturnValue:
    services.revoke(db.session, token_id, current_person().id, clock.now())
    flash("Le jeton est révoqué : il ne lit plus rien dès maintenant.", "success")
    db.session.commit()
    return redirect(url_for("tokens.index"), 303)


def _form(**given: Any) -> TokenForm:
    today = day_of(clock.now())
    return TokenForm(territory_tree(db.session), today, data={"expires_on": today + USUAL}, **given)


def _page(form: TokenForm, fresh: str = "") -> str:
    lines = tuple(queries.token_lines(db.session, clock.now()))
    page = TokensPage(form, tuple(line for line in lines if not line.ended), tuple(line for line in lines if line.ended), fresh)
    return render_template("exchange/api/tokens.html", page=page)
