"""Static files: one style sheet made of several, addresses that change with the content, compressed once.

Everything under `app/static` is small and is held in memory, so a page's files cost no disk and no database. The style sheets are written
apart (`css/tokens.css`, `css/base.css`…) and served as one, `croisee.css`, so that a first visit takes few requests. What the course and the site
choose, the colours of the lines, is a sheet among them, which `content` writes (SHEET).
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, abort, current_app, request
from msgspec import Struct

from app.platform import hooks
from app.platform.web.endpoints import PUBLIC, page

STYLES = (
    "face",
    "tokens",
    "base",
    "frame",
    "menus",
    "forms",
    "learning/lines",
    "reference",
    "learning/map",
    "learning/landing",
    "learning/timeline",
    "text",
    "figures",
    "learning/lesson",
    "pages",
    "learning/network",
    "learning/attempt",
    "learning/quiz",
    "learning/correction",
    "learning/inline",
    "learning/notebook",
    "learning/messages",
    "search",
    "reporting/people",
    "reporting/week",
    "reporting/reports",
    "authoring/editor",
    "authoring/outline",
    "authoring/files",
    "authoring/feedback",
    "authoring/publishing",
    "display",
    "print",
)
"""In the order of the cascade."""

BUNDLE = "croisee.css"
READING = "js/reading.js"
"""What a lesson loads for itself and what every page does, in one file: a first visit asks for few."""
READ_WITH = ("js/lesson.js", "js/search/find.js", "js/reading/listening.js", "js/reading/jotting.js")
SHEET_AFTER = "learning/timeline"
RECENT = 8
"""Bundles that a process keeps: pages of yesterday's colours may still ask for theirs."""
YEAR = 31_536_000
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
"""Said here, because what the system answers for a script differs from host to host. A file of another kind is refused at start."""

FONTS = ("fonts/source-sans-3.woff2", "fonts/source-sans-3-italic.woff2")
"""Of css/face.css: the first is on every page, the second where something is in italics."""
_FONT = re.compile(rb'url\("(fonts/[^"]+)"\)')
COMPRESSED = (".css", ".js", ".svg")
_SPARE = re.compile(rb"/\*.*?\*/\n*|^\s+|(?<=[;{}])\n", re.DOTALL | re.MULTILINE)
_SPARE_OF_SCRIPT = re.compile(rb"^\s*//.*\n|^\s+", re.MULTILINE)
"""Of a style sheet, of a script: remarks, indents and ends of lines are for who writes it, and a quarter of what would be sent."""


class Asset(Struct, frozen=True):
    data: bytes
    packed: bytes
    """Gzipped; empty where that would not help."""
    mimetype: str
    digest: str


ASSETS = hooks.Slot[Mapping[str, Asset]](dict)
"""Static files in memory."""
_BUNDLES = hooks.Slot[dict[str, Asset]](dict)
"""Bundles of the style sheets, by their hash."""


def init_app(app: Flask) -> None:
    ASSETS.give(app, load(Path(str(app.static_folder))))
    app.view_functions["static"] = serve


def load(folder: Path) -> dict[str, Asset]:
    """Every file of `folder` by its name there; a lesson's scripts as one, each in a block of its own."""
    found = {path.relative_to(folder).as_posix(): make_asset(path.name, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()}
    scripts = [b"{\n%b}\n" % _SPARE_OF_SCRIPT.sub(b"", found[name].data) for name in READ_WITH if name in found]
    return {**found, READING: make_asset(READING, b"".join(scripts))}


def bundle(files: Mapping[str, Asset]) -> Asset:
    """The style sheets as one, with that of the course among them."""
    own = hooks.course_sheet.here()
    after = STYLES.index(SHEET_AFTER)
    face, *sheets = (files[f"css/{name}.css"].data for name in STYLES)
    stamped = _FONT.sub(lambda found: b'url("%b?v=%b")' % (found[1], files[found[1].decode()].digest.encode()), face)
    made = _make_bundle((stamped, *sheets[:after], own().encode(), *sheets[after:]))
    recent = _BUNDLES.here()
    recent[made.digest] = made
    for digest in list(recent)[:-RECENT]:
        recent.pop(digest, None)
    return made


@lru_cache(maxsize=RECENT)
def _make_bundle(sheets: tuple[bytes, ...]) -> Asset:
    return make_asset(BUNDLE, b"\n".join(_SPARE.sub(b"", sheet) for sheet in sheets))


def _asset(name: str, version: str = "") -> Asset | None:
    """`version`: the hash that an address asks for."""
    if name == BUNDLE:
        return _BUNDLES.here().get(version) or bundle(assets())
    return assets().get(name)


@lru_cache
def make_asset(name: str, data: bytes) -> Asset:
    """Kept by what it holds: read again, a file that has not changed is not compressed again."""
    suffix = Path(name).suffix
    packed = gzip.compress(data, 9, mtime=0) if suffix in COMPRESSED else b""
    return Asset(data, packed, TYPES[suffix], hashlib.sha256(data).hexdigest()[:12])


def assets() -> Mapping[str, Asset]:
    """The files in memory; read again at each request in debug mode, so that a change of style is seen at once."""
    if current_app.debug:
        return load(Path(str(current_app.static_folder)))
    return ASSETS.here()


def static_url(name: str) -> str:
    """Address of `app/static/<name>` with its content's hash. Raises FileNotFoundError for a name that does not exist."""
    asset = _asset(name)
    if asset is None:
        raise FileNotFoundError(name)
    return f"{request.root_path}{current_app.static_url_path}/{name}?v={asset.digest}"


@page(who=PUBLIC)
def serve(filename: str) -> Response:
    """Flask's `static` view, from memory. An address with its hash may be kept for a year; one without is asked for again."""
    asset = _asset(filename, request.args.get("v", ""))
    if asset is None:
        abort(404)
    packed = bool(asset.packed) and request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packed else asset.data, mimetype=asset.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    current = request.args.get("v") == asset.digest
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if current else "no-cache"
    response.set_etag(asset.digest + ("-gz" if packed else ""))
    return cast(Response, response.make_conditional(request))
