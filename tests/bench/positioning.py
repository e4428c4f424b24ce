"""The positioning: marking an answer and choosing the next question, then showing it, in server time by the processor's clock, without a network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from app import create_app
from app.db import db, writing
from app.identity import services
from tests.bench.atelier import NOW
from tests.identity.builders import carry_session
from tests.making import make_settings

PEOPLE = 6


def measure(folder: Path, say: Callable[..., None]) -> None:
    """Several newcomers answer the published pool to the end; the first one's questions are read by the process then, and not counted."""
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
            begin = time.process_time()
            address = client.post(address, data={"then": "unknown"}).headers["Location"]
            client.get(address)
            spent += [1000 * (time.process_time() - begin)] * bool(number)
    say("next_positioning_question", statistics.median(spent), 20, unit="ms", higher=False, note=f"worst={max(spent):.1f}ms")
    with app.app_context():
        db.engine.dispose()
