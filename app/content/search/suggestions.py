"""« Vouliez-vous dire… »: for a word that the course does not hold, the nearest of its titles, headings and glossary. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from functools import lru_cache

from app.content.search.analysis import folds
from app.content.values.course import Course, made_of_course

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
