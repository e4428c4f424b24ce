"""Statistics of questions, from the first attempts of distinct people: Moodle's formulas, exact until the last square root. Pure.

Marks are exact fractions of points. Sums are made on whole numbers, so the order of people changes nothing, not even the last digit.
What is undefined (one person, everyone right, a negative covariance under a root) is None, never 0. Percentages are floats, 0 to 100 or −100 to 100.

Source of the formulas: Moodle, « Quiz statistics calculations » (x: mark on the item, T: total, R = T − x; variances over S − 1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import fsum, lcm, sqrt
from statistics import median

MIN_SHOWN = 5
"""First attempts below which nothing at all is said."""
MIN_INDEX = 20
"""First attempts below which no index is given: with fewer, chance alone makes any figure."""
MOST_PICKS = 30
"""Picks of one question that are looked at: people type many things, once each."""

Marks = Sequence[Fraction]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's first attempt. Keys are items: a question at one fingerprint."""

    marks: dict[str, Fraction] = field(default_factory=dict)
    """Points earned on each item that the attempt held."""
    maxima: dict[str, Fraction] = field(default_factory=dict)
    picks: dict[str, frozenset[str]] = field(default_factory=dict)
    """What was picked or typed on each item (`picks`)."""
    seconds: dict[str, int] = field(default_factory=dict)
    """Time spent on an item, where it is known."""

    @property
    def total(self) -> Fraction:
        return sum(self.marks.values(), Fraction(0))

    @property
    def maximum(self) -> Fraction:
        return sum(self.maxima.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class ItemFigures:
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


@dataclass(frozen=True, slots=True)
class PickFigures:
    """One option, or one writing: who picked it, and how it goes with the rest of the attempt."""

    people: int
    share: float
    """Of those who were asked, in percent."""
    correlation: float | None
    """Point-biserial, −1 to 1: picking it against the marks on the other questions."""


@dataclass(frozen=True, slots=True)
class QuizFigures:
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


# --- On columns of marks ---------------------------------------------------------------------------------------------


def _whole(marks: Marks) -> tuple[list[int], int]:
    """The marks as whole numbers, and what they were multiplied by."""
    scale = lcm(*{mark.denominator for mark in marks}) if marks else 1
    return [mark.numerator * (scale // mark.denominator) for mark in marks], scale


def mean(marks: Marks) -> Fraction | None:
    return sum(marks, Fraction(0)) / len(marks) if marks else None


def covariance(first: Marks, second: Marks) -> Fraction | None:
    """Over S − 1; None for fewer than two people."""
    people = len(first)
    if people < 2:
        return None
    (xs, x_scale), (ys, y_scale) = _whole(first), _whole(second)
    crossed = sum(x * y for x, y in zip(xs, ys, strict=True))
    return Fraction(people * crossed - sum(xs) * sum(ys), people * (people - 1) * x_scale * y_scale)


def variance(marks: Marks) -> Fraction | None:
    return covariance(marks, marks)


def greatest_covariance(first: Marks, second: Marks) -> Fraction | None:
    """That of the same marks, were the best on one also the best on the other."""
    return covariance(sorted(first), sorted(second))


def correlation(first: Marks, second: Marks) -> float | None:
    """−1 to 1; None where either column does not vary."""
    shared = covariance(first, second)
    spread = (variance(first) or Fraction(0)) * (variance(second) or Fraction(0))
    if shared is None or not spread:
        return None
    strength = sqrt(shared * shared / spread)  # exact under the root: never above 1
    return strength if shared >= 0 else -strength


def facility(marks: Marks, maximum: Fraction) -> float | None:
    """100 · mean(x) / max(x)."""
    middle = mean(marks)
    return None if middle is None or not maximum else float(100 * middle / maximum)


def deviation(marks: Marks, maximum: Fraction) -> float | None:
    """100 · sd(x) / max(x)."""
    spread = variance(marks)
    return None if spread is None or not maximum else 100 * sqrt(spread) / float(maximum)


def discrimination(marks: Marks, rests: Marks) -> float | None:
    """100 · cov(x, R) / √(var x · var R)."""
    found = correlation(marks, rests)
    return None if found is None else 100 * found


def efficiency(marks: Marks, rests: Marks) -> float | None:
    """100 · cov(x, R) / covmax."""
    shared, greatest = covariance(marks, rests), greatest_covariance(marks, rests)
    return None if shared is None or not greatest else float(100 * shared / greatest)


def effective_weights(columns: Mapping[str, tuple[Marks, Marks]]) -> dict[str, float | None]:
    """100 · √cov(x, T) / Σ √cov(x, T) for each item, from its (marks, totals). None for an item whose covariance is negative."""
    shared = {item: covariance(marks, totals) for item, (marks, totals) in columns.items()}
    roots = {item: sqrt(found) for item, found in shared.items() if found is not None and found >= 0}
    whole = fsum(roots.values())
    return {item: 100 * roots[item] / whole if whole and item in roots else None for item in columns}


def alpha(columns: Sequence[Marks], totals: Marks) -> float | None:
    """100 · p/(p − 1) · (1 − Σ var(x) / var(T)); None for fewer than three people or two items, or totals that are all alike."""
    spread = variance(totals)
    if len(totals) < 3 or len(columns) < 2 or not spread:
        return None
    apart = sum((variance(marks) or Fraction(0) for marks in columns), Fraction(0))
    return float(100 * Fraction(len(columns), len(columns) - 1) * (1 - apart / spread))


def skewness(totals: Marks) -> float | None:
    """k3 / k2^1.5; None for fewer than three people, or totals that are all alike."""
    people, spread = len(totals), variance(totals)
    if people < 3 or not spread:
        return None
    third = Fraction(people * people, (people - 1) * (people - 2)) * _moment(totals, 3)
    return float(third) / sqrt(spread) ** 3


def kurtosis(totals: Marks) -> float | None:
    """k4 / k2²; None for fewer than four people, or totals that are all alike."""
    people, spread = len(totals), variance(totals)
    if people < 4 or not spread:
        return None
    inner = (people + 1) * _moment(totals, 4) - 3 * (people - 1) * _moment(totals, 2) ** 2
    fourth = Fraction(people * people, (people - 1) * (people - 2) * (people - 3)) * inner
    return float(fourth / spread**2)


def _moment(marks: Marks, order: int) -> Fraction:
    """Central moment, divided by S."""
    whole, scale = _whole(marks)
    people, total = len(whole), sum(whole)
    return Fraction(sum((people * mark - total) ** order for mark in whole), people * (people * scale) ** order)


# --- On sittings -----------------------------------------------------------------------------------------------------


def item_figures(sittings: Sequence[Sitting]) -> dict[str, ItemFigures]:
    """Every item that some sitting holds, whatever the number of people: `shown` keeps what may be told."""
    held: dict[str, list[Sitting]] = {}
    for sitting in sittings:
        for item in sitting.marks:
            held.setdefault(item, []).append(sitting)
    columns = {item: (_marks(item, having), [one.total for one in having]) for item, having in held.items()}
    weights = effective_weights(columns)
    return {item: _figures(item, held[item], *columns[item], weights[item]) for item in held}


def _marks(item: str, having: Sequence[Sitting]) -> list[Fraction]:
    return [one.marks[item] for one in having]


def _figures(item: str, having: Sequence[Sitting], marks: Marks, totals: Marks, weight: float | None) -> ItemFigures:
    maximum = having[0].maxima[item]
    rests = [total - mark for total, mark in zip(totals, marks, strict=True)]
    whole = sum((one.maximum for one in having), Fraction(0))
    times = [one.seconds[item] for one in having if item in one.seconds]
    return ItemFigures(
        people=len(having),
        facility=facility(marks, maximum),
        deviation=deviation(marks, maximum),
        discrimination=discrimination(marks, rests),
        efficiency=efficiency(marks, rests),
        intended_weight=float(100 * maximum * len(having) / whole) if whole else None,
        effective_weight=weight,
        seconds=round(median(times)) if times else None,
    )


def pick_figures(item: str, sittings: Sequence[Sitting], fewest: int = 1) -> dict[str, PickFigures]:
    """What at least `fewest` people picked on an item; of more than `MOST_PICKS`, the most frequent."""
    having = [one for one in sittings if item in one.marks]
    rests, _ = _whole([one.total - one.marks[item] for one in having])
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


def quiz_figures(sittings: Sequence[Sitting]) -> QuizFigures:
    """Of sittings that hold the same items; alpha is undefined where they do not."""
    totals = [one.total for one in sittings]
    fractions = [one.total / one.maximum for one in sittings if one.maximum]
    spread = deviation(fractions, Fraction(1))
    consistency = _consistency(sittings, totals)
    ratio = None if consistency is None or consistency > 100 else 100 * sqrt(1 - consistency / 100)
    return QuizFigures(
        people=len(sittings),
        mean=facility(fractions, Fraction(1)),
        deviation=spread,
        skewness=skewness(fractions),
        kurtosis=kurtosis(fractions),
        alpha=consistency,
        error_ratio=ratio,
        standard_error=None if ratio is None or spread is None else ratio * spread / 100,
    )


def _consistency(sittings: Sequence[Sitting], totals: Marks) -> float | None:
    items = {frozenset(one.marks) for one in sittings}
    return alpha([_marks(item, sittings) for item in next(iter(items))], totals) if len(items) == 1 else None


# --- What may be told ------------------------------------------------------------------------------------------------


def shown(figures: ItemFigures) -> ItemFigures:
    """Nothing below `MIN_SHOWN` people but their number, no index below `MIN_INDEX`."""
    if figures.people < MIN_SHOWN:
        return ItemFigures(figures.people)
    if figures.people < MIN_INDEX:
        return replace(figures, discrimination=None, efficiency=None, effective_weight=None, deviation=None)
    return figures


def shown_pick(figures: PickFigures, asked: int) -> PickFigures:
    """The same for an option, of a question that `asked` people were asked."""
    return figures if asked >= MIN_INDEX else replace(figures, correlation=None)


def shown_quiz(figures: QuizFigures) -> QuizFigures:
    if figures.people < MIN_SHOWN:
        return QuizFigures(figures.people)
    if figures.people < MIN_INDEX:
        return QuizFigures(figures.people, mean=figures.mean)
    return figures
