"""What happens at the end of a request: the session is closed, and no event loop is started for it."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from tests.strict import StrictClient


def test_the_end_of_a_request_starts_no_event_loop(bare: Flask, visitor: StrictClient) -> None:
    assert bare.teardown_appcontext_funcs
    assert not [closing for closing in bare.teardown_appcontext_funcs if inspect.iscoroutinefunction(closing)]

    async def ask() -> int:
        return visitor.get("/aide").status_code

    # In a thread of its own: this one may hold a browser's loop already.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, ask()).result() == 200
