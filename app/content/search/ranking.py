"""A search as typed: its groups of words, the order of what is found, the passage shown of it, the correction of its typing. Pure.

A sigle is found by what it stands for, and back, through the glossary. Nothing of what is typed reaches a database but our own tokens."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

from app.content.search.analysis import STOP_WORDS, Token, analyse, folds, stem
from app.content.search.entries import APART, ORDER, UNTITLED, SearchKind
from app.content.text.parts import CLOSING
from app.content.values.course import Course, Glossary, made_of_course

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


# --- Ranking: the same on both databases, without asking either of them ---

EXACT, PHRASE, NAMED, IN_PATH = 2.0, 3.0, 6.0, 1.0
"""Added for each word as it was typed, for all of them side by side, for a title that says them and nothing else, in a lesson of the path."""
_SAID_AGAIN = 0.5
"""Taken from « À retenir »: short as it is, it would come before the passage that explains."""
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
    score: float


def rank(asked: SearchRequest, candidates: Iterable[SearchCandidate], counts: Mapping[str, int], path: Collection[str]) -> list[RankedCandidate]:
    """Ranks the candidates that match, best first. `counts`: stem → sections that hold it; `path`: documents of the reader's path."""
    rarity = [1 + math.log10(_MANY / (1 + min(_MANY, max((counts.get(stem, 0) for stem in group.alternatives[0].stems), default=0)))) for group in asked.groups]
    total = sum(rarity) or 1.0
    judge = _Judge(asked, [each / total for each in rarity])
    found = [judge(candidate, candidate.document_id in path) for candidate in candidates]
    return sorted((each for each in found if each is not None), key=_place)


def _place(found: RankedCandidate) -> tuple[object, ...]:
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

    def __call__(self, candidate: SearchCandidate, in_path: bool) -> RankedCandidate | None:
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
        return RankedCandidate(candidate, matched, round(score + IN_PATH * in_path - _SAID_AGAIN * (candidate.anchor == CLOSING), 6))


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


# --- « Vouliez-vous dire… » ---
#
# For a word that the course does not hold, the nearest of its titles, headings and glossary.

_LETTERS = re.compile(r"[^\W\d_]{4,}|[^\W_]+\+?")
_NEAR, _VERY_NEAR = 0.72, 0.8
"""The second for words of up to five letters, many of which are sigles."""
_COMPARED = 400
"""Words that share most pairs of letters with the one that is asked: the others cannot be near."""


@made_of_course(8)
def vocabulary(course: Course, lessons: frozenset[str] | None) -> dict[str, str]:
    """Word → how it is written. `lessons`: those whose titles may be told; None for all, and with them those of modules and tools."""
    found: dict[str, str] = {}
    titles = [f"{entry.term} {' '.join(entry.all_expansions)}" for entry in course.glossary.entries]
    for lesson in course.lessons.values():
        if lessons is None or lesson.id in lessons:
            titles += [lesson.title, *(heading.title for heading in lesson.outline)]
    if lessons is None:
        titles += [module.title for module in course.modules.values()] + [tool.title for tool in course.tools.values()]
    titles += [f"{cite.name} {cite.departement}" for cite in course.network.cites]
    for title in titles:
        for word in _LETTERS.findall(title):
            read = folds(word)
            if len(read) == 1:
                found.setdefault(read[0], word if word.isupper() else word.lower())
    return found


def nearest(word: str, known: dict[str, str]) -> str:
    """How the nearest known word is written; empty where none is near."""
    if len(word) < 4:
        return ""
    pairs = _pairs(word)
    near = sorted((-len(pairs & _pairs(each)), each) for each in known if abs(len(each) - len(word)) <= 2)[:_COMPARED]
    found = difflib.get_close_matches(word, [each for shared, each in near if shared], n=1, cutoff=_NEAR if len(word) > 5 else _VERY_NEAR)
    return known[found[0]] if found else ""


@lru_cache(maxsize=20_000)
def _pairs(word: str) -> frozenset[str]:
    bounded = f"^{word}$"
    return frozenset(bounded[place : place + 2] for place in range(len(bounded) - 1))


def correct_typing(typed: str, unknown: Collection[str], known: dict[str, str]) -> str:
    """What was typed, each unknown word by its nearest; empty where no word has one."""
    changed, words = False, []
    for writing in typed.split():
        read = folds(writing)
        better = nearest(read[0], known) if len(read) == 1 and read[0] in unknown and read[0] not in known else ""
        changed = changed or bool(better)
        words.append(better or writing)
    return " ".join(words) if changed else ""
