"""The pages of a folder as HTML, and the files beside them: what a preview answers and a build writes. Needs no account, database or setting."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from flask import Flask

from app.content.rendering.sheet import sheet
from app.exchange.folder.pages import KEYS, MEDIA, REMARKS, SCRIPTS, STATIC, FolderPage, FolderPages, address_in, lead_on
from app.platform import hooks
from app.platform.settings import PACKAGE
from app.platform.web.assets import BUNDLE, FONTS, TYPES, Asset, bundle, load
from app.platform.web.templating import Templates, set_filters, set_typography

FOLDER_SHEET = "folder.css"
SHEETS = ("css/learning/packages.css", "css/learning/folder.css")
ICON = "img/croisee.svg"
BUILT = (BUNDLE, FOLDER_SHEET, ICON, *FONTS, "fonts/OFL.txt")
"""The files of `static/` that every page of a build asks for."""


def bare_app() -> Flask:
    """An application of templates alone."""
    app = Flask("app", root_path=str(PACKAGE), static_folder=None)
    app.jinja_environment = Templates
    set_filters(app)
    set_typography(app)
    return app


@cache
def _files() -> Mapping[str, Asset]:
    return load(PACKAGE / "static")


def static_file(app: Flask, pages: FolderPages, name: str) -> tuple[bytes, str] | None:
    """(bytes, type) of a file of `static/`; None where there is none of this name."""
    files = _files()
    if name == BUNDLE:
        hooks.course_sheet.give(app, lambda: sheet(pages.course.lines))
        with app.app_context():
            return bundle(files).data, TYPES[".css"]
    if name == FOLDER_SHEET:
        return b"\n".join(files[sheet_name].data for sheet_name in SHEETS), TYPES[".css"]
    script = name.removeprefix("js/")
    found = files.get(f"js/packages/{script}" if script in SCRIPTS else name)
    return (found.data, TYPES[Path(name).suffix]) if found else None


def render(app: Flask, pages: FolderPages, address: str, *, live: bool) -> str:
    """A page as HTML, its addresses from the root. `live`: with what is wrong in its file, and the script that reads it again. Raises KeyError where there is no such page."""
    known = {**pages.makers, REMARKS: None} if live else pages.makers
    page = _remarks(pages) if live and address == REMARKS else pages[address]
    with app.app_context():
        html = app.jinja_env.get_template(f"exchange/folder/{page.template}.html").render(
            pages=pages,
            page=page,
            here=address,
            live=live,
            scripts=SCRIPTS,
            digest="",
            problems=pages.problems_of(page) if live else (),
            counted=pages.held.tally,
            **page.values,
        )

    return lead_on(html, partial(address_in, known))


def _remarks(pages: FolderPages) -> FolderPage:
    """Every file that has some; errors first."""
    at = {path: identifier for identifier, path in pages.held.paths.items()}
    ordered = sorted(pages.held.problems.items(), key=lambda each: not any(problem.is_error for problem in each[1]))
    files = [(path, _address(pages, at.get(path, "")), problems) for path, problems in ordered]
    return FolderPage("Remarques", "remarks", {"files": files})


def _address(pages: FolderPages, identifier: str) -> str:
    single = {"glossary": "/glossaire", "timeline": "/frise", "sources": "/sources"}.get(identifier, "")
    return next((address for address in pages.makers if address == single or address.rpartition("/")[2] == identifier != ""), "")


def beside(app: Flask, pages: FolderPages, address: str) -> tuple[bytes, str] | None:
    """(bytes, type) of what a page asks for: a style sheet, a script, the key of its questions, an image; None for anything else."""
    if address.startswith(STATIC):
        return static_file(app, pages, address.removeprefix(STATIC))
    if address.startswith(MEDIA) and (source := pages.held.media.get(address.removeprefix(MEDIA))):
        return source.read_bytes(), _TYPES.get(source.suffix.lower(), "application/octet-stream")
    if address.startswith(KEYS):
        identifier = address.removeprefix(KEYS).removesuffix(".js")
        asking = next((page for page in (f"/quiz/{identifier}", f"/lecons/{identifier}") if page in pages.makers), None)
        return (pages.key_script(asking).encode(), TYPES[".js"]) if asking else None
    return None


_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
