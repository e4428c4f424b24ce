"""The signature of the site, measured in a browser: the lines of the course meet where they cross."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from tests.browsers import arrive

pytestmark = [pytest.mark.proof, pytest.mark.browser]

LEARNER = "justine.hennebelle@croisee.example"
WIDTHS = (320, 390, 768, 1024, 1088, 1152, 1280, 1366, 1440, 1920)
JOINED = 1088
"""From this width on, the lines run to the crossing; below, it is a ring with its words."""
TEXT_SIZES = (100, 125, 150, 200)

GAPS = """() => {
  const middle = (element) => { const box = element.getBoundingClientRect(); return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }; };
  const rows = [...document.querySelectorAll(".map > li:not(.map-crossing)")];
  const paths = [...document.querySelectorAll(".joints path")];
  const ring = middle(document.querySelector(".map-crossing > .crossing"));
  const gaps = [];
  for (const [index, path] of paths.entries()) {
    const matrix = path.getScreenCTM();
    if (!matrix || !path.closest("svg").getClientRects().length) continue;
    const [start, end] = [0, path.getTotalLength()].map((at) => path.getPointAtLength(at).matrixTransform(matrix));
    const line = rows[index].querySelector(".track");
    for (const station of line.querySelectorAll(".station")) gaps.push(Math.abs(middle(station).y - start.y));
    gaps.push(Math.abs(line.getBoundingClientRect().right - start.x), Math.abs(end.x - ring.x), Math.abs(end.y - ring.y));
  }
  return { rows: rows.length, joined: gaps.length > 0, widest: Math.max(0, ...gaps) };
}"""
"""How far the drawing of the crossing is from what it joins, in pixels: each station of a line, the end of that line, the ring where all of them meet."""


@pytest.mark.parametrize("who", ["", LEARNER], ids=["visitor", "learner"])
def test_the_lines_meet_at_every_width_and_size_of_text(context: BrowserContext, live: str, passwords: dict[str, str], who: str) -> None:
    tab = arrive(context, f"{live}/connexion", who, passwords[who]) if who else context.new_page()
    tab.goto(f"{live}/" if who else f"{live}/decouvrir")
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        for size in TEXT_SIZES:
            tab.evaluate("size => { document.documentElement.style.fontSize = `${size}%`; }", size)
            seen = tab.evaluate(GAPS)
            assert seen["rows"] > 2
            assert seen["joined"] == (width >= JOINED), width
            assert seen["widest"] <= 1, (width, size)
