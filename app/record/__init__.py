"""What people did and where they stand: the ledger, enrolments, progress, due dates, figures, attestations. No page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.platform import hooks
    from app.record import cli, signals, week
    from app.record.attestations import models  # noqa: F401 — known to the database from here on

    app.cli.add_command(cli.learning)
    signals.init_app(app)
    hooks.week_lines.of(app).update({week.MARKS: week.risen_marks, week.NEWS: week.course_news})
