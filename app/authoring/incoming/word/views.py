"""`/atelier/word`: from a Word document or a pasted text to drafts, and what of it could not be kept."""

from __future__ import annotations

import html

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace

from app.authoring.blueprint import blueprint
from app.authoring.drafts import create
from app.authoring.drafts.queries import working_text
from app.authoring.drafts.services import keep_text
from app.authoring.incoming import pending
from app.authoring.incoming.forms import NEW_LESSON, WordForm
from app.authoring.incoming.limits import LARGEST_DOCUMENT
from app.authoring.incoming.uploads import LONGEST_PASTE, ROOM, instance, keeping, media_store, sent_bytes, waiting
from app.authoring.incoming.word import queries, services
from app.authoring.incoming.word.reading import report
from app.authoring.incoming.word.reading.composing import Composed
from app.authoring.incoming.word.services import recognised
from app.authoring.models import Draft
from app.content.values.course import Lesson, Module
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.web.endpoints import act, page
from app.platform.zips import FileRefused


class WordPage(Struct, frozen=True):
    form: WordForm
    possible: bool
    """False before any module."""


@blueprint.route("/word", endpoint="word", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_DOCUMENT + ROOM, LONGEST_PASTE))
def word_page() -> ResponseReturnValue:
    form = WordForm()
    homes = create.homes(db.session, current_person().id, Module)
    form.offer(homes, create.homes(db.session, current_person().id, Lesson))
    data = sent_bytes(form.file.data) if form.is_submitted() else b""
    address = keeping(form, lambda: _comparison_address(data))
    if address:
        return redirect(address, 303)
    db.session.rollback()  # reading a document may take seconds: no transaction is open meanwhile
    composed = _composed(form, data) if address is not None and homes and form.validate_on_submit() else None
    draft = _begin_draft(form, composed) if composed else None
    if draft is not None:
        db.session.commit()
        return redirect(url_for("authoring.word_report", document_id=draft.document_id), 303)
    db.session.rollback()
    return render_template("authoring/incoming/word/word.html", page=WordPage(form, bool(homes))), form.status


def _comparison_address(data: bytes) -> str:
    """Where a file is compared that went out to be read; empty for any other. It waits there for what will be decided of it."""
    author = current_person().id
    if not data or len(data) > LARGEST_DOCUMENT or recognised(db.session, data, author) is None:
        return ""
    return url_for("authoring.returned_page", digest=pending.keep(waiting(), author, data, clock.now()))


def _composed(form: WordForm, data: bytes) -> Composed | None:
    """What was sent, a file or a text, read and put in the course's words; None when it is refused, which the form then says."""
    pasted = form.html.data or _as_html(form.pasted.data or "")
    if not data and not pasted:
        form.refuse(form.file, FileRefused("Choisissez un document, ou collez un texte."))
        return None
    kind, name, sent = ("docx", form.file.data.filename or "", data) if data else ("html", "", pasted.encode(errors="replace"))
    return form.accept(lambda: services.convert(instance(), kind, name, sent, form.title.data or ""), form.file if data else form.pasted)


def _as_html(text: str) -> str:
    """Text pasted without its form: each line is a paragraph, as word processors put it on the clipboard."""
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())


def _begin_draft(form: WordForm, composed: Composed) -> Draft | None:
    whole = form.lesson.data == NEW_LESSON
    begin, home = (services.begin, form.module.data) if whole else (services.begin_quiz, form.lesson.data)
    return form.accept(lambda: begin(db.session, composed, home, current_person().id, media_store(), clock.now(), form.again.data))


@blueprint.post("/documents/<document_id>/collage")
@act(who=AUTHORS, large_form=(LONGEST_PASTE, LONGEST_PASTE))
def paste(document_id: str) -> ResponseReturnValue:
    """What was copied elsewhere, as Markdown: for a script, which writes it where the caret is. Keeps nothing."""
    text = working_text(db.session, document_id, current_person().id)
    db.session.rollback()  # reading may take a second: no transaction is open meanwhile
    body, notes = services.pasted(instance(), request.form.get("html", ""), request.form.get("text", text.text))
    return jsonify(text=body, notes=notes)


@blueprint.get("/documents/<document_id>/word")
@page(who=AUTHORS)
def word_report(document_id: str) -> str:
    return render_template("authoring/incoming/word/word_report.html", page=queries.word_report_page(db.session, document_id, current_person().id))


@blueprint.post("/documents/<document_id>/word")
@act(who=AUTHORS)
def forget_remarks(document_id: str) -> ResponseReturnValue:
    """The remarks are read: their comments leave the text."""
    text = working_text(db.session, document_id, current_person().id)
    cleared = replace(text, text=report.without_remarks(text.text))
    keep_text(db.session, cleared, version=text.version, base_id=text.base_id, now=clock.now())
    flash("Les remarques sont effacées du texte.", "success")
    db.session.commit()
    return redirect(url_for("authoring.edit", document_id=document_id), 303)
