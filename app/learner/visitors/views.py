"""`/decouvrir`, and what search engines ask: `/robots.txt` and `/sitemap.xml`. Which lessons and images the guard lets a visitor read."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, render_template
from markupsafe import escape

from app.content.store.queries import course
from app.identity.sign_in.guards import open_to_visitors
from app.learner.visitors.queries import landing_page, open_course
from app.platform import hooks
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import path_of
from app.platform.web.endpoints import OPEN, PUBLIC, gathered, page

blueprint = Blueprint("visitors", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    hooks.open_addresses.of(app).update({"learning.lesson": _open_lesson, "media.image": _open_image})
    hooks.sitemap.of(app).append(_lessons)


def _open_lesson(lesson_id: str) -> bool:
    return open_course(course(db.session)).has(lesson_id)


def _open_image(name: str) -> bool:
    return name in open_course(course(db.session)).images


@blueprint.get("/decouvrir")
@page(who=OPEN)
def landing() -> str:
    """What Croisée is, for whom, how long and whom to ask. The guard shows it at `/` too, to whoever is not signed in."""
    return render_template("learner/visitors/landing.html", page=landing_page(course(db.session), current_site().contact))


@blueprint.get("/robots.txt")
@page(who=PUBLIC)
def robots() -> Response:
    """Forbids nothing to search engines: a page to leave out says so itself, and must be readable for that."""
    there = current_settings().address_of(path_of("visitors.sitemap"))
    lines = ["User-agent: *", "Disallow:"] + [f"Sitemap: {there}"] * bool(there)
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@page(who=PUBLIC)
def sitemap() -> Response:
    """The addresses that are open to visitors. They must be absolute: without an address of the site, there is no map."""
    settings = current_settings()
    if not settings.site_url:
        abort(404)
    rows = "".join(f"<url><loc>{escape(settings.address_of(path))}</loc></url>\n" for path in _open_paths())
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    return Response(text, mimetype="application/xml")


def _open_paths() -> Iterator[str]:
    """But the search, whose pages say that they are for no search engine."""
    yield from (path_of(endpoint) for endpoint in gathered.here() if open_to_visitors(endpoint) and endpoint != "search.search")
    pages = (page for told in hooks.sitemap.here() for page in told())
    yield from (path_of(endpoint, **values) for endpoint, values in pages if open_to_visitors(endpoint, **values))


def _lessons() -> Iterator[tuple[str, dict[str, str]]]:
    return (("learning.lesson", {"lesson_id": lesson.id}) for lesson in open_course(course(db.session)).lessons)
