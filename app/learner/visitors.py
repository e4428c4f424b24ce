"""What is read without an account: the landing page, which lessons and images are open, what search engines are told.

A page is open to visitors by `who=OPEN` on its view and `templates/macros/preview.html` in its template, a lesson by `public : oui` in its head."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, render_template
from markupsafe import escape
from msgspec import Struct

from app.content.store.queries import course
from app.content.values.addresses import media_name
from app.content.values.course import Course, Lesson, Module, made_of_course
from app.content.values.paths import default_path, element_of, longest_path, minutes_of, modules_in_order, required_elements
from app.content.values.quiz import Quiz
from app.identity.sign_in.guards import open_to_visitors
from app.platform import hooks
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import path_of
from app.platform.web.endpoints import OPEN, PUBLIC, gathered, page
from app.record.progress.due import about

# --- What is open, and the landing page ------------------------------------------------------------------------------
# Every figure that it gives is counted in the course.


class OpenCourse(Struct, frozen=True):
    lessons: tuple[Lesson, ...]
    """Those that say « public : oui », in the order of the path. A draft is not in the course, nor is what was withdrawn."""
    images: frozenset[str]
    """Under which names those lessons show them."""

    def has(self, lesson_id: str) -> bool:
        return any(lesson.id == lesson_id for lesson in self.lessons)

    def after(self, lesson_id: str) -> Lesson | None:
        ids = [lesson.id for lesson in self.lessons]
        return next(iter(self.lessons[ids.index(lesson_id) + 1 :]), None)


class LandingLine(Struct, frozen=True):
    """A module as a line, with a stop a lesson."""

    title: str
    history: str
    lessons: int
    minutes: int
    """Quizzes included, about."""


class LandingPage(Struct, frozen=True):
    contact: str
    """Whom to ask, as the operator wrote it; empty where nobody was named."""
    lines: tuple[LandingLine, ...]
    """Of the path that whoever has no cohort follows, in its order."""
    minutes: int
    """That the path takes, quizzes included, about."""
    whole: int
    """Minutes of the whole course, about, where this path is a shorter one; else 0."""
    lengths: tuple[int, int] | None
    """Minutes of its shortest lesson and of its longest; None where it has none."""
    questions: int
    """Of its quizzes and of its lessons."""
    lessons: tuple[Lesson, ...]
    """That may be read without an account."""
    terms: int
    events: int
    cites: int
    attestation: bool

    @property
    def total(self) -> int:
        """Lessons of the path."""
        return sum(line.lessons for line in self.lines)


@made_of_course(2)
def open_course(course: Course) -> OpenCourse:
    ordered = modules_in_order(course, default_path(course))
    lessons = [(module, course.lessons[id]) for module in ordered for id in module.lesson_ids if id in course.lessons and course.lessons[id].public]
    return OpenCourse(tuple(lesson for _module, lesson in lessons), frozenset(name for pair in lessons for name in _images(course, *pair)))


def _images(course: Course, module: Module, lesson: Lesson) -> Iterator[str]:
    digests = course.media.get(module.id, {})
    return (media_name(name, digests[name]) for name in lesson.images if name in digests)


def landing_page(course: Course, contact: str) -> LandingPage:
    path = default_path(course)
    modules = [course.modules[id] for id in path.module_ids if id in course.modules]
    proposed: dict[str, list[Lesson | Quiz]] = {module.id: [] for module in modules}
    for element_id, module_id in required_elements(course, path):
        if element := element_of(course, element_id):
            proposed[module_id].append(element)
    elements = [element for each in proposed.values() for element in each]
    whole = longest_path(course)
    lengths = [element.minutes for element in elements if isinstance(element, Lesson)]
    return LandingPage(
        contact=contact,
        lines=tuple(
            LandingLine(module.title, module.history, _lesson_entries(proposed[module.id]), about(_minutes(proposed[module.id]))) for module in modules
        ),
        minutes=about(_minutes(elements)),
        whole=0 if whole == path else about(_minutes([element for each, _ in required_elements(course, whole) if (element := element_of(course, each))])),
        lengths=(min(lengths), max(lengths)) if lengths else None,
        questions=sum(len(element.questions) + (len(element.reuses) if isinstance(element, Quiz) else 0) for element in elements),
        lessons=open_course(course).lessons,
        terms=len(course.glossary.entries),
        events=len(course.timeline.events),
        cites=len(course.network.cites),
        attestation=path.attestation,
    )


def _lesson_entries(elements: list[Lesson | Quiz]) -> int:
    return sum(isinstance(element, Lesson) for element in elements)


def _minutes(elements: list[Lesson | Quiz]) -> int:
    return sum(map(minutes_of, elements))


# --- `/decouvrir`, `/robots.txt`, `/sitemap.xml` ---------------------------------------------------------------------
# And which lessons and images the guard lets a visitor read.

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
