"""`/atelier/documents/<id>/fichier-a-relire`: a lesson as a file for word processors. `/atelier/retours/<digest>`: one that came back, compared, then kept."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.circulating import queries, services
from app.authoring.circulating.queries import ReturnedComparison
from app.authoring.circulating.returned import parse_returned as read_answer
from app.authoring.drafts.services import DraftConflict, TextTooLong
from app.authoring.incoming import pending
from app.authoring.incoming.uploads import instance, media_store, waiting
from app.authoring.incoming.word.services import came_back, recognised
from app.authoring.publishing.remarks.services import TooManyRemarks
from app.authoring.versions.merging.queries import resolved
from app.authoring.versions.merging.views import UNDECIDED
from app.content.papers.files import TEXTS
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.web.edge import download
from app.platform.web.endpoints import act, page

MOVED = "La leçon vient de changer : voici la comparaison telle qu’elle est maintenant. Vos choix sont à vérifier."


@blueprint.get("/documents/<document_id>/fichier-a-relire")
@page(who=AUTHORS)
def circulate(document_id: str) -> str:
    text = queries.own_lesson(db.session, document_id, current_person().id)
    return render_template("authoring/circulating/circulate.html", page=queries.circulate_page(db.session, text))


@blueprint.post("/documents/<document_id>/fichier-a-relire", endpoint="send_text")
@act(who=AUTHORS)
def send(document_id: str) -> ResponseReturnValue:
    """The text is remembered, then its file is fetched: what comes back will be compared with it."""
    extension = request.form.get("format", "")
    if extension not in TEXTS:
        raise NotYours
    text = queries.own_lesson(db.session, document_id, current_person().id)
    row = services.send(db.session, text, queries.notes_called(db.session, text), clock.now())
    db.session.commit()
    return redirect(url_for("authoring.sent_file", document_id=document_id, sent_id=row.id, extension=extension), 303)


@blueprint.get("/documents/<document_id>/envois/<int:sent_id>/<extension>")
@page(who=AUTHORS)
def sent_file(document_id: str, sent_id: int, extension: str) -> Response:
    row = queries.sent_text(db.session, sent_id, document_id, current_person().id)
    if extension not in TEXTS:
        raise NotYours
    form = TEXTS[extension]
    return download(services.write_file(row, form, media_store()), form.mimetype, f"{document_id}-a-relire.{extension}")


def _compare_file(digest: str) -> ReturnedComparison:
    """Reading a file may take seconds: no transaction is open meanwhile. Raises NotYours."""
    author = current_person().id
    data = pending.read_pending(waiting(), digest, author)
    db.session.rollback()
    answer = came_back(instance(), data)
    row = recognised(db.session, data, author)
    if row is None:
        raise NotYours
    return queries.comparison(db.session, row, author, read_answer(answer))


def _page(found: ReturnedComparison, digest: str, refused: str = "") -> str:
    page = queries.returned_page(db.session, found, digest, request.form, refused)
    return render_template("authoring/circulating/returned.html", page=page)


@blueprint.get("/retours/<digest>")
@page(who=AUTHORS)
def returned_page(digest: str) -> str:
    return _page(_compare_file(digest), digest)


@blueprint.post("/retours/<digest>")
@act(who=AUTHORS)
def keep_returned(digest: str) -> ResponseReturnValue:
    found = _compare_file(digest)
    if request.form.get("shown") != found.shown:
        return _page(found, digest, MOVED), 409
    merged = resolved(found.merged, request.form)
    if merged is None:
        return _page(found, digest, UNDECIDED), 422
    try:
        services.keep(db.session, found.text, merged, found.comments, clock.now())
    except (DraftConflict, TextTooLong, TooManyRemarks) as error:
        db.session.rollback()
        return _page(_compare_file(digest), digest, MOVED if isinstance(error, DraftConflict) else error.sentence), error.status
    flash("Le fichier est repris dans votre brouillon : relisez, puis publiez.", "success")
    db.session.commit()
    pending.drop(waiting(), digest, current_person().id)
    where = "authoring.remarks" if found.comments else "authoring.review"
    return redirect(url_for(where, document_id=found.row.document_id, _anchor="remarques" if found.comments else None), 303)
