"""`/carnet`, and the answers under a lesson's questions.

Every page of the notebook is on this one blueprint: « voir comme » shuts it by its name.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.content.papers.files import TEXTS
from app.content.store.queries import course
from app.content.values.course import Lesson
from app.identity.sign_in.guards import current_person
from app.learner.kept_forms import close_replayed
from app.learner.notebook import notes
from app.learner.notebook.notes import NOTEBOOK, LessonAnswers, sheet_of
from app.learner.notebook.passages import passages_page, passages_text
from app.learner.notebook.rules import NO_CITE, NOT_LISTED, WHY, Fate, NotebookSheet, SentAnswer, as_text, base_of, mark_of, normalise_answer, paper_of
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, with_french_spaces
from app.platform.web.edge import bounded_int, download
from app.platform.web.endpoints import SIGNED_IN, Return, act, keep_private, page
from app.platform.web.errors import wants_json

blueprint = Blueprint("notebook", __name__)
keep_private(blueprint, "un carnet ne se lit que par qui l’a écrit")


# --- Pages -----------------------------------------------------------------------------------------------------------
# Shown to whoever wrote them, and to nobody who reads as somebody else.

SHEET_FILES = {f"fiche-territoire.{extension}": form for extension, form in TEXTS.items()}


@blueprint.get("/carnet")
@page(who=SIGNED_IN)
def notebook() -> str:
    published, person = course(db.session), current_person()
    page = notes.notebook_page(db.session, published, person.id)
    return render_template("learner/notebook/notebook.html", page=page, kept=passages_page(db.session, published, person.id))


@blueprint.get("/carnet.txt")
@page(who=SIGNED_IN)
def file() -> Response:
    published, person = course(db.session), current_person()
    page, kept = notes.notebook_page(db.session, published, person.id), passages_page(db.session, published, person.id)
    return download(as_text(page.notebook, day_of(clock.now())) + passages_text(kept), "text/plain", "mon-carnet.txt")


@blueprint.get("/carnet/territoire")
@page(who=SIGNED_IN)
def sheet() -> str:
    return render_template("learner/notebook/sheet.html", sheet=_sheet(), files=SHEET_FILES, no_cite=NO_CITE, not_listed=NOT_LISTED)


@blueprint.get("/carnet/territoire/<name>")
@page(who=SIGNED_IN)
def sheet_file(name: str) -> Response:
    """Read whole before it is written: nothing of the database waits for it."""
    form = SHEET_FILES.get(name) or abort(404)
    paper = paper_of(_sheet(), clock.now())
    db.session.rollback()
    return download(form.write(paper), form.mimetype, name)


def _sheet() -> NotebookSheet:
    return sheet_of(db.session, course(db.session), current_person().id, day_of(clock.now()))


@blueprint.get("/carnet/<int:note_id>")
@page(who=SIGNED_IN)
def note(note_id: int) -> str:
    page = notes.answer_page(db.session, course(db.session), current_person().id, note_id, clock.now())
    return render_template("learner/notebook/answers.html", page=page)


@blueprint.post("/lecons/<lesson_id>/carnet")
@act(who=SIGNED_IN, returns=Return("vos réponses « Sur mon territoire »", notes.kept_words))
def answer(lesson_id: str) -> BaseResponse:
    """The answers of a lesson's section, or one from the notebook. Refused, they come back with what was typed, and nothing is stored."""
    person, published, now = current_person(), course(db.session), clock.now()
    readable = lesson_id in published.lessons and published.module_of(lesson_id) is not None
    then = "" if readable and request.form.get("then") != NOTEBOOK else NOTEBOOK
    sent = _sent_answers()
    judged = notes.save(db.session, published, person.id, lesson_id, sent, now)
    refused = next((one for one in judged if one.refused), None)
    if refused and wants_json():
        return make_response(jsonify(error=with_french_spaces(WHY[refused.fate])), 409 if refused.fate is Fate.ELSEWHERE else 422)
    if refused:
        page = notes.refused_page(db.session, published, person.id, lesson_id, judged, then)
        return make_response(render_template("learner/notebook/answers.html", page=page), 409 if any(one.fate is Fate.ELSEWHERE for one in judged) else 422)
    close_replayed(db.session, person.id, now)
    answered = _saved_json(sent, now) if wants_json() else redirect(_back_of(lesson_id, then), 303)
    db.session.commit()
    return answered


def _back_of(lesson_id: str, then: str) -> str:
    if then == NOTEBOOK:
        flash("Votre carnet est à jour.", "success")
        return url_for("notebook.notebook")
    return url_for("learning.lesson", lesson_id=lesson_id, _anchor=f"reponse-{request.form.get('at', 1, type=bounded_int)}")


def _saved_json(sent: list[SentAnswer], now: datetime) -> Response:
    """What a script that saves as one types is told: of each answer, the mark by which it is now known."""
    marks = [mark_of(one.text) for one in sent]
    written = now.isoformat() if any(one.text for one in sent) else None
    return jsonify(saved_at=written, seen=marks, base=base_of((one.key, mark) for one, mark in zip(sent, marks, strict=True)))


def _sent_answers() -> list[SentAnswer]:
    """Each question is named once, with the mark of what was shown and the answer."""
    keys, seen, texts = (request.form.getlist(name) for name in ("question", "seen", "answer"))
    if not len(keys) == len(set(keys)) == len(seen) == len(texts):
        abort(400)
    return [SentAnswer(key, mark, normalise_answer(text)) for key, mark, text in zip(keys, seen, texts, strict=True)]


def answers_under(lesson: Lesson) -> LessonAnswers | None:
    """Returns the reader's answers for the page of a lesson; none during « voir comme »."""
    return None if "watcher" in g else notes.lesson_answers(db.session, current_person().id, lesson, clock.now())
