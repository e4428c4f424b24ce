"""What the course knows of words: which sigles stand for what (the glossary), which pairs no tolerance may cross (the confusions). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct, field

from app.assessment.answers.normalise import (
    agree_words,
    agreed_spellings,
    agreed_word,
    bare_spellings,
    clean_text,
    fold_case,
    fold_text,
    full_spellings,
    uncontracted_spellings,
    undotted_spellings,
)
from app.content.values.course import Confusables, Glossary


def _alone(spell: Callable[[str], str]) -> Callable[[str], frozenset[str]]:
    return lambda text: frozenset({spell(text)})


_LEVELS: tuple[Callable[[str], frozenset[str]], ...] = (
    full_spellings,
    agreed_spellings,
    uncontracted_spellings,
    undotted_spellings,
    bare_spellings,
    _alone(fold_text),
    _alone(fold_case),
    _alone(clean_text),
)
"""From the most tolerant reading of a text to the strictest. The first ones read it twice: hyphens as spaces, and no hyphens."""

Phrase: TypeAlias = tuple[str, ...]


class ConfusablePair(Struct, frozen=True):
    """Two writings that mean different things, read at the most tolerant level where they still differ: the phrases of the long one, of the short one."""

    long: tuple[Phrase, ...]
    short: tuple[Phrase, ...]
    level: int
    words: tuple[str, str] | None
    """The two as folded words, where each is a single one."""

    def sides(self, text: str) -> frozenset[int]:
        """Which of the two a text names, as whole words: 0 for the long one, 1 for the short one (unless it is part of the long one).

        Without its hyphens first: « péri-scolaire » is « périscolaire », and names no « scolaire ».
        """
        for reading in _readings(text, self.level):
            if named := self._named_sides(reading):
                return named
        return frozenset()

    def _named_sides(self, words: Phrase) -> frozenset[int]:
        rest = _mask_phrases(words, self.long)
        named = (rest != words, _mask_phrases(rest, self.short) != rest)
        return frozenset(side for side in (0, 1) if named[side])

    def other(self, word: str) -> str | None:
        """The single word that `word` may not be taken for."""
        if self.words is None or word not in self.words:
            return None
        return self.words[1] if word == self.words[0] else self.words[0]


@lru_cache(2_000)
def _readings(text: str, level: int) -> tuple[Phrase, ...]:
    """The words of each reading of a text at a level, the fewest first."""
    return tuple(sorted(map(_words, _LEVELS[level](text)), key=len))


def _words(text: str) -> Phrase:
    """The strictest levels keep apostrophes and punctuation, which are no part of a word."""
    return tuple(re.findall(r"[^\s'’«»\".,;:!?()]+", text))


def _mask_phrases(words: Phrase, phrases: tuple[Phrase, ...]) -> Phrase:
    """`words`, each occurrence of one of `phrases` put out of sight."""
    if not any(phrase[0] in words for phrase in phrases):
        return words
    kept: list[str] = []
    index = 0
    while index < len(words):
        length = max((len(phrase) for phrase in phrases if words[index : index + len(phrase)] == phrase), default=0)
        kept.append("\0" if length else words[index])
        index += length or 1
    return tuple(kept)


class Lexicon(Struct, frozen=True):
    """Sigles and confusable pairs, ready to be asked."""

    expansions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Sigle → the writings of what it stands for; both undotted and bare."""
    pairs: tuple[ConfusablePair, ...] = ()
    sigles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What a sigle stands for, agreed → the sigles that stand for it."""

    words: frozenset[str] = frozenset()
    """Those of four letters or more that the glossary writes, folded: what is one of them is no slip in another."""

    def expands(self, sigle: str, text: str) -> bool:
        """Whether `text` is what `sigle` stands for."""
        return not {agree_words(form) for form in self.long_forms(sigle)}.isdisjoint(agreed_spellings(text))

    def knows(self, sigle: str) -> bool:
        return not self.expansions.keys().isdisjoint(undotted_spellings(sigle))

    def is_long_form(self, text: str) -> bool:
        """Whether some sigle stands for this text."""
        return any(agree_words(form) in agreed_spellings(text) for forms in self.expansions.values() for form in forms)

    def long_forms(self, sigle: str) -> frozenset[str]:
        return frozenset().union(*(self.expansions.get(spelling, frozenset()) for spelling in undotted_spellings(sigle)))

    def sigles_of(self, text: str) -> frozenset[str]:
        """The sigles that stand for a text."""
        return frozenset().union(*(self.sigles.get(spelling, frozenset()) for spelling in agreed_spellings(text)))

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

    def rivals(self, word: str) -> list[str]:
        """The words of the glossary that lie within two letters, or so, of a folded `word`, and are no form of it."""
        letters, shared = set(word), agreed_word(word)
        return sorted(
            other for other in self.words if abs(len(other) - len(word)) <= 2 and len(letters ^ set(other)) <= 4 and agreed_word(other) not in (shared, word)
        )


_MADE: list[tuple[Glossary, Confusables, Lexicon]] = []
"""The last sixteen of this process, each told by the very values that it was made of: by what they say, each answer would go through a whole glossary."""


def lexicon_of(glossary: Glossary, confusables: Confusables) -> Lexicon:
    """The lexicon of a course. A sigle with several meanings, « CPO (1) » and « CPO (2) », or with several long forms, has them all."""
    for known, pairs, made in _MADE:
        if known is glossary and pairs is confusables:
            return made
    made = _lexicon(glossary, confusables)
    _MADE[:] = [(glossary, confusables, made), *_MADE[:15]]
    return made


def _lexicon(glossary: Glossary, confusables: Confusables) -> Lexicon:
    expansions: dict[str, frozenset[str]] = {}
    for entry in glossary.entries:
        for expansion in entry.all_expansions:
            sigle = min(undotted_spellings(entry.term.split(" (")[0]))
            expansions[sigle] = expansions.get(sigle, frozenset()) | undotted_spellings(expansion)
    written = [pair for pair in confusables.pairs if clean_text(pair[0]) != clean_text(pair[1])]
    sigles: dict[str, frozenset[str]] = {}
    for sigle, forms in expansions.items():
        for form in map(agree_words, forms):
            sigles[form] = sigles.get(form, frozenset()) | {sigle}
    return Lexicon(expansions, tuple(_pair(*pair) for pair in [*written, *_long_pairs(written, expansions)]), sigles, _words_of(glossary))


def _words_of(glossary: Glossary) -> frozenset[str]:
    texts = (f"{entry.term} {' '.join(entry.all_expansions)} {entry.definition.text}" for entry in glossary.entries)
    return frozenset(word for text in texts for word in re.findall(r"[^\W\d_]{4,}", fold_text(text)))


def _long_pairs(pairs: list[tuple[str, str]], expansions: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Where two sigles may be confused, so may what they stand for."""
    found = []
    for pair in pairs:
        first, second = (expansions.get(min(undotted_spellings(member)), frozenset()) for member in pair)
        if first.isdisjoint(second):
            found += [(one, other) for one in sorted(first) for other in sorted(second)]
    return found


def _pair(first: str, second: str) -> ConfusablePair:
    level = next(index for index, read in enumerate(_LEVELS) if read(first).isdisjoint(read(second)))
    longest = sorted((first, second), key=lambda member: len(_readings(member, level)[-1]), reverse=True)
    words = (min(bare_spellings(first)), min(bare_spellings(second)))
    single = words[0] != words[1] and not any(" " in word for word in words)
    long, short = (tuple(filter(None, _readings(member, level))) for member in longest)
    return ConfusablePair(long, short, level, words if single else None)
