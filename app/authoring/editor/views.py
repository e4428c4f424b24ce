"""`/atelier/documents/<id>`: the editor, its saves, its previews. Opening writes nothing: a draft begins with its first save."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import flash, get_template_attribute, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring.blueprint import blueprint
from app.authoring.drafts import services as drafts
from app.authoring.drafts.checks import reading_of
from app.authoring.editor import queries, snippets
from app.authoring.editor.queries import SIDES, PreviewPage, Text, newer_page
from app.db import db
from app.french import day_of, spaced
from app.identity.sign_in.guards import current_person
from app.learning.kept_forms.replay import close_replayed
from app.web.edge import bounded_int
from app.web.errors import wants_json

NOT_SAVED = "Pas encore enregistré : enregistrez pour le garder, ou rechargez la page pour l’abandonner."


def _today() -> date:
    return day_of(clock.now())


def _stored(document_id: str) -> Text:
    return queries.text_of(db.session, document_id, current_person().id)


def _sent(document_id: str) -> Text:
    """The text that the form holds; the stored one where it holds none."""
    stored = _stored(document_id)
    sent = request.form.get("text")
    return stored if sent is None else replace(stored, text=sent.replace("\r\n", "\n").replace("\r", "\n"))


def _side() -> str:
    wanted = request.values.get("side", current_person().side or "")
    return wanted if wanted in dict(SIDES) else ""


@blueprint.route("/documents/<document_id>", methods=["GET", "POST"])
def edit(document_id: str) -> ResponseReturnValue:
    if request.method == "POST":
        return _save(document_id)
    return _page(_stored(document_id), line=request.args.get("ligne", type=bounded_int))


def _page(text: Text, message: str = "", line: int | None = None) -> str:
    page = queries.editor_page(db.session, text, _side(), _today(), message, line)
    return render_template("authoring/editor/edit.html", page=page)


def _save(document_id: str) -> ResponseReturnValue:
    """Save, then do what the button says. A script saves the same way and is answered in JSON."""
    author, now, sent = current_person().id, clock.now(), _sent(document_id)
    if not wants_json():  # not while somebody types: an id would move under the caret
        sent = queries.with_ids(db.session, sent)
    version, base = request.form.get("version", 0, bounded_int), request.form.get("base", type=bounded_int)
    try:
        draft = drafts.keep_text(db.session, document_id, author, sent.text, version=version, base_id=base, now=now)
    except drafts.NewerDraft as error:
        return _newer(sent, error)
    except drafts.TooLong as error:
        if wants_json():
            raise
        return _page(sent, f"{error.sentence} Rien n’est perdu, rien n’est encore enregistré."), 422
    close_replayed(db.session, author, now)
    db.session.commit()
    if wants_json():
        return jsonify(version=draft.version if draft else 0, saved_at=draft.updated_at.isoformat() if draft else None)
    return _after_saving(document_id)


def _newer(sent: Text, error: drafts.NewerDraft) -> ResponseReturnValue:
    if wants_json():
        return make_response(jsonify(error=spaced(error.sentence), version=error.version), error.status)
    db.session.rollback()
    return render_template("authoring/editor/newer.html", page=newer_page(db.session, sent, error)), error.status


def _after_saving(document_id: str) -> ResponseReturnValue:
    """The address of the same page, or the page itself with a text that was changed and is not saved."""
    if key := request.form.get("remedy"):
        return _remedied(_stored(document_id), key)
    wanted = request.form.get("insert") or request.form.get("model")
    if wanted in snippets.BY_KEY and ("insert" in request.form or request.form.get("then") == "insert"):
        return _inserted(_stored(document_id), snippets.BY_KEY[wanted])
    flash("Brouillon enregistré.", "success")
    anchor = "atelier-apercu" if request.form.get("then") == "preview" else None
    return redirect(url_for("authoring.edit", document_id=document_id, side=_side() or None, _anchor=anchor), 303)


def _remedied(text: Text, key: str) -> ResponseReturnValue:
    found = queries.remedied(db.session, text, key, _today())
    if found is None:
        return _page(text, "Ce remède ne convient plus : corrigez la ligne à la main."), 422
    changed, problem = found
    return _page(changed, f"Ligne {problem.line}, corrigé : {problem.remedy}. {NOT_SAVED}", problem.line)


def _inserted(text: Text, snippet: snippets.Snippet) -> str:
    line = request.form.get("line", type=bounded_int)
    return _page(replace(text, text=snippets.inserted(text.text, snippet, line)), f"Inséré : {snippet.label}. {NOT_SAVED}", line)


@blueprint.post("/documents/<document_id>/abandon")
def discard(document_id: str) -> ResponseReturnValue:
    text = _stored(document_id)
    if text.draft is not None:
        drafts.discard_draft(db.session, text.draft)
    flash("Brouillon abandonné." if text.revision is None else "Brouillon abandonné : le texte publié n’a pas changé.")
    db.session.commit()
    return redirect(url_for("authoring.home"), 303)


@blueprint.route("/documents/<document_id>/apercu", methods=["GET", "POST"])
def preview(document_id: str) -> ResponseReturnValue:
    """The learner's page of what the form holds. It saves nothing and leaves no trace in anybody's record."""
    text, side, today = _sent(document_id), _side(), _today()
    if wants_json():
        return jsonify(_panels(text, side, today))
    tried = request.form.to_dict(flat=False) if "try" in request.form else None
    found = queries.preview_of(db.session, text, reading_of(text.path, text.text), side, today, tried)
    page = PreviewPage(document_id, found, side, text.text if "text" in request.form else None, url_for("authoring.preview", document_id=document_id))
    return render_template("authoring/editor/preview.html", page=page)


def _panels(text: Text, side: str, today: date) -> dict[str, str]:
    """The panels around the text, and what a remedy makes of it when one is asked for."""
    told = {}
    if key := request.form.get("remedy"):
        found = queries.remedied(db.session, text, key, today)
        if found is None:
            return {"error": "Ce remède ne convient plus : corrigez la ligne à la main."}
        text, told = found[0], {"text": found[0].text}
    judged = queries.judged(db.session, text, side, today)
    panels = ("pane", "count", "problems", "understood")
    return {name: str(get_template_attribute("macros/authoring_editor.html", name)(judged)) for name in panels} | told
