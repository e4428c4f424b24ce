"""`/atelier/documents/<id>`: the editor, its saves, its previews, and saves that meet another.

Opening writes nothing: a draft begins with its first save."""

from __future__ import annotations

from datetime import datetime

from flask import flash, get_template_attribute, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import merge3
from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts import create, services
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import CourseReadings, WorkingText, course_around, draft_of, working_text
from app.authoring.drafts.services import DraftConflict
from app.authoring.editor import head_fields, queries, snippets
from app.authoring.editor.queries import BELOW, MAIN, QUIZ, QUIZ_TEXT, SIDES, TEXT, Conflicts, TextPair
from app.authoring.editor.words import completions
from app.authoring.models import blueprint
from app.content.store.queries import Revision
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.kept_forms import close_replayed
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of, with_french_spaces
from app.platform.web.edge import bounded_int, prefix_addresses
from app.platform.web.endpoints import Return, act, page
from app.platform.web.errors import wants_json

# --- Saved from elsewhere meanwhile ----------------------------------------------------------------------------------
# What is kept of each text, beside what was sent.


class DraftTextConflict(Struct, frozen=True):
    """One of the texts of a form, which had been saved from elsewhere."""

    prefix: str
    """What begins the names of its fields."""
    document_id: str
    path: str
    sent: str
    saved: str
    version: int
    difference: WordDifference
    merged: str | None
    """What both changed without touching each other; None where they did."""


class DraftConflictPage(Struct, frozen=True):
    document_id: str
    path: str
    conflicts: tuple[DraftTextConflict, ...]
    stray: str
    """What was written of a quiz that is there no more."""


def draft_conflict_page(session: Session, sent: TextPair, conflicts: Conflicts) -> DraftConflictPage:
    return DraftConflictPage(sent.text.document_id, sent.text.path, tuple(_conflict_of(session, *each) for each in conflicts), sent.stray)


def _conflict_of(session: Session, prefix: str, text: WorkingText, error: DraftConflict) -> DraftTextConflict:
    base = session.get(Revision, text.base_id) if text.base_id else None
    merged = merge3(base.text, error.sent, error.saved).text if base else None
    return DraftTextConflict(prefix, text.document_id, text.path, error.sent, error.saved, error.version, difference(error.saved, error.sent), merged)


# --- Pages -----------------------------------------------------------------------------------------------------------

NOT_SAVED = "Pas encore enregistré : enregistrez pour le garder, ou rechargez la page pour l’abandonner."
NO_QUIZ = "Ce quiz n’est plus là : il a été abandonné depuis un autre onglet. La leçon est enregistrée ; le texte du quiz reste plus bas, à copier."
INSERT_QUESTION, HEAD = "insert-question", "head"
NO_REMEDY = "Ce remède ne convient plus : corrigez la ligne à la main."


def _load_pair(document_id: str) -> TextPair:
    return queries.load_pair(db.session, document_id, current_person().id)


def _read_pair(document_id: str) -> TextPair:
    """What the form holds; what is stored where it holds nothing."""
    return queries.read_pair(db.session, document_id, current_person().id, request.form)


def _with_head(pair: TextPair) -> TextPair:
    """What the fields of the head say, written in the text."""
    return pair.with_text(MAIN, head_fields.with_fields(pair.text.reading.kind, pair.text.text, request.form))


def _around(pair: TextPair) -> CourseReadings:
    return course_around(db.session, pair.text.document_id, pair.text.author_id)


def _side() -> str:
    wanted = request.values.get("side", current_person().side or "")
    return wanted if wanted in dict(SIDES) else ""


@blueprint.route("/documents/<document_id>", methods=["GET", "POST"])
@page(who=AUTHORS, returns=Return("un texte de l’atelier", queries.kept_words))
def edit(document_id: str) -> ResponseReturnValue:
    if request.method == "POST":
        return _save(_read_pair(document_id))
    pair = _load_pair(document_id)
    prefix = BELOW if request.args.get("dans") == QUIZ else MAIN
    return _page(pair, _around(pair), line=request.args.get("ligne", type=bounded_int), prefix=prefix)


def _page(pair: TextPair, around: CourseReadings, message: str = "", line: int | None = None, prefix: str = MAIN) -> str:
    of = QUIZ_TEXT if pair.quiz and prefix == BELOW else TEXT
    page = queries.editor_page(db.session, pair, around, _side(), clock.now(), message, line, of)
    return render_template("authoring/editor/edit.html", page=page)


def _save(sent: TextPair) -> ResponseReturnValue:
    """Save, then do what the button says. A script saves the same way, each text by itself, and is answered in JSON."""
    now = clock.now()
    if request.form.get("then") == HEAD:
        sent = _with_head(sent)
    try:
        kept = queries.keep(db.session, sent, request.form, now)
    except services.TextTooLong as error:
        if wants_json():
            raise
        return _page(sent, _around(sent), f"{error.sentence} Rien n’est perdu, rien n’est encore enregistré."), 422
    close_replayed(db.session, sent.text.author_id, now)
    db.session.commit()
    if kept.conflicts:
        return _conflict(sent, kept.conflicts)
    if wants_json():
        saved = kept.pair.text
        return jsonify(version=saved.version, saved_at=saved.saved_at.isoformat() if saved.saved_at else None)
    if sent.stray:
        return _page(kept.pair, _around(kept.pair), NO_QUIZ), 409
    return _after_saving(kept.pair)


def _conflict(sent: TextPair, conflicts: Conflicts) -> ResponseReturnValue:
    _, _, error = conflicts[0]
    if wants_json():
        return make_response(jsonify(error=with_french_spaces(error.sentence), version=error.version), error.status)
    return render_template("authoring/editor/draft_conflict.html", page=draft_conflict_page(db.session, sent, conflicts)), error.status


def _after_saving(pair: TextPair) -> ResponseReturnValue:
    """The address of the same page, or the page itself with a text that was changed and is not saved."""
    if key := request.form.get("remedy"):
        around = _around(pair)
        found = queries.apply_remedy(pair, around, key, day_of(clock.now()))
        if found is None:
            return _page(pair, around, NO_REMEDY), 422
        return _page(found.pair, around, f"Ligne {found.line}, corrigé : {found.label}. {NOT_SAVED}", found.line, found.prefix)
    if "question" in request.form:
        return _question_of(pair)
    if request.form.get("then") == "quiz":
        return _quiz_of(pair)
    if request.form.get("then") == "review":
        return redirect(url_for("authoring.review", document_id=pair.text.document_id), 303)
    prefix = BELOW if request.form.get("then") == INSERT_QUESTION else MAIN
    wanted = request.form.get("insert") or request.form.get(prefix + "model")
    if wanted in snippets.BY_KEY and ("insert" in request.form or request.form.get("then") in ("insert", INSERT_QUESTION)):
        snippet, line = snippets.BY_KEY[wanted], request.form.get(prefix + "line", type=bounded_int)
        changed = pair.with_text(prefix, snippets.insert_snippet(pair.of(prefix).text, snippet, line))
        return _page(changed, _around(pair), f"Inséré : {snippet.label}. {NOT_SAVED}", line, prefix)
    flash("Brouillon enregistré.", "success")
    anchor = "atelier-apercu" if request.form.get("then") == "preview" else None
    return redirect(url_for("authoring.edit", document_id=pair.text.document_id, side=_side() or None, _anchor=anchor), 303)


def _question_of(pair: TextPair) -> ResponseReturnValue:
    """The form of a question of the quiz, which leads back here."""
    quiz, line = pair.quiz or pair.text, request.form.get("question", 0, bounded_int)
    back = pair.text.document_id if pair.quiz else None
    return redirect(url_for("authoring.question", quiz_id=quiz.document_id, ligne=line or None, depuis=back), 303)


def _quiz_of(pair: TextPair) -> ResponseReturnValue:
    """The quiz of a lesson that has none, which the lesson names from now on: written below it."""
    desk = Desk(db.session, pair.text.author_id, clock.now())
    try:
        create.own_quiz(desk, pair.text.document_id)
        desk.save()
    except DomainError as error:
        db.session.rollback()
        return _page(pair, _around(pair), error.sentence), error.status
    db.session.commit()
    return redirect(url_for("authoring.edit", document_id=pair.text.document_id, _anchor=QUIZ_TEXT), 303)


@blueprint.post("/documents/<document_id>/abandon")
@act(who=AUTHORS)
def discard(document_id: str) -> ResponseReturnValue:
    author = current_person().id
    text, draft = working_text(db.session, document_id, author), draft_of(db.session, document_id, author)
    if draft is not None:
        services.discard_draft(db.session, draft)
    flash("Brouillon abandonné." if text.published is None else "Brouillon abandonné : le texte publié n’a pas changé.")
    db.session.commit()
    return redirect(url_for("authoring.plan"), 303)


@blueprint.route("/documents/<document_id>/apercu", methods=["GET", "POST"])
@page(who=AUTHORS)
def preview(document_id: str) -> ResponseReturnValue:
    """The learner's page of what the form holds. It saves nothing and leaves no trace in anybody's record."""
    pair, side, now = _read_pair(document_id) if request.method == "POST" else _load_pair(document_id), _side(), clock.now()
    if wants_json():
        return jsonify(_panels(pair, side, now))
    page = queries.preview_page(db.session, pair, _around(pair), side, now, _tried_answers(), "text" in request.form)
    return render_template("authoring/editor/preview.html", page=page)


@blueprint.get("/documents/<document_id>/mots")
@page(who=AUTHORS)
def words(document_id: str) -> ResponseReturnValue:
    """What the editor completes, in JSON."""
    text = working_text(db.session, document_id, current_person().id)
    return jsonify(completions(text, course_around(db.session, text.document_id, text.author_id)))


def _tried_answers() -> dict[str, list[str]] | None:
    """The answers to a quiz that somebody tries."""
    return request.form.to_dict(flat=False) if "try" in request.form else None


def _panels(pair: TextPair, side: str, now: datetime) -> dict[str, str]:
    """The panels around the text, and what a remedy makes of it when one is asked for."""
    around, changed = _around(pair), {}
    if key := request.form.get("remedy"):
        found = queries.apply_remedy(pair, around, key, day_of(now))
        if found is None:
            return {"error": NO_REMEDY}
        pair, changed = found.pair, {f"{found.prefix}text": found.pair.of(found.prefix).text}
    if request.form.get("then") == HEAD:
        pair = _with_head(pair)
        changed = {"text": pair.text.text}
    of = QUIZ_TEXT if request.form.get("of") == QUIZ_TEXT else TEXT
    panels = queries.editor_panels(db.session, pair, around, side, now, _tried_answers(), of)
    names = ("pane", "count", "problems", "understood", "colleagues")
    told = {name: prefix_addresses(get_template_attribute("macros/authoring/editor.html", name)(panels)) for name in names}
    text = pair.text
    head = head_fields.fields_of(text.reading.kind, text.path, text.text, around.readings, text.document_id)
    return told | ({"head": get_template_attribute("macros/authoring/editor.html", "head_fields")(head)} if head else {}) | changed
