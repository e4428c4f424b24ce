"""What is noted, kept and received, as a text to take away. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.learner.notebook.kept.queries import KeptPage, PassageGroup, PassageItem
from app.learner.notebook.rules import quoted, titled
from app.platform.french import french, french_date, spaced


def passages_text(page: KeptPage) -> str:
    """Writes notes and favourites as plain text, to follow the answers; empty where there are none."""
    parts = (("Mes notes", page.notes), ("Mes favoris", page.favourites), *((group.title, (group,)) for group in page.received))
    return "\n".join(line for title, groups in parts if groups for line in _part(title, groups))


def _part(title: str, groups: Iterable[PassageGroup]) -> Iterator[str]:
    yield from ("", *titled(spaced(title).upper(), "="))
    for group in groups:
        if group.title != title:
            yield from titled(french(group.title), "-")
        for one in group.items:
            yield from _lines(one)


def _lines(one: PassageItem) -> Iterator[str]:
    yield from (spaced(one.spot.words), "")
    if not one.favourite:
        yield from (*quoted(one.text), "", spaced(f"    ({french_date(one.saved_at)})"), "")
