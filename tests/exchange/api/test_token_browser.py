"""A token is made in a real browser, shown once, read with by a program over HTTP, taken back, refused."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from tests.browsers import in_each_size, press
from tests.exchange.api.programs import Region
from tests.platform.web.axe import axe
from tests.words import CREATE_TOKEN

pytestmark = [pytest.mark.proof, pytest.mark.browser]


def ask(address: str, token: str) -> tuple[int, str, Any]:
    """(status, type, what is answered)."""
    where = urlsplit(address)
    connection = HTTPConnection(where.hostname or "", where.port)
    connection.request("GET", "/api/v1/people?limit=1", headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
    answer = connection.getresponse()
    told = answer.status, answer.headers.get_content_type(), json.load(answer)
    connection.close()
    assert answer.headers["Set-Cookie"] is None
    return told


def test_from_the_page_to_a_program_and_back(small: Region, live: str, context: BrowserContext) -> None:
    cookie = small.world.signed_in(small.admin).get_cookie("croisee")
    assert cookie
    context.add_cookies([{"name": "croisee", "value": cookie.value, "url": live}])
    tab = context.new_page()
    tab.goto(f"{live}/administration/jetons")
    tab.get_by_label("Pour quel logiciel").fill("SIRH de Lens")
    tab.get_by_label("Territoire").select_option("cite-lens")
    press(tab, CREATE_TOKEN)
    token = tab.get_by_label("Jeton", exact=True).input_value()
    for _size in in_each_size(tab, ((1280, "light"), (360, "dark"))):
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(tab) == []
    status, kind, told = ask(live, token)
    assert (status, kind, len(told["items"])) == (200, "application/json", 1)
    tab.goto(f"{live}/administration/jetons")
    assert token not in tab.content()
    press(tab, "Révoquer")
    status, kind, told = ask(live, token)
    assert (status, kind, told["title"]) == (401, "application/problem+json", "Token revoked")
