"""`/pilotage/rapport.pdf`: the grid and its pictures on paper, for the same reader, filter and moment."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, current_app, request

from app import clock, log
from app.db import db
from app.french import PARIS, day_of
from app.identity.audit import access
from app.identity.sign_in.guards import current_person
from app.learning.figures import snapshot
from app.reporting.grid.rows import Reader
from app.reporting.pdf.printing import pdf_of
from app.reporting.pdf.report import report
from app.reporting.scope.filters import asked
from app.reporting.scope.reach import reach_of

blueprint = Blueprint("printing", __name__, url_prefix="/pilotage")


@blueprint.get("/rapport.pdf")
def report_pdf() -> Response:
    """The journal is written before anything is shown, and the database is let go of before the printing, which takes seconds."""
    now = clock.now()
    published = snapshot.begin(now).course
    reach = reach_of(db.session, current_person(), day_of(now))
    wanted = replace(asked(request.args, reach, published).understood(), after="")
    told = report(Reader(db.session, published, reach, wanted, now))
    access.seen(told.people, "printing.report_pdf", now)
    log.event("report_printed", reader=reach.reader_id, people=len(told.people))
    db.session.rollback()
    response = Response(pdf_of(current_app.config["CROISEE"].instance_path, told.values, now), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="croisee-pilotage-{now.astimezone(PARIS):%Y-%m-%d-%Hh%M}.pdf"'
    return response
