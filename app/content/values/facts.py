"""Facts that a course names, « {fait:seuil-marches} » after what tells them; and whether two tellings say the same. Pure.

What counts of a value: its figures, dates, acronyms and names. Spaces, typography, accents of capitals and wording never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from app.content.values.course import Course, made_of_course
from app.content.values.quiz import Question
from app.content.values.text import Fact
from app.platform.french import MONTHS, fold, strip_accents

# --- The same value? ---

_SHORT = 6
"""Words of a value in which nothing counts but the words themselves: « le préfet » is not « le recteur »."""
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_UNITS = ("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize")
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {"une": 1} | _TENS
_ROUND = {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50, "centaine": 100}
_TIMES = {"mille": 10**3, "millier": 10**3, "million": 10**6, "milliard": 10**9}
_MEASURES = {"€": "euro", "euro": "euro", "%": "%", "an": "an", "annee": "an", "mois": "mois", "ht": "HT", "ttc": "TTC"}
_MEASURES |= dict.fromkeys(("jour", "semaine", "heure", "minute", "point", "trimestre", "semestre", "metre", "kilometre"), "")
_WORDED = (
    (re.compile(r"\bM ?€"), " million €"),
    (re.compile(r"\bMds? ?€"), " milliard €"),
    (re.compile(r"\bk ?€"), " mille €"),
    (re.compile(r"\bpour ?cents?\b"), "%"),
    (re.compile(r"\bhors taxes?\b"), "HT"),
    (re.compile(r"\btoutes taxes comprises\b"), "TTC"),
    (re.compile(r"(?<=\d)(?:ers?|re|e|es|ème|èmes|nde?)\b"), ""),
    (re.compile(r"\b(?:[A-Z]\.){2,}"), lambda found: found[0].replace(".", "") + " "),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), lambda found: _written_date(found[3], found[2], found[1])),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b"), lambda found: _written_date(found[1], found[2], found[3])),
)
_PIECE = re.compile(r"\d{1,3}(?: \d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)?|[^\W\d_]+\d*\+?|[%€]|[.!?:](?= |$)")
_ACRONYM = re.compile(r"[A-Z]{2,}\d*\+?|[A-Z]\d+")
_MONTH_WORDS = {fold(month): month for month in MONTHS}
_IDLE = frozenset(
    re.findall(
        r"\w+",
        "a au aux ce ces cet cette d dans de des du elle en est et il ils l la le les leur n ne on ou par pas plus pour qu que qui s se ses son sont sur un une y",
    )
)
"""Words that are no name when a sentence begins with them, and that no wording is told by."""


class CountedValue(Struct, frozen=True):
    """What counts of a value."""

    figures: frozenset[str]
    measures: frozenset[str]
    marks: frozenset[str]
    """Months and acronyms."""
    names: frozenset[str]
    words: frozenset[str]
    """All of them, folded: a name that a sentence begins with is one of these in the other."""
    content: tuple[str, ...]
    """The words that are no article nor the like, in order."""

    @property
    def exact(self) -> bool:
        """Does it give a figure, a date, an acronym or a name? Otherwise its words alone are compared, where they are few."""
        return bool(self.figures or self.marks or self.names)

    @property
    def counts(self) -> bool:
        return self.exact or 0 < len(self.content) <= _SHORT


@lru_cache(10_000)
def same_value(before: str, after: str) -> bool:
    """Whether two tellings of a fact, as readers see them, give the same value. Remembered: many people hold the same few."""
    if before == after:
        return True
    old, new = count_value(before), count_value(after)
    if not (old.exact or new.exact):
        return old.content == new.content or not (old.counts and new.counts)
    measures = old.measures == new.measures or not (old.measures and new.measures)
    names = old.names <= new.words and new.names <= old.words
    return old.figures == new.figures and measures and old.marks == new.marks and names


def count_value(text: str) -> CountedValue:
    """What counts of a telling."""
    words = list(_pieces(text))
    folded = [fold(word) for word in words]
    figures, measures = _figures(words, folded)
    marks = {_MONTH_WORDS[word] for word in folded if word in _MONTH_WORDS} | {word for word in map(strip_accents, words) if _ACRONYM.fullmatch(word)}
    known = frozenset(word for word in folded if word.isalnum() or word.endswith("+"))
    content = tuple(word for word in folded if word in known and word not in _IDLE)
    return CountedValue(figures, measures, frozenset(marks), _names(words, folded), known, content)


def _written_date(day: str, month: str, year: str) -> str:
    number = int(month)
    return f"{int(day)} {MONTHS[number - 1]} {year}" if 1 <= number <= len(MONTHS) else f"{day} {month} {year}"


def _pieces(text: str) -> Iterator[str]:
    plain_spaces = " ".join(text.replace("’", "'").split())
    for pattern, instead in _WORDED:
        plain_spaces = pattern.sub(instead, plain_spaces)
    return iter(_PIECE.findall(plain_spaces))


def _singular(word: str) -> str:
    return word.removesuffix("s") if word != "mois" else word


def _figures(words: list[str], folded: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Numbers, typed or spelt, and what the word after each measures."""
    found: set[str] = set()
    measures: set[str] = set()
    place = 0
    while place < len(words):
        value, end = _number_at(words, folded, place)
        if value is None:
            place += 1
            continue
        while end < len(words) and (times := _TIMES.get(_singular(folded[end]))):
            value, end = value * times, end + 1
        found.add(f"{value.normalize():f}")
        after = end + (end + 1 < len(words) and folded[end] in ("d", "de"))
        if after < len(words) and (unit := _singular(folded[after])) in _MEASURES:
            measures.add(_MEASURES[unit] or unit)
        place = end
    return frozenset(found), frozenset(measures)


def _number_at(words: list[str], folded: list[str], place: int) -> tuple[Decimal | None, int]:
    """The number that begins at `place`, and where it ends. « un » alone is an article."""
    if words[place][0].isdecimal():
        return Decimal(words[place].replace(" ", "").replace(",", ".")), place + 1
    if (near := _ROUND.get(_singular(folded[place]))) is not None:
        return Decimal(near), place + 1
    value, end = _spelt_at(folded, place)
    article = end == place + 1 and value == 1 and not (end < len(words) and _singular(folded[end]) in _TIMES)
    return (None, place + 1) if end == place or article else (Decimal(value), end)


def _spelt_at(folded: list[str], place: int) -> tuple[int, int]:
    """« mille deux cent quatre-vingt-dix » → 1290, and where it ends: at `place` where no word of a number stands."""
    total, here, end = 0, 0, place
    while end < len(folded):
        word = folded[end]
        if word in _SMALL:
            here += 76 if word == "vingt" and here % 10 == 4 else _SMALL[word]
        elif word == "vingts" and here % 10 == 4:
            here += 76
        elif word in ("cent", "cents"):
            here = max(here, 1) * 100
        elif word == "mille":
            total, here = total + max(here, 1) * 1000, 0
        elif not (word == "et" and end > place and folded[end + 1 : end + 2] in (["un"], ["une"], ["onze"])):
            break
        end += 1
    return total + here, end


def _names(words: list[str], folded: list[str]) -> frozenset[str]:
    """Words with a capital that no sentence gives them; that of the first counts too where all that counts has one, « Le Havre »."""
    capitals = [word for word, bare in zip(words, folded, strict=True) if word[0].isupper() and bare not in _IDLE]
    ordinary = [word for word, bare in zip(words, folded, strict=True) if word[0].islower() and bare not in _IDLE]
    found = {fold(word) for place, word in enumerate(words) if word[0].isupper() and (not ordinary or (place and words[place - 1] not in ".!?:"))}
    return frozenset(name for name in found if name in {fold(word) for word in capitals} and name not in _SMALL)


# --- Where they are told ---


class Telling(Struct, frozen=True):
    """A fact as one document tells it."""

    document_id: str
    fact: Fact


def facts_of(document: object) -> dict[str, Fact]:
    """By its name, each fact that a lesson or the glossary tells: the first telling."""
    return {fact.id: fact for fact in reversed(getattr(document, "tells", ()))}


@made_of_course(1)
def told_facts(course: Course) -> Mapping[str, tuple[Telling, ...]]:
    """Name → where the published course tells it, lessons first, in the order of modules."""
    found: dict[str, list[Telling]] = {}
    ordered = [lesson for module in course.modules.values() for lesson in module.lesson_ids if lesson in course.lessons]
    for document_id in dict.fromkeys([*ordered, *course.lessons, "glossary"]):
        for name, fact in facts_of(course.lessons.get(document_id, course.glossary)).items():
            found.setdefault(name, []).append(Telling(document_id, fact))
    return {name: tuple(tellings) for name, tellings in found.items()}


# --- Keys are facts too: « quiz/question » ---

KEY = "/"
"""In the name of a key, and in none that a trainer writes."""


def key_name(quiz_id: str, question_id: str) -> str:
    return f"{quiz_id}{KEY}{question_id}"


def key_question(course: Course, name: str) -> Question | None:
    """The published question whose key this is."""
    quiz_id, _, question_id = name.partition(KEY)
    quiz = course.quizzes.get(quiz_id)
    return next((question for question in quiz.questions if question.id == question_id), None) if quiz else None
