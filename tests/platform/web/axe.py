"""What several tests share: pages in a real browser: axe finds nothing (WCAG 2.2 A and AA, best practices), nothing overflows at 320 pixels, focus is always seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import SIZES, in_each_size

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]}
RUN = """async ([part, options]) => {
  const found = await axe.run(part, { ...options, preload: false, resultTypes: ["violations"] });
  return found.violations.map((violation) => `${violation.id}: ${violation.nodes[0].html}`);
}"""
"""What passes stays in the browser: it weighs more than the page."""


@pytest.fixture(params=[(1280, "light"), pytest.param((320, "dark"), marks=pytest.mark.proof)], ids=["wide and light", "narrow and dark"])
def page(request: Any, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    yield context.new_page()
    context.close()


def axe(page: Page, options: dict[str, Any] = RULES, part: str = "html") -> list[str]:
    """What axe says of the page as it stands, or of the first part that a selector names; brought in once a page.

    The window is as high as the page meanwhile: what sticks to its edge stands where it was written, and half hides no target.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    window = page.viewport_size or {"width": 1280, "height": 800}
    page.set_viewport_size({"width": window["width"], "height": max(window["height"], min(page.evaluate("document.documentElement.scrollHeight"), 20_000))})
    found: list[str] = page.evaluate(RUN, [part, options])
    page.set_viewport_size(window)
    return [f"{page.url} {complaint}" for complaint in found]


def complaints(page: Page) -> list[str]:
    found = axe(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, f"{page.url} overflows by {overflow} pixels"] if overflow > 0 else found


def complaints_in_each_size(page: Page, sizes: tuple[tuple[int, str], ...] = SIZES) -> list[str]:
    """At each width and in each scheme."""
    return [f"{width} {scheme}: {complaint}" for width, scheme in in_each_size(page, sizes) for complaint in complaints(page)]


FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  // A choice is outlined as a whole, its card for its button; and the text of the editor, its frame for what scrolls in it.
  const shown = element.closest(".choice, .cm-editor") ?? element;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  // The middle of one of its lines, or that of the part that the window shows of something larger than it.
  const middle = (start, end, size) => (Math.max(start, 0) + Math.min(end, size)) / 2;
  const uncovered = [...shown.getClientRects()].some((line) => {
    const top = document.elementFromPoint(middle(line.left, line.right, innerWidth), middle(line.top, line.bottom, innerHeight));
    return top !== null && (shown.contains(top) || top.contains(shown));
  });
  return { name: element.textContent.trim() || element.value, visible: outlined && uncovered && box.width > 0, outline: style.outline };
}"""
