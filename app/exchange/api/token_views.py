"""`/administration/jetons`: tokens made and revoked, and the form for it."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from wtforms import Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from app.administration.accounts.forms import territory_choices
from app.exchange.api import queries
from app.exchange.api.queries import TokenLine
from app.exchange.api.rules import NAME_LENGTH, USUAL, wrong_day
from app.identity.forms import Form
from app.identity.rules import ADMINISTRATORS, TerritoryTree
from app.identity.services import territory_tree
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.web.edge import DayField, at_most, one_line
from app.platform.web.endpoints import act, page

KEY_LENGTH = 100


def drawn_key() -> str:
    """What tells one form from another, when it is sent twice."""
    return secrets.token_urlsafe(24)


class TokenForm(Form):
    name = StringField(
        "Pour quel logiciel, de qui",
        description="Par exemple « SIRH du rectorat ». Rien n’y est vérifié : c’est pour le reconnaître.",
        filters=[one_line],
        validators=[DataRequired("Dites à quel logiciel il est donné."), at_most(NAME_LENGTH)],
    )
    territory = SelectField(
        "Territoire",
        description="Le logiciel lira les personnes de ce territoire et de ce qu’il contient, et aucune autre.",
        validators=[DataRequired("Choisissez un territoire.")],
    )
    expires_on = DayField("Dernier jour où il fonctionne", description="Un an au plus.", validators=[InputRequired("Indiquez un jour.")])

    key = HiddenField(default=drawn_key, filters=[lambda text: (text or "")[:KEY_LENGTH] or drawn_key()])
    """Drawn with the form: sent twice, it makes one token."""

    def __init__(self, tree: TerritoryTree, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = today
        self.territory.choices = territory_choices(tree, "Choisir…")

    @property
    def last_day(self) -> date:
        return self.expires_on.data or self._today

    def validate_expires_on(self, field: Field) -> None:
        if field.data and (wrong := wrong_day(field.data, self._today)):
            raise ValidationError(wrong)


# --- `/administration/jetons`: which programs read what ---

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
        token = queries.make(db.session, secret, form.key.data or "", maker, form.name.data or "", form.territory.data, form.last_day, clock.now())
    except queries.FormUsed as error:
        form.form_errors.append(error.sentence)
        form.key.data = drawn_key()
        return _page(form), error.status
    db.session.commit()
    return _page(_form(formdata=None), token)


@blueprint.post("/<int:token_id>/revocation")
@act(who=ADMINISTRATORS, fresh_factor=True)
def revoke(token_id: int) -> ResponseReturnValue:
    queries.revoke(db.session, token_id, current_person().id, clock.now())
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
