"""The pages of the training's quality, its archive for an auditor, and `flask quality settle`."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Sequence
from datetime import date

import click
from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.identity import audit
from app.identity.passwords import read_signed, sign
from app.identity.rules import ADMINISTRATORS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.learner.surveys.queries import SurveyResult
from app.learner.surveys.queries import results as survey_results
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.errors import NotYours
from app.platform.french import day_of, french_date, french_datetime, number, percent
from app.platform.settings import current_settings
from app.platform.site import current_site, offers
from app.platform.web.edge import bounded_int, csv_table, download
from app.platform.web.endpoints import PUBLIC, act, page
from app.platform.zips import pack_zip
from app.reporting import quality, surveys
from app.reporting.grid.exports import file_name
from app.reporting.quality import NobodyToDraw, QualityPage, ResultsPage, SamplePage

# --- The archive for an auditor: indicators, results, surveys ---
# Nobody is named, unless a sample was drawn.


def pack(page: QualityPage, told: ResultsPage, answered: Iterable[SurveyResult], site: str, sample: SamplePage | None = None) -> bytes:
    files = {
        "lire-moi.txt": _read_me(page, site, sample),
        "indicateurs.csv": csv_table([("Indicateur", "Ce qu’il demande", "Ce que le site a enregistré", "Ce que l’organisme ajoute"), *_indicators(page)]),
        "resultats.csv": csv_table([("Année de début", "Jusqu’au", "Personnes", "Parcours terminés", "Arrêtés", "Semaines (médiane)"), *_results(told)]),
    }
    for one in answered:
        target = io.BytesIO()
        surveys.write(target, one, page.computed_at, site, reads_texts=False)
        files[f"enquetes/{one.survey.id}.xlsx"] = target.getvalue()
    if sample:
        files["echantillon.csv"] = csv_table([("Nom", "Commencé le", "Terminé le"), *((one.name, _day(one.begun), _day(one.done)) for one in sample.people)])
    return pack_zip(files)


def _indicators(page: QualityPage) -> Iterable[Sequence[str]]:
    for _, tiles in page.criteria:
        for tile in tiles:
            found = " ; ".join(one.words for one in tile.evidence) or "rien"
            yield str(tile.indicator.number), tile.indicator.title, found, tile.indicator.beside


def _results(told: ResultsPage) -> Iterable[Sequence[str]]:
    for one in told.years:
        weeks = number(one.weeks) if one.weeks else "moins de cinq personnes"
        yield str(one.year), french_date(one.until), number(one.people), percent(one.done), percent(one.gone), weeks


def _day(day: date | None) -> str:
    return french_date(day) if day else ""


def _read_me(page: QualityPage, site: str, sample: SamplePage | None) -> bytes:
    named = "Il nomme les personnes d’un échantillon tiré au hasard : l’acte est au journal, et chacune peut le lire." if sample else "Il ne nomme personne."
    lines = (
        f"{site} : dossier pour un audit, calculé le {french_datetime(page.computed_at)}.",
        named,
        "Les numéros sont ceux du référentiel national ; les phrases sont les nôtres.",
        f"Le guide officiel : {page.guide}",
    )
    return ("\r\n".join(lines) + "\r\n").encode()


# --- Registration ---


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(quality_commands)


# --- `/resultats`, for everybody; `/pilotage/qualite`, its archive, and the sample that whoever administers draws. ---

blueprint = Blueprint("quality", __name__)
PURPOSE, ZIP = "quality-sample", "application/zip"


@blueprint.get("/resultats")
@page(who=PUBLIC)
def results() -> str:
    return render_template("reporting/quality/results.html", page=quality.results_page(db.session, course(db.session), day_of(clock.now())))


@blueprint.get("/pilotage/qualite")
@page(who=REPORTERS)
def index() -> str:
    return render_template("reporting/quality/index.html", page=quality.quality_page(db.session, course(db.session), clock.now()))


@blueprint.get("/pilotage/qualite/dossier.zip")
@page(who=REPORTERS, fresh_factor=True)
def archive() -> Response:
    return _archive(None)


@blueprint.post("/pilotage/qualite/echantillon")
@act(who=ADMINISTRATORS)
def draw() -> ResponseReturnValue:
    """The act is written before anybody is named."""
    count = request.form.get("count", quality.LEAST, bounded_int)
    try:
        drawn = quality.draw(db.session, current_person().id, count, secrets.randbelow(2**31), clock.now())
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
    numbers = read_signed(current_settings().secret_key, PURPOSE, token)
    if not isinstance(numbers, list):
        raise NotYours
    page = quality.sample_page(db.session, token, [int(number) for number in numbers])
    audit.record_access([one.id for one in page.people], what, clock.now(), reads_on=True)
    return page


def _archive(sample: SamplePage | None) -> Response:
    now, published, site = clock.now(), course(db.session), current_site().name
    on = day_of(now)
    page, told, answered = (
        quality.quality_page(db.session, published, now),
        quality.results_page(db.session, published, on),
        survey_results(db.session, published, on) if offers("surveys") else (),
    )
    db.session.rollback()  # let go of before the packing, which takes a moment
    return download(pack(page, told, answered, site, sample), ZIP, file_name(now, "zip", "qualite"))


# --- `flask quality settle`: what a large site counts at night ---

quality_commands = AppGroup("quality", help="Les preuves de la qualité.")


@quality_commands.command()
def settle() -> None:
    """Compte ce que montrent « Qualité » et « Nos résultats » sur un grand site. À lancer chaque nuit."""
    now = clock.now()
    figures = quality.counted_now(db.session, now)
    db.session.rollback()  # the reading is over
    with writing() as session:
        quality.keep(session, figures, now)
    click.echo("Chiffres de la qualité comptés.")
