"""`/atelier/quiz/<id>/question`: one question of a quiz as a form, written back in the draft as Markdown."""

from __future__ import annotations

from hashlib import sha256

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace

from app.assessment.kinds.answer_form import AnswerForm, Row
from app.assessment.kinds.registry import FORMS
from app.authoring.drafts import services
from app.authoring.drafts.queries import WorkingText, working_text
from app.authoring.editor import question_rules
from app.authoring.editor.queries import QUIZ, QUIZ_TEXT, TEXT
from app.authoring.editor.question_rules import QuestionFormValues
from app.authoring.models import blueprint
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import page

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
        return _save(text)
    line = request.args.get("ligne", 0, bounded_int)
    asked = question_rules.question_at(text.path, text.text, line) if line else QuestionFormValues(_form(request.args.get("genre", "")))
    if asked is None:
        flash("Cette question est écrite d’une façon que le formulaire ne saurait pas redire : changez-la dans le texte.", "warning")
        return redirect(_editor(text, line), 303)
    return _page(text, asked, line)


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


def _page(text: WorkingText, asked: QuestionFormValues, line: int, refused: str = "", status: int = 200) -> ResponseReturnValue:
    empty = max(FEWEST - len(asked.rows), MORE)
    rows = (*asked.rows, *(Row() for _ in range(empty)))[:MOST_ROWS]
    page = QuestionFormPage(text, asked, line, _mark(text), rows, _editor(text, line), _back(text), refused=refused)
    return render_template("authoring/editor/question.html", page=page), status


def _mark(text: WorkingText) -> str:
    return sha256(text.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _save(text: WorkingText) -> ResponseReturnValue:
    line = request.form.get("line", 0, bounded_int)
    was = question_rules.question_at(text.path, text.text, line) if line else None
    asked = _read_form(was)
    if "more" in request.form:
        return _page(text, asked, line)
    if not asked.title:
        return _page(text, asked, line, "Écrivez ce que demande la question.", 422)
    if request.form.get("seen") != _mark(text) or (line and was is None):
        return _page(text, asked, line, "Le texte a changé depuis que ce formulaire est ouvert : vérifiez la question, puis enregistrez de nouveau.", 409)
    sent = replace(text, text=question_rules.replace_question(text.text, line, asked))
    try:
        services.keep_text(db.session, sent, version=text.version, base_id=text.base_id, now=clock.now())
    except (services.DraftConflict, services.TextTooLong) as error:
        db.session.rollback()
        return _page(text, asked, line, error.sentence, error.status)
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
