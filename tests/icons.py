"""The icons of a telephone's home screen, drawn from `app/static/img/croisee.svg` by a real browser, and the picture of link previews, which has
its colours: `python -m tests.icons` writes them again."""

from __future__ import annotations

import shutil
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import app
from app.platform.web.display import THEME
from tests.browsers import FLAGS

IMAGES = Path(app.__file__).parent / "static" / "img"
DRAWN = {
    "icon-180.png": (180, 0.74, 0),
    "icon-192.png": (192, 0.78, 0.2),
    "icon-512.png": (512, 0.78, 0.2),
    "icon-maskable-512.png": (512, 0.58, 0),
}
"""File → its side in pixels, the share of it that the sign takes, the roundness of its corners. A maskable one may lose all but a disc of 80 %;
that of iOS (180) is cut by the system."""


PREVIEW = "preview.png"
PREVIEW_SIZE = (1200, 630)
"""What link previews ask for. No word is on it: the title stands beside it."""
_LINES = {"#c4532a": (105, 525), "#12857d": (525, 105), "#7a55c7": (315, 315)}
"""Colour → how high a line comes in on the left, and goes out on the right."""
IMAGES_DRAWN = (*DRAWN, PREVIEW)


def draw(browser: Browser, name: str) -> bytes:
    """One of them, as PNG."""
    if name == PREVIEW:
        return _shot(browser, *PREVIEW_SIZE, _preview())
    side, share, corner = DRAWN[name]
    sign = b64encode((IMAGES / "croisee.svg").read_bytes()).decode()
    ground = f"background:{THEME[0]};border-radius:{corner * side}px;display:grid;place-items:center;height:{side}px"
    return _shot(browser, side, side, f'<div style="{ground}"><img alt="" width="{share * side}" src="data:image/svg+xml;base64,{sign}"></div>')


def _preview() -> str:
    """Three lines with their stations, which cross."""
    paper, ink = THEME[0], "#17202e"
    lines = "".join(
        f'<path d="M0 {left}H420L780 {right}H1200" fill="none" stroke="{colour}" stroke-linejoin="round" stroke-width="16"/>'
        + "".join(
            f'<circle cx="{x}" cy="{left if x < 600 else right}" r="22" fill="{paper}" stroke="{colour}" stroke-width="10"/>' for x in (120, 300, 900, 1080)
        )
        for colour, (left, right) in _LINES.items()
    )
    ring = f'<circle cx="600" cy="315" r="66" fill="{paper}" stroke="{ink}" stroke-width="20"/>'
    return f'<svg viewBox="0 0 1200 630" style="background:{paper};display:block">{lines}{ring}</svg>'


def _shot(browser: Browser, width: int, height: int, html: str) -> bytes:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f'<body style="margin:0">{html}')
    page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
    png = page.screenshot(omit_background=True)
    page.close()
    return png


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for icon in IMAGES_DRAWN:
            (IMAGES / icon).write_bytes(draw(chromium, icon))
        chromium.close()
