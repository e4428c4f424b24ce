"""What somebody types as what is looked for: groups of words, each with what says the same. Pure.

A sigle is found by what it stands for, and back, through the glossary. Nothing of what is typed reaches a database but our own tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.content.search.analysis import STOP_WORDS, Token, analyse
from app.content.values.course import Glossary

MOST_WORDS = 12
"""That are looked for; a sentence that holds more is cut."""
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]")


class Alternative(Struct, frozen=True):
    """Stems, all of which are asked; several stand side by side."""

    stems: tuple[str, ...]
    share: float = 1.0
    """Of the weight, for what is not what was typed."""
    together: bool = False


class WordGroup(Struct, frozen=True):
    """A word, or several that a sigle stands for."""

    folds: tuple[str, ...]
    """As they were typed."""
    alternatives: tuple[Alternative, ...]


class SearchRequest(Struct, frozen=True):
    groups: tuple[WordGroup, ...]
    phrases: tuple[tuple[str, ...], ...]
    """Words between quotation marks: side by side, as they are written."""
    folds: tuple[str, ...]
    """All that was typed, small words included."""

    @property
    def stems(self) -> frozenset[str]:
        """All that a row may be found by."""
        return frozenset(stem for group in self.groups for each in group.alternatives for stem in each.stems)

    @property
    def typed_stems(self) -> frozenset[str]:
        return frozenset(stem for group in self.groups for stem in group.alternatives[0].stems)


class Expansions(Struct, frozen=True):
    """What the acronyms of the glossary stand for."""

    of: Mapping[str, tuple[tuple[str, ...], ...]]
    """Sigle → the stems of each of its expansions, small words left out."""
    sigles: Mapping[tuple[str, ...], str]


def expansions(glossary: Glossary) -> Expansions:
    of: dict[str, list[tuple[str, ...]]] = {}
    sigles: dict[tuple[str, ...], str] = {}
    for entry in glossary.entries:
        sigle = analyse(entry.term.split(" (")[0])
        for expansion in entry.all_expansions if len(sigle) == 1 else ():
            stems = tuple(token.stem for token in _content(analyse(expansion)))
            if stems and stems != (sigle[0].stem,):
                of.setdefault(sigle[0].fold, []).append(stems)
                sigles.setdefault(stems, sigle[0].stem)
    return Expansions({sigle: tuple(found) for sigle, found in of.items()}, sigles)


def ask(text: str, known: Expansions) -> SearchRequest:
    """No group where nothing is asked."""
    tokens = analyse(text)
    content = _unique(_content(tokens))[:MOST_WORDS]
    phrases = tuple(tuple(token.fold for token in analyse(found)) for found in _QUOTED.findall(text))
    folds = tuple(token.fold for token in tokens)
    return SearchRequest(tuple(_groups(content, known)), tuple(phrase for phrase in phrases if len(phrase) > 1), folds)


def complete_last_word(asked: SearchRequest, completions: Iterable[str]) -> SearchRequest:
    """The last word is being typed: `completions` are stems of words that begin so."""
    if not asked.groups:
        return asked
    last = asked.groups[-1]
    known = {stem for each in last.alternatives for stem in each.stems}
    more = tuple(Alternative((stem,), 0.9) for stem in dict.fromkeys(completions) if stem not in known)
    return replace(asked, groups=(*asked.groups[:-1], replace(last, alternatives=last.alternatives + more)))


def _content(tokens: Sequence[Token]) -> list[Token]:
    """Without the small words, unless there is nothing else."""
    return [token for token in tokens if token.fold not in STOP_WORDS] or list(tokens)


def _unique(tokens: Iterable[Token]) -> list[Token]:
    return list({token.fold: token for token in tokens}.values())


def _groups(tokens: Sequence[Token], known: Expansions) -> Iterator[WordGroup]:
    place = 0
    while place < len(tokens):
        length, sigle = _sigle_at(tokens, place, known)
        here = tokens[place : place + length]
        folds, stems = tuple(token.fold for token in here), tuple(token.stem for token in here)
        if sigle:
            yield WordGroup(folds, (Alternative(stems), Alternative((sigle,), 0.9)))
        else:
            yield WordGroup(folds, (Alternative(stems), *(Alternative(each, 0.6, together=True) for each in known.of.get(folds[0], ()))))
        place += length


def _sigle_at(tokens: Sequence[Token], place: int, known: Expansions) -> tuple[int, str]:
    """How many words, from here, a sigle stands for, and the sigle; one word and none."""
    for length in range(len(tokens) - place, 1, -1):
        sigle = known.sigles.get(tuple(token.stem for token in tokens[place : place + length]))
        if sigle:
            return length, sigle
    return 1, ""


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
