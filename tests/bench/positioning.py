"""The positioning: marking an answer and choosing the next question, then showing it, in server time by the processor's clock, without a network."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app import create_app
from app.assessment.kinds.responses import Form
from app.identity import services
from app.learner.positioning.models import Positioning, asked_question, rows_of
from app.platform.db import db, writing
from tests.bench.atelier import NOW
from tests.identity.builders import carry_session
from tests.making import make_settings

PEOPLE = 6
PLACE = re.compile(r"/positionnement/(\d+)/questions/(\d+)$")


def measure(folder: Path, say: Callable[..., None]) -> None:
    """Several newcomers answer the published pool right to the end, which is dearer to mark than « Je ne sais pas »; the first one's questions are read by the process then, and not counted."""
    app = create_app(make_settings(folder))
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    app.config["WTF_CSRF_ENABLED"] = False
    spent: list[float] = []
    for number in range(PEOPLE):
        with app.app_context(), writing() as session:
            person = services.create_person(session, name=f"Banc {number}", email=f"banc.{number}@croisee.example", now=NOW).id
        client = app.test_client()
        carry_session(client, person)
        address = client.post("/positionnement").headers["Location"]
        while "/questions/" in address:
            fields = _right(app, address)
            begin = time.process_time()
            address = client.post(address, data=fields).headers["Location"]
            client.get(address)
            spent += [1000 * (time.process_time() - begin)] * bool(number)
    say("next_positioning_question", statistics.median(spent), 20, unit="ms", higher=False, note=f"worst={max(spent):.1f}ms")
    with app.app_context():
        db.engine.dispose()


def _right(app: Flask, address: str) -> Form:
    """The right answer to the question at an address."""
    test_id, position = map(int, PLACE.findall(address)[0])
    with app.app_context():
        row = next(row for row in rows_of(db.session, test_id) if row.position == position)
        asked = asked_question(db.session, db.session.get_one(Positioning, test_id), row)
        assert asked is not None
        return asked.kind.sample(asked.layout, right=True)
