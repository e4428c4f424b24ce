"""Moodle's formulas, on columns of marks: one mark a person, in one order. Exact until the last square root. Pure.

Sums are made on whole numbers, so the order of people changes nothing, not even the last digit. What is undefined (one person, everyone
right, a negative covariance under a root) is None, never 0. Percentages are floats, 0 to 100 or −100 to 100.

Source: Moodle, « Quiz statistics calculations » (x: mark on the item, T: total, R = T − x; variances over S − 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import fsum, lcm, sqrt

Marks = Sequence[Fraction]


def whole(marks: Marks) -> tuple[list[int], int]:
    """The marks as whole numbers, and what they were multiplied by."""
    scale = lcm(*{mark.denominator for mark in marks}) if marks else 1
    return [mark.numerator * (scale // mark.denominator) for mark in marks], scale


def mean(marks: Marks) -> Fraction | None:
    return sum(marks, Fraction(0)) / len(marks) if marks else None


def covariance(first: Marks, second: Marks) -> Fraction | None:
    """Computes the sample covariance, divided by S − 1; None for fewer than two people."""
    people = len(first)
    if people < 2:
        return None
    (xs, x_scale), (ys, y_scale) = whole(first), whole(second)
    crossed = sum(x * y for x, y in zip(xs, ys, strict=True))
    return Fraction(people * crossed - sum(xs) * sum(ys), people * (people - 1) * x_scale * y_scale)


def variance(marks: Marks) -> Fraction | None:
    return covariance(marks, marks)


def greatest_covariance(first: Marks, second: Marks) -> Fraction | None:
    """Computes the covariance these marks would have if the best on one were also the best on the other."""
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
    total = fsum(roots.values())
    return {item: 100 * roots[item] / total if total and item in roots else None for item in columns}


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
    scaled, scale = whole(marks)
    people, total = len(scaled), sum(scaled)
    return Fraction(sum((people * mark - total) ** order for mark in scaled), people * (people * scale) ** order)
