"""`/bibliotheque`: the list, the page of a document, and its file, which no browser opens in the site."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, render_template, request

from app.content.store.media import KeptFile, kept_file
from app.content.store.queries import course
from app.learner.reference.library.queries import document_page, library_page
from app.learner.reference.library.rules import LibraryFilter, beyond, one_range
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.storage.sending import send
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import OPEN, SIGNED_IN, page

blueprint = Blueprint("library", __name__, url_prefix="/bibliotheque")

SANDBOX = "default-src 'none'; sandbox"
_LONGEST_CHOICE = 60


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    hooks.open_addresses.of(app).update({"library.document": _is_public, "library.file": _is_public})
    hooks.sitemap.of(app).append(lambda: (("library.document", {"entry_id": each}) for each in course(db.session).library.shelf))


def _is_public(entry_id: str) -> bool:
    found = course(db.session).library.shelf.get(entry_id)
    return found is not None and found.public


@blueprint.get("")
@page(who=SIGNED_IN)
def library() -> str:
    chosen = [request.args.get(name, "")[:_LONGEST_CHOICE] for name in ("type", "annee", "theme", "territoire")]
    number = request.args.get("page", 1, bounded_int)
    page = library_page(db.session, course(db.session), current_settings(), LibraryFilter(*chosen), number)
    return render_template("learner/reference/library/library.html", page=page)


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
