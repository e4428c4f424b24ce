"""Pages are compressed for whoever reads this site, whole for what another site asks; tokens never look the same twice."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.platform.web.edge import SMALLEST, mask, unmask
from tests.strict import StrictClient

PACKED = {"Accept-Encoding": "gzip, br", "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        (PACKED, "br"),
        (PACKED | {"Sec-Fetch-Site": "none"}, "br"),
        (PACKED | {"Accept-Encoding": "gzip, deflate"}, "gzip"),
        (PACKED | {"Accept-Encoding": "br;q=0.5, gzip"}, "gzip"),
        (PACKED | {"Accept-Encoding": "br;q=0, zstd, *"}, "gzip"),
        (PACKED | {"Sec-Fetch-Site": "cross-site"}, None),
        (PACKED | {"Sec-Fetch-Site": "same-site"}, None),
        (PACKED | {"Accept-Encoding": "gzip;q=0"}, None),
        (PACKED | {"Accept-Encoding": "zstd"}, None),
        ({"Accept-Encoding": "gzip"}, None),
        ({"Sec-Fetch-Site": "same-origin"}, None),
    ],
)
def test_who_gets_a_compressed_page(bare: Flask, headers: dict[str, str], packed: str | None) -> None:
    response = FlaskClient(bare, bare.response_class).open("/donnees-personnelles", headers=headers)
    assert response.headers.get("Content-Encoding") == packed
    whole = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[packed](response.data)
    assert whole.rstrip().endswith(b"</html>")
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(response.vary)


@pytest.mark.parametrize(("size", "kind", "packed"), [(SMALLEST - 1, "text/html", False), (SMALLEST, "text/html", True), (SMALLEST, "text/csv", False)])
def test_a_packet_and_what_is_no_page_stay_as_they_are(bare: Flask, size: int, kind: str, packed: bool) -> None:
    bare.add_url_rule("/essai", view_func=lambda: bare.response_class("x" * size, mimetype=kind))
    assert (FlaskClient(bare, bare.response_class).open("/essai", headers=PACKED).headers.get("Content-Encoding") == "br") is packed


@given(st.text(st.characters(codec="ascii")))
def test_a_mask_comes_off_and_is_never_the_same(token: str) -> None:
    assert unmask(mask(token)) == token
    assert not token or len({mask(token) for _ in range(8)}) > 1


@given(st.text())
def test_what_never_was_a_token_opens_nothing(sent: str) -> None:
    assert isinstance(unmask(sent), str)


def test_what_is_no_two_halves_is_no_token() -> None:
    assert unmask("____") == ""


def test_one_page_has_one_token_and_the_next_another_that_both_open_the_form(client: StrictClient) -> None:
    def tokens() -> set[str]:
        return {field.get("value") for field in client.see("/connexion").all("input") if field.get("name") == "csrf_token"}

    first, second = tokens(), tokens()
    assert (len(first), len(second), len(first | second)) == (1, 1, 2)
    for token, status in ((first.pop(), 303), (second.pop(), 303), ("", 403), ("AAAA", 403)):
        answer = client.post("/affichage", data={"csrf_token": token, "size": "112", "spacing": "normal", "scheme": "system", "shortcut": "slash"})
        assert answer.status_code == status
