"""Quiz → attempt → outcome: presenting, matching, grading. No pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Make the tables known, to templates how much may be typed and how it is marked, and the command that compares. There is no page."""
    from app.assessment import cli, models  # noqa: F401
    from app.assessment.attempts.results import MAX_MESSAGE
    from app.assessment.kinds.registry import marking
    from app.platform import hooks

    hooks.lengths.of(app).update({"message": MAX_MESSAGE})
    app.jinja_env.globals["marking"] = marking
    app.cli.add_command(cli.assessment)
