"""Statements on their way to a store, over the network: one POST, a bound on time and on what is read, no redirection followed."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException, HTTPResponse
from typing import Any

from msgspec import Struct

from app.platform import outgoing
from app.platform.settings.lrs import Lrs

PATIENCE, LARGEST = 10, 64 * 1024
"""Seconds, and bytes of an answer."""
KEPT = 300
"""Characters of its words."""


class LrsAnswer(Struct, frozen=True):
    status: int
    """0: none came."""
    said: str = ""


Post = Callable[[Lrs, Sequence[dict[str, Any]]], LrsAnswer]


def post(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> LrsAnswer:
    """Raises nothing: what went wrong is an answer."""
    try:
        with outgoing.opener().open(_request(lrs, statements), timeout=PATIENCE) as got:
            if 200 <= got.status < 300:
                got.read(LARGEST)
                return LrsAnswer(got.status)
            return LrsAnswer(got.status, _read_words(got))
    except (OSError, HTTPException, ValueError) as error:
        return LrsAnswer(0, _why(error))


_WHY: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "Elle n’est pas venue en quelques secondes."),
    (ConnectionRefusedError, "Rien n’écoute à cette adresse."),
    (ConnectionError, "La connexion a été coupée."),
    (HTTPException, "La connexion a été coupée."),
    (socket.gaierror, "Cette machine est inconnue."),
    (ssl.SSLError, "Son chiffrement ou son certificat n’est pas valable."),
    (FileNotFoundError, "Le fichier du secret n’est pas lisible."),
    (PermissionError, "Le fichier du secret n’est pas lisible."),
)


def _why(error: Exception) -> str:
    """In words; where we have none, the kind of error alone."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return next((words for kind, words in _WHY if isinstance(cause, kind)), f"{type(cause).__name__}.")


def _request(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> urllib.request.Request:
    proof = base64.b64encode(f"{lrs.key}:{lrs.password}".encode()).decode()
    headers = {
        "Authorization": f"Basic {proof}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
        "User-Agent": "Croisee/1",
    }
    body = json.dumps(list(statements), ensure_ascii=False).encode()
    return urllib.request.Request(f"{lrs.address.rstrip('/')}/statements", body, headers, method="POST")  # noqa: S310 — https, or this machine: `app.platform.settings.lrs`


def _read_words(answer: HTTPResponse) -> str:
    """Its words on one line; none where it stops in the middle of them."""
    try:
        said = answer.read(LARGEST)
    except (OSError, HTTPException):
        return ""
    return " ".join(said.decode("utf-8", "replace").replace("\0", " ").split())[:KEPT]
