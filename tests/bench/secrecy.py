"""Does the time of an answer tell who has an account? Known and unknown addresses in turn, the quick quarters compared: 1.00 is silence."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from app.platform.db import db
from app.platform.log import logger
from tests.identity.builders import INES, stored_person
from tests.making import make_app, make_settings

ROUNDS = 40
NOBODY = "personne.du.tout@croisee.example"


def measure(folder: Path, say: Callable[..., Any]) -> None:
    app = make_app(make_settings(folder, smtp_host="127.0.0.1", site_url="https://croisee.example", login_limit="1000000 per minute"))
    logger.setLevel(logging.WARNING)
    app.config["WTF_CSRF_ENABLED"] = False
    stored_person(app)
    client = FlaskClient(app, app.response_class)
    for name, path, fields in (("sign_in", "/connexion", {"password": "pas le bon mot de passe"}), ("password_link", "/mot-de-passe-oublie", {})):
        known, unknown = alternate(client, path, fields)
        exactly = known / unknown
        say(f"{name}_known_over_unknown", round(exactly, 1), 1.0, higher=False, note=f"exactly={exactly:.3f} known={known:.1f}ms unknown={unknown:.1f}ms")
    with app.app_context():
        db.engine.dispose()


def alternate(client: FlaskClient, path: str, fields: dict[str, str]) -> tuple[float, float]:
    """Milliseconds (first quartile, which the noise of the disk leaves alone) for a known and for an unknown address, each first in turn."""
    times: dict[str, list[float]] = {INES: [], NOBODY: []}
    for turn in range(ROUNDS):
        for address in (INES, NOBODY) if turn % 2 else (NOBODY, INES):
            start = time.perf_counter()
            client.post(path, data={**fields, "email": address})
            times[address].append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(times[INES], n=4)[0], statistics.quantiles(times[NOBODY], n=4)[0]
