"""`/carnet/passation`: what one hands over, as a zip; and what one receives, seen before anything is stored."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.content.papers.files import TEXTS
from app.content.store.queries import course
from app.identity.sign_in.guards import current_person
from app.learner.notebook import handover as packs
from app.learner.notebook.handover import HandoverWish
from app.learner.notebook.handover_rules import LIMITS, NAME, SHEET, TooMuch, parse_contents, read_pack, select_entries, write_pack
from app.learner.notebook.notes import sheet_of
from app.learner.notebook.rules import paper_of
from app.learner.notebook.views import blueprint
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.web.edge import bounded_int, download
from app.platform.web.endpoints import SIGNED_IN, act, page
from app.platform.zips import FileRefused

NOTHING = "Cochez au moins une note, un favori ou la fiche."
NO_FILE = "Choisissez le dossier de passation : un fichier zip."


@blueprint.get("/carnet/passation")
@page(who=SIGNED_IN)
def handover() -> str:
    return _choosing(HandoverWish())


@blueprint.post("/carnet/passation")
@act(who=SIGNED_IN)
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
@page(who=SIGNED_IN)
def receiving() -> str:
    return render_template("learner/notebook/handover/receive.html", error="")


@blueprint.post("/carnet/passation/recevoir")
@act(who=SIGNED_IN, large_form=(LIMITS.file + 100_000, 100_000))
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
@act(who=SIGNED_IN)
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
