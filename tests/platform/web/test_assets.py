"""Static files: few, light, kept for a year under an address that changes with them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from app.platform.web.assets import BUNDLE, FONTS, STYLES, bundle, load, static_url
from tests.strict import StrictClient

FIRST_VISIT = 25_000
"""Bytes on the wire of everything but the page itself, which takes up to 20 kB, compressed, of the 45 allowed, and the face of its text."""
FACE = 70_000
"""Bytes of the face, upright and italic."""


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return static_url(name)


def test_an_address_changes_with_the_content(bare: Flask, tmp_path: Path) -> None:
    own = tmp_path / "static"
    for name in STYLES:
        sheet = own / "css" / f"{name}.css"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text("a{}")
    with bare.test_request_context():
        before = bundle(load(own)).digest
        (own / "css" / "tokens.css").write_text("b{}")
        assert bundle(load(own)).digest != before


def test_an_unknown_file_is_refused_where_it_is_named_and_where_it_is_asked(bare: Flask, visitor: StrictClient) -> None:
    with bare.test_request_context(), pytest.raises(FileNotFoundError):
        static_url("css/missing.css")
    assert visitor.get("/static/css/missing.css").status_code == 404
    assert visitor.get("/static/../settings.py").status_code == 404


def test_a_file_with_its_hash_is_kept_for_a_year_and_one_without_is_not(bare: Flask, visitor: StrictClient) -> None:
    hashed = visitor.get(address(bare, BUNDLE))
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert visitor.get(f"/static/{BUNDLE}").headers["Cache-Control"] == "no-cache"
    assert visitor.get(f"/static/{BUNDLE}?v=000000000000").headers["Cache-Control"] == "no-cache"


def test_files_are_compressed_for_those_who_ask(bare: Flask, visitor: StrictClient) -> None:
    path = address(bare, BUNDLE)
    packed = visitor.get(path, headers={"Accept-Encoding": "gzip, br"})
    plain = visitor.get(path)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_what_a_style_sheet_says_to_who_writes_it_is_not_sent(bare: Flask, visitor: StrictClient) -> None:
    sent = visitor.get(address(bare, BUNDLE)).text
    assert "/*" not in sent
    assert sent.count("{") == sent.count("}") > 900


def test_a_file_that_has_not_changed_is_not_sent_again(bare: Flask, visitor: StrictClient) -> None:
    path = address(bare, BUNDLE)
    again = visitor.get(path, headers={"If-None-Match": visitor.get(path).headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("scripts", [("js/reading.js",), ("js/answers.js", "js/search/find.js")])
def test_the_files_of_a_first_visit_stay_light(bare: Flask, visitor: StrictClient, scripts: tuple[str, ...]) -> None:
    names = (BUNDLE, *scripts, "img/croisee.svg")
    sizes = {name: len(visitor.get(address(bare, name), headers={"Accept-Encoding": "gzip"}).data) for name in names}
    assert sum(sizes.values()) < FIRST_VISIT, sizes


def test_the_face_is_light_asked_for_early_and_kept_for_a_year(bare: Flask, visitor: StrictClient) -> None:
    preload = next(link for link in visitor.see("/aide").all("link") if link.get("rel") == "preload")
    styled = re.findall(r'url\("([^"]+)"\)', visitor.get(address(bare, BUNDLE)).text)
    assert [address(bare, name) for name in FONTS] == [f"/static/{name}" for name in styled]
    assert (preload.get("href"), preload.get("crossorigin")) == (f"/static/{styled[0]}", "")
    answers = [visitor.get(f"/static/{name}") for name in styled]
    assert {(answer.mimetype, answer.headers["Cache-Control"]) for answer in answers} == {("font/woff2", "public, max-age=31536000, immutable")}
    assert sum(len(answer.data) for answer in answers) < FACE
    assert "SIL OPEN FONT LICENSE" in visitor.get("/static/fonts/OFL.txt").text


def test_no_style_or_script_asks_for_another_file_or_host() -> None:
    """Other than a module beside it, which has no hash in its address and is asked for again each time."""
    folder = Path(__file__).parents[3] / "app" / "static"
    beside = re.compile(r'^import \{[\w, ]+\} from "(\.{1,2}/\w+\.js)";$', re.MULTILINE)
    for path in [*folder.rglob("*.css"), *folder.rglob("*.js")]:
        if path.name == "codemirror.js":
            continue  # made from packages, where addresses are names: the browser's tests refuse what asks for another host
        text = path.read_text(encoding="utf-8")
        assert all((path.parent / name).is_file() for name in beside.findall(text))
        text = text.replace('url("fonts/', "") if path.stem == "face" else text
        assert not re.search(r"@import|url\(|https?:|^\s*import\b|\bimport\(", beside.sub("", text), re.MULTILINE), path.name
