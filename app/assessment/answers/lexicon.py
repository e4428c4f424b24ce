"""What the course knows of words: which sigles stand for what (the glossary), which pairs no tolerance may cross (the confusions). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from app.assessment.answers.normalise import bare_spellings, cased, cleaned, folded, undotted_spellings
from app.content.values.course import Confusables, Glossary


def _first(spell: Callable[[str], frozenset[str]]) -> Callable[[str], str]:
    """The first writing in alphabetical order: hyphens as spaces come before no hyphens, so it is the spaced one."""
    return lambda text: min(spell(text))


_LEVELS: tuple[Callable[[str], str], ...] = (_first(undotted_spellings), _first(bare_spellings), folded, cased, cleaned)
"""From the most tolerant reading of a text to the strictest."""


@dataclass(frozen=True, slots=True)
class ConfusablePair:
    """Two writings that mean different things, read at the most tolerant level where they still differ."""

    long: tuple[str, ...]
    short: tuple[str, ...]
    level: int

    def sides(self, text: str) -> frozenset[int]:
        """Which of the two a text names, as whole words: 0 for the long one, 1 for the short one (unless it is part of the long one)."""
        words = _words(_LEVELS[self.level](text))
        rest = _masked(words, self.long)
        named = (rest != words, _masked(rest, self.short) != rest)
        return frozenset(side for side in (0, 1) if named[side])

    def other(self, word: str) -> str | None:
        """The single word that `word` may not be taken for."""
        if len(self.long) == len(self.short) == 1 and word in (self.long[0], self.short[0]):
            return self.short[0] if word == self.long[0] else self.long[0]
        return None


def _words(text: str) -> list[str]:
    """The strictest levels keep apostrophes and punctuation, which are no part of a word."""
    return re.findall(r"[^\s'’«»\".,;:!?()]+", text)


def _masked(words: list[str], phrase: tuple[str, ...]) -> list[str]:
    """`words`, each occurrence of `phrase` put out of sight."""
    kept: list[str] = []
    index = 0
    while index < len(words):
        here = bool(phrase) and tuple(words[index : index + len(phrase)]) == phrase
        kept.append("\0" if here else words[index])
        index += len(phrase) if here else 1
    return kept


@dataclass(frozen=True)
class Lexicon:
    """Sigles and confusable pairs, ready to be asked."""

    expansions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Sigle → the writings of what it stands for; both undotted and bare."""
    pairs: tuple[ConfusablePair, ...] = ()

    def expands(self, sigle: str, text: str) -> bool:
        """Whether `text` is what `sigle` stands for."""
        return any(not self.expansions.get(spelling, frozenset()).isdisjoint(undotted_spellings(text)) for spelling in undotted_spellings(sigle))

    def long_forms(self, sigle: str) -> frozenset[str]:
        return frozenset().union(*(self.expansions.get(spelling, frozenset()) for spelling in undotted_spellings(sigle)))

    def crosses(self, typed: str, expected: str) -> bool:
        """Whether taking one text for the other would cross a confusable pair."""
        for pair in self.pairs:
            sides = pair.sides(typed), pair.sides(expected)
            if all(sides) and sides[0] != sides[1]:
                return True
        return False

    def others(self, word: str) -> list[str]:
        """The single words that a folded `word` may not be taken for."""
        return [other for pair in self.pairs if (other := pair.other(word)) is not None]


@lru_cache(16)
def lexicon_of(glossary: Glossary, confusables: Confusables) -> Lexicon:
    """The lexicon of a course. A sigle with several meanings, « CPO (1) » and « CPO (2) », has them all."""
    expansions: dict[str, frozenset[str]] = {}
    for entry in glossary.entries:
        if entry.expansion:
            sigle = min(undotted_spellings(entry.term.split(" (")[0]))
            expansions[sigle] = expansions.get(sigle, frozenset()) | undotted_spellings(entry.expansion)
    written = [pair for pair in confusables.pairs if cleaned(pair[0]) != cleaned(pair[1])]
    return Lexicon(expansions, tuple(_pair(*pair) for pair in [*written, *_long_pairs(written, expansions)]))


def _long_pairs(pairs: list[tuple[str, str]], expansions: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Where two sigles may be confused, so may what they stand for."""
    found = []
    for pair in pairs:
        first, second = (expansions.get(min(undotted_spellings(member)), frozenset()) for member in pair)
        if first.isdisjoint(second):
            found += [(one, other) for one in sorted(first) for other in sorted(second)]
    return found


def _pair(first: str, second: str) -> ConfusablePair:
    level = next(index for index, read in enumerate(_LEVELS) if read(first) != read(second))
    members = sorted((tuple(_words(_LEVELS[level](member))) for member in (first, second)), key=len, reverse=True)
    return ConfusablePair(members[0], members[1], level)
