"""The order of what is found, and the passage shown of it. Pure: nothing of what is typed reaches a database but our own tokens."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from markupsafe import Markup, escape
from msgspec import Struct

from app.content.search.analysis import STOP_WORDS, folds, stem
from app.content.search.asking import NUMBERS, Alternative, SearchRequest, WordGroup
from app.content.search.entries import APART, FIELD, ORDER, UNTITLED, SearchKind
from app.content.text.markdown import SECTIONS

# --- What a database is asked ----------------------------------------------------------------------------------------


class All(Struct, frozen=True):
    parts: tuple[Wanted, ...]


class Any(Struct, frozen=True):
    parts: tuple[Wanted, ...]


Wanted = All | Any | str
"""Tokens, `[a-z0-9+_]` alone."""


def database_query(wanted: Wanted, quote: str, both: str, either: str) -> str:
    """Writes a query in the syntax of a database: FTS5 has `"a" AND ("b" OR "c")`, PostgreSQL `'a' & ('b' | 'c')`."""
    if isinstance(wanted, str):
        return f"{quote}{wanted}{quote}"
    sign = both if isinstance(wanted, All) else either
    return "(" + f" {sign} ".join(database_query(part, quote, both, either) for part in wanted.parts) + ")"


# --- Ranking: the same on both databases, without asking either of them ---

EXACT, PHRASE, NAMED, HEADED, SPOKEN_OF, COVERED, IN_PATH, ANSWERED = 2.0, 3.0, 6.0, 2.0, 3.0, 4.0, 1.0, 2.5
"""Added for each word as it was typed, for all of them side by side, for a title, a heading that says them and nothing else, for a title or a heading that says
some of them and nothing else, for all that is asked, in a lesson of the path, for a tool that is of what one asks how to do, a number beside what one asks how many there are of."""
_SAID_AGAIN = 1.5
"""Taken from « À retenir » and « Sur mon territoire »: short as they are, they would come before the passage that explains."""
_ENDS = frozenset(SECTIONS)
_MANY = 50_000
"""Sections of a large course: what a word is worth does not change with each publication."""
_SHARE = 10.0
"""A word that stands in each title is worth so much."""


class SearchCandidate(Struct, frozen=True):
    """A row as it is judged."""

    id: int
    kind: SearchKind
    document_id: str
    ref: str
    anchor: str
    place: int
    words: str
    weights: str


class RankedCandidate(Struct, frozen=True):
    candidate: SearchCandidate
    matched: int
    """Groups that it holds."""
    covered: float
    """Their share of what is asked, from 0 to 1: a rare word tells more."""
    score: float
    opened: bool
    """Its title begins with a word that was typed: such a page is not hidden by those that hold the others."""


def rank(asked: SearchRequest, candidates: Iterable[SearchCandidate], counts: Mapping[str, int], path: Collection[str]) -> list[RankedCandidate]:
    """Ranks the candidates that match, best first; sources last, where something else holds all that is asked. `counts`: stem → sections that hold it; `path`: documents of the reader's path."""
    rarity = [
        group.share * (1 + math.log10(_MANY / (1 + min(_MANY, max((counts.get(stem, 0) for stem in group.alternatives[0].stems), default=0)))))
        for group in asked.groups
    ]
    total = sum(rarity) or 1.0
    judge = _Judge(asked, [each / total for each in rarity])
    found = [one for candidate in candidates if (one := judge(candidate, candidate.document_id in path))]
    answered = any(one.matched == len(asked.groups) and one.candidate.kind is not SearchKind.SOURCE for one in found)
    return sorted(found, key=lambda one: (answered and one.candidate.kind is SearchKind.SOURCE, *_place(one)))


def _place(found: RankedCandidate) -> tuple[object, ...]:
    here = found.candidate
    return (-found.score, ORDER[here.kind], here.ref, here.place, here.anchor)


class _Judge:
    def __init__(self, asked: SearchRequest, shares: list[float]) -> None:
        self.groups = list(zip(asked.groups, shares, strict=True))
        self.stems = asked.typed_stems
        self.exact = [f" {fold} " for group in asked.groups for fold in group.folds]
        content = [fold for group in asked.groups for fold in group.folds]
        self.side_by_side = _beside(content) if len(content) > 1 else None
        self.named = re.compile(f"(?:^|[|])(?: (?:{_SMALL}) )*{_beside(content).pattern}(?: (?:{_SMALL}) )*[|]")
        self.hard = {stem for group in asked.groups if group.share == 1.0 for stem in group.alternatives[0].stems}
        self.how_to = asked.how_to
        self.number = _number_near(content) if asked.how_many else None
        self.phrases = [f" {APART.join(phrase)} " for phrase in asked.phrases]

    def __call__(self, candidate: SearchCandidate, in_path: bool) -> RankedCandidate | None:
        words = candidate.words
        if any(phrase not in words for phrase in self.phrases):
            return None
        weights = [_weight(group, candidate) * share for group, share in self.groups]
        matched = sum(weight > 0 for weight in weights)
        if not matched:
            return None
        covered = sum(share for weight, (_, share) in zip(weights, self.groups, strict=True) if weight > 0)
        score = _SHARE * sum(weights) / 99 + COVERED * covered + EXACT * sum(exact in words for exact in self.exact) / len(self.exact)
        if self.side_by_side is not None and self.side_by_side.search(words):
            score += PHRASE
        if candidate.kind not in UNTITLED and (named := self.named.search(words)):
            score += HEADED if named.start() else NAMED
        elif candidate.kind not in UNTITLED and candidate.anchor not in _ENDS and any(map(self._is_said, words.split(FIELD)[:2])):
            score += SPOKEN_OF
        opened = self._opens(candidate)
        if (opened and self.how_to and candidate.kind is SearchKind.TOOL) or (self.number is not None and self.number.search(words)):
            score += ANSWERED
        return RankedCandidate(candidate, matched, round(covered, 6), round(score + IN_PATH * in_path - _SAID_AGAIN * (candidate.anchor in _ENDS), 6), opened)

    def _opens(self, candidate: SearchCandidate) -> bool:
        """Is the first word of the page's title one that was typed? Of a part of a page, no."""
        if candidate.kind in UNTITLED or (candidate.anchor and candidate.kind is not SearchKind.GLOSSARY):
            return False
        first = next((fold for fold in candidate.words.partition(FIELD)[0].split() if fold not in STOP_WORDS), "")
        return stem(first) in self.hard

    def _is_said(self, part: str) -> bool:
        """Does what was typed hold all the words of a title or a heading?"""
        said = [fold for fold in part.split() if fold not in STOP_WORDS]
        return bool(said) and len(part) < 80 and all(stem(fold) in self.stems for fold in said)


def _weight(group: WordGroup, candidate: SearchCandidate) -> float:
    return max(_alternative_weight(each, candidate) for each in group.alternatives)


def _alternative_weight(alternative: Alternative, candidate: SearchCandidate) -> float:
    """The least of its stems: where several are asked, all are."""
    least = 99
    for one in alternative.stems:
        start = candidate.weights.find(f" {one}:")
        if start < 0:
            return 0.0
        begin = start + len(one) + 2
        least = min(least, int(candidate.weights[begin : candidate.weights.index(" ", begin)]))
    if alternative.together and not _adjacent_words(alternative.stems).search(candidate.words):
        return 0.0
    return least * alternative.share


@lru_cache(maxsize=500)
def _adjacent_words(stems: tuple[str, ...]) -> re.Pattern[str]:
    """Words that begin as these stems do, side by side, small words set aside."""
    return _beside([stem if len(stem) <= 3 else stem[:-1] for stem in stems], ends="[a-z0-9+]*")


_SMALL = "|".join(sorted(STOP_WORDS))


def _beside(words: Iterable[str], ends: str = "") -> re.Pattern[str]:
    return re.compile(" " + f" (?: (?:{_SMALL}) )* ".join(re.escape(word) + (ends if len(word) > 2 else "") for word in words) + " ")


_NUMBER = f"(?:[0-9]+|{'|'.join(NUMBERS)})"


def _number_near(words: Iterable[str]) -> re.Pattern[str]:
    """A number, and one of these words at most three words away, on either side."""
    one = "(?:" + "|".join(map(re.escape, words)) + ")"
    between = "(?:[^ |]+  ){0,3}?"
    return re.compile(f" (?:{_NUMBER}  {between}{one}|{one}  {between}{_NUMBER}|combien(?=[^|]*[|][^|]*$)) ")


# --- The passage of a text where what is asked stands, with its words marked ---

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


def mark_title(text: str, stems: Collection[str]) -> Markup:
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
