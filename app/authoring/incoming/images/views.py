"""`/atelier/documents/<id>/images`: the images of a draft; and how large what comes in by a file may be, here and in the pages beside."""

from __future__ import annotations

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.authoring.blueprint import blueprint
from app.authoring.drafts.queries import working_text
from app.authoring.incoming.forms import ImageForm
from app.authoring.incoming.images import images, queries, services
from app.authoring.incoming.limits import LARGEST_UPLOAD
from app.authoring.incoming.uploads import ROOM, instance, keeping, media_store, sent_bytes
from app.authoring.models import Draft
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock, sandbox
from app.platform.db import db
from app.platform.french import spaced
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page
from app.platform.web.errors import wants_json

ELSEWHERE = "La bibliothèque garde ses fichiers à part : ajoutez celui-ci depuis « Fichiers »."


class ImagesPage(Struct, frozen=True):
    document_id: str
    title: str
    lines: tuple[queries.ImageLine, ...]
    form: ImageForm


@blueprint.route("/documents/<document_id>/images", endpoint="images", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_UPLOAD + ROOM, ROOM))
def images_page(document_id: str) -> ResponseReturnValue:
    if document_id == DocumentKind.LIBRARY.value:
        return make_response(jsonify(error=spaced(ELSEWHERE)), 422) if wants_json() else redirect(url_for("authoring.library_files"), 303)
    form = ImageForm()
    if request.method == "POST":
        picture = _picture(form)
        if picture is not None and (added := keeping(form, lambda: _keep_image(document_id, picture))):
            return _added(document_id, form, *added)
        db.session.rollback()
        if wants_json():
            return make_response(jsonify(error=spaced(next(iter(form.errors.values()))[0])), form.status)
    text = working_text(db.session, document_id, current_person().id)
    page = ImagesPage(document_id, text.title, queries.lines(text, media_store()), form)
    return render_template("authoring/incoming/images/images.html", page=page), form.status


def _picture(form: ImageForm) -> images.CleanImage | None:
    """The picture that was sent, checked while nobody waits; None when it is refused, which the form then says."""
    if not form.validate_on_submit():
        return None
    db.session.rollback()  # decoding may take seconds: no transaction is open meanwhile
    decoder = images.decoder_process(instance(), sandbox.LONG_WAIT)
    return form.accept(lambda: images.cleaned(form.file.data.filename or "", sent_bytes(form.file.data), decoder), form.file)


def _keep_image(document_id: str, picture: images.CleanImage) -> tuple[Draft, str]:
    base_id = request.form.get("base", type=bounded_int)
    return services.add(db.session, document_id, current_person().id, picture, media_store(), clock.now(), base_id)


def _added(document_id: str, form: ImageForm, draft: Draft, name: str) -> ResponseReturnValue:
    now, alternative = clock.now(), form.alternative.data or ""
    markdown = services.markdown(name, alternative)
    if form.append.data:
        services.append(db.session, draft, name, alternative, now)
        flash(f"Image ajoutée à la fin du texte : déplacez sa ligne où il faut. {markdown}", "success")
    elif not wants_json():
        flash(f"Image gardée. Pour la montrer, écrivez : {markdown}", "success")
    db.session.commit()
    if wants_json():
        return jsonify(name=name, version=draft.version, markdown=markdown)
    return redirect(url_for("authoring.images", document_id=document_id), 303)


@blueprint.post("/documents/<document_id>/images/retrait")
@act(who=AUTHORS)
def remove_image(document_id: str) -> ResponseReturnValue:
    try:
        services.remove(db.session, document_id, current_person().id, request.form.get("name", ""), clock.now())
    except services.StillShown as error:
        db.session.rollback()
        flash(error.sentence, "error")
        return redirect(url_for("authoring.images", document_id=document_id), 303)
    flash("Image retirée de ce document.", "success")
    db.session.commit()
    return redirect(url_for("authoring.images", document_id=document_id), 303)
