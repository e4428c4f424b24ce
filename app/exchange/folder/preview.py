"""A folder in a browser while it is written: each request reads what has changed, and an open page is told when it has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event, Lock

from flask import Flask, Response, abort, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.exchange.folder.pages import HOME, FolderPages
from app.exchange.folder.reading import FolderCourse, FolderReader
from app.exchange.folder.rendering import bare_app, beside, render
from app.platform import log
from app.platform.web.edge import HEADERS

LOOKED = 0.15
"""Seconds between two looks at the folder for an open page."""
SILENCE = 100
"""Looks after which an open page is sent a word, so that one that was closed is noticed."""
HERE = ("127.0.0.1", "localhost", "[::1]")
"""Hosts that a request may name: another's page must not read a folder of this machine."""
FIRST_PORT, PORTS = 8000, 20
NOT_FOUND = "Cette page n’est pas dans le dossier : le fichier a peut-être changé de nom. Revenez au début du cours."


class Preview:
    """The pages of a folder as they are at each request."""

    def __init__(self, root: Path, today: Callable[[], date]) -> None:
        self.reader, self.today, self.name = FolderReader(root), today, root.resolve().name
        self.app = bare_app()
        self._lock = Lock()
        self._pages: FolderPages | None = None
        self.app.before_request(_refuse_strangers)
        self.app.after_request(_add_headers)
        self.app.add_url_rule("/changements", "changes", self.changes)
        self.app.add_url_rule("/", "home", lambda: self.answer(HOME))
        self.app.add_url_rule("/<path:address>", "page", lambda address: self.answer(f"/{address}"))

    def pages(self) -> FolderPages:
        held = self.reader.read(self.today())
        with self._lock:
            if self._pages is None or self._pages.held is not held:
                self._pages = FolderPages(held, self.name, self.today(), whole=True)
            return self._pages

    def answer(self, address: str) -> Response:
        pages = self.pages()
        if found := beside(self.app, pages, address):
            return Response(found[0], content_type=found[1])
        try:
            html = render(self.app, pages, address, live=True)
        except KeyError:
            return Response(NOT_FOUND, 404, content_type="text/plain; charset=utf-8") if "." in address else self._missing(pages)
        except Exception as error:  # whatever a file holds, the others are still shown
            log.logger.exception("preview")
            return Response(
                f"Cette page n’a pas pu être composée ({type(error).__name__}). Les autres restent ouvertes.", 500, content_type="text/plain; charset=utf-8"
            )
        return _stamp(html)

    def _missing(self, pages: FolderPages) -> Response:
        """The list of what there is: an address that was open lives on when its file is called otherwise."""
        html = render(self.app, pages, HOME, live=True).replace(
            '<div class="page-head">', f'<p class="message message-warning">{NOT_FOUND}</p>\n<div class="page-head">', 1
        )
        response = _stamp(html)
        response.status_code = 404
        return response

    def changes(self) -> Response:
        """Tells the open page each version of the folder, from the present one."""
        return Response(self._versions(), content_type="text/event-stream", headers={"Cache-Control": "no-store"})

    def _versions(self) -> Iterator[str]:
        told: FolderCourse | None = None
        looks, pause = 0, Event()
        while True:
            held = self.reader.read(self.today())
            looks += 1
            if held is not told:
                told, looks = held, 0
                yield f"data: {held.version}\n\n"
            elif looks % SILENCE == 0:
                yield ": \n\n"
            pause.wait(LOOKED)


def _stamp(html: str) -> Response:
    """A page with its digest, by which its script knows whether it has changed."""
    digest = hashlib.sha256(html.encode()).hexdigest()[:16]
    response = Response(html.replace('data-digest=""', f'data-digest="{digest}"', 1), content_type="text/html; charset=utf-8")
    response.headers["ETag"] = f'"{digest}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse_strangers() -> None:
    host, _, port = request.host.rpartition(":")
    if (host if port.isdigit() else request.host) not in HERE:
        abort(421)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


class _QuietHandler(WSGIRequestHandler):
    """Nobody reads a line for each file of each page."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def open_server(app: Flask, port: int | None) -> BaseWSGIServer:
    """Listens on this machine alone; without a port given, on the first free one. Raises OSError where none is."""
    ports = [port] if port is not None else list(range(FIRST_PORT, FIRST_PORT + PORTS))
    for each in ports:
        try:
            return make_server("127.0.0.1", each, app, threaded=True, request_handler=_QuietHandler)
        except (OSError, SystemExit):  # werkzeug leaves where a port is taken
            continue
    raise OSError(ports)
