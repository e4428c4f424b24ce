"""What was typed, set right: for a word that the course does not hold, the nearest of its own. Pure."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from app.content.search.analysis import STOP_WORDS, folds
from app.content.values.course import Course, made_of_course

_LETTERS = re.compile(r"[^\W\d_]{4,}|[^\W_]+\+?")
_LONG = re.compile(r"[^\W\d_]{5,}")
_ADDRESS = re.compile(r"\]\([^()\s]*+\)|\{#[^{}]*+\}|\[\^[^\[\]]*+\]")
"""Of a link, an anchor, a note: no word of the text."""
_NAME = re.compile(r"(?<=[a-zà-ÿ,;] )[A-ZÀ-Þ][^\W\d_]{3,}")
"""A capital within a sentence."""
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_MOST_TOGETHER = 5
"""Words that somebody may run together."""
_NEAR = 0.8
"""Of the letters of both, in the same order."""
_COMPARED = 400
"""Words that share most pairs of letters with the one that is asked: the others cannot be near."""


@made_of_course(8)
def vocabulary(course: Course, lessons: frozenset[str] | None) -> dict[str, str]:
    """Word → how it is written: those of titles and of the glossary, then those of the texts. `lessons`: those that may be told; None for all, and with them modules and tools."""
    found: dict[str, str] = {}
    titles = [f"{entry.term} {' '.join(entry.all_expansions)}" for entry in course.glossary.entries]
    told = [lesson for lesson in course.lessons.values() if lessons is None or lesson.id in lessons]
    for lesson in told:
        titles += [lesson.title, *(heading.title for heading in lesson.outline)]
    if lessons is None:
        titles += [module.title for module in course.modules.values()] + [tool.title for tool in course.tools.values()]
    titles += [f"{cite.name} {cite.departement}" for cite in course.network.cites]
    text = _ADDRESS.sub("", "\n".join((*(lesson.body.text for lesson in told), *(event.text.text for event in course.timeline.events))))
    names = set(_NAME.findall(text))
    for word in dict.fromkeys([*_LETTERS.findall("\n".join(titles)), *_LONG.findall(text)]):
        read = folds(word)
        if len(read) == 1:
            found.setdefault(read[0], word if word.isupper() or word in names else word.lower())
    for compound in dict.fromkeys(compound for title in titles for compound in _COMPOUND.findall(title)):
        found.setdefault("".join(folds(compound)), compound.lower())
    return found


def nearest(word: str, known: dict[str, str]) -> str:
    """How the nearest known word is written, one whose letters were only typed in another order first; empty where none is near."""
    swapped = (word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1))
    if whole := next((known[each] for each in (word, *swapped) if each in known and len(word) > 2), ""):
        return whole
    if len(word) < 4:
        return ""
    pairs = _pairs(word)
    near = sorted((-len(pairs & _pairs(each)), each) for each in known if abs(len(each) - len(word)) <= 2)[:_COMPARED]
    found = difflib.get_close_matches(word, [each for shared, each in near if shared], n=1, cutoff=_NEAR)
    return known[found[0]] if found else ""


@lru_cache(maxsize=20_000)
def _pairs(word: str) -> frozenset[str]:
    bounded = f"^{word}$"
    return frozenset(bounded[place : place + 2] for place in range(len(bounded) - 1))


def split_words(word: str, known: dict[str, str]) -> str:
    """How words that were run together are written, the fewest that it may be: « tableaudebord ». They are known, the first and the last of four letters or more; small words
    may stand between. Empty where it is no such word.
    """
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(word) + 1):
        pieces = ((begin, word[begin:end]) for begin in range(end - 1) if begin in best)
        ways = [(*best[begin], piece) for begin, piece in pieces if _may_stand(piece, known, inside=begin > 0 and end < len(word))]
        if ways:
            best[end] = min(ways, key=len)
    found = best.get(len(word), ())
    return " ".join(known.get(piece, piece) for piece in found) if 1 < len(found) <= _MOST_TOGETHER else ""


def _may_stand(piece: str, known: dict[str, str], *, inside: bool) -> bool:
    return (len(piece) > 3 and piece in known) or (inside and piece in STOP_WORDS)


def correct_typing(typed: str, unknown: frozenset[str], known: dict[str, str]) -> str:
    """What was typed, each unknown word by its nearest; empty where no word has one."""
    changed, words = False, []
    for writing in typed.split():
        read = folds(writing)
        missing = unknown.intersection(read) if len(read) == 1 or "-" in writing else ()
        held = len(read) == 1 and "-" not in known.get(read[0], "-")
        joined = "".join(read)
        better = (split_words(joined, known) or nearest(joined, known)) if missing and not held else ""
        changed = changed or bool(better)
        words.append(better or writing)
    return " ".join(words) if changed else ""


def unknown_sigle(typed: str, unknown: frozenset[str]) -> str:
    """The first word that looks like a sigle and is `unknown`: written in capitals, or a short one alone; empty where there is none."""
    words = typed.split()
    return next(
        (word.upper() for word in words if 1 < len(word) < 9 and unknown.intersection(folds(word)) and (word.isupper() or (len(words) == 1 and len(word) < 6))),
        "",
    )
