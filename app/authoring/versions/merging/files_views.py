"""`/atelier/fichiers`: the files of the course that changed while their text changed here; one of them set together with it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.versions.merging import queries, services
from app.authoring.versions.merging.files_queries import FileSides, file_sides, files_page
from app.authoring.versions.merging.services import FileMoved
from app.authoring.versions.merging.views import UNDECIDED
from app.authoring.versions.services import DraftInTheWay
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.storage.store import StoreAway
from app.platform.web.endpoints import act, page


@blueprint.get("/fichiers")
@page(who=AUTHORS)
def files() -> str:
    return render_template("authoring/versions/merge_files.html", page=files_page(db.session, current_settings(), clock.now()))


@blueprint.get("/documents/<document_id>/fichier")
@page(who=AUTHORS)
def merge_file(document_id: str) -> str:
    return _merge(file_sides(db.session, current_settings(), document_id, clock.now()), "")


def _merge(found: FileSides, refused: str) -> str:
    return render_template("authoring/versions/merge.html", page=queries.file_merge_page(found, request.form, refused))


@blueprint.post("/documents/<document_id>/fichier")
@act(who=AUTHORS)
def save_file_merge(document_id: str) -> ResponseReturnValue:
    now = clock.now()
    found = file_sides(db.session, current_settings(), document_id, now)
    db.session.rollback()  # the files may take a second to read: what is written is decided on what stands now
    if (request.form.get("theirs"), request.form.get("published")) != (found.file.fingerprint, str(found.published.id)):
        return _merge(found, FileMoved.sentence), FileMoved.status
    merged = queries.resolved(found.merged, request.form)
    if merged is None:
        return _merge(found, UNDECIDED), 422
    try:
        services.merge_file(db.session, places.media(current_settings()), found, merged, current_person().id, now)
    except StoreAway as error:
        db.session.rollback()
        return _merge(found, error.sentence), error.status
    except DraftInTheWay as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.review", document_id=document_id), 303)
    except (FileMoved, NotYours):
        db.session.rollback()
        return redirect(url_for("authoring.merge_file", document_id=document_id), 303)
    flash("Le fichier et le texte publié sont réunis dans votre brouillon : relisez, puis publiez.", "success")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)
