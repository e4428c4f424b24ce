"""Statistics of questions and of whole quizzes, from the first attempts of distinct people, and how much of them may be told. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from statistics import median

from msgspec import Struct, field
from msgspec.structs import replace

from app.assessment.item_analysis.formulas import Marks, alpha, deviation, discrimination, effective_weights, efficiency, facility, kurtosis, skewness, whole

MIN_SHOWN = 5
"""First attempts below which nothing at all is said."""
MIN_INDEX = 20
"""First attempts below which no index is given: with fewer, chance alone makes any figure."""
MOST_PICKS = 30
"""Picks of one question that are looked at: people type many things, once each."""


class FirstAttempt(Struct, frozen=True):
    """One person's first attempt. Keys are items: a question at one fingerprint."""

    marks: dict[str, Fraction] = field(default_factory=dict)
    """Points earned on each item that the attempt held."""
    maxima: dict[str, Fraction] = field(default_factory=dict)
    picks: dict[str, frozenset[str]] = field(default_factory=dict)
    """What was picked or typed on each item (`QuestionKind.picks`)."""
    seconds: dict[str, int] = field(default_factory=dict)
    """Time spent on an item, where it is known."""

    @property
    def total(self) -> Fraction:
        return sum(self.marks.values(), Fraction(0))

    @property
    def maximum(self) -> Fraction:
        return sum(self.maxima.values(), Fraction(0))


class ItemFigures(Struct, frozen=True):
    """One question at one fingerprint. Percentages; None where undefined, or where too few people answered."""

    people: int
    facility: float | None = None
    deviation: float | None = None
    discrimination: float | None = None
    efficiency: float | None = None
    intended_weight: float | None = None
    effective_weight: float | None = None
    seconds: int | None = None
    """Median."""


class PickFigures(Struct, frozen=True):
    """One option, or one writing: who picked it, and how it goes with the rest of the attempt."""

    people: int
    share: float
    """Of those who were asked, in percent."""
    correlation: float | None
    """Point-biserial, −1 to 1: picking it against the marks on the other questions."""


class QuizFigures(Struct, frozen=True):
    """A quiz of one composition. Mean, deviation and standard error are percentages of the points."""

    people: int
    mean: float | None = None
    deviation: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    alpha: float | None = None
    """Coefficient of internal consistency (Cronbach's alpha), in percent; may be negative."""
    error_ratio: float | None = None
    standard_error: float | None = None


# --- On first attempts -----------------------------------------------------------------------------------------------


def item_figures(attempts: Sequence[FirstAttempt]) -> dict[str, ItemFigures]:
    """Every item that some attempt holds, whatever the number of people: `shown` keeps what may be told."""
    held: dict[str, list[FirstAttempt]] = {}
    for attempt in attempts:
        for item in attempt.marks:
            held.setdefault(item, []).append(attempt)
    columns = {item: (_marks(item, having), [one.total for one in having]) for item, having in held.items()}
    weights = effective_weights(columns)
    return {item: _figures(item, held[item], *columns[item], weights[item]) for item in held}


def _marks(item: str, having: Sequence[FirstAttempt]) -> list[Fraction]:
    return [one.marks[item] for one in having]


def _figures(item: str, having: Sequence[FirstAttempt], marks: Marks, totals: Marks, weight: float | None) -> ItemFigures:
    maximum = having[0].maxima[item]
    rests = [total - mark for total, mark in zip(totals, marks, strict=True)]
    possible = sum((one.maximum for one in having), Fraction(0))
    times = [one.seconds[item] for one in having if item in one.seconds]
    return ItemFigures(
        people=len(having),
        facility=facility(marks, maximum),
        deviation=deviation(marks, maximum),
        discrimination=discrimination(marks, rests),
        efficiency=efficiency(marks, rests),
        intended_weight=float(100 * maximum * len(having) / possible) if possible else None,
        effective_weight=weight,
        seconds=round(median(times)) if times else None,
    )


def pick_figures(item: str, attempts: Sequence[FirstAttempt], fewest: int = 1) -> dict[str, PickFigures]:
    """What at least `fewest` people picked on an item; of more than `MOST_PICKS`, the most frequent."""
    having = [one for one in attempts if item in one.marks]
    rests, _ = whole([one.total - one.marks[item] for one in having])
    counts = Counter(key for one in having for key in one.picks.get(item, ()))
    frequent = sorted((-count, key) for key, count in counts.items() if count >= fewest)[:MOST_PICKS]
    sums = {key: sum(rest for one, rest in zip(having, rests, strict=True) if key in one.picks.get(item, ())) for _, key in frequent}
    return {key: PickFigures(counts[key], 100 * counts[key] / len(having), _point_biserial(counts[key], sums[key], rests)) for key in sums}


def _point_biserial(pickers: int, earned: int, rests: Sequence[int]) -> float | None:
    """`correlation` of « picked or not » with the marks on the other questions, of which the pickers' sum is `earned`."""
    people, total = len(rests), sum(rests)
    spread = pickers * (people - pickers) * (people * sum(rest * rest for rest in rests) - total * total)
    if not spread:
        return None
    shared = people * earned - pickers * total
    strength = sqrt(Fraction(shared * shared, spread))
    return strength if shared >= 0 else -strength


def quiz_figures(attempts: Sequence[FirstAttempt]) -> QuizFigures:
    """Computes the figures of a quiz from attempts with the same items; alpha is undefined where items differ."""
    totals = [one.total for one in attempts]
    fractions = [one.total / one.maximum for one in attempts if one.maximum]
    spread = deviation(fractions, Fraction(1))
    consistency = _consistency(attempts, totals)
    ratio = None if consistency is None or consistency > 100 else 100 * sqrt(1 - consistency / 100)
    return QuizFigures(
        people=len(attempts),
        mean=facility(fractions, Fraction(1)),
        deviation=spread,
        skewness=skewness(fractions),
        kurtosis=kurtosis(fractions),
        alpha=consistency,
        error_ratio=ratio,
        standard_error=None if ratio is None or spread is None else ratio * spread / 100,
    )


def _consistency(attempts: Sequence[FirstAttempt], totals: Marks) -> float | None:
    items = {frozenset(one.marks) for one in attempts}
    return alpha([_marks(item, attempts) for item in next(iter(items))], totals) if len(items) == 1 else None


# --- What may be told ------------------------------------------------------------------------------------------------


def publishable_figures(figures: ItemFigures) -> ItemFigures:
    """Hides figures that rest on too few people: everything below `MIN_SHOWN`, the indexes below `MIN_INDEX`."""
    if figures.people < MIN_SHOWN:
        return ItemFigures(figures.people)
    if figures.people < MIN_INDEX:
        return replace(figures, discrimination=None, efficiency=None, effective_weight=None, deviation=None)
    return figures


def publishable_pick(figures: PickFigures, asked: int) -> PickFigures:
    """Hides the correlation of an option if fewer than `MIN_INDEX` people were asked its question."""
    return figures if asked >= MIN_INDEX else replace(figures, correlation=None)


def publishable_quiz(figures: QuizFigures) -> QuizFigures:
    if figures.people < MIN_SHOWN:
        return QuizFigures(figures.people)
    if figures.people < MIN_INDEX:
        return QuizFigures(figures.people, mean=figures.mean)
    return figures
