"""Two versions of a document that both moved, side by side, then merged: two trainers' texts, or a file of the course and its published text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import count

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import AgreedChunk, MergeConflict, MergeResult, Resolution, Take, merge3
from app.authoring.comparing.word_diff import DiffSpan, WordDifference, difference, words
from app.authoring.drafts.queries import WorkingText, own_draft, published_revision, text_of, title_in, title_of
from app.authoring.drafts.services import DraftConflict, save_draft
from app.authoring.history import DraftInTheWay, begin_on
from app.authoring.models import Draft, blueprint
from app.content.store import disk, services
from app.content.store.disk import ImageFile
from app.content.store.queries import AWAITED, Document, NewText, Publication, Revision
from app.content.store.survey import survey_folder
from app.content.store.sync import StoredDocument, both_moved, known_documents
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of
from app.platform.settings import Settings, current_settings
from app.platform.storage import places
from app.platform.storage.folder import Store, StoreAway
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

# --- Files of the course that changed --------------------------------------------------------------------------------
# While their published text changed too: the list, and the texts that one merge compares.


class FileLine(Struct, frozen=True):
    """A document in conflict, as the list shows it."""

    document_id: str
    title: str
    path: str


class FileMergePage(Struct, frozen=True):
    both: tuple[FileLine, ...]
    """The file and the published text changed, differently."""
    gone: tuple[FileLine, ...]
    """The file was taken away while the published text changed."""
    unreadable: tuple[str, ...]
    """Files with errors: until they are mended, the site keeps what it has of them."""
    none: bool
    """There is no file of the course on this machine."""


class FileSides(Struct, frozen=True):
    """What a merge with a file compares."""

    document: Document
    published: Revision
    common: Revision | None
    """The last revision that both had in common."""
    file: NewText
    images: tuple[ImageFile, ...]
    """Those that the file shows."""

    @property
    def merge_result(self) -> MergeResult:
        return merge3(self.common.text if self.common else "", self.published.text, self.file.text)


def files_page(session: Session, settings: Settings, now: datetime) -> FileMergePage:
    files, found = survey_folder(settings, day_of(now))
    known = known_documents(session)
    there = {each.id: each for each in found.documents if each.id}
    both = [known[each.id] for each in there.values() if each.id in known and both_moved(known[each.id], each.mark)]
    hidden = any(not each.id for each in found.documents)
    gone = [each for each in known.values() if each.common and each.id not in there and each.mark not in (each.common, None)]
    return FileMergePage(
        both=tuple(_line(session, each) for each in both),
        gone=() if hidden else tuple(_line(session, each) for each in gone),
        unreadable=tuple(sorted(found.paths_with_errors())),
        none=not files.documents,
    )


def _line(session: Session, known: StoredDocument) -> FileLine:
    revision = session.get(Revision, known.revision_id) if known.revision_id else None
    title = title_in(revision.path, revision.text, known.id) if revision else title_of(None, known.id)
    return FileLine(known.id, title, known.path)


def file_sides(session: Session, settings: Settings, document_id: str, now: datetime) -> FileSides:
    """Raises NotYours for a document whose file and text do not conflict, or whose file cannot be read."""
    files, found = survey_folder(settings, day_of(now))
    surveyed = next((each for each in found.documents if each.id == document_id), None)
    known, published = known_documents(session).get(document_id), published_revision(session, document_id)
    text = next((file.text for file in files.documents if surveyed and file.path == surveyed.path), None)
    if surveyed is None or known is None or published is None or text is None or not both_moved(known, surveyed.mark):
        raise NotYours
    common = session.scalar(select(Publication.file_revision_id).where(Publication.document_id == document_id))
    images = tuple(image for image in files.images if (image.name, image.digest) in surveyed.media)
    base = session.get(Revision, common) if common else None
    return FileSides(session.get_one(Document, document_id), published, base, found.new_text(surveyed, text), images)


# --- The page of a merge ---------------------------------------------------------------------------------------------


class ConflictChunk(Struct, frozen=True):
    """A conflict to settle. `number` counts from 0."""

    number: int
    base: str
    mine: tuple[DiffSpan, ...]
    """What my side makes of the base, word by word."""
    theirs: tuple[DiffSpan, ...]
    take: str
    """What was chosen; empty before."""
    edited: str


class TextMergePage(Struct, frozen=True, dict=True):
    """The page that merges two texts. It has no slots, so that the comparison can be cached on it."""

    document_id: str
    title: str
    who: str
    """Who wrote the other text, as the page says it."""
    mine_name: str
    theirs_name: str
    mine: str
    merged: MergeResult
    typed: Mapping[str, str]
    """What was already decided."""
    fields: Mapping[str, str]
    """What the form sends back, so that a decision is about the texts that were shown."""
    refused: str

    @property
    def conflicts(self) -> int:
        return len(self.merged.conflicts)

    @cached_property
    def difference(self) -> WordDifference | None:
        """Compares my text with the merged one; None while conflicts remain."""
        return difference(self.mine, self.merged.text) if self.merged.text is not None else None

    @property
    def chunks(self) -> Iterator[AgreedChunk | ConflictChunk]:
        numbers = count()
        return (chunk if isinstance(chunk, AgreedChunk) else _conflict(next(numbers), chunk, self.typed) for chunk in self.merged.chunks)

    @property
    def labels(self) -> dict[Take, str]:
        mine, theirs = self.mine_name.capitalize(), self.theirs_name.capitalize()
        return {Take.MINE: mine, Take.THEIRS: theirs, Take.BOTH: f"Les deux, {self.mine_name} d’abord", Take.EDITED: "Un autre texte, ci-dessous"}


def merge_of(session: Session, text: WorkingText) -> MergeResult | None:
    """A draft and what is published; None where nothing is published, or nothing since the draft began."""
    if text.published is None or text.published.id == text.base_id:
        return None
    base = session.get(Revision, text.base_id) if text.base_id else None
    return merge3(base.text if base else "", text.normal_text, text.published.text)


def merge_page(session: Session, text: WorkingText, merged: MergeResult, typed: Mapping[str, str], refused: str = "") -> TextMergePage:
    author = session.get(Person, text.published.author_id) if text.published and text.published.author_id else None
    return TextMergePage(
        document_id=text.document_id,
        title=text.title,
        who=f"{author.name if author else 'Une synchronisation des fichiers'} a publié une autre version de ce texte depuis que vous avez commencé",
        mine_name="mon brouillon",
        theirs_name="la version publiée",
        mine=text.normal_text,
        merged=merged,
        typed=typed,
        fields={"version": str(text.version), "theirs": str(text.published.id if text.published else "")},
        refused=refused,
    )


def file_merge_page(found: FileSides, typed: Mapping[str, str], refused: str = "") -> TextMergePage:
    """Builds the merge page of a file of the course and the published text."""
    return TextMergePage(
        document_id=found.document.id,
        title=title_in(found.published.path, found.published.text, found.document.id),
        who=f"Le fichier {found.file.path} et le texte publié ont tous deux changé",
        mine_name="le texte publié",
        theirs_name="le fichier",
        mine=found.published.text,
        merged=found.merge_result,
        typed=typed,
        fields={"theirs": found.file.fingerprint, "published": str(found.published.id)},
        refused=refused,
    )


def _conflict(number: int, chunk: MergeConflict, typed: Mapping[str, str]) -> ConflictChunk:
    edited = typed.get(f"texte-{number}", chunk.mine)
    mine, theirs = tuple(words(chunk.base, chunk.mine)), tuple(words(chunk.base, chunk.theirs))
    return ConflictChunk(number, chunk.base, mine, theirs, typed.get(f"choix-{number}", ""), edited)


def resolve(merged: MergeResult, typed: Mapping[str, str]) -> str | None:
    """The text that the form decides; None while a conflict has no choice. What was typed keeps the conflict's last line feed."""
    found: dict[int, Resolution] = {}
    for number, conflict in enumerate(merged.conflicts):
        take = typed.get(f"choix-{number}", "")
        if take not in {each.value for each in Take}:
            return None
        found[number] = Resolution(Take(take), _whole_lines(typed.get(f"texte-{number}", ""), conflict))
    return merged.resolve_conflicts(found)


def _whole_lines(typed: str, conflict: MergeConflict) -> str:
    text = typed.replace("\r\n", "\n")
    ends = (conflict.mine or conflict.theirs).endswith("\n")
    return f"{text}\n" if text and ends and not text.endswith("\n") else text


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


class FileMoved(DomainError):
    """The file or the published text changed since the page was shown."""

    status = 409
    sentence = "Le fichier ou le texte publié vient de changer : voici la comparaison telle qu’elle est maintenant."


def rebase(session: Session, draft: Draft, text: str, revision: Revision, *, version: int, now: datetime) -> Draft:
    """The merged text becomes the draft, which now begins from `revision`. Raises DraftConflict where the draft moved meanwhile."""
    base = session.get(Revision, draft.base_revision_id) if draft.base_revision_id else None
    images = merged_media(base.media if base else {}, draft.media, revision.media)
    save_draft(session, draft, text, version=version, now=now)
    session.execute(update(Draft).where(Draft.id == draft.id).values(media=images, base_revision_id=revision.id))
    session.refresh(draft)
    return draft


def merge_with_file(session: Session, media_store: Store, sides: FileSides, text: str, author_id: int, now: datetime) -> Draft:
    """The two texts, merged, as the author's draft. Raises DraftInTheWay, FileMoved.

    The file's own text becomes a revision, and the last one that both had in common: what `content sync --garder navigateur` does. Nothing
    of either is lost, and once the draft is published `content export` writes it in the file.
    """
    document, published = sides.document, sides.published
    services.locked_state(session)
    images = merged_media(sides.common.media if sides.common else {}, published.media, sides.file.media)
    draft = begin_on(session, document, author_id, text, now, images, published.id)
    publication = session.get_one(Publication, document.id, populate_existing=True)
    if publication.revision_id != published.id:
        raise FileMoved
    for image in sides.images:
        disk.keep(media_store, image)
    revision = services.add_revision(session, sides.file, None, now, AWAITED)
    session.flush()
    publication.file_revision_id = revision.id
    session.flush()
    return draft


def merged_media(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """Images by name: theirs where I left the base's alone, mine elsewhere. None is taken out: what no text shows is not kept anyway."""
    names = {**theirs, **mine}
    return {name: theirs[name] if name in theirs and mine.get(name) in (None, base.get(name)) else mine[name] for name in sorted(names)}


# --- `/atelier/documents/<id>/fusion` --------------------------------------------------------------------------------
# What two trainers both changed is decided here, and becomes the draft.

UNDECIDED = "Il reste un passage sans choix : rien n’est enregistré."
MOVED = "L’un des deux textes vient encore de changer : voici la fusion telle qu’elle est maintenant. Vos choix sont à vérifier."


@blueprint.get("/documents/<document_id>/fusion")
@page(who=AUTHORS)
def merge(document_id: str) -> ResponseReturnValue:
    return _merge(_draft(document_id), 200, "")


def _draft(document_id: str) -> Draft:
    return own_draft(db.session, document_id, current_person().id)


def _merge(draft: Draft, status: int, refused: str) -> ResponseReturnValue:
    text = text_of(db.session, draft)
    merged = merge_of(db.session, text)
    if merged is None:
        return redirect(url_for("authoring.review", document_id=draft.document_id))
    page = merge_page(db.session, text, merged, request.form, refused)
    return render_template("authoring/versions/merge.html", page=page), status


@blueprint.post("/documents/<document_id>/fusion")
@act(who=AUTHORS)
def save_merge(document_id: str) -> ResponseReturnValue:
    draft = _draft(document_id)
    text = text_of(db.session, draft)
    merged = merge_of(db.session, text)
    if merged is None or text.published is None:
        return redirect(url_for("authoring.review", document_id=document_id), 303)
    if str(text.published.id) != request.form.get("theirs"):
        return _merge(draft, 409, MOVED)
    resolved = resolve(merged, request.form)
    if resolved is None:
        return _merge(draft, 422, UNDECIDED)
    version = request.form.get("version", 0, bounded_int)
    try:
        rebase(db.session, draft, resolved, text.published, version=version, now=clock.now())
    except DraftConflict:
        return _merge(draft, 409, MOVED)
    flash("Les deux textes sont réunis dans votre brouillon : relisez, puis publiez.", "success")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)


# --- `/atelier/fichiers` ---------------------------------------------------------------------------------------------


@blueprint.get("/fichiers")
@page(who=AUTHORS)
def files() -> str:
    return render_template("authoring/versions/merge_files.html", page=files_page(db.session, current_settings(), clock.now()))


@blueprint.get("/documents/<document_id>/fichier")
@page(who=AUTHORS)
def merge_file(document_id: str) -> str:
    return _file_merge_html(file_sides(db.session, current_settings(), document_id, clock.now()), "")


def _file_merge_html(found: FileSides, refused: str) -> str:
    return render_template("authoring/versions/merge.html", page=file_merge_page(found, request.form, refused))


@blueprint.post("/documents/<document_id>/fichier")
@act(who=AUTHORS)
def save_file_merge(document_id: str) -> ResponseReturnValue:
    now = clock.now()
    found = file_sides(db.session, current_settings(), document_id, now)
    db.session.rollback()  # the files may take a second to read: what is written is decided on what stands now
    if (request.form.get("theirs"), request.form.get("published")) != (found.file.fingerprint, str(found.published.id)):
        return _file_merge_html(found, FileMoved.sentence), FileMoved.status
    merged = resolve(found.merge_result, request.form)
    if merged is None:
        return _file_merge_html(found, UNDECIDED), 422
    try:
        merge_with_file(db.session, places.media(current_settings()), found, merged, current_person().id, now)
    except StoreAway as error:
        db.session.rollback()
        return _file_merge_html(found, error.sentence), error.status
    except DraftInTheWay as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.review", document_id=document_id), 303)
    except (FileMoved, NotYours):
        db.session.rollback()
        return redirect(url_for("authoring.merge_file", document_id=document_id), 303)
    flash("Le fichier et le texte publié sont réunis dans votre brouillon : relisez, puis publiez.", "success")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)
