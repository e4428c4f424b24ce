"""Which options of corrected questions are ticked as right: a key that moves changes no word of a page, so that ticks are compared option by option. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.authoring.comparing.unworded import MOST, marked_words
from app.authoring.comparing.word_diff import DiffMark, matches

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

TICK = "tick"
"""Class of the word that says an option right."""


class Tickable(Struct, frozen=True, eq=False):
    """An option as it stands in a page."""

    question: str
    text: str
    place: Tag
    """What holds its words."""
    tick: Tag | None
    """None of a wrong one."""


def options_of(soup: BeautifulSoup) -> list[Tickable]:
    """Lists the options of a page in its order. To be read before anything is marked in the page."""
    found = []
    for line in soup.select("[data-ticked]"):
        question, text = line.find_parent(class_=["corrected", "lesson-answer"]), line.find(class_="answer-text")
        asked = question.find(class_=["corrected-title", "lesson-asked"]) if question else None
        if asked is not None and text is not None and text.parent is not None:
            found.append(Tickable(asked.get_text(), text.get_text(), text.parent, line.find(class_=TICK)))
    return found


def mark_ticks(soup: BeautifulSoup, options: Sequence[Tickable], was: Sequence[Tickable]) -> int:
    """Mark each option that is right and was not, or was and is not: an option that says the same, else the one in its place. Of how many questions."""
    changed = set()
    before_words, now_words = ([f"{each.question}\0{each.text}" for each in page] for page in (was, options))
    for _, a, b, c, d in matches(before_words, now_words, MOST):
        for place, now in enumerate(options[c:d], a):
            before = was[place].tick if place < b else None
            if (now.tick is None) == (before is None):
                continue
            changed.add(now.question)
            if now.tick is not None:
                words = now.tick.get_text()
                now.tick.clear()
                now.tick.append(marked_words(soup, DiffMark.ADDED, words))
            elif before is not None:
                gone = soup.new_tag("p", attrs={"class": "said"})
                gone.append(marked_words(soup, DiffMark.REMOVED, before.get_text()))
                now.place.insert(0, gone)
    return len(changed)
