"""What several tests share: two trainers, two browsers, one text; a date given and taken back; an old text that returns. Each page seen wide and narrow, light and dark, by axe."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.platform.web.axe import complaints_in_each_size


def seen_well(tab: Page) -> None:
    """The page as it stands, by axe, wide and narrow, light and dark; nothing scrolls sideways."""
    assert complaints_in_each_size(tab) == []
