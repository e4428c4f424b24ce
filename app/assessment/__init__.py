"""Quiz → attempt → outcome: presenting, matching, grading. No pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Make the tables known, and to templates how much may be typed. There is no page and no command."""
    from app.assessment import models  # noqa: F401
    from app.assessment.attempts.extra_attempts import MAX_MESSAGE
    from app.web import templating

    app.extensions[templating.LONGEST] |= {"message": MAX_MESSAGE}
