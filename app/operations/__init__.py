"""What runs the site: prepare, doctor, gunicorn's settings."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.operations import doctor, jobs, media, prepare, starting, watching
    from app.operations.backup import cli as backup

    backup.init_app(app)
    prepare.init_app(app)
    jobs.init_app(app)
    watching.init_app(app)
    app.cli.add_command(doctor.doctor)
    app.cli.add_command(media.media)
    app.cli.add_command(starting.serve)
