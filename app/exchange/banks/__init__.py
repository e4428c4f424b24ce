"""Banks of questions: Moodle XML, GIFT and Aiken in, judged question by question; Moodle XML and GIFT out."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.banks import views

    app.register_blueprint(views.blueprint)
