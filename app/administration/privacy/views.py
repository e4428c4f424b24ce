"""The pages of personal data: what is held on a person, who looked at it, its export, and its erasure in two steps."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from app.administration.accounts.queries import somebody
from app.administration.acts import GROUNDS, REQUEST, UNDONE
from app.administration.privacy import erasure, journal, queries
from app.administration.privacy.journal import Readable
from app.administration.privacy.queries import DataPage, Words, as_stored
from app.administration.privacy.register.tables import LEARNING_RECORD, TREATMENTS
from app.administration.privacy.register.treatment import Treatment
from app.identity.forms import Form, PasswordAgain
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS, normalise_address
from app.identity.sign_in.guards import current_person
from app.identity.sign_in.security import leave
from app.platform import clock
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.web.edge import bounded_int, download
from app.platform.web.endpoints import SIGNED_IN, page


class EraseMeForm(PasswordAgain, Form):
    sure = BooleanField("J’ai compris que cet effacement est définitif", validators=[InputRequired("Cochez cette case pour confirmer.")])

    def __init__(self, person: Person, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person = person


class ErasePersonForm(Form):
    """The address is copied by hand: two people may share a name."""

    address = StringField(
        "Adresse de courriel de la personne",
        description="Recopiez-la en entier : c’est la preuve que vous effacez la bonne personne.",
        validators=[InputRequired("Recopiez l’adresse de la personne.")],
        render_kw={"autocomplete": "off"},
    )
    ground = SelectField(
        "Motif", validators=[InputRequired("Choisissez un motif.")], choices=[SelectChoice(key, words) for key, words in GROUNDS.items() if key != UNDONE]
    )
    sure = BooleanField("J’ai compris que cet effacement est définitif", validators=[InputRequired("Cochez cette case pour confirmer.")])

    def __init__(self, person: Person, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person = person

    def validate_address(self, field: Field) -> None:
        if normalise_address(field.data or "") != self.person.email:
            raise ValidationError("Ce n’est pas l’adresse de cette personne.")


# --- Views ---
# For the person, and for whoever answers their request.

blueprint = Blueprint("privacy", __name__)


def init_app(app: Flask) -> None:
    """The public page on personal data is web's; its list of treatments is ours."""
    app.jinja_env.globals["data_register"] = lambda: queries.public_lines(db.session)


# --- One's own ---


@blueprint.get("/compte/consultations")
@page(who=SIGNED_IN)
def consultations() -> str:
    number = request.args.get("page", 1, type=bounded_int)
    return render_template("administration/privacy/consultations.html", page=journal.access_page(db.session, current_person().id, number))


@blueprint.get("/compte/mes-donnees")
@page(who=SIGNED_IN)
def my_data() -> str:
    return render_template("administration/privacy/data.html", page=_data(current_person().id, words=Readable(db.session)))


@blueprint.get("/compte/mes-donnees.json")
@page(who=SIGNED_IN)
def my_data_json() -> Response:
    return _download(_data(current_person().id), f"croisee-donnees-{current_person().id}.json")


@blueprint.get("/progression/export")
@page(who=SIGNED_IN)
def my_learning() -> str:
    return render_template("administration/privacy/data.html", page=_my_learning())


@blueprint.get("/progression/export.json")
@page(who=SIGNED_IN)
def my_learning_json() -> Response:
    return _download(_my_learning(), "croisee-progression.json")


def _my_learning() -> DataPage:
    """Of one's own data, what is about learning, in words."""
    return _data(current_person().id, words=Readable(db.session), chosen=LEARNING_RECORD)


@blueprint.get("/compte/effacement")
@page(who=SIGNED_IN, fresh_factor=True)
def my_erasure() -> str:
    return render_template("administration/privacy/erasure.html", page=erasure.effect(db.session, _person(current_person().id), own=True))


@blueprint.route("/compte/effacement/confirmation", methods=["GET", "POST"])
@page(who=SIGNED_IN, fresh_factor=True)
def confirm_my_erasure() -> ResponseReturnValue:
    person = _person(current_person().id)
    form = EraseMeForm(person)
    if not form.validate_on_submit():
        page = erasure.ConfirmationPage(form, person.name, person.id, own=True)
        return render_template("administration/privacy/erasure_confirmation.html", page=page), *form.answer
    erasure.erase(db.session, current_settings(), person, actor_id=person.id, ground=REQUEST, now=clock.now())
    db.session.commit()
    leave()
    flash("Votre compte est effacé. Plus rien ici ne porte votre nom.", "success")
    return redirect(url_for("security.login"), 303)


# --- For whoever answers a request ---


@blueprint.get("/administration/personnes/<int:person_id>/donnees")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Toutes vos données, à l’écran")
def person_data(person_id: int) -> str:
    return render_template("administration/privacy/data.html", page=_data(person_id, own=False, words=Readable(db.session)))


@blueprint.get("/administration/personnes/<int:person_id>/donnees.json")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Toutes vos données, en fichier", file="toutes ses données (JSON)")
def person_data_json(person_id: int) -> Response:
    return _download(_data(person_id, own=False), f"croisee-donnees-{person_id}.json")


@blueprint.get("/administration/personnes/<int:person_id>/effacement")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Page d’effacement de votre compte")
def person_erasure(person_id: int) -> str:
    return render_template("administration/privacy/erasure.html", page=erasure.effect(db.session, _person(person_id), own=False))


@blueprint.route("/administration/personnes/<int:person_id>/effacement/confirmation", methods=["GET", "POST"])
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Confirmation de l’effacement de votre compte")
def confirm_person_erasure(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    form = ErasePersonForm(person)
    if not form.validate_on_submit():
        page = erasure.ConfirmationPage(form, person.name, person.id, own=False)
        return render_template("administration/privacy/erasure_confirmation.html", page=page), form.status
    actor = current_person().id
    erasure.erase(db.session, current_settings(), person, actor_id=actor, ground=form.ground.data, now=clock.now())
    flash("Le compte est effacé.", "success")
    db.session.commit()
    return redirect(url_for("administration.people"), 303)


def _person(person_id: int) -> Person:
    return somebody(db.session, person_id)


def _data(person_id: int, own: bool = True, words: Words = as_stored, chosen: tuple[Treatment, ...] = TREATMENTS) -> DataPage:
    """The whole file keeps what is stored; the pages say it in `words`. Who sees « comme » the person is not the person."""
    person = _person(person_id)
    held = queries.extract_all(db.session, person, words, chosen, to_themselves=own and "watcher" not in g)
    return DataPage(person.name, person.id, own, clock.now(), held, learning=chosen == LEARNING_RECORD)


def _download(page: DataPage, name: str) -> Response:
    return download(json.dumps(queries.as_json(page), ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat()), "application/json", name)
