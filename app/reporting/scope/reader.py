"""Finds whose report this request asks for, and whether its reader has just sent something."""

from __future__ import annotations

from datetime import datetime

from app.identity.sign_in.guards import current_person
from app.platform.db import db
from app.platform.french import day_of
from app.reporting.scope.queries import ReportScope, report_scope


def scope_here(now: datetime) -> ReportScope:
    """Whom the reader of this request may see today."""
    return report_scope(db.session, current_person(), day_of(now))
