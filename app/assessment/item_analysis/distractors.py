"""What an answer picked, part by part, and what chance alone would earn: for the statistics of questions. Pure.

A pick is an option, a word that was typed, a right item put with a left one, a gap's filling. Its key is the same for everybody who picked it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb
from string import ascii_uppercase

from app.assessment.answers.normalise import folded
from app.assessment.questions.grading import Grade
from app.assessment.questions.responses import Chosen, Filled, Given, Matched, Typed, as_text
from app.content.values.quiz import Choices, Gap, Gaps, Kind, Matching, Option, Ordering, Question
from app.french import NARROW

ACCEPTED = "="
"""Key of every typed answer that was accepted: they are one pick."""


@dataclass(frozen=True, slots=True)
class Pick:
    key: str
    label: str
    """« l’option B », « la réponse « contrat » »."""
    text: str
    """What it says."""
    correct: bool


def picks(question: Question, given: Given, grade: Grade) -> tuple[Pick, ...]:
    """The picks of one answer; none of a blank one, nor of an ordering, which has no parts to choose."""
    return tuple(_picks(question, given, grade))


def _picks(question: Question, given: Given, grade: Grade) -> Iterator[Pick]:
    match question.answer, given:
        case Choices() as answer, Chosen(keys):
            yield from (pick for pick in _options(answer) if pick.key in keys)
        case Matching() as answer, Matched(rights):
            pairs = {pair.key: pair for pair in answer.pairs}
            for key, right in rights:
                if key in pairs:
                    yield _matched(as_text(pairs[key].left.text), key, right, right == pairs[key].right)
        case Gaps(), Filled(texts):
            accepted = [verdict is not None for verdict in grade.verdicts]
            yield from (
                _typed(text, right, f"{index}:", f"dans le trou {index}, ") for index, (text, right) in enumerate(zip(texts, accepted, strict=False), 1) if text
            )
        case _, Typed(text) if text:
            yield _typed(text, grade.fraction == 1, "", "")


def offered(question: Question) -> tuple[Pick, ...]:
    """What everybody could pick: the options of a question that has some, in the file's order."""
    return _options(question.answer) if isinstance(question.answer, Choices) else ()


@lru_cache(500)
def _options(answer: Choices) -> tuple[Pick, ...]:
    """Made once for a question, however many people answered it."""
    return tuple(_option(place, option) for place, option in enumerate(answer.options))


def _option(place: int, option: Option) -> Pick:
    letter = ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1)
    return Pick(option.key, f"l’option {letter}", as_text(option.text.text), option.correct)


def _matched(left: str, key: str, right: str, correct: bool) -> Pick:
    return Pick(f"{key}={right}", f"l’association «{NARROW}{left}{NARROW}» avec «{NARROW}{as_text(right)}{NARROW}»", f"{left} → {as_text(right)}", correct)


def _typed(text: str, accepted: bool, scope: str, where: str) -> Pick:
    if accepted:
        return Pick(scope + ACCEPTED, f"{where}une réponse acceptée", "", True)
    return Pick(scope + folded(text), f"{where}la réponse «{NARROW}{text}{NARROW}»", text, False)


# --- By chance -------------------------------------------------------------------------------------------------------


def guess_share(question: Question) -> Fraction:
    """The share of its points that answering at random earns on average."""
    match question.answer:
        case Choices() as answer:
            return _guessed_choices(answer)
        case Matching(pairs=pairs, distractors=distractors):
            return Fraction(1, len({*(pair.right for pair in pairs), *distractors}))
        case Ordering(items=items):
            return Fraction(1, len(items))
        case Gaps(gaps=gaps):
            return sum((_guessed_gap(gap) for gap in gaps), Fraction(0)) / len(gaps)
    return Fraction(0)


def _guessed_gap(gap: Gap) -> Fraction:
    return Fraction(1, len(gap.menu)) if gap.menu else Fraction(0)


def _guessed_choices(answer: Choices) -> Fraction:
    options = len(answer.options)
    right = sum(option.correct for option in answer.options)
    if answer.kind != Kind.MULTIPLE:
        return Fraction(1, options)
    return Fraction(1, 2**options) if answer.exact_credit else _guessed_boxes(right, options - right)


def _guessed_boxes(right: int, wrong: int) -> Fraction:
    """Each box ticked or not with one chance in two, marked `max(0, R/r − W/w)`."""
    ways = ((ticked, spoilt) for ticked in range(right + 1) for spoilt in range(wrong + 1))
    earned = (comb(right, ticked) * comb(wrong, spoilt) * _worth(ticked, right, spoilt, wrong) for ticked, spoilt in ways)
    return Fraction(sum(earned, Fraction(0)), 2 ** (right + wrong))


def _worth(ticked: int, right: int, spoilt: int, wrong: int) -> Fraction:
    if not right:
        return Fraction(0)
    return max(Fraction(0), Fraction(ticked, right) - (Fraction(spoilt, wrong) if wrong else Fraction(0)))
