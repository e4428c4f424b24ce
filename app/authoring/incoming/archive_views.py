"""`/atelier/archive`: the course out as a zip, or one module for another site; and a zip in, judged file by file before it is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.authoring.incoming import archive, archive_files, images, uploads
from app.authoring.incoming.archive import ImportPlan, PublishedCourse, published_course
from app.authoring.incoming.archive_files import LONGEST_WORDS, ArchiveEntry, Origin
from app.authoring.incoming.limits import LARGEST_ARCHIVE
from app.authoring.incoming.uploads import ROOM, ArchiveForm, instance, keeping, media_store, sent_bytes, waiting
from app.authoring.models import blueprint
from app.content.documents.reader import kind_of
from app.content.store.queries import course
from app.content.text.normalise import fingerprint, normalise
from app.content.values.addresses import of_link
from app.content.values.course import Course, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.settings import Settings, current_settings
from app.platform.site import current_site
from app.platform.storage.folder import Store, StoreAway
from app.platform.web.edge import download
from app.platform.web.endpoints import act, page
from app.platform.zips import pack_zip

Element = Module | Lesson | Quiz
_LINK = re.compile(r"\]\((?P<id>[a-z0-9-]+)(?P<anchor>#[^\s()]*)?\)")

# --- One module, for another site ------------------------------------------------------------------------------------
# Its texts, each with the sources that it calls, their images, authors and licence.


def module_archive(session: Session, settings: Settings, media_store: Store, module_id: str, licence: str) -> bytes:
    """Raises NotYours for a module that is not published."""
    published, here = course(session), published_course(session)
    module = published.modules.get(module_id)
    if module is None:
        raise NotYours
    documents = {each.id: each for each in _documents(published, module)}
    leaving = _Leaving(published, documents, _source_lines(here), settings)
    carried = [leaving.with_sources(entry) for entry in here.entries if entry.id in documents]
    site = current_site()
    authors = tuple(sorted({each.author for each in documents.values() if each.author}))
    origin = Origin(here.site, site.publisher or site.name, module.title, licence, authors, tuple(sorted(leaving.elsewhere)))
    return pack_zip(archive_files.contents(carried, media_store, origin))


def _documents(published: Course, module: Module) -> Iterator[Element]:
    """The module, its lessons, their quizzes, and the questions by which the positioning finds what somebody knows of it."""
    yield module
    for element in published.elements_of(module):
        yield published.lessons.get(element) or published.quizzes[element]
    yield from (quiz for quiz in published.quizzes.values() if quiz.is_pool and quiz.module_id == module.id)


def _source_lines(here: PublishedCourse) -> dict[str, str]:
    """The lines of sources.md, by their label, as they are written."""
    text = next((entry.text for entry in here.entries if kind_of(entry.path) is DocumentKind.SOURCES), "")
    return {line[2:].partition("]:")[0]: line for line in text.split("\n") if line.startswith("[^") and "]:" in line}


class _Leaving:
    """Texts made to stand by themselves. Their marks follow: come back unchanged, they are known for what left."""

    def __init__(self, published: Course, documents: Mapping[str, Element], lines: Mapping[str, str], settings: Settings) -> None:
        self.published, self.documents, self.lines = published, documents, lines
        self.settings = settings
        self.staying = {name: title for name, title in _titles(published) if name not in documents}
        self.elsewhere: set[str] = set()

    def with_sources(self, entry: ArchiveEntry) -> ArchiveEntry:
        """With, at its end, the sources that it calls and that stand in the course's list: the other site may have another list."""
        document = self.documents[entry.id]
        own = {source.label for source in document.sources}
        called = [source.label for source in self.published.sources_of(document) if source.label not in own and source.label in self.lines]
        text = _LINK.sub(self._led_home, entry.text)
        if called:
            text = text.rstrip("\n") + "\n\n" + "\n".join(self.lines[label] for label in called)
        text = normalise(text)
        return replace(entry, text=text, mark=(fingerprint(text), entry.mark[1]))

    def _led_home(self, link: re.Match[str]) -> str:
        """A link to what stays here leads here, where the site has an address."""
        name = link["id"]
        place = of_link(self.published, name, "") if name in self.staying else None
        address = self.settings.address_of(place) if place else ""
        if not address:
            return link[0]
        self.elsewhere.add(self.staying[name])
        return f"]({address}{link['anchor'] or ''})"


def _titles(published: Course) -> Iterator[tuple[str, str]]:
    """Id and title of what a text may link to."""
    for held in (published.modules, published.lessons, published.quizzes, published.tools, published.library.shelf):
        yield from ((name, each.title) for name, each in held.items())


# --- `/atelier/archive` ----------------------------------------------------------------------------------------------


class ArchivePage(Struct, frozen=True):
    form: ArchiveForm
    modules: tuple[tuple[str, str], ...]
    """Id and title of those that may leave by themselves."""


@blueprint.get("/archive/cours.zip")
@page(who=AUTHORS)
def archive_file() -> Response:
    return download(archive.course_archive(db.session, media_store()), "application/zip", "croisee-cours.zip")


@blueprint.get("/archive/module.zip")
@page(who=AUTHORS)
def module_file() -> Response:
    """One module, for another site. The licence is that which whoever sends it writes."""
    module_id, licence = request.args.get("module", ""), request.args.get("licence", "").strip()[:LONGEST_WORDS]
    data = module_archive(db.session, current_settings(), media_store(), module_id, licence)
    return download(data, "application/zip", f"croisee-{module_id}.zip")


@blueprint.route("/archive", endpoint="archive", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_ARCHIVE + ROOM, ROOM))
def archive_page() -> ResponseReturnValue:
    form = ArchiveForm()
    data = sent_bytes(form.file.data) if form.validate_on_submit() else b""
    plan = form.accept(lambda: _plan(data), form.file) if data else None
    if plan is None:
        db.session.rollback()
        return render_template("authoring/incoming/archive/archive.html", page=_page(form)), form.status
    if not plan.acceptable:
        return render_template("authoring/incoming/archive/archive_check.html", page=archive.check_page(plan, "")), 422
    digest = keeping(form, lambda: uploads.keep(waiting(), current_person().id, data, clock.now()))
    if digest is None:
        return render_template("authoring/incoming/archive/archive.html", page=_page(form)), form.status
    return redirect(url_for("authoring.archive_check", digest=digest), 303)


def _page(form: ArchiveForm) -> ArchivePage:
    modules = tuple((module.id, module.title) for module in course(db.session).modules.values())
    return ArchivePage(form, modules)


def _plan(data: bytes) -> ImportPlan:
    """Judging may take seconds: the site is read first, and no transaction is open meanwhile."""
    here = archive.published_course(db.session)
    db.session.rollback()
    return archive.import_plan(data, here, day_of(clock.now()), images.decoder_process(instance()))


@blueprint.get("/archive/<digest>")
@page(who=AUTHORS)
def archive_check(digest: str) -> str:
    plan = _plan(uploads.read_pending(waiting(), digest, current_person().id))
    return render_template("authoring/incoming/archive/archive_check.html", page=archive.check_page(plan, digest))


@blueprint.post("/archive/<digest>")
@act(who=AUTHORS)
def archive_import(digest: str) -> ResponseReturnValue:
    author = current_person().id
    data = uploads.read_pending(waiting(), digest, author)
    try:
        count = archive.import_archive(db.session, _plan(data), media_store(), author, clock.now())
    except (archive.CourseMoved, archive.Unacceptable, StoreAway) as error:
        db.session.rollback()
        return render_template("authoring/incoming/archive/archive_check.html", page=archive.check_page(_plan(data), digest, error.sentence)), error.status
    flash(f"Import fait. Textes publiés : {count}.", "success")
    db.session.commit()
    uploads.drop(waiting(), digest, author)
    return redirect(url_for("authoring.plan"), 303)
