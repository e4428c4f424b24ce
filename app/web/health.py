"""`/healthz`: can this process reach its database, and is the schema the one that the code expects?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.web.migrations import pending

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    try:
        db.session.execute(text("SELECT 1"))
        behind = pending()
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="unreachable", migrations="unknown"), 503
    status = "behind" if behind else "ok"
    return jsonify(status=status, database="ok", migrations="pending" if behind else "ok"), 503 if behind else 200
