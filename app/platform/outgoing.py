"""Requests of the site to other machines: whatever the status, it is an answer; a redirection too, which is not followed. Secrets are sent to the
address that was set, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.request import BaseHandler, HTTPErrorProcessor, OpenerDirector, build_opener


class _RawResponses(HTTPErrorProcessor):
    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


def opener(*handlers: BaseHandler) -> OpenerDirector:
    """What is no answer raises OSError, HTTPException or, for an address that is none, ValueError."""
    return build_opener(_RawResponses, *handlers)
