"""Pages are compressed for readers of this site only, and the token of their forms looks different in each: decision 16 says against what."""

from __future__ import annotations

import gzip
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import brotli
from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf

SMALLEST = 1_400
"""Bytes that fit in one packet as they are."""
LEVEL = 8
"""Of gzip: the glossary is 0.5 kB lighter than at 6."""


def _brotli(page: bytes) -> bytes:
    return bytes(brotli.compress(page, mode=brotli.MODE_TEXT, quality=5))


def _gzip(page: bytes) -> bytes:
    return gzip.compress(page, LEVEL, mtime=0)


ENCODINGS = {"br": _brotli, "gzip": _gzip}
"""The first is lighter by a tenth, in half the time, for whoever takes both (decision 37)."""

ASKED_BY_A_READER = frozenset({"same-origin", "none"})
"""Of `Sec-Fetch-Site`, which no script can set: the reader followed a link of ours, or typed the address. What another site had the reader's
browser ask for is answered whole, and so is a browser that does not say."""


class MaskedTokens(CSRFProtect):  # type: ignore[misc]  # the extension ships no types
    """Flask-WTF's protection, whose token stays the same for a session, under another mask in each page."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = masked_token
        app.context_processor(lambda: {"csrf_token": masked_token})

    def _get_csrf_token(self) -> str | None:
        sent = super()._get_csrf_token()
        return unmask(sent) if sent else None


ANYBODYS = "\ue001"
"""Stands for it in what is made for every reader: a character that no text holds."""


def masked_token() -> str:
    """The token of this session's forms, the same in all of one page."""
    if g.get("for_all"):
        return ANYBODYS
    token = g.get("csrf_token") or generate_csrf()  # where the extension keeps it
    if g.get("masked_token", ("",))[0] != token:  # signing in draws another one within a request
        g.masked_token = (token, mask(token))
    return str(g.masked_token[1])


def mask(token: str) -> str:
    """The token, by a pad drawn at random and by what it makes of it: twice as long, and different each time."""
    pad = secrets.token_bytes(len(token))
    return urlsafe_b64encode(pad + _either(pad, token.encode())).decode()


def unmask(sent: str) -> str:
    """The token; empty for what never was one."""
    try:
        both = urlsafe_b64decode(sent)
        return _either(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return ""


def _either(one: bytes, other: bytes) -> bytes:
    if len(one) != len(other):
        raise ValueError
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))


def compress(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    encoding = request.accept_encodings.best_match(ENCODINGS) if request.headers.get("Sec-Fetch-Site") in ASKED_BY_A_READER else None
    if encoding:
        whole = response.get_data()
        if len(whole) >= SMALLEST:
            response.set_data(ENCODINGS[encoding](whole))
            response.headers["Content-Encoding"] = encoding
    return response


def init_app(app: Flask) -> None:
    app.after_request(compress)
