"""`/bibliotheque/<id>`: the page of a document, and its file, which no browser opens in the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Flask, Response, abort, render_template, request, url_for
from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.html import render
from app.content.rendering.page import PageRenderer
from app.content.rendering.state import document_tokens, player, transcription, watch
from app.content.store.disk import KeptFile, kept_file
from app.content.store.queries import course
from app.content.values.addresses import of_link
from app.content.values.course import Course, Lesson, Module
from app.content.values.library import LibraryDocument, Tool
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.french import capital, date_words, day_of, weight_words
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.storage.folder import Store
from app.platform.storage.places import send
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import OPEN, page

# --- Ranges (pure) ---------------------------------------------------------------------------------------------------

_RANGE = re.compile(r"[ \t]*bytes[ \t]*=[ \t]*(?:([0-9]{1,18})[ \t]*-[ \t]*([0-9]{1,18})?|-[ \t]*([0-9]{1,18}))[ \t]*", re.IGNORECASE)


def one_range(header: str, size: int) -> str | None:
    """A `Range` as a single, exact range of a file of `size` bytes; None where the whole is answered (RFC 9110, 14.2).

    Ignored, as it may or must be: another unit, several ranges, what is ill-formed. One that nothing satisfies begins where the file ends.
    """
    found = _RANGE.fullmatch(header)
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        start, stop = size - min(int(suffix), size), size - 1
    else:
        start, stop = int(first), min(int(last or size), size - 1)
        if last is not None and int(last) < start:
            return None
    return f"bytes={start}-{stop}" if start < size else beyond(size)


def beyond(size: int) -> str:
    """What asks for nothing that a file of this size has."""
    return f"bytes={size}-"


# --- A document ------------------------------------------------------------------------------------------------------


class DocumentLink(Struct, frozen=True):
    title: str
    address: str


class DocumentPage(Struct, frozen=True):
    document: LibraryDocument
    facts: tuple[tuple[str, str], ...]
    """(name, words) of what is known of it."""
    weight: str
    """Of its file; empty where there is none here."""
    missing: bool
    """It has a file, which is not on this disk."""
    summary: Markup
    player: Markup
    transcription: Markup
    notes: Markup
    related: tuple[DocumentLink, ...]
    lessons: tuple[DocumentLink, ...]
    """Those that link to it."""


def document_page(course: Course, document_id: str, media_store: Store, on: date, second: int = 0) -> DocumentPage | None:
    """`second`: where a recording begins. None for no such document."""
    document = course.library.shelf.get(document_id)
    if document is None:
        return None
    file = kept_file(course, document, media_store)
    renderer = PageRenderer(course, course.library, on)
    summary = render(document_tokens(document.summary, document), renderer.state)
    told = render(document_tokens(document.transcript, document), renderer.state) if document.transcript else Markup("")
    related = tuple(_related_links(course, document))
    citing = (DocumentLink(lesson.title, url_for("learning.lesson", lesson_id=lesson.id)) for lesson in course.lessons_that_cite(document.id))
    return DocumentPage(
        document=document,
        facts=tuple(_document_facts(document)),
        weight=weight_words(file.bytes) if file else "",
        missing=bool(document.file) and file is None,
        summary=summary,
        player=player(document, second) if document.is_audio and file else watch(document) if document.is_video else Markup(""),
        transcription=transcription(told, "transcription"),
        notes=renderer.notes(),
        related=related,
        lessons=tuple(each for each in citing if each not in related),
    )


def _document_facts(document: LibraryDocument) -> Iterator[tuple[str, str]]:
    days = (("Événement", document.event), ("Publié", document.published), ("Modifié", document.modified))
    known = (
        ("Type", capital(document.type.value)),
        ("Auteur", document.author),
        ("Éditeur", document.publisher),
        *((name, date_words(day) if day else "") for name, day in days),
        ("Thèmes", ", ".join(document.themes)),
        ("Territoires", ", ".join(document.territories)),
        ("Licence", document.licence),
    )
    return ((name, words) for name, words in known if words)


def _related_links(course: Course, document: LibraryDocument) -> Iterator[DocumentLink]:
    """Those that it names, then those of the library that name it."""
    naming = (each.id for each in course.library.documents if document.id in each.related)
    titled: dict[str, LibraryDocument | Tool | Lesson | Module] = {**course.library.shelf, **course.tools, **course.lessons, **course.modules}
    for each in dict.fromkeys((*document.related, *naming)):
        if each in titled and each != document.id:
            yield DocumentLink(titled[each].title, of_link(course, each, "") or "")


# --- Pages --------------------------------------------------------------------------------------------------------

blueprint = Blueprint("library", __name__, url_prefix="/bibliotheque")

SANDBOX = "default-src 'none'; sandbox"


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    hooks.open_addresses.of(app).update({"library.document": _is_public, "library.file": _is_public})
    hooks.sitemap.of(app).append(lambda: (("library.document", {"entry_id": each}) for each in course(db.session).library.shelf))


def _is_public(entry_id: str) -> bool:
    found = course(db.session).library.shelf.get(entry_id)
    return found is not None and found.public


@blueprint.get("/<entry_id>")
@page(who=OPEN)
def document(entry_id: str) -> str:
    """`t`: the second at which a recording begins."""
    second = request.args.get("t", 0, bounded_int)
    page = document_page(course(db.session), entry_id, places.media(current_settings()), day_of(clock.now()), second)
    if page is None:
        abort(404)
    return render_template("learner/reference/library/document.html", page=page)


@blueprint.get("/<entry_id>/fichier")
@page(who=OPEN)
def file(entry_id: str) -> Response:
    """Read as it is sent, whole or in part: however large, it takes no memory, and nothing of the database waits for a client."""
    published = course(db.session)
    found = kept_file(published, published.library.shelf.get(entry_id), places.media(current_settings()))
    if found is None:
        abort(404)
    if found.bytes and not _settle_range(found.bytes):
        return Response(status=416, headers={"Content-Range": f"bytes */{found.bytes}"}, mimetype="text/plain")
    response = send(current_settings(), found.kept_as, found.mimetype, found.name, direct=_leaves_the_page(found))
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _leaves_the_page(file: KeptFile) -> bool:
    """A link that is followed may lead to another host; a recording that is heard in the page may not, by its rules. Older browsers do not say."""
    return request.headers.get("Sec-Fetch-Dest", "" if file.mimetype.startswith("audio/") else "document") == "document"


def _settle_range(size: int) -> bool:
    """What the framework answers by: it refuses ranges that it should ignore. A range is of a GET alone, and a weak mark vouches for no byte.

    False where the file has nothing of what is asked.
    """
    asked, condition = request.environ.pop("HTTP_RANGE", ""), request.headers.get("If-Range", "")
    kept = one_range(asked, size) if asked and request.method == "GET" and not condition.startswith("W/") else None
    if kept:
        request.environ["HTTP_RANGE"] = kept
    return bool(condition) or kept != beyond(size)
