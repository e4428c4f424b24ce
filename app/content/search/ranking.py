"""Orders search results, the same on both databases, without asking either of them. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from app.content.search.analysis import STOP_WORDS
from app.content.search.asking import Alternative, SearchRequest, WordGroup
from app.content.search.entries import APART, UNTITLED
from app.content.search.sections import ORDER, SearchKind

EXACT, PHRASE, NAMED, IN_PATH = 2.0, 3.0, 6.0, 1.0
"""Added for each word as it was typed, for all of them side by side, for a title that says them and nothing else, in a lesson of the path."""
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


class Ranked(Struct, frozen=True):
    candidate: SearchCandidate
    matched: int
    """Groups that it holds."""
    score: float


def rank(asked: SearchRequest, candidates: Iterable[SearchCandidate], counts: Mapping[str, int], path: Collection[str]) -> list[Ranked]:
    """Ranks the candidates that match, best first. `counts`: stem → sections that hold it; `path`: documents of the reader's path."""
    rarity = [1 + math.log10(_MANY / (1 + min(_MANY, max((counts.get(stem, 0) for stem in group.alternatives[0].stems), default=0)))) for group in asked.groups]
    total = sum(rarity) or 1.0
    judge = _Judge(asked, [each / total for each in rarity])
    found = [judge(candidate, candidate.document_id in path) for candidate in candidates]
    return sorted((each for each in found if each is not None), key=_place)


def _place(found: Ranked) -> tuple[object, ...]:
    here = found.candidate
    return (-found.matched, -found.score, ORDER[here.kind], here.ref, here.place, here.anchor)


class _Judge:
    def __init__(self, asked: SearchRequest, shares: list[float]) -> None:
        self.groups = list(zip(asked.groups, shares, strict=True))
        self.exact = [f" {fold} " for group in asked.groups for fold in group.folds]
        self.typed = APART.join(asked.folds)
        content = [fold for fold in asked.folds if fold not in STOP_WORDS] or list(asked.folds)
        self.side_by_side = _beside(content) if len(content) > 1 else None
        self.phrases = [f" {APART.join(phrase)} " for phrase in asked.phrases]

    def __call__(self, candidate: SearchCandidate, in_path: bool) -> Ranked | None:
        words = candidate.words
        if any(phrase not in words for phrase in self.phrases):
            return None
        weights = [_weight(group, candidate) * share for group, share in self.groups]
        matched = sum(weight > 0 for weight in weights)
        if not matched:
            return None
        score = _SHARE * sum(weights) / 99 + EXACT * sum(exact in words for exact in self.exact) / len(self.exact)
        if self.side_by_side is not None and self.side_by_side.search(words):
            score += PHRASE
        if words.startswith(f" {self.typed} | ") and candidate.kind not in UNTITLED:
            score += NAMED
        return Ranked(candidate, matched, round(score + IN_PATH * in_path, 6))


def _weight(group: WordGroup, candidate: SearchCandidate) -> float:
    return max(_alternative_weight(each, candidate) for each in group.alternatives)


def _alternative_weight(alternative: Alternative, candidate: SearchCandidate) -> float:
    """The least of its stems: where several are asked, all are."""
    least = 99
    for stem in alternative.stems:
        start = candidate.weights.find(f" {stem}:")
        if start < 0:
            return 0.0
        begin = start + len(stem) + 2
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
