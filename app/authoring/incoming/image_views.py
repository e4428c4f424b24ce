"""`/atelier/documents/<id>/images`: the images of a draft, where each stands, added and taken away; and files that nothing shows any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText, draft_of, published_revision, working_text
from app.authoring.drafts.services import open_draft, save_draft
from app.authoring.incoming import images
from app.authoring.incoming.images import CleanImage
from app.authoring.incoming.limits import LARGEST_UPLOAD
from app.authoring.incoming.uploads import ROOM, FileForm, ImageForm, instance, keeping, media_store, sent_bytes
from app.authoring.models import Draft, PlannedPublication, blueprint
from app.content.store import disk
from app.content.store.queries import Revision, course
from app.content.values.addresses import media_name, of_media
from app.content.values.course import Course
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock, sandbox
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import with_french_spaces
from app.platform.log import event
from app.platform.site import SiteRevision
from app.platform.storage.folder import Store
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page
from app.platform.web.errors import wants_json

_SHOWN = re.compile(r"!\[([^\]]*)\]\(\s*<?images/([^\s)>]+)")

_NAMED = re.compile(r"\s*fichier\s*:\s*(\S+)\s*", re.IGNORECASE)


class ImagePlace(Struct, frozen=True):
    """A place of the text where an image stands, or where a file of the library is named."""

    line: int
    alternative: str
    """Empty for a file of the library."""


class ImageLine(Struct, frozen=True):
    name: str
    address: str
    bytes: int
    """0 when its file is not here."""
    places: tuple[ImagePlace, ...]


def lines(text: WorkingText, media_store: Store) -> tuple[ImageLine, ...]:
    """The images that a document may show, or the files that the library may give, by name."""
    places = find_images(text.text)
    return tuple(
        ImageLine(name, of_media(name, digest), disk.weight(media_store, media_name(name, digest)) or 0, tuple(places.get(name, ())))
        for name, digest in sorted(text.media.items())
    )


def find_images(text: str) -> dict[str, list[ImagePlace]]:
    """Where each image of a text stands, by name; and where the library names a file."""
    found: dict[str, list[ImagePlace]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for match in _SHOWN.finditer(line):
            found.setdefault(match[2], []).append(ImagePlace(number, match[1].strip()))
        if named := _NAMED.fullmatch(line):
            found.setdefault(named[1], []).append(ImagePlace(number, ""))
    return found


def forgotten_images(session: Session, media_store: Store, before: datetime) -> Iterator[str]:
    """Files of images that no revision, no draft, no planned publication and no setting of the site names, and that nothing has touched since `before`."""
    texts = (Revision.media, Draft.media, PlannedPublication.media)
    named = {digest for source in texts for shown_there in session.scalars(select(source)) for digest in shown_there.values()}
    named |= {Path(str(values.get("logo", ""))).stem for values in session.scalars(select(SiteRevision.values))}
    for entry in media_store.entries():
        if disk.is_media_name(entry.name) and entry.name.partition(".")[0] not in named and entry.kept_at < before.timestamp():
            yield entry.name


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


class StillShown(DomainError):
    sentence = "Cette image est encore dans le texte : effacez-y d’abord sa ligne."


def add(
    session: Session, document_id: str, author_id: int, picture: CleanImage, media_store: Store, now: datetime, base_id: int | None = None
) -> tuple[Draft, str]:
    """Keep a picture for the author's draft; gives the draft, and the name under which the text shows it.

    `base_id`: an editor that was shown this revision, and no draft, asks: its next save goes on from a draft of version 0.
    """
    begun = draft_of(session, document_id, author_id) is None
    if begun and published_revision(session, document_id) is None:
        raise NotYours
    digest = disk.store(media_store, picture.name, picture.data)  # before the database is written to: a disk may be slow
    published = course(session)  # before too: a new process reads the whole of it
    draft = open_draft(session, document_id, author_id, now, base_id)
    session.refresh(draft, with_for_update=True)  # of two images at once, neither forgets the other
    if begun and base_id:
        draft.version = 0
    name = _free(picture.name, digest, _names(session, published))
    draft.media = {**draft.media, name: digest}
    session.flush()
    event("image_added", document=document_id, author=author_id)
    return draft, name


def append(session: Session, draft: Draft, name: str, alternative: str, now: datetime) -> Draft:
    """Show an image at the end of the draft's text, for who writes without a script: above its notes and what closes it is theirs to do."""
    return save_draft(session, draft, f"{draft.text.rstrip()}\n\n{image_markdown(name, alternative)}\n", version=draft.version, now=now)


def image_markdown(name: str, alternative: str) -> str:
    """How a text shows an image. The alternative is one line, without what would end it."""
    return f"![{' '.join(alternative.split()).translate(str.maketrans('[]', '()'))}](images/{name})"


def remove(session: Session, document_id: str, author_id: int, name: str, now: datetime) -> None:
    """Take an image from the draft. Raises StillShown where the text shows it. Its file goes later, when nothing names it."""
    draft = open_draft(session, document_id, author_id, now)
    session.refresh(draft, with_for_update=True)
    if name in find_images(draft.text):
        raise StillShown
    draft.media = {each: digest for each, digest in draft.media.items() if each != name}
    session.flush()


def _names(session: Session, published: Course) -> dict[str, set[str]]:
    """Every image's name that is in use, and for which bytes: a module's texts share one folder of images."""
    found: dict[str, set[str]] = {}
    used: list[Mapping[str, str]] = [*published.media.values(), *session.scalars(select(Draft.media))]
    for names in used:
        for name, digest in names.items():
            found.setdefault(name, set()).add(digest)
    return found


def _free(name: str, digest: str, used: Mapping[str, set[str]]) -> str:
    """`plan.png`, or `plan-2.png` where that name means another image."""
    path = PurePosixPath(name)
    wanted = (name, *(f"{path.stem}-{count}{path.suffix}" for count in range(2, 10_000)))
    return next(each for each in wanted if used.get(each, {digest}) == {digest})


# --- `/atelier/documents/<id>/images` --------------------------------------------------------------------------------

ELSEWHERE = "La bibliothèque garde ses fichiers à part : ajoutez celui-ci depuis « Fichiers de la bibliothèque »."


class ImagesPage(Struct, frozen=True):
    document_id: str
    title: str
    lines: tuple[ImageLine, ...]
    form: ImageForm


@blueprint.route("/documents/<document_id>/images", endpoint="images", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_UPLOAD + ROOM, ROOM))
def images_page(document_id: str) -> ResponseReturnValue:
    if document_id == DocumentKind.LIBRARY.value:
        return make_response(jsonify(error=with_french_spaces(ELSEWHERE)), 422) if wants_json() else redirect(url_for("authoring.library_files"), 303)
    form = ImageForm()
    if request.method == "POST":
        picture = clean_upload(form, images.clean_image)
        if picture is not None and (added := keeping(form, lambda: _keep_image(document_id, picture))):
            return _confirm_image(document_id, form, *added)
        db.session.rollback()
        if wants_json():
            return make_response(jsonify(error=with_french_spaces(next(iter(form.errors.values()))[0])), form.status)
    text = working_text(db.session, document_id, current_person().id)
    page = ImagesPage(document_id, text.title, lines(text, media_store()), form)
    return render_template("authoring/incoming/images/images.html", page=page), form.status


def clean_upload(form: ImageForm | FileForm, cleaned: Callable[[str, bytes, images.Decoder], CleanImage]) -> CleanImage | None:
    """What was sent, checked while nobody waits; None when it is refused, which the form then says."""
    if not form.validate_on_submit():
        return None
    db.session.rollback()  # decoding, or looking through a large file, may take seconds: no transaction is open meanwhile
    decoder = images.decoder_process(instance(), sandbox.LONG_WAIT)
    return form.accept(lambda: cleaned(form.file.data.filename or "", sent_bytes(form.file.data), decoder), form.file)


def _keep_image(document_id: str, picture: images.CleanImage) -> tuple[Draft, str]:
    base_id = request.form.get("base", type=bounded_int)
    return add(db.session, document_id, current_person().id, picture, media_store(), clock.now(), base_id)


def _confirm_image(document_id: str, form: ImageForm, draft: Draft, name: str) -> ResponseReturnValue:
    now, alternative = clock.now(), form.alternative.data or ""
    markdown = image_markdown(name, alternative)
    if form.append.data:
        append(db.session, draft, name, alternative, now)
        flash(f"Image ajoutée à la fin du texte : déplacez sa ligne où il faut. {markdown}", "success")
    elif not wants_json():
        flash(f"Image gardée. Pour la montrer, écrivez : {markdown}", "success")
    db.session.commit()
    if wants_json():
        return jsonify(name=name, version=draft.version, markdown=markdown)
    return redirect(url_for("authoring.images", document_id=document_id), 303)


@blueprint.post("/documents/<document_id>/images/retrait")
@act(who=AUTHORS)
def remove_image(document_id: str) -> ResponseReturnValue:
    try:
        remove(db.session, document_id, current_person().id, request.form.get("name", ""), clock.now())
    except StillShown as error:
        db.session.rollback()
        flash(error.sentence, "error")
        return redirect(url_for("authoring.images", document_id=document_id), 303)
    flash("Image retirée de ce document.", "success")
    db.session.commit()
    return redirect(url_for("authoring.images", document_id=document_id), 303)
