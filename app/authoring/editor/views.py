"""`/atelier/documents/<id>`: the editor, its saves, its previews. Opening writes nothing: a draft begins with its first save."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import flash, get_template_attribute, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring.blueprint import blueprint
from app.authoring.drafts import create, services
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import WorkingText, draft_of, working_text
from app.authoring.drafts.readings import CourseReadings, course_around
from app.authoring.editor import queries, snippets
from app.authoring.editor.preview import preview as learners_preview
from app.authoring.editor.queries import SIDES, PreviewPage, draft_conflict_page
from app.content.store.queries import course
from app.db import db
from app.errors import DomainError
from app.french import day_of, spaced
from app.identity.sign_in.guards import current_person
from app.learning.kept_forms.replay import close_replayed
from app.web.edge import bounded_int
from app.web.errors import wants_json

NOT_SAVED = "Pas encore enregistré : enregistrez pour le garder, ou rechargez la page pour l’abandonner."
NO_REMEDY = "Ce remède ne convient plus : corrigez la ligne à la main."


def _stored(document_id: str) -> WorkingText:
    return working_text(db.session, document_id, current_person().id)


def _sent(document_id: str) -> WorkingText:
    """The text that the form holds; the stored one where it holds none."""
    stored = _stored(document_id)
    sent = request.form.get("text")
    return stored if sent is None else replace(stored, text=sent.replace("\r\n", "\n").replace("\r", "\n"))


def _around(text: WorkingText) -> CourseReadings:
    return course_around(db.session, text.document_id, text.author_id)


def _side() -> str:
    wanted = request.values.get("side", current_person().side or "")
    return wanted if wanted in dict(SIDES) else ""


@blueprint.route("/documents/<document_id>", methods=["GET", "POST"])
def edit(document_id: str) -> ResponseReturnValue:
    if request.method == "POST":
        return _save(_sent(document_id))
    text = _stored(document_id)
    return _page(text, _around(text), line=request.args.get("ligne", type=bounded_int))


def _page(text: WorkingText, around: CourseReadings, message: str = "", line: int | None = None) -> str:
    page = queries.editor_page(db.session, text, around, _side(), clock.now(), message, line)
    return render_template("authoring/editor/edit.html", page=page)


def _save(sent: WorkingText) -> ResponseReturnValue:
    """Save, then do what the button says. A script saves the same way and is answered in JSON."""
    now = clock.now()
    version, base = request.form.get("version", 0, bounded_int), request.form.get("base", type=bounded_int)
    try:
        draft = services.keep_text(db.session, sent, version=version, base_id=base, now=now)
    except services.DraftConflict as error:
        return _conflict(sent, error)
    except services.TextTooLong as error:
        if wants_json():
            raise
        return _page(sent, _around(sent), f"{error.sentence} Rien n’est perdu, rien n’est encore enregistré."), 422
    saved = WorkingText.of(draft, sent.published) if draft else sent
    close_replayed(db.session, sent.author_id, now)
    db.session.commit()
    if wants_json():
        return jsonify(version=saved.version, saved_at=saved.saved_at.isoformat() if saved.saved_at else None)
    return _after_saving(saved)


def _conflict(sent: WorkingText, error: services.DraftConflict) -> ResponseReturnValue:
    if wants_json():
        return make_response(jsonify(error=spaced(error.sentence), version=error.version), error.status)
    db.session.rollback()
    return render_template("authoring/editor/draft_conflict.html", page=draft_conflict_page(db.session, sent, error)), error.status


def _after_saving(text: WorkingText) -> ResponseReturnValue:
    """The address of the same page, or the page itself with a text that was changed and is not saved."""
    if key := request.form.get("remedy"):
        around = _around(text)
        found = queries.remedied(text, around, key, day_of(clock.now()))
        if found is None:
            return _page(text, around, NO_REMEDY), 422
        return _page(found.text, around, f"Ligne {found.line}, corrigé : {found.label}. {NOT_SAVED}", found.line)
    if request.form.get("then") == "quiz":
        return _quiz_of(text)
    wanted = request.form.get("insert") or request.form.get("model")
    if wanted in snippets.BY_KEY and ("insert" in request.form or request.form.get("then") == "insert"):
        snippet, line = snippets.BY_KEY[wanted], request.form.get("line", type=bounded_int)
        return _page(replace(text, text=snippets.inserted(text.text, snippet, line)), _around(text), f"Inséré : {snippet.label}. {NOT_SAVED}", line)
    flash("Brouillon enregistré.", "success")
    anchor = "atelier-apercu" if request.form.get("then") == "preview" else None
    return redirect(url_for("authoring.edit", document_id=text.document_id, side=_side() or None, _anchor=anchor), 303)


def _quiz_of(text: WorkingText) -> ResponseReturnValue:
    """The quiz of a lesson that has none, which the lesson names from now on."""
    desk = Desk(db.session, text.author_id, clock.now())
    try:
        made = create.own_quiz(desk, text.document_id)
        desk.save()
    except DomainError as error:
        db.session.rollback()
        return _page(text, _around(text), error.sentence), error.status
    db.session.commit()
    return redirect(url_for("authoring.edit", document_id=made), 303)


@blueprint.post("/documents/<document_id>/abandon")
def discard(document_id: str) -> ResponseReturnValue:
    text, draft = _stored(document_id), draft_of(db.session, document_id, current_person().id)
    if draft is not None:
        services.discard_draft(db.session, draft)
    flash("Brouillon abandonné." if text.published is None else "Brouillon abandonné : le texte publié n’a pas changé.")
    db.session.commit()
    return redirect(url_for("authoring.home"), 303)


@blueprint.route("/documents/<document_id>/apercu", methods=["GET", "POST"])
def preview(document_id: str) -> ResponseReturnValue:
    """The learner's page of what the form holds. It saves nothing and leaves no trace in anybody's record."""
    text, side, now = _sent(document_id), _side(), clock.now()
    if wants_json():
        return jsonify(_panels(text, side, now))
    shown = learners_preview(queries.course_as_written(course(db.session), _around(text)), text, side or None, now, _tried())
    page = PreviewPage(document_id, shown, side, text.text if "text" in request.form else None, url_for("authoring.preview", document_id=document_id))
    return render_template("authoring/editor/preview.html", page=page)


def _tried() -> dict[str, list[str]] | None:
    """The answers to a quiz that somebody tries."""
    return request.form.to_dict(flat=False) if "try" in request.form else None


def _panels(text: WorkingText, side: str, now: datetime) -> dict[str, str]:
    """The panels around the text, and what a remedy makes of it when one is asked for."""
    around, changed = _around(text), {}
    if key := request.form.get("remedy"):
        found = queries.remedied(text, around, key, day_of(now))
        if found is None:
            return {"error": NO_REMEDY}
        text, changed = found.text, {"text": found.text.text}
    panels = queries.editor_panels(db.session, text, around, side, now, _tried())
    names = ("pane", "count", "problems", "understood", "colleagues")
    return {name: str(get_template_attribute("macros/authoring/editor.html", name)(panels)) for name in names} | changed
