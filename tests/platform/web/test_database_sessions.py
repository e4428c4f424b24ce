"""What happens at the end of a request: the session is closed, whatever became of its connection, and no event loop is started for it."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask, Response
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.platform.db import db
from app.platform.errors import NotYours
from tests.making import administration, make_app, make_settings
from tests.strict import StrictClient


def test_the_end_of_a_request_starts_no_event_loop(bare: Flask, visitor: StrictClient) -> None:
    assert bare.teardown_appcontext_funcs
    assert not [closing for closing in bare.teardown_appcontext_funcs if inspect.iscoroutinefunction(closing)]

    async def ask() -> int:
        return visitor.get("/aide").status_code

    # In a thread of its own: this one may hold a browser's loop already.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, ask()).result() == 200


def nothing_more() -> None:
    pass


def refused() -> None:
    raise NotYours


def read_on() -> None:
    db.session.execute(text("SELECT 1"))


def do_without_and_read_on() -> None:
    with suppress(SQLAlchemyError):
        read_on()
    read_on()


CASES = (
    (nothing_more, nothing_more, 200),
    (refused, nothing_more, 404),
    (read_on, nothing_more, 503),
    (do_without_and_read_on, nothing_more, 503),
    (nothing_more, read_on, 503),
)
"""What the page does once its connection has ended, what is done after it, the answer."""


@pytest.mark.postgres
def test_a_connection_that_ends_during_a_request_is_never_a_bare_500(postgres_url: str, tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path / "instance", database_url=postgres_url))
    app.config["PROPAGATE_EXCEPTIONS"], app.test_client_class = False, None  # as outside tests
    ended = text("SELECT pg_terminate_backend(:number, 5000)")

    def page() -> str:
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        assert elsewhere.scalar(ended, {"number": number})
        then()
        return "whole"

    def late(response: Response) -> Response:
        if response.status_code == 200:
            afterwards()
        return response

    app.view_functions["web.help"] = page
    app.after_request(late)
    with administration(make_url(postgres_url)).connect() as elsewhere:
        for then, afterwards, status in CASES:
            answer = app.test_client().get("/aide")
            said = (answer.status_code, answer.headers.get("Retry-After"), answer.text == "whole")
            assert said == (status, "60" if status == 503 else None, status == 200), (then, afterwards)
    with app.app_context():
        db.engine.dispose()
    administration(make_url(postgres_url)).dispose()
