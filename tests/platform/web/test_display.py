"""How pages look, as a reader chose: what is stored, what `<html>` says, what a browser paints around; and what a home screen is told."""

from __future__ import annotations

import json
import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

import app
from app.platform.web.display import CHOICES, COOKIE, STORED_LENGTH, THEME, USUAL, Display, read_display
from app.platform.web.views import ICONS
from tests.icons import IMAGES_DRAWN, draw
from tests.strict import StrictClient

STATIC = Path(app.__file__).parent / "static"
DISPLAYS = st.builds(Display, *(st.sampled_from(list(names)) for _, names in CHOICES.values()))


@given(DISPLAYS)
def test_what_is_stored_is_read_again(display: Display) -> None:
    assert read_display(display.cookie_value) == display
    assert len(display.cookie_value) <= STORED_LENGTH
    assert set(display.unusual_choices.items()) == set(zip(CHOICES, display.values, strict=True)) - set(zip(CHOICES, USUAL.values, strict=True))


@given(st.text())
def test_whatever_a_cookie_holds_is_a_display(text: str) -> None:
    assert all(value in names for value, (_, names) in zip(read_display(text).values, CHOICES.values(), strict=True))


@pytest.mark.parametrize(
    ("stored", "said"),
    [("", {}), ("150", {"size": "150"}), ("99.ample.red.sans", {"spacing": "ample"}), ("100.normal.dark.serif.none", {"scheme": "dark", "shortcut": "none"})],
)
def test_a_part_that_is_not_known_is_as_usual(visitor: StrictClient, stored: str, said: dict[str, str]) -> None:
    visitor.set_cookie(COOKIE, stored)
    root = visitor.see("/aide").all("html")[0]
    assert {name.removeprefix("data-"): value for name, value in root.attrib.items() if name.startswith("data-")} == said


def test_in_words() -> None:
    assert read_display("125.ample.dark.none").words == "125 %, ample, sombres, aucun raccourci d’une seule touche"
    assert read_display("125.ample.dark.sans.none") == read_display("125.ample.dark.none"), "kept when there was a choice of faces"


@pytest.mark.parametrize(("scheme", "themes"), [("system", [*THEME]), ("light", [THEME[0]]), ("dark", [THEME[1]])])
def test_the_browser_paints_the_paper_around_the_page(visitor: StrictClient, scheme: str, themes: list[str]) -> None:
    visitor.set_cookie(COOKIE, f"100.normal.{scheme}")
    metas = [meta for meta in visitor.see("/aide").all("meta") if meta.get("name") == "theme-color"]
    assert [meta.get("content") for meta in metas] == themes
    assert [bool(meta.get("media")) for meta in metas] == [scheme == "system"] * len(themes)
    assert f"--paper: light-dark({THEME[0]}, {THEME[1]});" in (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")


def test_every_choice_but_the_usual_has_its_style() -> None:
    sheet = (STATIC / "css" / "display.css").read_text(encoding="utf-8")
    for name, (_, names) in CHOICES.items():
        if name == "shortcut":
            continue  # it is no look: js/search/find.js reads it
        assert [value for value in list(names)[1:] if f'[data-{name}="{value}"]' not in sheet] == []


def test_a_home_screen_is_told_what_croisee_is(visitor: StrictClient) -> None:
    page = visitor.see("/aide")
    links = {link.get("rel"): link.get("href") for link in page.all("link")}
    response = visitor.get(links["manifest"])
    assert response.mimetype == "application/manifest+json"
    said = json.loads(response.data)
    assert (said["lang"], said["start_url"], said["scope"], said["short_name"]) == ("fr", "/", "/", "Croisée")
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in [*said["icons"], {"src": links["apple-touch-icon"], "sizes": "180x180"}]:
        png = visitor.get(icon["src"]).data
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        assert "{}x{}".format(*struct.unpack(">II", png[16:24])) == icon["sizes"]
    assert len(said["icons"]) == len(ICONS)


@pytest.mark.browser
@pytest.mark.parametrize("name", IMAGES_DRAWN)
def test_the_icons_are_drawn_from_the_sign(browser: Browser, name: str) -> None:
    """A little may differ: another release of the browser smooths lines otherwise."""
    stored, drawn = (Image.open(BytesIO(png)).convert("RGB") for png in ((STATIC / "img" / name).read_bytes(), draw(browser, name)))
    assert max(ImageStat.Stat(ImageChops.difference(stored, drawn)).mean) < 1
