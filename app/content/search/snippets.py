"""The passage of a text where what is asked stands, with its words marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from markupsafe import Markup, escape

from app.content.search.analysis import folds, stem
from app.content.search.asking import SearchRequest

WORDS = 26
"""Of a passage."""
_SURFACE = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+\+?")
_READ = 20_000
"""Words of a text that are looked at."""


def snippet(text: str, stems: Collection[str]) -> Markup:
    """About `WORDS` words of the text around the most that is asked; its beginning where nothing is."""
    spans = [found.span() for found in _SURFACE.finditer(text)][:_READ]
    found = [_matching_stem(text[begin:end], stems) for begin, end in spans]
    first = _densest(found)
    last = min(len(spans), first + WORDS)
    if not spans:
        return Markup("")
    begin = 0 if first == 0 else spans[first][0]
    end = len(text) if last == len(spans) else spans[last - 1][1]
    pieces, place = [Markup("… ") if begin else Markup("")], begin
    for (start, stop), marked in zip(spans[first:last], found[first:last], strict=True):
        if marked:
            pieces += [escape(text[place:start]), Markup("<mark>{}</mark>").format(text[start:stop])]
            place = stop
    return Markup("").join([*pieces, escape(text[place:end]), Markup("") if end == len(text) else Markup(" …")])


def marked(text: str, stems: Collection[str]) -> Markup:
    """A title, whole."""
    pieces, place = [], 0
    for found in _SURFACE.finditer(text):
        if _matching_stem(found.group(), stems):
            pieces += [escape(text[place : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
            place = found.end()
    return Markup("").join([*pieces, escape(text[place:])])


def marks(asked: SearchRequest, text: str) -> frozenset[str]:
    """Which stems are marked in a title and its text: those of what was typed; where none of them stands, those of what says the same."""
    typed = asked.typed_stems
    return typed if any(_matching_stem(found.group(), typed) for found in _SURFACE.finditer(text)) else asked.stems


def _matching_stem(surface: str, stems: Collection[str]) -> str:
    """The stem of a word, where it is asked; empty otherwise."""
    read = folds(surface)
    return found if len(read) == 1 and (found := stem(read[0])) in stems else ""


def _densest(found: list[str]) -> int:
    """Where the passage begins: that which holds most of what is asked, a few words before the first of it."""
    places = [place for place, each in enumerate(found) if each]
    best, begin = 0, 0
    for place in places:
        window = [each for each in found[place : place + WORDS - 6] if each]
        worth = 10 * len(set(window)) + len(window)
        if worth > best:
            best, begin = worth, place
    return max(0, min(begin - 6, len(found) - WORDS))
