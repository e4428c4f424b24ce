"""`/resultats`, for everybody; `/pilotage/qualite`, its archive, and the sample that whoever administers draws."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.passwords.tokens import sign, signed
from app.identity.rules import ADMINISTRATORS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.learner.surveys.queries import results as survey_results
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import bounded_int, download
from app.platform.web.endpoints import PUBLIC, act, page
from app.reporting.grid.exports import file_name
from app.reporting.quality import queries, services
from app.reporting.quality.pack import pack
from app.reporting.quality.queries import SamplePage
from app.reporting.quality.services import NobodyToDraw

blueprint = Blueprint("quality", __name__)
PURPOSE, ZIP = "quality-sample", "application/zip"


@blueprint.get("/resultats")
@page(who=PUBLIC)
def results() -> str:
    return render_template("reporting/quality/results.html", page=queries.results_page(db.session, course(db.session), day_of(clock.now())))


@blueprint.get("/pilotage/qualite")
@page(who=REPORTERS)
def index() -> str:
    return render_template("reporting/quality/index.html", page=queries.quality_page(db.session, course(db.session), clock.now()))


@blueprint.get("/pilotage/qualite/dossier.zip")
@page(who=REPORTERS, fresh_factor=True)
def archive() -> Response:
    return _archive(None)


@blueprint.post("/pilotage/qualite/echantillon")
@act(who=ADMINISTRATORS)
def draw() -> ResponseReturnValue:
    """The act is written before anybody is named."""
    count = request.form.get("count", services.LEAST, bounded_int)
    try:
        drawn = services.draw(db.session, current_person().id, count, secrets.randbelow(2**31), clock.now())
    except NobodyToDraw as error:
        flash(error.sentence, "warning")
        return redirect(url_for("quality.index"), 303)
    token = sign(current_settings().secret_key, PURPOSE, list(drawn))
    db.session.commit()
    log.event("quality_sample_drawn", actor=current_person().id, people=len(drawn))
    return redirect(url_for("quality.sample", token=token), 303)


@blueprint.get("/pilotage/qualite/echantillon/<token>")
@page(who=ADMINISTRATORS, names_people="Échantillon tiré au hasard pour un audit, où vous figurez")
def sample(token: str) -> str:
    return render_template("reporting/quality/sample.html", page=_sample(token, "quality.sample"))


@blueprint.get("/pilotage/qualite/echantillon/<token>/dossier.zip")
@page(
    who=ADMINISTRATORS,
    fresh_factor=True,
    names_people="Échantillon tiré au hasard pour un audit, où vous figurez, en fichier",
    file="dossier d’un audit, avec son échantillon (ZIP)",
)
def sampled_archive(token: str) -> Response:
    return _archive(_sample(token, "quality.sampled_archive"))


def _sample(token: str, what: str) -> SamplePage:
    numbers = signed(current_settings().secret_key, PURPOSE, token)
    if not isinstance(numbers, list):
        raise NotYours
    page = queries.sample_page(db.session, token, [int(number) for number in numbers])
    access.record_access([one.id for one in page.people], what, clock.now(), reads_on=True)
    return page


def _archive(sample: SamplePage | None) -> Response:
    now, published, site = clock.now(), course(db.session), current_site().name
    on = day_of(now)
    page, told, surveys = (
        queries.quality_page(db.session, published, now),
        queries.results_page(db.session, published, on),
        survey_results(db.session, published, on),
    )
    db.session.rollback()  # let go of before the packing, which takes a moment
    return download(pack(page, told, surveys, site, sample), ZIP, file_name(now, "zip", "qualite"))
