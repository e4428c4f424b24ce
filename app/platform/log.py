"""One line a request, one line a domain event, as text or as JSON. Never an answer, a name or an address: people are opaque ids."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from blinker import Namespace
from flask import Flask, Response, current_app, g, has_request_context, request
from msgspec import Struct

logger = logging.getLogger("croisee")
_HANDLER = logging.StreamHandler(sys.stderr)
_TEXT = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
_EVENTS = (" event=", '"event": ')
"""In a line of the log, either way."""

failed = Namespace().signal("failed")
"""Sent by the application with a `failure`, where the site itself is at fault."""
Frame = tuple[str, int, str]
"""File, line, function."""
ROOT = str(Path(__file__).resolve().parents[2]) + "/"


class Failure(Struct, frozen=True):
    """An error of ours, as whoever watches may be told it: nothing that a person typed, and no value of any variable."""

    kind: str
    route: str
    reference: str = ""
    frames: tuple[Frame, ...] = ()


class Json(logging.Formatter):
    """A line of JSON. Of an error, where it happened and not what it says, which may repeat what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), "level": record.levelname}
        said |= getattr(record, "fields", None) or {"logger": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            said["trace"] = [f"{file}:{line} {function}" for file, line, function in frames(record.exc_info[1])]
        return json.dumps(said, ensure_ascii=False, default=str)


FORMATS = MappingProxyType({"texte": _TEXT, "json": Json()})


def event(name: str, **ids: object) -> None:
    """Log a domain event. `ids` are opaque: numbers, document ids, never text that a person typed."""
    _write(logging.INFO, {"event": name, **ids})


def tells_an_event(line: str) -> bool:
    """Is this line of a process's output one of its log?"""
    return any(mark in line for mark in _EVENTS)


def fault(error: BaseException, level: int = logging.ERROR, *, traced: bool = False, **what: str) -> None:
    """Log an error of the site in a request, and tell whoever watches. `traced`: with where it happened."""
    _write(level, {"ref": g.get("reference", ""), **what}, error if traced else None)
    route = f"{request.method} {request.url_rule or '-'}" if has_request_context() else ""
    tell(Failure(type(getattr(error, "orig", None) or error).__name__, route, g.get("reference", ""), frames(error)))


def tell(failure: Failure) -> None:
    failed.send(current_app._get_current_object(), failure=failure)  # type: ignore[attr-defined]


def frames(error: BaseException) -> tuple[Frame, ...]:
    """Where it happened, outermost first."""
    found, step = [], error.__traceback__
    while step:
        code = step.tb_frame.f_code
        found.append((code.co_filename.removeprefix(ROOT), step.tb_lineno, code.co_name))
        step = step.tb_next
    return tuple(found)


def _write(level: int, fields: dict[str, object], error: BaseException | None = None, text: str = "") -> None:
    logger.log(level, "%s", text or " ".join(f"{key}={value}" for key, value in fields.items()), exc_info=error, extra={"fields": fields})


def init_app(app: Flask, *, quiet: bool = False) -> None:
    """Give each request a reference, and log one line when it ends. `quiet`: a command's own words are what is read, events are left out."""
    _HANDLER.setFormatter(FORMATS[app.config["CROISEE"].log_format])
    if not logger.handlers:
        logger.addHandler(_HANDLER)
        logger.setLevel(logging.WARNING if quiet else logging.INFO)
        logger.propagate = False
        logging.getLogger("alembic").setLevel(logging.WARNING)

    @app.before_request
    def start() -> None:
        g.reference = secrets.token_hex(4)
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint != "static" and "reference" in g:
            elapsed = round((time.perf_counter() - g.started) * 1000, 1)
            fields = {"ref": g.reference, "method": request.method, "route": str(request.url_rule or "-"), "status": response.status_code, "ms": elapsed}
            _write(logging.INFO, fields, text="ref={ref} {method} {route} {status} {ms}ms".format_map(fields))
        return response
