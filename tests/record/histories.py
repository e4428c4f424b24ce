"""What several tests share: random histories of people × random edits of the course, on each database: the projection is the replay of the ledger, every page shows"""

from __future__ import annotations

import re

from app.record.progress.rules import Progress
from tests.strict import Page


def told(progress: Progress) -> str:
    """« 1 étape sur 4, dont 1 dispensée », as pages say it."""
    return ratio(progress).replace(" ", f" étape{'s' if progress.done > 1 else ''} ", 1)


def ratio(progress: Progress) -> str:
    """« 1 sur 4, dont 1 dispensée », as files say it."""
    spared = f", dont {progress.waived} dispensée{'s' if progress.waived > 1 else ''}" if progress.waived else ""
    return f"{progress.done} sur {progress.required}{spared}"


def figures_in(page: Page) -> set[str]:
    """Every « 4 étapes sur 6 » of a page."""
    texts = " | ".join(text.strip() for text in page.all("main")[0].itertext()).replace("\u00a0", " ")
    return set(re.findall(r"\d+ étapes? sur \d+(?:, dont \d+ dispensées?)?", texts))
