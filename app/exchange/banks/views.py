"""`/atelier/questions-moodle`: a file of questions, looked at question by question before any of it is kept; and a quiz that leaves for Moodle."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring.incoming.archive import pending
from app.authoring.incoming.uploads import ROOM, instance, media_folder, sent_bytes
from app.db import db
from app.errors import DomainError, NotYours
from app.exchange.banks import queries, services
from app.exchange.banks.bank import Bank, unpacked
from app.exchange.banks.formats import FORMATS
from app.exchange.banks.forms import BankForm, TakeForm
from app.exchange.banks.queries import BankPage
from app.exchange.banks.reading.decoding import LARGEST
from app.french import day_of, plural
from app.identity.sign_in.guards import current_person
from app.web.edge import bounded_int, download

blueprint = Blueprint("banks", __name__, url_prefix="/atelier")
LARGE_FORMS = {"banks.bank": (LARGEST + ROOM, LARGEST)}


@dataclass(frozen=True, slots=True)
class ChoosingPage:
    form: BankForm


@dataclass(frozen=True, slots=True)
class CheckPage:
    bank: BankPage
    form: TakeForm
    chosen: frozenset[int] | None
    """None before anything was chosen: then all that is kept as it was is ticked."""

    def ticked(self, place: int) -> bool:
        return self.chosen is None or place in self.chosen


@blueprint.route("/questions-moodle", methods=["GET", "POST"])
def bank() -> ResponseReturnValue:
    form = BankForm()
    found = form.accept(lambda: _looked_at(form), form.file) if form.validate_on_submit() else None
    if found is None:
        return render_template("exchange/banks/bank.html", page=ChoosingPage(form)), form.status
    digest = hashlib.sha256(found).hexdigest()
    pending.keep(instance(), digest, current_person().id, found, clock.now())
    return redirect(url_for("banks.check", digest=digest), 303)


def _looked_at(form: BankForm) -> bytes:
    data = sent_bytes(form.file.data) or (form.pasted.data or "").encode(errors="replace")
    if not data:
        raise DomainError("Choisissez un fichier, ou collez des questions.")
    db.session.rollback()  # reading may take seconds: no transaction is open meanwhile
    return services.look(instance(), data)


@blueprint.route("/questions-moodle/<digest>", methods=["GET", "POST"])
def check(digest: str) -> ResponseReturnValue:
    author = current_person().id
    held = _held(digest, author)
    form = TakeForm()
    form.offer(queries.places(db.session, author))
    chosen: frozenset[int] | None = None
    if request.method == "POST":
        chosen = frozenset(request.form.getlist("question", bounded_int))
        if form.validate() and (ids := form.accept(lambda: _taken(held, chosen or frozenset(), form))):
            db.session.commit()
            pending.drop(instance(), digest, author)
            flash(_said(len(chosen), len(ids)), "success")
            return redirect(url_for("authoring.edit", document_id=ids[0]) if len(ids) == 1 else url_for("authoring.home", voir="brouillons"), 303)
        db.session.rollback()
    page = CheckPage(queries.bank_page(db.session, held, digest, day_of(clock.now())), form, chosen)
    return render_template("exchange/banks/check.html", page=page), 422 if request.method == "POST" else 200


def _held(digest: str, author: int) -> Bank:
    """Raises NotYours too for what is waiting there and is no bank: an archive."""
    try:
        return unpacked(pending.read(instance(), digest, author))
    except (ValueError, KeyError, TypeError):
        raise NotYours from None


def _taken(held: Bank, chosen: frozenset[int], form: TakeForm) -> list[str]:
    return services.take(db.session, held, chosen, form.destination, current_person().id, media_folder(), clock.now())


def _said(questions: int, drafts: int) -> str:
    where = "dans votre brouillon" if drafts == 1 else f"dans {drafts} brouillons"
    return f"{plural(questions, 'question reprise', 'questions reprises')} {where}. Relisez, puis publiez."


@blueprint.get("/quiz/<quiz_id>/moodle")
def export(quiz_id: str) -> str:
    return render_template("exchange/banks/export.html", page=queries.export_page(db.session, quiz_id, current_person().id, media_folder()))


@blueprint.get("/quiz/<quiz_id>/moodle/<name>")
def export_file(quiz_id: str, name: str) -> Response:
    if name not in FORMATS:
        raise NotYours
    wanted = FORMATS[name]
    exported = queries.export_file(db.session, quiz_id, current_person().id, wanted, media_folder())
    return download(exported.data, wanted.mimetype, f"{quiz_id}{wanted.suffix}")
