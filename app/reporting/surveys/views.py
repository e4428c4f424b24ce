"""`/pilotage/enquetes`: what people think of the course, for whoever reads reports; what they wrote, for who writes the course or administers."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.identity.rules import MODERATORS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.learner.surveys import services
from app.learner.surveys.services import FaultMissing, TextGone
from app.platform import clock, log
from app.platform.db import db
from app.platform.french import day_of
from app.platform.site.queries import current_site
from app.platform.web.edge import XLSX, written_file
from app.platform.web.endpoints import act, page
from app.reporting.grid.exports import file_name
from app.reporting.surveys import export, queries

blueprint = Blueprint("opinions", __name__, url_prefix="/pilotage/enquetes")


def _reads_texts() -> bool:
    return not MODERATORS.isdisjoint(current_person().roles)


@blueprint.get("")
@page(who=REPORTERS)
def index() -> str:
    page = queries.opinions_page(db.session, course(db.session), day_of(clock.now()))
    return render_template("reporting/surveys/index.html", page=page)


@blueprint.get("/<survey_id>")
@page(who=REPORTERS)
def survey(survey_id: str) -> str:
    wanted = request.args.get("sur", "")
    page = queries.survey_result_page(db.session, course(db.session), survey_id, wanted, day_of(clock.now()), _reads_texts())
    return render_template("reporting/surveys/survey.html", page=page)


@blueprint.get("/<survey_id>/textes/<mark>")
@page(who=MODERATORS)
def text(survey_id: str, mark: str) -> str:
    return _text(survey_id, mark)


@blueprint.post("/<survey_id>/textes/<mark>")
@act(who=MODERATORS)
def withdraw_text(survey_id: str, mark: str) -> ResponseReturnValue:
    now, back = clock.now(), redirect(url_for("opinions.survey", survey_id=survey_id), 303)
    try:
        count = services.withdraw_text(db.session, course(db.session), survey_id, mark, request.form.get("motif", ""), current_person().id, now)
    except FaultMissing as error:
        return _text(survey_id, mark, error.sentence), error.status
    except TextGone as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return back
    flash("Le texte est retiré." if count == 1 else f"Le texte est retiré, {count} fois.", "success")
    db.session.commit()
    return back


def _text(survey_id: str, mark: str, error: str = "") -> str:
    page = queries.text_page(db.session, course(db.session), survey_id, mark, day_of(clock.now()), error)
    return render_template("reporting/surveys/text.html", page=page)


@blueprint.get("/<survey_id>/resultats.xlsx")
@page(who=REPORTERS, fresh_factor=True)
def file(survey_id: str) -> Response:
    now = clock.now()
    result = queries.result_of(db.session, course(db.session), survey_id, day_of(now))
    reads, site = _reads_texts(), current_site().name
    log.event("survey_exported", reader=current_person().id, survey=survey_id)
    return written_file(lambda book: export.write(book, result, now, site, reads), XLSX, file_name(now, "xlsx", survey_id))
