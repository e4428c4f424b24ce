"""`/atelier/emporter`: a module written as a package for an LMS, and the page that gives it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course, Module
from app.exchange.packages.contents import PackageFormat, PackedLesson, PackedModule, PackedQuiz, TooMuchToKeep, packed_module, question_key
from app.exchange.packages.manifests import DOUBTS, INDEX, MEDIA, WRITERS, XAPI, ManifestFacts, licence, losses, scope_html, shown_media
from app.identity.rules import AUTHORS
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.storage import places
from app.platform.storage.folder import Store
from app.platform.web.assets import FONTS, assets, bundle
from app.platform.web.edge import download, path_of
from app.platform.web.endpoints import page
from app.platform.zips import pack_zip


class PackagesPage(Struct, frozen=True):
    id: str
    title: str
    history: str
    lessons: int
    questions: int
    pass_mark: Decimal | None
    lost: tuple[str, ...]
    refused: str
    """Why there is no package, in French."""


def packages_page(course: Course, module: Module, on: date) -> PackagesPage:
    made = packed_module(course, module, on)
    return PackagesPage(module.id, module.title, module.history, len(made.lessons), len(made.quiz_questions), made.pass_mark, losses(made), _why_refused(made))


def _why_refused(made: PackedModule) -> str:
    try:
        made.suspend_data_length()
    except TooMuchToKeep as error:
        return error.sentence
    return ""


# --- Writing a package ---
# One page, its style sheet and scripts, its images, its licence, and a manifest that names them all.

KEY = "key.js"
SCRIPTS = ("words.js", KEY, "numbers.js", "grading.js", "record.js", "marking.js")
ENDS = {PackageFormat.SCORM: "scorm.js", PackageFormat.CMI5: "cmi5.js"}
END = "Bilan"
AS_THEY_ARE = (f"{MEDIA}/",)


class Package(Struct, frozen=True):
    data: bytes
    name: str
    lost: tuple[str, ...]
    """What of the module it leaves behind, in French."""


class _PackagePage(Struct, frozen=True):
    prefix: str
    kind: str
    title: str
    done: str = ""
    html: str = ""


def write_package(published: Course, module: Module, form: PackageFormat, on: date) -> Package:
    """Raises TooMuchToKeep where a system would lose answers."""
    made = packed_module(published, module, on)
    made.suspend_data_length()  # refused before anything is written
    pages = list(_pages(made))
    files = {**_own_files(form), KEY: _key(made), **_media(pages), "LICENCE.txt": licence(current_site(), published, _authors(made)).encode()}
    files[INDEX] = _index(made, pages, form).encode()
    name, write = WRITERS[form]
    files[name] = write(_manifest_facts(made), files)
    return Package(pack_zip(files, AS_THEY_ARE), f"{module.id}-{form.value}.zip", losses(made))


def module_called(session: Session, module_id: str) -> tuple[Course, Module]:
    """Returns the published course and one of its modules. Raises NotYours where it is not published."""
    published = course(session)
    module = published.modules.get(module_id)
    if module is None:
        raise NotYours("Aucun module publié ne porte cet identifiant.")
    return published, module


def package_file(form: PackageFormat, session: Session, module_id: str, _media_store: Store) -> tuple[bytes, tuple[str, ...]]:
    """Writes the package as `flask exchange export` does: returns the file, and what it leaves out."""
    package = write_package(*module_called(session, module_id), form, day_of(clock.now()))
    return package.data, package.lost


def _manifest_facts(made: PackedModule) -> ManifestFacts:
    module = made.module
    address = current_settings().address_of(path_of("learning.module", module_id=module.id)) or f"urn:croisee:{module.id}"
    said = " ; ".join(objective.text for objective in module.objectives) or module.title
    return ManifestFacts(module.id, module.title, said, address, made.pass_mark)


def _authors(made: PackedModule) -> tuple[str, ...]:
    names = (made.module.author, *(step.lesson.author if isinstance(step, PackedLesson) else step.quiz.author for step in made.steps))
    return tuple(dict.fromkeys(filter(None, names)))


# --- Its files ---


def _own_files(form: PackageFormat) -> dict[str, bytes]:
    """The style sheet that the site serves, with its fonts and their licence, and what a package adds to it; the scripts, in their order."""
    held = assets()
    styles = {"croisee.css": bundle(held).data, "package.css": held["css/learning/packages.css"].data}
    fonts = {name: held[name].data for name in (*FONTS, "fonts/OFL.txt")}
    return styles | fonts | {name: held[f"js/packages/{name}"].data for name in _scripts(form) if name != KEY}


def _scripts(form: PackageFormat) -> tuple[str, ...]:
    return (*SCRIPTS, ENDS[form], "course.js")


def _media(pages: list[_PackagePage]) -> dict[str, bytes]:
    """Of the images that its pages show, those that are there."""
    kept, found = places.media(current_settings()), dict[str, bytes]()
    for name in sorted({name for each in pages for name in shown_media(each.html)}):
        with suppress(FileNotFoundError):
            found[f"{MEDIA}/{name}"] = kept.read(name)
    return found


# --- Its page ---


def _pages(made: PackedModule) -> Iterator[_PackagePage]:
    """The presentation, each lesson and quiz, the result."""
    places = {made.module.id: "s0-", **{_id(step): f"s{place}-" for place, step in enumerate(made.steps, 1)}}
    yield _PackagePage("s0-", "Module", "Présentation", html=scope_html(_render_page("exchange/packages/start.html", packed=made), "s0-", places))
    read, asked = 0, 0  # before this lesson
    for step in made.steps:
        prefix = places[_id(step)]
        if isinstance(step, PackedLesson):
            passing = {question.name: place for place, question in enumerate(step.questions, asked)}
            html = _render_page("exchange/packages/lesson.html", step=step, number=read, total=len(made.lessons), passing=passing)
            read, asked = read + 1, asked + len(passing)
            yield _PackagePage(prefix, "Leçon", step.lesson.title, "lue", scope_html(html, prefix, places))
        else:
            yield _PackagePage(prefix, "Quiz", step.quiz.title, "fait", scope_html(_render_page("exchange/packages/quiz.html", step=step), prefix, places))
    yield _PackagePage(f"s{len(made.steps) + 1}-", "Fin", END)


def _id(step: PackedLesson | PackedQuiz) -> str:
    return step.lesson.id if isinstance(step, PackedLesson) else step.quiz.id


def _render_page(name: str, **values: Any) -> str:
    return current_app.jinja_env.get_template(name).render(**values)


def _index(made: PackedModule, pages: list[_PackagePage], form: PackageFormat) -> str:
    return _render_page("exchange/packages/index.html", packed=made, pages=pages, scripts=_scripts(form), site_name=current_site().name, authors=_authors(made))


def _key(made: PackedModule) -> bytes:
    """What the scripts read: the answers are in it, as they must be where no server marks."""
    told = {
        "tables": made.tables,
        "doubts": DOUBTS,
        "mark": made.mark,
        "passMark": float(made.pass_mark) if made.pass_mark is not None else None,
        "lessons": [{"optional": step.lesson.optional} for step in made.lessons],
        "questions": [question_key(question) for question in made.quiz_questions],
        "passing": [question_key(question) for question in made.passing],
        "xapi": XAPI,
    }
    return f"Croisee.key = {json.dumps(told, ensure_ascii=False, separators=(',', ':'))};\n".encode()


# --- `/atelier/emporter` ---
# What a package of a module is for, what it leaves behind, and the package itself.

blueprint = Blueprint("packages", __name__, url_prefix="/atelier/emporter")


@blueprint.get("/<module_id>")
@page(who=AUTHORS)
def module_page(module_id: str) -> ResponseReturnValue:
    published, module = module_called(db.session, module_id)
    page = packages_page(published, module, day_of(clock.now()))
    return render_template("exchange/packages/page.html", page=page), 422 if page.refused else 200


@blueprint.get("/<module_id>/<form>")
@page(who=AUTHORS)
def module_file(module_id: str, form: str) -> Response:
    """What is too much to keep has no package: its page says so."""
    if form not in set(PackageFormat):
        abort(404)
    published, module = module_called(db.session, module_id)
    try:
        package = write_package(published, module, PackageFormat(form), day_of(clock.now()))
    except TooMuchToKeep:
        abort(404)
    return download(package.data, "application/zip", package.name)
