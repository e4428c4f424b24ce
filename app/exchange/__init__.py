"""Other systems' formats, in and out."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Each room says itself what it adds."""
    from app.exchange import statements

    statements.init_app(app)
