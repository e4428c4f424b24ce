"""`/atelier/documents/<id>`: the editor, its saves, its previews, and saves that meet another.

Opening writes nothing: a draft begins with its first save."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask import flash, get_template_attribute, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.assessment.kinds.answer_form import AnswerForm, Row
from app.assessment.kinds.registry import FORMS
from app.authoring.comparing.three_way import merge3
from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts import create, services
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import CourseReadings, WorkingText, course_around, draft_of, working_text
from app.authoring.drafts.services import DraftConflict
from app.authoring.editor import queries, question_rules, snippets
from app.authoring.editor.queries import BELOW, MAIN, QUIZ, QUIZ_TEXT, SIDES, TEXT, Conflicts, TextPair
from app.authoring.editor.question_rules import QuestionFormValues
from app.authoring.models import blueprint
from app.content.store.queries import Revision
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.kept_forms import close_replayed
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
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
INSERT_QUESTION = "insert-question"
NO_REMEDY = "Ce remède ne convient plus : corrigez la ligne à la main."


def _load_pair(document_id: str) -> TextPair:
    return queries.load_pair(db.session, document_id, current_person().id)


def _read_pair(document_id: str) -> TextPair:
    """What the form holds; what is stored where it holds nothing."""
    return queries.read_pair(db.session, document_id, current_person().id, request.form)


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
    return redirect(url_for("authoring.home"), 303)


@blueprint.route("/documents/<document_id>/apercu", methods=["GET", "POST"])
@page(who=AUTHORS)
def preview(document_id: str) -> ResponseReturnValue:
    """The learner's page of what the form holds. It saves nothing and leaves no trace in anybody's record."""
    pair, side, now = _read_pair(document_id) if request.method == "POST" else _load_pair(document_id), _side(), clock.now()
    if wants_json():
        return jsonify(_panels(pair, side, now))
    page = queries.preview_page(db.session, pair, _around(pair), side, now, _tried_answers(), "text" in request.form)
    return render_template("authoring/editor/preview.html", page=page)


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
    of = QUIZ_TEXT if request.form.get("of") == QUIZ_TEXT else TEXT
    panels = queries.editor_panels(db.session, pair, around, side, now, _tried_answers(), of)
    names = ("pane", "count", "problems", "understood", "colleagues")
    return {name: prefix_addresses(get_template_attribute("macros/authoring/editor.html", name)(panels)) for name in names} | changed


# --- `/atelier/quiz/<id>/question`: one question of a quiz as a form, written back in the draft as Markdown. ---

MORE = 2
"""Empty rows under those that are filled."""
FEWEST, MOST_ROWS = 4, 40


class QuestionFormPage(Struct, frozen=True):
    text: WorkingText
    asked: QuestionFormValues
    line: int
    """Of its title; 0 for a new one."""
    seen: str
    """What the text was when the form was shown."""
    rows: tuple[Row, ...]
    editor: str
    """The address of the text."""
    back: str
    """The lesson below which the quiz is written, where the form was opened from there."""
    forms: tuple[AnswerForm, ...] = tuple(FORMS.values())
    refused: str = ""


@blueprint.route("/quiz/<quiz_id>/question", methods=["GET", "POST"])
@page(who=AUTHORS)
def question(quiz_id: str) -> ResponseReturnValue:
    text = working_text(db.session, quiz_id, current_person().id)
    if text.reading.kind is not DocumentKind.QUIZ:
        raise NotYours
    if request.method == "POST":
        return _save_question(text)
    line = request.args.get("ligne", 0, bounded_int)
    asked = question_rules.question_at(text.path, text.text, line) if line else QuestionFormValues(_form(request.args.get("genre", "")))
    if asked is None:
        flash("Cette question est écrite d’une façon que le formulaire ne saurait pas redire : changez-la dans le texte.", "warning")
        return redirect(_editor(text, line), 303)
    return _question_page(text, asked, line)


def _back(text: WorkingText) -> str:
    """The lesson that the quiz names, where its form was opened from there."""
    document, wanted = text.reading.document, request.values.get("depuis", "")
    return wanted if isinstance(document, Quiz) and wanted and document.lesson_id == wanted else ""


def _editor(text: WorkingText, line: int) -> str:
    """Where the text of the quiz is written: below its lesson, or by itself."""
    if back := _back(text):
        return url_for("authoring.edit", document_id=back, ligne=line or None, dans=QUIZ, _anchor=QUIZ_TEXT)
    return url_for("authoring.edit", document_id=text.document_id, ligne=line or None, _anchor=TEXT)


def _form(wanted: str) -> AnswerForm:
    """The first, where none is named so."""
    return FORMS.get(wanted) or next(iter(FORMS.values()))


def _question_page(text: WorkingText, asked: QuestionFormValues, line: int, refused: str = "", status: int = 200) -> ResponseReturnValue:
    empty = max(FEWEST - len(asked.rows), MORE)
    rows = (*asked.rows, *(Row() for _ in range(empty)))[:MOST_ROWS]
    page = QuestionFormPage(text, asked, line, _mark(text), rows, _editor(text, line), _back(text), refused=refused)
    return render_template("authoring/editor/question.html", page=page), status


def _mark(text: WorkingText) -> str:
    return sha256(text.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _save_question(text: WorkingText) -> ResponseReturnValue:
    line = request.form.get("line", 0, bounded_int)
    was = question_rules.question_at(text.path, text.text, line) if line else None
    asked = _read_form(was)
    if "more" in request.form:
        return _question_page(text, asked, line)
    if not asked.title:
        return _question_page(text, asked, line, "Écrivez ce que demande la question.", 422)
    if request.form.get("seen") != _mark(text) or (line and was is None):
        return _question_page(
            text, asked, line, "Le texte a changé depuis que ce formulaire est ouvert : vérifiez la question, puis enregistrez de nouveau.", 409
        )
    sent = replace(text, text=question_rules.replace_question(text.text, line, asked))
    try:
        services.keep_text(db.session, sent, version=text.version, base_id=text.base_id, now=clock.now())
    except (services.DraftConflict, services.TextTooLong) as error:
        db.session.rollback()
        return _question_page(text, asked, line, error.sentence, error.status)
    db.session.commit()
    flash("Question enregistrée dans le brouillon.", "success")
    place = line or sent.text[: sent.text.rindex(f"## {asked.title}")].count("\n") + 1
    return redirect(_editor(sent, place), 303)


def _read_form(was: QuestionFormValues | None) -> QuestionFormValues:
    """What the form holds, each field on the lines that it may take; `was` keeps what no field shows."""
    kept, identifier = (was.kept, was.id) if was else ((), "")
    form = _form(request.form.get("kind", ""))
    return QuestionFormValues(
        form,
        _line("title"),
        _lines("statement"),
        tuple(row for row in map(_row, range(MOST_ROWS)) if row.text or row.other),
        _line("answer") if form.field and not form.field.lines else _lines("answer"),
        _lines("explanation"),
        _line("objective"),
        _line("level"),
        kept,
        identifier,
        "one" in request.form,
    )


def _row(number: int) -> Row:
    return Row(_line(f"text-{number}"), f"right-{number}" in request.form, _line(f"other-{number}"))


def _line(name: str) -> str:
    return " ".join(request.form.get(name, "").split())


def _lines(name: str) -> str:
    return "\n".join(line.rstrip() for line in request.form.get(name, "").replace("\r\n", "\n").strip().split("\n"))
