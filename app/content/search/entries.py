"""A section as it is indexed: its words, what each stem weighs in it, and the tokens that a database finds it by. Pure.

A database only says which rows hold which tokens. What a stem weighs is found once, when a section is indexed, by BM25F without the statistics of the
whole (Robertson, Zaragoza and Taylor, 2004): the row of one section depends on that section alone.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from app.content.search.analysis import folds
from app.content.search.analysis import stem as stem_of
from app.content.search.sections import SearchKind, SearchSection

LEVELS = (30, 50, 65)
"""Weights from which a stem has tokens of its own besides: where many rows hold a word, those where it weighs most are looked at first."""
TITLE, TITLE_AGAIN, HEADING, BODY, GLOSSARY = 8.0, 2.0, 4.0, 1.0, 6.0
"""What a word is worth in the title of a page, where that page begins or further down, in the title of a section, in its text; more in a word of the glossary."""
UNTITLED = {SearchKind.TIMELINE: 1.0, SearchKind.SOURCE: 0.4, SearchKind.QUESTION: 1.0}
"""Kinds whose title is their text, or that of something else; what their text is worth."""
_SATURATION, _LENGTH_COUNTS, _USUAL_LENGTH, _SHORT = 4.0, 0.75, 100, 50
"""BM25's two constants; the words of a usual text, and of one that gains nothing by being shorter."""
_MOST_WORDS = 20_000
_MOST_STEMS = 4_000
"""Of a section; nobody writes as long a one, and PostgreSQL takes a megabyte at most."""
FIELD, APART = "|", "  "


class SearchEntry(Struct, frozen=True):
    """What is stored of a section besides itself."""

    words: str
    """` title | heading | text `, each word between two spaces of its own: what stands side by side is found by reading it."""
    weights: str
    """` stem:weight stem:weight `, from 1 to 99."""
    tokens: str
    """Separated by spaces."""


def entry_of(section: SearchSection, document_id: str) -> SearchEntry:
    title, heading, text = (folds(part)[:_MOST_WORDS] for part in (section.title, f"{section.heading} {section.also}", section.text))
    words = f" {FIELD} ".join(map(APART.join, (title, heading, text)))
    counts = [_stems(part) for part in (title, heading, text)]
    worth = _worth(section, len(text))
    weights = {stem: _weight(counts, worth, stem) for stem in list(counts[0] | counts[1] | counts[2])[:_MOST_STEMS]}
    tokens = list(_tokens(section, document_id, weights))
    return SearchEntry(f" {words} ", "".join(f" {stem}:{weight}" for stem, weight in weights.items()) + " ", " ".join(tokens))


def _stems(words: list[str]) -> Counter[str]:
    """How often each stem stands among words, in the order of the first of each; a word that comes back is looked up once."""
    counts = Counter[str]()
    for word, count in Counter(words).items():
        counts[stem_of(word)] += count
    return counts


def _worth(section: SearchSection, length: int) -> tuple[float, float, float]:
    body = BODY / (1 - _LENGTH_COUNTS + _LENGTH_COUNTS * max(length, _SHORT) / _USUAL_LENGTH)
    if section.kind in UNTITLED:
        return 0.0, 0.0, body * UNTITLED[section.kind]
    if section.kind is SearchKind.GLOSSARY:
        return TITLE + GLOSSARY, HEADING, body
    return TITLE_AGAIN if section.heading else TITLE, HEADING, body


def _weight(counts: list[Counter[str]], worth: tuple[float, float, float], stem: str) -> int:
    found = sum(count[stem] * each for count, each in zip(counts, worth, strict=True))
    return max(1, round(99 * found / (found + _SATURATION)))


def _tokens(section: SearchSection, document_id: str, weights: dict[str, int]) -> set[str]:
    """Words of a question are no token of the others: nobody finds one whom it was not asked."""
    if section.kind is SearchKind.QUESTION:
        return {question_token(stem) for stem in weights}
    found = {kind_token(section.kind), document_token(document_id)}
    for stem, weight in weights.items():
        found.update([stem, *(level_token(stem, level) for level, least in enumerate(LEVELS, 1) if weight >= least)])
    return found


def level_token(stem: str, level: int) -> str:
    return f"{stem}_{level}" if level else stem


def question_token(stem: str) -> str:
    return f"{stem}_q"


def kind_token(kind: SearchKind) -> str:
    return f"_k_{kind}"


def document_token(document_id: str) -> str:
    return "_d_" + document_id.replace("-", "_")
