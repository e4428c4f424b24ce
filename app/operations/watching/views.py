"""`/metrics`, in OpenMetrics: for whoever has the token, and nowhere without one."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, request

from app.platform.settings import current_settings
from app.platform.web.endpoints import PUBLIC, page

blueprint = Blueprint("watching", __name__)


@blueprint.get("/metrics")
@page(who=PUBLIC)
def metrics() -> Response:
    settings = current_settings()
    said = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not settings.metrics_token or not hmac.compare_digest(said, f"Bearer {settings.metrics_token}".encode()):
        abort(404)
    from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest  # it takes a while to come

    from app.operations.watching.measures import Measures

    told = generate_latest(Measures(settings))  # type: ignore[no-untyped-call]
    return Response(told, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
