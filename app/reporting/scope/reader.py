"""Whose report this request asks for, and whether they have just sent something."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request

from app.identity.sign_in.guards import current_person, may_here
from app.platform import clock
from app.platform.db import db, replica
from app.platform.french import day_of
from app.reporting.scope.queries import ReportScope, report_scope


def scope_here(now: datetime) -> ReportScope:
    """Whom a reader may see is asked of the primary, wherever the report itself is read."""
    with replica.primary(db.session) as session:
        return report_scope(session, current_person(), day_of(now))


def note_act(response: Response) -> Response:
    """Who reads reports and has just sent something sees it in the next one."""
    if replica.known() and request.method == "POST" and response.status_code < 400 and may_here("reporting.overview"):
        replica.wrote(clock.now())
    return response
