"""`/atelier/importer`: anything that an author owns, looked at before any of it is kept; what is in doubt is asked, one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace

from app.authoring.drafts import create
from app.authoring.incoming import uploads
from app.authoring.incoming.limits import LARGEST_ARCHIVE, LARGEST_DOCUMENT
from app.authoring.incoming.uploads import LONGEST_PASTE, ROOM, instance, keeping, media_store, sent_bytes, waiting
from app.authoring.incoming.word_views import find_sent_text
from app.content.values.course import Module
from app.exchange.banks.services import places
from app.exchange.intake import services
from app.exchange.intake.forms import GiveForm, TakeForm
from app.exchange.intake.queries import IntakePage, intake_page
from app.exchange.intake.services import Wish
from app.exchange.intake.staging import StagedImport, pack, unpack
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of, plural
from app.platform.site import offers
from app.platform.web.endpoints import act, page
from app.platform.zips import FileRefused

blueprint = Blueprint("intake", __name__, url_prefix="/atelier")
LONGEST_ANSWER = 2_000


class GivePage(Struct, frozen=True):
    form: GiveForm


class TakePage(Struct, frozen=True):
    """`chosen`: None before anything was: then all that can be kept is ticked."""

    found: IntakePage
    form: TakeForm
    chosen: frozenset[str] | None = None

    def is_ticked(self, value: str) -> bool:
        return self.chosen is None or value in self.chosen


@blueprint.route("/importer", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_ARCHIVE + ROOM, LONGEST_PASTE))
def index() -> ResponseReturnValue:
    form = GiveForm()
    form.files.flags.required = form.pasted.flags.required = True  # one of the two: neither is said optional
    files = _sent_files(form) if form.is_submitted() else []
    address = keeping(form, lambda: _other_address(files)) if len(files) == 1 else ""
    if address:
        return redirect(address, 303)
    db.session.rollback()  # reading may take seconds: no transaction is open meanwhile
    field = form.files if files and not form.pasted.data else form.pasted
    staged = form.accept(lambda: _stage_files(files), field) if address is not None and form.validate_on_submit() else None
    digest = keeping(form, lambda: uploads.keep(waiting(), current_person().id, pack(staged), clock.now())) if staged else None
    if digest is None:
        return render_template("exchange/intake/give.html", page=GivePage(form)), form.status
    return redirect(url_for("intake.show_found", digest=digest), 303)


def _sent_files(form: GiveForm) -> list[tuple[str, bytes]]:
    """(name, bytes) of each file, and of what was pasted."""
    files = [(file.filename or "", data) for file in form.files.data or () if (data := sent_bytes(file))]
    html, words = form.html.data or "", form.pasted.data or ""
    if words.strip() or html.strip():
        files.append(
            ("texte collé.html", html.encode(errors="replace")) if html and not _is_markdown(words) else ("texte collé.txt", words.encode(errors="replace"))
        )
    return files


def _is_markdown(words: str) -> bool:
    """Whether what was copied is Markdown that an assistant wrote: its page says less than its signs."""
    signs = sum(line.lstrip().startswith(("## ", "### ", "```", "- [", "|", "**")) for line in words.split("\n"))
    return signs > 2 and ("```" in words or "**" in words or "\n#" in words)


def _other_address(files: Sequence[tuple[str, bytes]]) -> str:
    """Where a file is looked at that is no import: one that went out to be read, the archive of a whole course; empty for any other."""
    (name, data), author = files[0], current_person().id
    if name.lower().endswith(".docx") and offers("word") and len(data) <= LARGEST_DOCUMENT and find_sent_text(db.session, data, author) is not None:
        return url_for("authoring.returned_page", digest=uploads.keep(waiting(), author, data, clock.now()))
    if data[:2] == b"PK" and name.lower().endswith(".zip") and services.is_course(data):
        return url_for("authoring.archive_check", digest=uploads.keep(waiting(), author, data, clock.now()))
    return ""


def _stage_files(files: Sequence[tuple[str, bytes]]) -> StagedImport:
    if not files:
        raise FileRefused("Choisissez un fichier, ou collez un texte.")
    return services.stage(instance(), files)


# --- What waits ------------------------------------------------------------------------------------------------------


@blueprint.get("/importer/<digest>")
@page(who=AUTHORS)
def show_found(digest: str) -> ResponseReturnValue:
    staged = unpack(uploads.read_pending(waiting(), digest, current_person().id))
    return _page(staged, digest, TakeForm(formdata=None))


def _page(staged: StagedImport, digest: str, form: TakeForm, chosen: frozenset[str] | None = None) -> ResponseReturnValue:
    found = intake_page(db.session, staged, digest, current_person().id, day_of(clock.now()))
    if not form.title.data and len(staged.sources) == 1:
        form.title.data = found.sources[0].reading.title[: create.TITLE_LENGTH]
    _offer(form)
    form.module.flags.required = form.place.flags.required = True
    form.title.flags.required = bool(found.lessons)
    return render_template("exchange/intake/reading.html", page=TakePage(found, form, chosen)), form.status


def _offer(form: TakeForm) -> None:
    author = current_person().id
    form.offer(create.homes(db.session, author, Module), places(db.session, author))


@blueprint.post("/importer/<digest>/reponse")
@act(who=AUTHORS)
def answer(digest: str) -> ResponseReturnValue:
    """One answer more; or one less, which is asked again."""
    key = request.form.get("key", "")[:LONGEST_ANSWER]
    said = None if "again" in request.form else ",".join(request.form.getlist("value"))[:LONGEST_ANSWER]
    author = current_person().id
    db.session.rollback()  # another answer may have its turn first: no transaction is open meanwhile
    with uploads.turn(waiting(), digest, author) as data:
        if data is not None:
            uploads.rewrite(waiting(), digest, author, pack(unpack(data).with_answer(key, said)))
    return redirect(url_for("intake.show_found", digest=digest, _anchor="question"), 303)


@blueprint.post("/importer/<digest>/reprendre")
@act(who=AUTHORS)
def take(digest: str) -> ResponseReturnValue:
    """Twice at once is once: the second answer is the page of what was made."""
    author, form = current_person().id, TakeForm()
    db.session.rollback()  # another « Reprendre » of the same import may have its turn first: no transaction is open meanwhile
    with uploads.turn(waiting(), digest, author) as data:
        if data is None or (staged := unpack(data)).drafts:
            return redirect(url_for("intake.show_found", digest=digest), 303)
        chosen = frozenset(request.form.getlist("unit"))
        _offer(form)
        readings = [{f"{place}:{unit.n}": unit for unit in reading.units} for place, reading in enumerate(staged.readings())]
        taken = [[units[each] for each in chosen if each in units] for units in readings]
        form.lesson = any(unit.kind == "lesson" for units in taken for unit in units)
        form.loose = any(units and all(unit.kind != "lesson" for unit in units) for units in taken)
        ids = form.accept(lambda: _take(staged, form, chosen, author)) if form.validate() else None
        if ids:
            db.session.commit()
            uploads.rewrite(waiting(), digest, author, pack(replace(staged, drafts=tuple(ids))))
            flash(f"{plural(len(ids), 'brouillon')} : relisez, puis publiez.", "success")
            return redirect(url_for("intake.show_found", digest=digest), 303)
    db.session.rollback()
    return _page(staged, digest, form, chosen)


def _take(staged: StagedImport, form: TakeForm, chosen: frozenset[str], author: int) -> list[str]:
    wish = Wish(chosen, form.module.data or "", form.destination, form.title.data or "")
    return services.take(db.session, staged, wish, author, media_store(), clock.now())


@blueprint.post("/importer/<digest>/jeter")
@act(who=AUTHORS)
def throw_away(digest: str) -> ResponseReturnValue:
    """All that the import made, and the import itself."""
    author = current_person().id
    staged = unpack(uploads.read_pending(waiting(), digest, author))
    try:
        count = services.throw_away(db.session, staged.drafts, author, clock.now())
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "error")
        return redirect(url_for("intake.show_found", digest=digest), 303)
    db.session.commit()
    uploads.drop(waiting(), digest, author)
    flash(f"{plural(count, 'brouillon jeté', 'brouillons jetés')}." if staged.drafts else "L’import est jeté : rien n’en est gardé.", "success")
    return redirect(url_for("intake.index"), 303)
