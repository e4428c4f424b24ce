"""The log as JSON: one object a line, nothing of anybody, and an error without its words."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from app.platform import log
from tests.making import make_app, make_settings


def test_one_object_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    app = make_app(make_settings(tmp_path / "instance", log_format="json"))
    monkeypatch.setattr(log._HANDLER, "stream", written)
    if log._HANDLER not in log.logger.handlers:
        log.logger.addHandler(log._HANDLER)

    def page() -> str:
        raise RuntimeError("motsecret")

    app.view_functions["web.help"] = page
    app.test_client().get("/aide?q=motsecret")
    with app.app_context():
        log.event("mail_sent", mail=7)
    make_app(make_settings(tmp_path / "text"))
    log.event("mail_sent", mail=8)
    *lines, text = written.getvalue().splitlines()
    fault, request, event = map(json.loads, lines)
    assert (fault["level"], fault["unexpected"], fault["ref"]) == ("ERROR", "RuntimeError", request["ref"])
    assert fault["trace"][-1].endswith(" page")
    assert {name: request[name] for name in ("level", "method", "route", "status")} == {"level": "INFO", "method": "GET", "route": "/aide", "status": 500}
    assert request["ms"] >= 0
    assert (event["event"], event["mail"]) == ("mail_sent", 7)
    assert "motsecret" not in written.getvalue()
    assert text.endswith(" INFO event=mail_sent mail=8")
    assert all(log.tells_an_event(line) for line in (lines[2], text))
    assert not log.tells_an_event("3 courriels partis.")
