"""`/atelier/word`: from a Word document or a pasted text to drafts, and what of it could not be kept."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring.blueprint import blueprint
from app.authoring.drafts import create
from app.authoring.drafts import services as drafts
from app.authoring.drafts.queries import WorkingText, draft_of, working_text
from app.authoring.incoming import zip_safety
from app.authoring.incoming.forms import NEW_LESSON, WordForm
from app.authoring.incoming.uploads import instance, media_folder, sent_bytes
from app.authoring.incoming.word import services
from app.authoring.incoming.word.reading import report
from app.authoring.incoming.word.reading.composing import Composed
from app.authoring.incoming.word.reading.report import ConversionRemark
from app.authoring.models import Draft
from app.content.values.course import Document, Lesson, Module
from app.content.values.quiz import Quiz
from app.db import db
from app.errors import DomainError, TooBusy
from app.identity.sign_in.guards import current_person


@dataclass(frozen=True, slots=True)
class WordPage:
    form: WordForm
    possible: bool
    """False before any module."""


@dataclass(frozen=True, slots=True)
class WordReportPage:
    document_id: str
    title: str
    remarks: tuple[ConversionRemark, ...]
    quiz_id: str
    """Of the quiz that was begun with the lesson; empty without one."""
    module_id: str
    """Of the module that has yet to name this lesson; empty for one that does, and for another text."""
    lesson_id: str
    """Of the lesson that has yet to name this quiz."""


@blueprint.route("/word", endpoint="word", methods=["GET", "POST"])
def word_page() -> ResponseReturnValue:
    form = WordForm()
    homes = create.homes(db.session, current_person().id, Module)
    form.offer(homes, create.homes(db.session, current_person().id, Lesson))
    db.session.rollback()  # reading a document may take seconds: no transaction is open meanwhile
    composed = _composed(form) if homes and form.validate_on_submit() else None
    draft = _begun(form, composed) if composed else None
    if draft is not None:
        db.session.commit()
        return redirect(url_for("authoring.word_report", document_id=draft.document_id), 303)
    db.session.rollback()
    return render_template("authoring/incoming/word/word.html", page=WordPage(form, bool(homes))), form.status


def _composed(form: WordForm) -> Composed | None:
    """What was sent, read and put in the course's words; None when it is refused, which the form then says."""
    data, pasted = sent_bytes(form.file.data), form.html.data or _as_html(form.pasted.data or "")
    try:
        if not data and not pasted:
            raise zip_safety.FileRefused("Choisissez un document, ou collez un texte.")
        kind, name, sent = ("docx", form.file.data.filename or "", data) if data else ("html", "", pasted.encode(errors="replace"))
        return services.convert(instance(), kind, name, sent, form.title.data or "")
    except (zip_safety.FileRefused, TooBusy) as refused:
        form.refuse(form.file if data or not pasted else form.pasted, refused)
        return None


def _as_html(text: str) -> str:
    """Text pasted without its form: each line is a paragraph, as word processors put it on the clipboard."""
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())


def _begun(form: WordForm, composed: Composed) -> Draft | None:
    try:
        whole = form.lesson.data == NEW_LESSON
        begin, home = (services.begin, form.module.data) if whole else (services.begin_quiz, form.lesson.data)
        return begin(db.session, composed, home, current_person().id, media_folder(), clock.now())
    except DomainError as error:
        form.form_errors.append(error.sentence)
        return None


@blueprint.get("/documents/<document_id>/word", endpoint="word_report")
def word_report_page(document_id: str) -> str:
    text = _text(document_id)
    document = text.reading.document
    page = WordReportPage(
        document_id=document_id,
        title=text.title,
        remarks=report.remarks(text.text),
        quiz_id=_begun_quiz(document),
        module_id=_home(document_id, text.path),
        lesson_id=_asking_lesson(document),
    )
    return render_template("authoring/incoming/word/word_report.html", page=page)


def _text(document_id: str) -> WorkingText:
    return working_text(db.session, document_id, current_person().id)


def _begun_quiz(document: Document | None) -> str:
    named = document.quiz_id if isinstance(document, Lesson) else None
    return named if named and draft_of(db.session, named, current_person().id) else ""


def _asking_lesson(document: Document | None) -> str:
    if not isinstance(document, Quiz) or not document.lesson_id:
        return ""
    lesson = _text(document.lesson_id).reading.document
    return "" if isinstance(lesson, Lesson) and lesson.quiz_id == document.id else document.lesson_id


def _home(lesson_id: str, path: str) -> str:
    """The module in whose folder the lesson stands, while it does not name it."""
    homes = create.homes(db.session, current_person().id, Module)
    found = next((name for name, (_, place) in homes.items() if place.rpartition("/")[0] == path.rpartition("/")[0]), "")
    module = _text(found).reading.document if found else None
    return "" if isinstance(module, Module) and lesson_id in module.lesson_ids else found


@blueprint.post("/documents/<document_id>/word")
def forget_remarks(document_id: str) -> ResponseReturnValue:
    """The remarks are read: their comments leave the text."""
    text = _text(document_id)
    cleared = replace(text, text=report.without_remarks(text.text))
    drafts.keep_text(db.session, cleared, version=text.version, base_id=text.base_id, now=clock.now())
    flash("Les remarques sont effacées du texte.", "success")
    db.session.commit()
    return redirect(url_for("authoring.edit", document_id=document_id), 303)
