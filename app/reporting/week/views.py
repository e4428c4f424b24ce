"""`/pilotage`: the first screen of whoever follows people; `/compte/lundi`: the same by email."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import audit
from app.identity.rules import DECIDERS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import WEEKDAYS
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.endpoints import act, page
from app.record.figures.store import begin_report
from app.reporting import person, words
from app.reporting.scope import scope_here
from app.reporting.week import monday
from app.reporting.week.queries import week_page
from app.reporting.week.rules import again_day

GRANTED = "Accordée à votre demande."
"""The reason that a person reads of an attempt given by one button."""

blueprint = Blueprint("week", __name__)


@blueprint.get("/pilotage")
@page(who=REPORTERS, names_people="« Cette semaine » du pilotage, où vous figurez")
def index() -> str:
    return _week(clock.now())


def _week(now: datetime, refused: int = 0) -> str:
    """`refused`: the request whose answer had no reason."""
    published, scope = begin_report(db.session, now), scope_here(now)
    page = week_page(db.session, published, scope, current_person(), now)
    audit.record_access(page.people, "week.index", now)
    again, wanted = WEEKDAYS[again_day(scope.on).weekday()], monday.wants_monday(db.session, current_person().id)
    mail_works = outbox.available(current_settings())
    return render_template("reporting/week/week.html", page=page, refused=refused, again=again, wanted=wanted, mail_works=mail_works, words=words.GLOSSARY)


@blueprint.post("/pilotage/demandes/<int:request_id>")
@act(who=DECIDERS)
def answer(request_id: int) -> ResponseReturnValue:
    """One more attempt is given by one button; it is declined with a reason, which the person reads."""
    now, granted, reason = clock.now(), request.form.get("answer") == "oui", request.form.get("reason", "").strip()
    if not granted and not reason:
        return _week(now, refused=request_id), 422
    answered = person.answer(db.session, scope_here(now), request_id, granted, reason or GRANTED, now)
    flash("Tentative accordée." if answered.granted else "Demande refusée : la personne lira votre raison.", "success")
    db.session.commit()
    return redirect(url_for("week.index", _anchor="attend"), 303)


@blueprint.route("/compte/lundi", methods=["GET", "POST"])
@page(who=REPORTERS)
def monday_email() -> ResponseReturnValue:
    me = current_person().id
    form = monday.MondayForm(data=monday.choices_of(db.session, me))
    if not form.validate_on_submit():
        return render_template("reporting/week/monday.html", form=form, mail_works=outbox.available(current_settings())), form.status
    monday.choose(db.session, me, form.wanted.data == "oui", form.back_on.data, clock.now())
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("week.monday_email"), 303)
