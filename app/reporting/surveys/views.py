"""`/pilotage/enquetes`: what people think of the course, for whoever reads reports; what they wrote, for who writes the course or administers."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from app import clock, log
from app.content.store.queries import course
from app.db import db
from app.french import day_of
from app.identity.rules import ADMINISTRATORS, AUTHORS
from app.identity.sign_in.guards import current_person
from app.reporting.grid.exports import file_name
from app.reporting.surveys import export, queries
from app.site.queries import current_site
from app.web.edge import XLSX, written_file

blueprint = Blueprint("opinions", __name__, url_prefix="/pilotage/enquetes")


def _reads_texts() -> bool:
    return not (AUTHORS | ADMINISTRATORS).isdisjoint(current_person().roles)


@blueprint.get("")
def index() -> str:
    page = queries.opinions_page(db.session, course(db.session), day_of(clock.now()))
    return render_template("reporting/surveys/index.html", page=page)


@blueprint.get("/<survey_id>")
def survey(survey_id: str) -> str:
    wanted = request.args.get("sur", "")
    page = queries.survey_result_page(db.session, course(db.session), survey_id, wanted, day_of(clock.now()), _reads_texts())
    return render_template("reporting/surveys/survey.html", page=page)


@blueprint.get("/<survey_id>/resultats.xlsx")
def file(survey_id: str) -> Response:
    now = clock.now()
    result = queries.result_of(db.session, course(db.session), survey_id, day_of(now))
    reads, site = _reads_texts(), current_site().name
    log.event("survey_exported", reader=current_person().id, survey=survey_id)
    return written_file(lambda book: export.write(book, result, now, site, reads), XLSX, file_name(now, "xlsx", survey_id))
