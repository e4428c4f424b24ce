"""`/metrics`, in OpenMetrics: for whoever has the token, and nowhere without one."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from app.operations.watching import measures
from app.settings import current_settings

blueprint = Blueprint("watching", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    settings = current_settings()
    said = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not settings.metrics_token or not hmac.compare_digest(said, f"Bearer {settings.metrics_token}".encode()):
        abort(404)
    told = generate_latest(measures.Measures(measures.endpoints(current_app), settings))  # type: ignore[no-untyped-call]
    return Response(told, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
