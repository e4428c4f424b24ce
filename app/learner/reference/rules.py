"""What a reader looks for in the glossary, on the timeline and among the sources. `static/js/lists/filter.js` follows the same rule as one types; this is the one that counts. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.content.text.markdown import inline_tokens, plain
from app.content.values.text import Fragment
from app.platform.french import NO_BREAK, agree, exact, fold

_WORD = re.compile(r"(?:[^\W_]|\+)+")


def words_of(text: str) -> tuple[str, ...]:
    """Letters and digits, folded: « l’École REP+ » is « l », « ecole », « rep+ »."""
    return tuple(_WORD.findall(fold(text)))


def read_words(fragment: Fragment) -> tuple[str, ...]:
    """Returns the words that a reader sees in a text, without its marks and note numbers."""
    return words_of(plain(inline_tokens(fragment.text)))


def matches(asked: Iterable[str], words: Sequence[str]) -> bool:
    """Does each word that is asked begin one of these?"""
    return all(any(word.startswith(one) for word in words) for one in asked)


class ReferenceEntry(Struct, frozen=True):
    """What can be found: in each layer, the words of its narrower name and more; in the last, all its words."""

    anchor: str
    layers: tuple[tuple[str, ...], ...]


class Sentences(Struct, frozen=True):
    """What is said of what was found; « # » stands for the number. `inside`: of what was found in the last layer."""

    one: str
    many: str
    inside_one: str
    inside_many: str
    none: str = "Rien ne correspond. Essayez un mot plus court, ou montrez tout."


class SearchResult(Struct, frozen=True):
    anchors: frozenset[str]
    said: str


def look_for(query: str, entries: Sequence[ReferenceEntry], sentences: Sentences) -> SearchResult | None:
    """What matches in the first layer where anything does: « pre » is PRE before it is whatever speaks of a préfet. None where nothing is asked."""
    asked = words_of(query)
    if not asked:
        return None
    layers = max((len(entry.layers) for entry in entries), default=0)
    for layer in range(layers):
        found = [entry.anchor for entry in entries if matches(asked, entry.layers[layer])]
        if found:
            break
    else:
        return SearchResult(frozenset(), sentences.none)
    one, many = (sentences.inside_one, sentences.inside_many) if layer == layers - 1 else (sentences.one, sentences.many)
    return SearchResult(frozenset(found), agree(len(found), one, many).replace("# ", f"{exact(len(found))}{NO_BREAK}"))


def rows(spans: Iterable[Sequence[int]]) -> list[int]:
    """Returns the row, from 1, of each event of a year. `spans`: the lines that meet there; an event stands below
    all that came before on the lines from its first to its last, so that on each line time goes down."""
    last: Counter[int] = Counter()
    found = []
    for span in spans:
        crossed = range(min(span, default=0), max(span, default=0) + 1)
        row = 1 + max(last[line] for line in crossed)
        for line in crossed:
            last[line] = row
        found.append(row)
    return found
