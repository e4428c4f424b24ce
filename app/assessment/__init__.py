"""Quiz → attempt → outcome: presenting, matching, grading. No pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Make the tables known. There is nothing to register: no page, no command."""
    from app.assessment import models  # noqa: F401
