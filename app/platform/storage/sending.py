"""A file of the media as an answer: by the site, by the proxy before it, or at an address of the bucket that lasts five minutes. Rights are asked before."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.platform import clock
from app.platform.settings import Settings
from app.platform.settings.known import ADDRESS, PROXY
from app.platform.storage import places
from app.platform.storage.signing import bucket_of, signed

LARGE = 5_000_000
"""Bytes from which a file is read from the bucket itself, where the settings say so."""
SECONDS = 300
OF_FOLDER, OF_BUCKET = "/_media/", "/_seau"
"""Places of `deploy/nginx.conf` that no client may ask for."""


def send(settings: Settings, name: str, mimetype: str | None = None, called: str = "", *, direct: bool = False) -> Response:
    """404 where it is not there. `called`: the name under which it is saved, without which it is shown; `direct`: a browser may be led to the bucket."""
    kept = places.media(settings)
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
        return Response(status=302, headers={"Location": _signed(settings, name, said)})
    return None


def _inside(settings: Settings, name: str, said: dict[str, str]) -> str:
    if not settings.bucket:
        return OF_FOLDER + name
    parts = urlsplit(_signed(settings, name, said))
    return f"{OF_BUCKET}{parts.path}?{parts.query}"


def _signed(settings: Settings, name: str, said: dict[str, str]) -> str:
    return signed(bucket_of(settings), f"{places.MEDIA}/{name}", said, clock.now(), SECONDS)
