"""A real Chromium, the one that is installed, and a live server for it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, sync_playwright
from werkzeug.serving import make_server

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def follow(what: Locator, heading: str = "", by: str = "click") -> None:
    """Press what leads to another page, and wait until that page, called `heading`, is there: read in between, it is nothing at all."""
    with what.page.expect_navigation():
        {"click": what.click, "tap": what.tap, "Enter": lambda: what.press("Enter")}[by]()
    what.page.get_by_role("heading", level=1, name=heading or None).wait_for()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
    if found is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The application of the test, served on a free port; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A clean browser profile whose requests to other hosts, and script errors, fail the test."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    strange: list[str] = []

    def watch(request: Any) -> None:
        if "//127.0.0.1" not in request.url and not request.url.startswith(("data:", "blob:", "about:")):
            strange.append(request.url)

    context.on("request", watch)
    context.on("weberror", lambda error: strange.append(str(error.error)))
    yield context
    context.close()
    assert not strange, strange
