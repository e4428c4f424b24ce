"""What people did and where they stand: the ledger, enrolments, progress, due dates, figures, attestations. No page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.platform import hooks
    from app.record import attestations, everybody, facts  # noqa: F401 — the tables of attestations are known from here on
    from app.record import enrolment as signals
    from app.record import ledger as verification

    app.cli.add_command(verification.learning)
    signals.init_app(app)
    merged.connect(facts.follow_merge)
    hooks.week_lines.of(app).update({everybody.MARKS: everybody.risen_marks, everybody.NEWS: everybody.course_news})
