"""What is sent back: JSON with its mark, and problems (RFC 9457) in the language that was asked for. Nothing here sets a cookie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from flask import Response, g, request, url_for

from app.exchange.api.rules import LANGUAGES, PROBLEMS, kind_of
from app.platform.errors import DomainError
from app.platform.web.errors import ErrorPage

JSON, PROBLEM, YAML = "application/json", "application/problem+json", "application/yaml"


class ApiRefused(DomainError):
    """One of `PROBLEMS`, with what its words need."""

    def __init__(self, kind: str, **words: object) -> None:
        super().__init__(PROBLEMS[kind].detail[0])
        self.kind, self.words, self.status = kind, words, PROBLEMS[kind].status


def as_json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, default=_plain, separators=(",", ":")) + "\n"


def _plain(value: object) -> str | float:
    """What JSON has no form for: days and moments by ISO 8601, moments in UTC; shares as numbers."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def answer(text: str, mimetype: str, following: str = "") -> Response:
    """Makes a response with an ETag, so that a client that has it already is answered 304."""
    response = Response(text, mimetype=mimetype)
    response.set_etag(sha256(text.encode()).hexdigest()[:32], weak=True)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    response.make_conditional(request)
    return response


def takes(kind: str) -> None:
    """Raises Refused where the client would have another format only."""
    if request.headers.get("Accept") and not request.accept_mimetypes[kind]:
        raise ApiRefused("not-acceptable", mimetype=kind)


def problem(kind: str, words: Mapping[str, object] | None = None) -> Response:
    found, here = PROBLEMS[kind], request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])
    place = LANGUAGES.index(here)
    address = url_for("api.description", _anchor=f"/x-problems/{kind}")
    told = {"type": address, "title": found.title[place], "status": found.status, "detail": found.detail[place].format_map(words or {})}
    if found.status >= 500 and g.get("reference"):
        told["reference"] = g.reference
    response = Response(as_json(told), found.status, mimetype=PROBLEM, headers={"Content-Language": here})
    response.vary.add("Accept-Language")
    if found.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer" if kind == "token-missing" else 'Bearer error="invalid_token"'
    if words and "seconds" in words:
        response.headers["Retry-After"] = str(words["seconds"])
    return response


def refuse_request(error: ApiRefused) -> Response:
    return problem(error.kind, error.words)


def speak(page: ErrorPage) -> Response:
    """Whatever else went wrong under the address of the API: no such address, another method, the database."""
    return problem(kind_of(page.status), {})
