"""`/atelier/quiz/<id>/question`: one question of a quiz as a form, written back in the draft as Markdown.

The editor's script shows the same form over the text, and is answered in JSON: what the form is, or what the text is once it is saved."""

from __future__ import annotations

from hashlib import sha256

from flask import flash, get_template_attribute, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace

from app.assessment.kinds.answer_form import AnswerForm, Row
from app.assessment.kinds.registry import FORMS
from app.authoring.drafts import services
from app.authoring.drafts.queries import WorkingText, course_around, working_text
from app.authoring.editor import question_rules
from app.authoring.editor.queries import QUIZ, QUIZ_TEXT, TEXT
from app.authoring.editor.question_rules import QuestionFormValues
from app.authoring.models import blueprint
from app.content.values.course import Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import french
from app.platform.web.edge import bounded_int, prefix_addresses
from app.platform.web.endpoints import page
from app.platform.web.errors import wants_json

MORE = 2
"""Empty rows under those that are filled."""
FEWEST, MOST_ROWS = 4, 40
UNSAYABLE = "Cette question est écrite d’une façon que le formulaire ne saurait pas redire : changez-la dans le texte."


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
    taught: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """(lesson, (reference, title) of itself and of its headings) of what may teach it."""
    objectives: tuple[tuple[str, str], ...]
    """(label, words) of the objectives that it may check."""
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
    asked = question_rules.question_at(text.path, text.text, line) if line else _new(text)
    if asked is None and wants_json():
        return jsonify(error=french(UNSAYABLE)), 422
    if asked is None:
        flash(UNSAYABLE, "warning")
        return redirect(_editor(text, line), 303)
    return _question_page(text, asked, line)


def _new(text: WorkingText) -> QuestionFormValues:
    """About the lesson of the quiz, and its objective where it has one."""
    lessons = _lessons(text)
    objectives = lessons[0].objectives if len(lessons) == 1 else ()
    return QuestionFormValues(
        _form(request.args.get("genre", "")),
        objective=objectives[0].id if len(objectives) == 1 else "",
        lesson=lessons[0].id if len(lessons) == 1 else "",
    )


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
    lessons = _lessons(text)
    page = QuestionFormPage(
        text=text,
        asked=asked,
        line=line,
        seen=_mark(text),
        rows=rows,
        editor=_editor(text, line),
        back=_back(text),
        taught=tuple(
            (each.title, ((each.id, "La leçon entière"), *((f"{each.id}#{title.anchor}", title.title) for title in each.headings))) for each in lessons
        ),
        objectives=tuple((each.id, each.text) for lesson in lessons for each in lesson.objectives) if len(lessons) == 1 else (),
        refused=refused,
    )
    if wants_json():
        return jsonify(form=prefix_addresses(get_template_attribute("macros/authoring/question.html", "whole")(page)))
    return render_template("authoring/editor/question.html", page=page), status


def _lessons(text: WorkingText) -> tuple[Lesson, ...]:
    """The one that the quiz is about; those of the module that it ends; none where it names neither."""
    quiz, around = text.reading.document, course_around(db.session, text.document_id, text.author_id).readings
    module = around[quiz.module_id].document if isinstance(quiz, Quiz) and quiz.module_id in around else None
    ids = module.lesson_ids if isinstance(module, Module) else (quiz.lesson_id,) if isinstance(quiz, Quiz) else ()
    return tuple(found for each in ids if each in around and isinstance(found := around[each].document, Lesson))


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
        draft = services.keep_text(db.session, sent, version=text.version, base_id=text.base_id, now=clock.now())
    except (services.DraftConflict, services.TextTooLong) as error:
        db.session.rollback()
        return _question_page(text, asked, line, error.sentence, error.status)
    db.session.commit()
    place = line or sent.text[: sent.text.rindex(f"## {asked.title}")].count("\n") + 1
    following = url_for("authoring.question", quiz_id=text.document_id, genre=asked.form.key, depuis=_back(text) or None) if "next" in request.form else ""
    if wants_json():
        return jsonify(
            text=draft.text if draft else sent.text,
            version=draft.version if draft else 0,
            saved_at=draft.updated_at.isoformat() if draft else None,
            line=place,
            next=following,
        )
    flash("Question enregistrée dans le brouillon.", "success")
    return redirect(following or _editor(sent, place), 303)


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
        lesson=_line("lesson"),
        points=_line("points"),
        hint=_line("hint"),
        fixed="fixed" in request.form,
    )


def _row(number: int) -> Row:
    return Row(_line(f"text-{number}"), f"right-{number}" in request.form, _line(f"other-{number}"))


def _line(name: str) -> str:
    return " ".join(request.form.get(name, "").split())


def _lines(name: str) -> str:
    return "\n".join(line.rstrip() for line in request.form.get(name, "").replace("\r\n", "\n").strip().split("\n"))
