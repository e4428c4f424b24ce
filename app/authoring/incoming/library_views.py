"""`/atelier/bibliotheque/fichiers`: the files of the library's draft."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.authoring.drafts.queries import working_text
from app.authoring.incoming import image_views, images, library_checks
from app.authoring.incoming.limits import LARGEST_FILE
from app.authoring.incoming.uploads import ROOM, FileForm, keeping, media_store
from app.authoring.models import Draft, blueprint
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.endpoints import act, page

LIBRARY = DocumentKind.LIBRARY.value


class LibraryFilesPage(Struct, frozen=True):
    document_id: str
    lines: tuple[image_views.ImageLine, ...]
    form: FileForm


@blueprint.route("/bibliotheque/fichiers", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_FILE + ROOM, ROOM), feature="library")
def library_files() -> ResponseReturnValue:
    form = FileForm()
    text = working_text(db.session, LIBRARY, current_person().id)
    file = image_views.clean_upload(form, library_checks.clean_file) if request.method == "POST" else None
    if file is not None and (added := keeping(form, lambda: _keep_file(file))):
        flash(f"Fichier gardé. Pour le donner à lire, écrivez dans son document : fichier : {added[1]}", "success")
        db.session.commit()
        return redirect(url_for("authoring.library_files"), 303)
    page = LibraryFilesPage(LIBRARY, image_views.lines(text, media_store()), form)
    return render_template("authoring/incoming/library/files.html", page=page), form.status


def _keep_file(file: images.CleanImage) -> tuple[Draft, str]:
    return image_views.add(db.session, LIBRARY, current_person().id, file, media_store(), clock.now())


@blueprint.post("/bibliotheque/fichiers/retrait")
@act(who=AUTHORS, feature="library")
def remove_library_file() -> ResponseReturnValue:
    try:
        image_views.remove(db.session, LIBRARY, current_person().id, request.form.get("name", ""), clock.now())
    except image_views.StillShown:
        db.session.rollback()
        flash("Un document nomme encore ce fichier : effacez-y d’abord sa ligne.", "error")
        return redirect(url_for("authoring.library_files"), 303)
    flash("Fichier retiré de la bibliothèque.", "success")
    db.session.commit()
    return redirect(url_for("authoring.library_files"), 303)
