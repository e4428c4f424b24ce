"""What several tests share: a learner reports an error, the trainer corrects the key, publishes, takes the marks up again and answers; the learner sees it. By axe, wide and narrow."""

from __future__ import annotations

from playwright.sync_api import Page


def words(tab: Page) -> str:
    return " ".join(tab.locator("main").inner_text().replace("\u202f", " ").replace("\u00a0", " ").split())
