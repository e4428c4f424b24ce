"""Requests of the site to other machines: a redirection is an answer, which is not followed. Secrets are sent to the address that was set, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.request import HTTPRedirectHandler, OpenerDirector, build_opener


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        """None: nothing is asked elsewhere."""


def opener() -> OpenerDirector:
    return build_opener(_Staying)
