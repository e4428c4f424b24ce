"""Where this site keeps its media, how a file is sent from there, and how all are moved to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.platform.settings import Settings
from app.platform.storage.folder import FolderStore, Store

if TYPE_CHECKING:
    from app.platform.storage.bucket import BucketStore
import hashlib
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from typing import IO
from urllib.parse import urlsplit

from flask import Response, abort, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.platform import clock
from app.platform.settings.fields import ADDRESS, PROXY
from app.platform.storage.folder import StoreAway

# --- Which store holds what: a folder each, or the beginning of the names in one bucket ---

MEDIA, IMPORTS, ERASURES = "media", "imports", "effacements"
AREAS = {MEDIA: "Images et fichiers", IMPORTS: "Fichiers envoyés qui attendent", ERASURES: "Effacements"}


def media(settings: Settings) -> Store:
    return store(settings, MEDIA)


def imports(settings: Settings) -> Store:
    return store(settings, IMPORTS)


def erasures(settings: Settings) -> Store:
    return store(settings, ERASURES)


def store(settings: Settings, area: str) -> Store:
    return bucket(settings, area) if settings.bucket else folder(settings, area)


def folder(settings: Settings, area: str) -> FolderStore:
    return FolderStore(settings.instance_path / area)


def bucket(settings: Settings, area: str) -> BucketStore:
    """Opens the bucket of an area; the S3 library is imported only then."""
    from app.platform.storage.bucket import store_of

    return store_of(settings, area, lasting=area == MEDIA)


def place(settings: Settings, area: str) -> str:
    """Says where an area is stored, for whoever runs the site."""
    return f"seau {settings.bucket}, {area}" if settings.bucket else str(settings.instance_path / area)


# --- A file as an answer ---
#
# By the site, by the proxy before it, or at an address of the bucket that lasts five minutes. Rights are asked before.

LARGE = 5_000_000
"""Bytes from which a file is read from the bucket itself, where the settings say so."""
SECONDS = 300
OF_FOLDER, OF_BUCKET = "/_media/", "/_seau"
"""Places of `deploy/nginx.conf` that no client may ask for."""


def send(settings: Settings, name: str, mimetype: str | None = None, called: str = "", *, direct: bool = False) -> Response:
    """404 where it is not there. `called`: the name under which it is saved, without which it is shown; `direct`: a browser may be led to the bucket."""
    kept = media(settings)
    try:
        opened, size = kept.open(name), kept.size(name) or 0
    except FileNotFoundError:
        abort(404)
    answer = send_file(opened, mimetype, as_attachment=bool(called), download_name=called or name, etag=name.partition(".")[0], conditional=False)
    if request.method == "GET" and (elsewhere := _elsewhere(settings, name, size, answer, direct)):
        opened.close()
        return elsewhere
    answer.content_length = size
    try:
        answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        opened.close()
        raise
    return answer


def _elsewhere(settings: Settings, name: str, size: int, answer: Response, direct: bool) -> Response | None:
    said = {"response-content-disposition": answer.headers["Content-Disposition"], "response-content-type": answer.mimetype or ""}
    if settings.downloads == PROXY:
        headers = {"X-Accel-Redirect": _inside(settings, name, said), "Content-Disposition": answer.headers["Content-Disposition"]}
        return Response(headers=headers, mimetype=answer.mimetype)
    if settings.downloads == ADDRESS and direct and size > LARGE:
        return Response(status=302, headers={"Location": _bucket_address(settings, name, said)})
    return None


def _inside(settings: Settings, name: str, said: dict[str, str]) -> str:
    if not settings.bucket:
        return OF_FOLDER + name
    parts = urlsplit(_bucket_address(settings, name, said))
    return f"{OF_BUCKET}{parts.path}?{parts.query}"


def _bucket_address(settings: Settings, name: str, said: dict[str, str]) -> str:
    from app.platform.storage.bucket import bucket_of
    from app.platform.storage.bucket import signed_address as signed

    return signed(bucket_of(settings), f"{MEDIA}/{name}", said, clock.now(), SECONDS)


# --- Moving files to another store ---
#
# Each is read back and compared, so that a second run completes the first.

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class MoveReport:
    copied: int = 0
    there: int = 0
    """Already, and the same."""
    removed: int = 0
    wrong: list[str] = field(default_factory=list)
    """Not what their name says, or not the same on both sides: left where they are."""


def move(source: Store, target: Store, *, remove: bool) -> MoveReport:
    """Copy everything. With `remove`, what is known to be whole on the other side leaves this one."""
    report = MoveReport()
    for entry in list(source.entries()):
        digest = digest_of(source, entry.name)
        claimed = _DIGEST.match(entry.name)
        known = digest_of(target, entry.name)
        if (claimed and claimed[0] != digest) or known not in ("", digest):
            report.wrong.append(entry.name)
            continue
        if known:
            report.there += 1
        else:
            with source.open(entry.name) as opened:
                pour(target, entry.name, opened)
            if digest_of(target, entry.name) != digest:
                report.wrong.append(entry.name)
                continue
            report.copied += 1
        if remove:
            source.delete(entry.name)
            report.removed += 1
    return report


def pour(target: Store, name: str, opened: IO[bytes]) -> None:
    """Keep what is read piece by piece, through a file of its own: nothing large is held in memory."""
    with tempfile.NamedTemporaryFile() as held:
        copyfileobj(opened, held, 1 << 20)
        held.flush()
        target.put(name, Path(held.name))


def probe(settings: Settings) -> None:
    """Keep, read and take away a file of no use. Raises StoreAway where the keys do not allow one of these."""
    kept, name = imports(settings), f"essai-{token_hex(8)}"
    kept.put(name, b"Croisee")
    if kept.read(name) != b"Croisee":
        raise StoreAway("ce qui est relu n’est pas ce qui a été écrit")
    kept.delete(name)


def digest_of(store: Store, name: str) -> str:
    """Empty where it is not there."""
    try:
        with store.open(name) as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]  # it asks for no more than reading
    except FileNotFoundError:
        return ""
