"""A real Chromium, the one that is installed, a live server for it, and what every journey does there: sign in, press, look at a page in each size."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.assessment.kinds.responses import Form
from tests import strict
from tests.identity.builders import INES, PASSWORD
from tests.words import PASSWORD_FIELD, SIGN_IN

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SIZES = ((1280, "light"), (1280, "dark"), (360, "light"), (360, "dark"))


def follow(what: Locator, heading: str = "", by: str = "click") -> None:
    """Press what leads to another page, and wait until that page, called `heading`, is there: read in between, it is nothing at all."""
    with what.page.expect_navigation():
        {"click": what.click, "tap": what.tap, "Enter": lambda: what.press("Enter")}[by]()
    what.page.get_by_role("heading", level=1, name=heading or None).wait_for()


def press(tab: Page, words: str) -> None:
    """A button that leads to another page."""
    follow(tab.get_by_role("button", name=words))


def fill_in(tab: Page, form: Form) -> None:
    """Field by field, whatever each is."""
    for name, values in form.items():
        for value in values:
            field = tab.locator(f'main [name="{name}"]:not([type=hidden])')
            kind = field.first.evaluate("element => element.type")
            if kind in ("radio", "checkbox"):
                tab.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind.startswith("select"):
                field.select_option(value)
            else:
                field.fill(value)


def sign_in(tab: Page, email: str = INES, password: str = PASSWORD) -> None:
    """By the form that is before the reader."""
    tab.get_by_label("Adresse").fill(email)
    tab.get_by_label(PASSWORD_FIELD, exact=True).fill(password)
    press(tab, SIGN_IN)


def arrive(context: BrowserContext, address: str, email: str = INES, password: str = PASSWORD) -> Page:
    """A new tab of somebody who asked for an address, and signed in on the way: by the form of that page, sent without its being drawn."""
    asked = context.request.get(address)
    form = strict.Page(asked.text()).form(SIGN_IN)
    sent = context.request.post(
        urljoin(asked.url, form["action"]), form={**form["fields"], "email": email, "password": password}, headers={"Referer": asked.url}, max_redirects=0
    )
    assert sent.status == 303, "not signed in"
    tab = context.new_page()
    tab.goto(urljoin(asked.url, sent.headers["location"]))
    return tab


def lose_the_line(tab: Page) -> None:
    """No network, not even for the last message of a page that goes: the browser holds that one back, and sends it once the line has returned."""
    tab.context.set_offline(True)
    tab.evaluate("() => { const own = fetch; window.fetch = (what, how) => (how?.keepalive ? Promise.reject(new TypeError()) : own(what, how)); }")


def in_each_size(tab: Page, sizes: tuple[tuple[int, str], ...] = SIZES) -> Iterator[tuple[int, str]]:
    """The page at each width and in each scheme; then as it was."""
    before = tab.viewport_size
    for width, scheme in sizes:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        yield width, scheme
    if before:
        tab.set_viewport_size(before)
    tab.emulate_media(color_scheme="light")


SHELL = "chromium-headless-shell"
"""The same engine without the windows around it: a page costs it less than half."""


def chromium(*preferred: str) -> str:
    """Where it is installed. The test is skipped (in CI: fails) without it."""
    found = next((path for path in map(shutil.which, (*preferred, "chromium", "chromium-browser", "google-chrome")) if path), None)
    if found is None:
        pytest.skip("no Chromium: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(SHELL), args=FLAGS)
        yield browser
        browser.close()


class Answer:
    """What an application answers, closed once, whoever closes it."""

    def __init__(self, pieces: Any) -> None:
        self.pieces, self.closed = pieces, False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        if not self.closed and hasattr(self.pieces, "close"):
            self.pieces.close()
        self.closed = True


class Closing(WSGIRequestHandler):
    """Werkzeug's own leaves an answer open, and with it a file, where a browser goes away while it looks whether more was sent."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        if environ and "tests.answer" in environ:
            environ["tests.answer"].close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port; gives its address."""

    def answering(environ: Any, start_response: Any) -> Answer:
        environ["tests.answer"] = answer = Answer(app(environ, start_response))
        return answer

    server = make_server("127.0.0.1", 0, answering, threaded=True, request_handler=Closing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The application of the test, served."""
    with served(app) as address:
        yield address


@contextmanager
def clean_profile(browser: Browser) -> Iterator[BrowserContext]:
    """Its requests to other hosts, and script errors, fail the test."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    strange: list[str] = []

    def watch(request: Any) -> None:
        if not any(own in request.url for own in ("//127.0.0.1", "//localhost")) and not request.url.startswith(("data:", "blob:", "about:")):
            strange.append(request.url)

    context.on("request", watch)
    context.on("weberror", lambda error: strange.append(str(error.error)))
    yield context
    context.close()
    assert not strange, strange


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A clean browser profile whose requests to other hosts, and script errors, fail the test."""
    with clean_profile(browser) as context:
        yield context


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    """A second person's, as clean and as watched."""
    with clean_profile(browser) as other:
        yield other
