"""Croisée: a self-paced course for those who coordinate a cité éducative. Where things live:

web          what all pages share and no subject: headers, errors, templating, health, mail, public pages
content      text → frozen values; stored revisions; checks; the file sync
identity     accounts, roles, the territory tree, scopes, sign-in
assessment   quiz → attempt → outcome: presenting, matching, grading. No pages
learning     the ledger, enrolments, progress, attestations, every page a learner reads
network      the cités éducatives and the network's meetings
people       invitations, imports, cohorts, merging, administration, access journal, data protection, backup
authoring    « l’atelier »: where trainers write, preview, publish and improve the course
reporting    where the people of a scope stand: grid, person page, files, overview, decisions

Inside a package the file names repeat and import only downward: views | cli → forms → services → queries → models → rules.
`create_app` below is the only code that knows every package.
"""

from __future__ import annotations

import os

from flask import Flask

from app import settings as settings_file
from app.errors import SettingsError
from app.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. Raises `SettingsError` where the set-up is wrong."""
    from app import assessment, authoring, content, doctor, identity, learning, log, network, people, reporting, setup, web

    os.umask(0o077)  # the database, images, copies: what any process of ours writes is for its own account, not for the machine's others
    try:
        settings = settings or settings_file.load()
    except SettingsError as error:
        if doctor.asked_for():
            return doctor.bare_app(error)
        raise
    app = Flask(__name__, instance_path=str(settings.instance_path))
    app.config.update(flask_config(settings))
    log.init_app(app)
    web.init_app(app)
    for package in (content, identity, assessment, learning, network, people, reporting, authoring):
        package.init_app(app)
    setup.init_app(app)
    app.cli.add_command(doctor.doctor)
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions are told, from our settings."""
    return {
        "CROISEE": settings,
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.environment == "test",
        "SQLALCHEMY_ENGINES": {"default": settings.database_url},
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "croisee",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "WTF_CSRF_TIME_LIMIT": None,
    }
