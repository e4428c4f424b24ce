"""`/pilotage/fichiers`: the large files that one asked for; and the answer of each file's own address, given at once where it is small."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.identity.audit import access
from app.identity.rules import REPORTERS
from app.identity.sign_in.admission import may
from app.identity.sign_in.guards import current_person
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.errors import NotYours
from app.platform.mail.outbox import available
from app.platform.settings import current_settings
from app.platform.web.edge import written_file
from app.platform.web.endpoints import act, keep_private, page
from app.reporting.files import queries, rules, services, store
from app.reporting.files.kinds import MIMETYPES, Kind, kind_of, made_apart
from app.reporting.grid.exports import file_name
from app.reporting.scope.reader import scope_here

blueprint = Blueprint("files", __name__, url_prefix="/pilotage/fichiers")
keep_private(blueprint, "un fichier du pilotage n’est remis qu’à la personne qui l’a demandé")


def given(kind: Kind) -> ResponseReturnValue:
    """The file, journal and figures of one moment; where it is large, the page that offers to have it made.

    While it travels, for as long as the client likes, nothing of the database is held.
    """
    report = queries.report_here()
    people = kind.people(report)
    if kind.what in made_apart() and len(people) > rules.LARGE:
        return render_template(
            "reporting/files/ask.html", wish=queries.wish_of(kind, report, len(people)), kept_days=rules.KEPT.days, mailed=available(current_settings())
        )
    access.seen(people, kind.what, report.now, reads_on=True)
    response = written_file(lambda target: kind.write(target, report, people), MIMETYPES[kind.suffix], file_name(report.now, kind.suffix, kind.name))
    log.event(kind.event, reader=report.scope.reader_id, people=len(people))
    return response


@blueprint.get("")
@page(who=REPORTERS)
def index() -> str:
    return render_template("reporting/files/files.html", page=queries.files_page(db.session, current_person().id, clock.now()))


@blueprint.post("")
@act(who=REPORTERS)
def ask() -> ResponseReturnValue:
    reader, now = current_person(), clock.now()
    kind = kind_of(request.form.get("fichier", ""))
    if not may(reader.roles, kind.what):
        raise NotYours
    report = queries.report_here()
    wish = queries.wish_of(kind, report, len(kind.people(report)))
    db.session.rollback()  # the reading is over
    try:
        services.ask(db.session, reader.id, wish, now)
    except services.Enough as error:
        flash(error.sentence, "warning")
        return render_template("reporting/files/files.html", page=queries.files_page(db.session, reader.id, now)), 422
    flash("Demandé. Vous pouvez fermer cette page : le fichier se prépare sans vous.", "success")
    db.session.commit()
    return redirect(url_for("files.index"), 303)


@blueprint.get("/<file_id>")
@page(who=REPORTERS, fresh_factor=True)
def take(file_id: str) -> Response:
    """With the rights of this moment. Each person whom it names reads that it was taken."""
    reader, now, settings = current_person(), clock.now(), current_settings()
    row = queries.ready_file(db.session, reader.id, file_id, now)
    services.check_may_take(reader, scope_here(now), row)
    key, kind = rules.key(row.id, row.claim), kind_of(row.what)
    name, total, size = row.name, row.total, row.size
    with ExitStack() as held:
        try:
            people, opened = store.people_of(settings, key), held.enter_context(store.opened(settings, key))
        except FileNotFoundError:
            raise services.Gone from None
        access.seen(people, kind.what, now)
        if request.method == "GET":
            with writing() as session:
                services.note_taken(session, file_id, now)
        held.pop_all()  # it is closed when it has been sent
    log.event(kind.event, reader=reader.id, people=total)
    response = send_file(opened, mimetype=MIMETYPES[kind.suffix], as_attachment=True, download_name=name, max_age=0, etag=False, conditional=False)
    response.content_length = size
    return response
