"""The icons of a telephone's home screen, drawn from `app/static/img/croisee.svg` by a real browser: `python -m tests.icons` writes them again."""

from __future__ import annotations

import shutil
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import app
from app.web.display import THEME
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


def draw(browser: Browser, name: str) -> bytes:
    """One icon, as PNG."""
    side, share, corner = DRAWN[name]
    sign = b64encode((IMAGES / "croisee.svg").read_bytes()).decode()
    page = browser.new_page(viewport={"width": side, "height": side})
    page.set_content(
        f'<body style="margin:0"><div style="background:{THEME[0]};border-radius:{corner * side}px;display:grid;place-items:center;height:{side}px">'
        f'<img alt="" width="{share * side}" src="data:image/svg+xml;base64,{sign}"></div>'
    )
    page.locator("img").evaluate("image => image.decode()")
    png = page.screenshot(omit_background=True)
    page.close()
    return png


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for icon in DRAWN:
            (IMAGES / icon).write_bytes(draw(chromium, icon))
        chromium.close()
