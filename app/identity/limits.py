"""How often one caller may try: refused sign-ins, and requests for password links. Beyond, the 429 page with Retry-After."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address


def init_app(app: Flask) -> None:
    """Call it once the limited views are registered.

    Only refused sign-ins count, so that a room of people behind one address may all sign in at once.
    """
    settings = app.config["CROISEE"]
    limiter = Limiter(get_remote_address, storage_uri=settings.limits_storage, strategy="moving-window", headers_enabled=True)
    limiter.init_app(app)
    for endpoint, counted in (("security.login", _refused), ("identity.forgotten", None)):
        limit: Any = limiter.limit(settings.login_limit, methods=["POST"], deduct_when=counted)
        app.view_functions[endpoint] = limit(app.view_functions[endpoint])


def _refused(response: Response) -> bool:
    return response.status_code == 422
