"""`/compte/annuaire`: one's own card; `/reseau/<id>/personnes/<n>`: a message to somebody who agreed to be written to."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.models import Person
from app.identity.sessions import limits
from app.identity.sign_in.guards import current_person
from app.network.directory import queries, services
from app.network.directory.forms import CardForm, MessageForm
from app.network.directory.rules import ContactChoice
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.web.endpoints import SIGNED_IN, act, page

blueprint = Blueprint("directory", __name__)


@blueprint.route("/compte/annuaire", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def mine() -> ResponseReturnValue:
    now = clock.now()
    person = db.session.get_one(Person, current_person().id)
    entry = queries.card_of(db.session, person.id)
    held = {"function": entry.function, "help_with": entry.help_with, "contact": entry.contact, "agree": True} if entry else {"contact": ContactChoice.SITE}
    form = CardForm(data=held)
    if not form.validate_on_submit():
        page = queries.mine(db.session, current_settings(), course(db.session), person, day_of(now))
        return render_template("network/directory/mine.html", page=page, form=form), form.status
    services.appear(db.session, person.id, form.function.data or "", form.help_with.data or "", form.chosen_contact, now)
    flash("Votre fiche est enregistrée : elle paraît dès maintenant.")
    db.session.commit()
    return redirect(url_for("directory.mine"), 303)


@blueprint.post("/compte/annuaire/retrait")
@act(who=SIGNED_IN)
def withdraw() -> ResponseReturnValue:
    services.disappear(db.session, current_person().id)
    flash("Vous ne paraissez plus nulle part, et votre fiche est effacée.")
    db.session.commit()
    return redirect(url_for("directory.mine"), 303)


@blueprint.route("/reseau/<cite_id>/personnes/<int:card_id>", methods=["GET", "POST"])
@page(who=SIGNED_IN, names_people="Page pour vous écrire, depuis l’annuaire du réseau")
def write(cite_id: str, card_id: int) -> ResponseReturnValue:
    now = clock.now()
    page = queries.writable(db.session, current_settings(), course(db.session), cite_id, card_id, day_of(now))
    if page is None:
        abort(404)
    access.record_access([card_id], "directory.write", now)
    form, tries = MessageForm(), limits.message(current_person().id)
    if form.validate_on_submit() and (wait := limits.take(tries)):
        form.form_errors.append(limits.sentence(wait))
        return render_template("network/directory/write.html", page=page, form=form), 429, {"Retry-After": str(wait)}
    if not form.is_submitted() or form.errors:
        return render_template("network/directory/write.html", page=page, form=form), form.status
    services.write(db.session, current_settings(), page, current_person(), form.message.data or "", now)
    flash("Votre message est parti.")
    db.session.commit()
    return redirect(url_for("cites.cite", cite_id=cite_id, _anchor="personnes"), 303)
