"""Grading an answer, and what of it still stands under another key. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from app.assessment.kinds.kind import ALL, NOTHING, Grade
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse
from app.content.values.quiz import GradingMethod, Question

# --- The worth of an answer, that of an attempt, which mark counts. Pure: `kinds` finds what an answer is worth. ---
#
# Fractions are exact (`Fraction`), from 0 to 1, and never rounded before a comparison.


def grade_unanswered(points: Decimal) -> Grade:
    """Grades a question without an answer: zero, unless it has no points, which earns all of it."""
    return Grade(NOTHING if points else ALL)


# --- Attempts --------------------------------------------------------------------------------------------------------


class Mark(Struct, frozen=True):
    """Points earned, of points possible."""

    raw: Fraction
    maximum: Fraction

    @property
    def fraction(self) -> Fraction:
        """Unrounded. A quiz without points asks nothing: all of it is earned."""
        return self.raw / self.maximum if self.maximum else ALL


def mark_of(worths: Iterable[tuple[Fraction, Fraction]]) -> Mark:
    """The mark of an attempt, from (points, fraction earned) of each of its questions, unanswered ones included at 0."""
    marks = [(points, points * fraction) for points, fraction in worths]
    return Mark(sum((raw for _, raw in marks), NOTHING), sum((points for points, _ in marks), NOTHING))


def passes(fraction: Fraction, pass_mark: Fraction) -> bool:
    return fraction >= pass_mark


def counting_marks(marks: Iterable[tuple[GradingMethod, Fraction]]) -> Iterator[Fraction]:
    """The mark that counted after each of these attempts, by its own method: (method, mark) of each, in their order."""
    first = best = total = NOTHING
    for count, (method, mark) in enumerate(marks, 1):
        first, best, total = (mark, mark, mark) if count == 1 else (first, max(best, mark), total + mark)
        match method:
            case GradingMethod.BEST:
                yield best
            case GradingMethod.MEAN:
                yield total / count
            case GradingMethod.FIRST:
                yield first
            case GradingMethod.LAST:
                yield mark


class RegradedMark(Struct, frozen=True):
    """A mark after a key was corrected. `maintained`: it would have fallen, so it stays (« maintenu »)."""

    mark: Mark
    passed: bool
    maintained: bool


def regrade_mark(before: Mark, passed: bool, after: Mark, pass_mark: Fraction) -> RegradedMark:
    """Regrading may only raise: a mark that would fall stays whole, and what was passed stays passed."""
    falls = after.fraction < before.fraction
    kept = before if falls else after
    return RegradedMark(kept, passed or passes(kept.fraction, pass_mark), maintained=falls)


# --- May answers to a question be marked again by its corrected key, and what do they say in the corrected file's words? Pure.
#
# Only the key may have changed: same type, same choices. Answers name choices by their place in the file, so they are carried over by what
# the choices say: a key of an ordering is its very order.


def obstacle(before: Question, after: Question) -> str:
    """Why answers given to `before` cannot be marked by `after`, in French; empty when they can."""
    if before.kind != after.kind:
        return "le type de la question a changé"
    old, new = kind_of(before), kind_of(after)
    if any(len(set(texts.values())) < len(texts) for texts in (old.texts(), new.texts())):
        return "deux choix y disent la même chose"
    return "" if old.offered_choices() == new.offered_choices() else "les choix proposés ont changé"


def carry_answer(given: QuestionResponse, before: Question, after: Question) -> QuestionResponse:
    """The answer as if it had been given to `after`. Only where there is no `obstacle`."""
    new = kind_of(after)
    places = {text: key for key, text in kind_of(before).texts().items()}
    return new.carry_over(given, {places[text]: key for key, text in new.texts().items() if text in places})
