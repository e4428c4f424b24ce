"""The certificat de réalisation and the follow-up file, in PDF: for the person, and for whoever sees them in « Le pilotage »."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort

from app.content.store.queries import course, course_at_hand
from app.identity.rules import REPORTERS
from app.identity.sign_in.guards import current_person
from app.learner.pages.record_queries import RecordPage, record_page
from app.platform import clock
from app.platform.db import db
from app.platform.french import fold
from app.platform.printing import pdf_of
from app.platform.sandbox import LONG_WAIT
from app.platform.settings import Settings, current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import download, public_address
from app.platform.web.endpoints import SIGNED_IN, page
from app.reporting.evidence import queries
from app.reporting.evidence.paper import certificate as certificate_of
from app.reporting.evidence.paper import follow_up_file
from app.reporting.evidence.queries import FollowUp
from app.reporting.scope.reader import scope_here

TEMPLATE = Path(__file__).with_name("evidence.typ")
INSTEAD = "La page de la progression dit la même chose, et votre navigateur peut l’imprimer."

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/progression/certificat.pdf")
@page(who=SIGNED_IN)
def my_certificate() -> Response:
    person, now = current_person(), clock.now()
    return _certificate(record_page(db.session, course(db.session), person.id, person.name, now))


@blueprint.get("/progression/suivi.pdf")
@page(who=SIGNED_IN)
def my_follow_up() -> Response:
    return _file(queries.my_follow_up(db.session, course(db.session), current_person(), clock.now()))


# The access journal notes those whose address names somebody by `person_id`.


@blueprint.get("/pilotage/personnes/<int:person_id>/certificat.pdf")
@page(who=REPORTERS, fresh_factor=True, names_people="Votre certificat de réalisation, en fichier PDF", file="certificat de réalisation (PDF)")
def certificate(person_id: int) -> Response:
    now = clock.now()
    return _certificate(queries.record_of(db.session, course(db.session), scope_here(now), person_id, now))


@blueprint.get("/pilotage/personnes/<int:person_id>/suivi.pdf")
@page(who=REPORTERS, fresh_factor=True, names_people="Votre dossier individuel de suivi, en fichier PDF", file="dossier individuel de suivi (PDF)")
def follow_up(person_id: int) -> Response:
    now = clock.now()
    return _file(queries.follow_up(db.session, course(db.session), scope_here(now), current_person(), person_id, now))


def _certificate(record: RecordPage) -> Response:
    """Of nothing there is no certificate."""
    if record.begun_at is None:
        abort(404)
    settings = current_settings()
    return _printed(settings, certificate_of(record, public_address("/"), current_site(), course_at_hand(db.session)), record, "certificat-de-realisation")


def _file(file: FollowUp) -> Response:
    settings = current_settings()
    return _printed(settings, follow_up_file(file, public_address("/"), current_site(), course_at_hand(db.session)), file.record, "suivi")


def _printed(settings: Settings, values: dict[str, Any], record: RecordPage, what: str) -> Response:
    """The database is let go of before the printing, which takes a moment."""
    db.session.rollback()
    printed = pdf_of(settings.instance_path, TEMPLATE, values, record.computed_at, instead=INSTEAD, wait=LONG_WAIT)
    name = "-".join(["croisee", what, *re.findall("[a-z0-9]+", fold(record.name))])
    return download(printed, "application/pdf", f"{name}.pdf")
