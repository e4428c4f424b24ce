"""The pages by which a bank of questions comes in and a quiz leaves for Moodle, and their forms."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from msgspec import Struct
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from app.authoring.drafts.create import TITLE_LENGTH
from app.authoring.incoming import uploads
from app.authoring.incoming.uploads import ROOM, instance, keeping, media_store, sent_bytes, waiting
from app.exchange.banks import services
from app.exchange.banks.bank import Bank, unpack_bank
from app.exchange.banks.reading.decoding import LARGEST
from app.exchange.banks.reading.formats import INCOMING
from app.exchange.banks.services import BESIDE, FORMATS, INTO, BankPage, Destination, Place
from app.identity.forms import Form
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import capital, day_of, join_words, plural
from app.platform.web.edge import at_most, bounded_int, download, one_line
from app.platform.web.endpoints import page

ADVISED, *OTHERS = INCOMING


class BankForm(Form):
    file = FileField(
        "Fichier de questions",
        description=f"Dans Moodle : « Banque de questions », puis « Exporter », au format « {ADVISED.label} ». "
        f"{join_words([each.label for each in OTHERS])} se lisent aussi. 10 Mo au plus.",
        render_kw={"accept": ",".join(dict.fromkeys(extension for each in INCOMING for extension in each.extensions))},
    )
    pasted = TextAreaField(
        "Ou questions copiées",
        description=f"{capital(join_words([each.copied for each in INCOMING if each.copied], 'ou'))}, tel que reçu dans un courriel.",
        render_kw={"rows": 8},
    )


class TakeForm(Form):
    place = SelectField("Où vont les questions", validators=[InputRequired("Choisissez où vont les questions.")])
    title = StringField(
        "Titre du quiz nouveau",
        description="Sans titre, celui de la première catégorie.",
        filters=[one_line],
        validators=[at_most(TITLE_LENGTH)],
    )
    by_category = BooleanField(
        "Un quiz par catégorie", description="Chacun prend le nom de sa catégorie ; le premier devient le quiz de la leçon, si elle n’en a pas."
    )

    def validate_by_category(self, field: BooleanField) -> None:
        if field.data and (self.place.data or "").startswith(INTO):
            raise ValidationError("Un quiz qui existe n’en fait pas plusieurs : décochez cette case, ou choisissez une leçon ou un module.")

    def offer(self, places: Iterable[Place]) -> None:
        groups: dict[str, list[SelectChoice]] = {}
        for group, value, words in places:
            groups.setdefault(group or "", []).append(SelectChoice(value, words))
        self.place.choices = {"": [SelectChoice("", "Choisir")], **groups}

    @property
    def destination(self) -> Destination:
        place = self.place.data or ""
        if place.startswith(INTO):
            return Destination(quiz_id=place.removeprefix(INTO))
        return Destination(home_id=place.removeprefix(BESIDE), title=self.title.data or "", by_category=self.by_category.data)


# --- `/atelier/questions-moodle` ---
# A file of questions, looked at question by question before any of it is stored; and a quiz that leaves for Moodle.

blueprint = Blueprint("banks", __name__, url_prefix="/atelier")


class ChoosingPage(Struct, frozen=True):
    form: BankForm


class BankCheckPage(Struct, frozen=True):
    bank: BankPage
    form: TakeForm
    chosen: frozenset[int] | None
    """None before anything was chosen: then all that is kept as it was is ticked."""

    def is_ticked(self, place: int) -> bool:
        return self.chosen is None or place in self.chosen


@blueprint.route("/questions-moodle", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST + ROOM, LARGEST))
def bank() -> ResponseReturnValue:
    form = BankForm()
    field = form.pasted if form.pasted.data and not form.file.data else form.file
    found = form.accept(lambda: _looked_at(form), field) if form.validate_on_submit() else None
    digest = keeping(form, lambda: uploads.keep(waiting(), current_person().id, found, clock.now())) if found is not None else None
    if digest is None:
        return render_template("exchange/banks/bank.html", page=ChoosingPage(form)), form.status
    return redirect(url_for("banks.check", digest=digest), 303)


def _looked_at(form: BankForm) -> bytes:
    sent, pasted = sent_bytes(form.file.data), (form.pasted.data or "").encode(errors="replace")
    if sent and pasted.strip():
        raise DomainError("Vous donnez un fichier et des questions copiées : gardez l’un ou l’autre.")
    data = sent or pasted
    if not data:
        raise DomainError("Choisissez un fichier, ou collez des questions.")
    db.session.rollback()  # reading may take seconds: no transaction is open meanwhile
    return services.look(instance(), data)


@blueprint.route("/questions-moodle/<digest>", methods=["GET", "POST"])
@page(who=AUTHORS)
def check(digest: str) -> ResponseReturnValue:
    author, form = current_person().id, TakeForm()
    if request.method == "POST":
        db.session.rollback()  # another « Reprendre » of the same file may have its turn first: no transaction is open meanwhile
        with uploads.turn(waiting(), digest, author) as data:
            return _respond_to_choice(data, digest, author, form)
    form.offer(services.places(db.session, author))
    return _check_page(_bank(uploads.read_pending(waiting(), digest, author)), digest, form, None)


def _respond_to_choice(data: bytes | None, digest: str, author: int, form: TakeForm) -> ResponseReturnValue:
    """Taken, or the page again. Twice at once is once: the second answer is the one that its sender sees."""
    drafts = url_for("authoring.plan", voir="brouillons")
    if data is None:
        flash("Ces questions sont reprises dans vos brouillons. Relisez, puis publiez.", "success")
        return redirect(drafts, 303)
    held, chosen = _bank(data), frozenset(request.form.getlist("question", bounded_int))
    form.offer(services.places(db.session, author))
    if form.validate() and (ids := form.accept(lambda: _take_questions(held, chosen, form, author))):
        db.session.commit()
        uploads.drop(waiting(), digest, author)
        flash(_confirmation(len(chosen), len(ids)), "success")
        return redirect(url_for("authoring.edit", document_id=ids[0]) if len(ids) == 1 else drafts, 303)
    db.session.rollback()
    return _check_page(held, digest, form, chosen), form.status


def _check_page(held: Bank, digest: str, form: TakeForm, chosen: frozenset[int] | None) -> str:
    page = BankCheckPage(services.bank_page(db.session, held, digest, day_of(clock.now())), form, chosen)
    return render_template("exchange/banks/check.html", page=page)


def _bank(data: bytes) -> Bank:
    """Raises NotYours for what is waiting there and is no bank: an archive."""
    try:
        return unpack_bank(data)
    except (ValueError, KeyError, TypeError):
        raise NotYours from None


def _take_questions(held: Bank, chosen: frozenset[int], form: TakeForm, author: int) -> list[str]:
    return services.take(db.session, held, chosen, form.destination, author, media_store(), clock.now())


def _confirmation(questions: int, drafts: int) -> str:
    where = "dans votre brouillon" if drafts == 1 else f"dans {drafts} brouillons"
    return f"{plural(questions, 'question reprise', 'questions reprises')} {where}. Relisez, puis publiez."


@blueprint.get("/quiz/<quiz_id>/moodle")
@page(who=AUTHORS)
def export(quiz_id: str) -> str:
    return render_template("exchange/banks/export.html", page=services.export_page(db.session, quiz_id, current_person().id, media_store()))


@blueprint.get("/quiz/<quiz_id>/moodle/<name>")
@page(who=AUTHORS)
def export_file(quiz_id: str, name: str) -> Response:
    if name not in FORMATS:
        raise NotYours
    wanted = FORMATS[name]
    exported = services.export_file(db.session, quiz_id, current_person().id, wanted, media_store())
    return download(exported.data, wanted.mimetype, f"{quiz_id}{wanted.suffix}")
