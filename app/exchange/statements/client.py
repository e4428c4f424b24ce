"""Statements on their way to a store, over the network: one POST, a bound on time and on what is read, no redirection followed."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from app.lrs import Lrs

PATIENCE, LARGEST = 10, 64 * 1024
"""Seconds, and bytes of an answer."""
KEPT = 300
"""Characters of its words."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    """0: none came."""
    said: str = ""


Post = Callable[[Lrs, Sequence[dict[str, Any]]], Answer]


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """The key goes to the address that was set, and nowhere else."""


def post(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> Answer:
    """Raises nothing: what went wrong is an answer."""
    try:
        with urllib.request.build_opener(_Staying).open(_request(lrs, statements), timeout=PATIENCE) as got:
            got.read(LARGEST)
            return Answer(got.status)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _read(error))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, str(getattr(error, "reason", error) or type(error).__name__)[:KEPT])


def _request(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> urllib.request.Request:
    proof = base64.b64encode(f"{lrs.key}:{lrs.password}".encode()).decode()
    headers = {
        "Authorization": f"Basic {proof}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
        "User-Agent": "Croisee/1",
    }
    body = json.dumps(list(statements), ensure_ascii=False).encode()
    return urllib.request.Request(f"{lrs.address.rstrip('/')}/statements", body, headers, method="POST")  # noqa: S310 — https, or this machine: `app.lrs`


def _read(error: urllib.error.HTTPError) -> str:
    """Its words on one line; none where it stops in the middle of them."""
    try:
        said = error.read(LARGEST)
    except (OSError, HTTPException):
        return ""
    return " ".join(said.decode("utf-8", "replace").replace("\0", " ").split())[:KEPT]
