"""`/carnet`, and the answers under a lesson's questions.

Every page of the notebook is on this one blueprint: « voir comme » shuts it by its name."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.content.papers.files import TEXTS
from app.content.store.queries import course
from app.content.values.course import Lesson
from app.identity.sign_in.guards import current_person
from app.learner.kept_forms import close_replayed
from app.learner.notebook import handover as packs
from app.learner.notebook import notes
from app.learner.notebook.handover import HandoverWish
from app.learner.notebook.handover_rules import LIMITS, NAME, SHEET, TooMuch, parse_contents, read_pack, select_entries, write_pack
from app.learner.notebook.notes import NOTEBOOK, LessonAnswers, sheet_of
from app.learner.notebook.passages import passages_page, passages_text
from app.learner.notebook.rules import NO_CITE, NOT_LISTED, WHY, Fate, NotebookSheet, SentAnswer, as_text, base_of, mark_of, normalise_answer, paper_of
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of, with_french_spaces
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.web.edge import bounded_int, download
from app.platform.web.endpoints import SIGNED_IN, Return, act, keep_private, page
from app.platform.web.errors import wants_json
from app.platform.zips import FileRefused

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


# --- `/carnet/passation`: what one hands over, as a zip; and what one receives, seen before anything is stored. ---

NOTHING = "Cochez au moins une note, un favori ou la fiche."
NO_FILE = "Choisissez le dossier de passation : un fichier zip."


@blueprint.get("/carnet/passation")
@page(who=SIGNED_IN, feature="handover")
def handover() -> str:
    return _choosing(HandoverWish())


@blueprint.post("/carnet/passation")
@act(who=SIGNED_IN, feature="handover")
def hand_over() -> BaseResponse:
    """The file, made of what is ticked; nothing is written."""
    person, published, now, media = current_person(), course(db.session), clock.now(), places.media(current_settings())
    wish = HandoverWish(
        frozenset(request.form.getlist("garde", bounded_int)), frozenset(request.form.getlist("page")), request.form.get("fiche", ""), "nom" in request.form
    )
    pack, documents = packs.pack_of(db.session, published, media, person.id, wish, person.name, day_of(now))
    if not pack.entries and wish.sheet not in TEXTS:
        return make_response(_choosing(wish, NOTHING), 422)
    paper = paper_of(sheet_of(db.session, published, person.id, day_of(now)), now) if wish.sheet in TEXTS else None
    try:
        sheet = {f"{SHEET}{wish.sheet}": TEXTS[wish.sheet].write(paper)} if paper else {}
        db.session.rollback()  # the database is let go of before files are read
        data = write_pack(pack, sheet, current_settings().address_of(""), {name: media.read(kept_as) for name, kept_as in documents.items()})
    except TooMuch as error:
        return make_response(_choosing(wish, error.sentence), 422)
    return download(data, "application/zip", NAME)


def _choosing(wish: HandoverWish, error: str = "") -> str:
    page = packs.handover_page(db.session, course(db.session), places.media(current_settings()), current_person().id, error)
    return render_template("learner/notebook/handover/handover.html", page=page, wish=wish, forms=TEXTS)


@blueprint.get("/carnet/passation/recevoir")
@page(who=SIGNED_IN, feature="handover")
def receiving() -> str:
    return render_template("learner/notebook/handover/receive.html", error="")


@blueprint.post("/carnet/passation/recevoir")
@act(who=SIGNED_IN, large_form=(LIMITS.file + 100_000, 100_000), feature="handover")
def look_at_pack() -> BaseResponse:
    """What it would bring: the page holds it, and nothing is stored."""
    try:
        return make_response(_arriving(read_pack(_read_upload())))
    except FileRefused as error:
        return make_response(render_template("learner/notebook/handover/receive.html", error=error.sentence), 422)


def _read_upload() -> bytes:
    file = request.files.get("file")
    if file is None:
        raise FileRefused(NO_FILE)
    with file.stream as stream:
        data = stream.read()
    if not file.filename:
        raise FileRefused(NO_FILE)
    return data


def _arriving(contents: str, error: str = "") -> str:
    page = packs.arrival_page(db.session, course(db.session), current_person().id, contents)
    return render_template("learner/notebook/handover/arrival.html", page=page, error=error)


@blueprint.post("/carnet/passation/recu")
@act(who=SIGNED_IN, feature="handover")
def receive() -> BaseResponse:
    """What was ticked of what the page showed; judged again, since it comes from a browser."""
    contents, person = request.form.get("contents", ""), current_person()
    try:
        pack = parse_contents(contents)
        count = packs.receive(db.session, person.id, pack.author, select_entries(pack, request.form.getlist("entree", bounded_int)), clock.now())
    except FileRefused as error:
        return make_response(render_template("learner/notebook/handover/receive.html", error=error.sentence), 422)
    except DomainError as error:
        db.session.rollback()
        return make_response(_arriving(contents, error.sentence), error.status)
    flash(f"Reçus dans votre carnet : {count}." if count else "Rien de nouveau : tout ce que vous avez coché y était déjà, ou rien n’était coché.", "success")
    db.session.commit()
    return redirect(url_for("notebook.notebook", _anchor="recus" if count else None), 303)
