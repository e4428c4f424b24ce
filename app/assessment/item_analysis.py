"""Item analysis: Moodle's formulas, the statistics of questions and quizzes made with them, how much may be told, and in which words. Pure.

The formulas take columns of marks, one mark a person, in one order, and are exact until the last square root.
Sums are made on whole numbers, so the order of people changes nothing, not even the last digit. What is undefined (one person, everyone
right, a negative covariance under a root) is None, never 0. Percentages are floats, 0 to 100 or −100 to 100.

Source: Moodle, « Quiz statistics calculations » (x: mark on the item, T: total, R = T − x; variances over S − 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import fsum, lcm, sqrt
from statistics import median

from msgspec import Struct, field
from msgspec.structs import replace

from app.assessment.kinds.kind import Pick
from app.platform.french import french, plural

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


# --- Statistics of questions and quizzes, from the first attempts of distinct people ---

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


# --- What the statistics of a question say, in words ---
#
# The thresholds, and why these, are explained to trainers in `docs/formateurs/statistiques.md`. An alarm must not come by chance: it asks for
# `MIN_INDEX` people, and for a figure that answers given at random hardly ever reach.

LEAST_CORRELATION = 0.20
"""A smaller one says nothing, however many people answered."""
DEVIATIONS = 2.5
"""Standard deviations away from chance: that of a correlation is about 1 / √people."""
GAP_DEVIATIONS = 3.0
"""The same for how much better an option goes with success than the question's own mark does."""
FEWEST_PICKERS = 5
"""An option, or a writing, that fewer people picked is not judged."""
FLAT = 0.5
"""Discrimination, in percent, that is shown as 0 or less."""
TOO_EASY, TOO_HARD = 95.0, 5.0
"""Facility beyond which a question tells nobody apart, in percent."""


class ItemRemark(Struct, frozen=True):
    """`alarm`: the question is probably wrong. Otherwise: good to know, nothing to mend."""

    alarm: bool
    text: str
    why: str


class RemarkBasis(Struct, frozen=True):
    """A question's figures, all that its remarks are made from."""

    figures: ItemFigures
    picks: Sequence[tuple[Pick, PickFigures]]
    guess: Fraction
    """Share earned by chance."""


def remarks(judged: RemarkBasis) -> tuple[ItemRemark, ...]:
    """The alarms first. None below `MIN_INDEX` people."""
    if judged.figures.people < MIN_INDEX:
        return ()
    alarm = _wrong_key(judged) or _shunned_key(judged) or _against(judged) or _below_chance(judged)
    note = _extreme(judged) or (None if alarm else _flat(judged))
    return tuple(remark for remark in (alarm, note) if remark)


def threshold(people: int) -> float:
    """The least correlation that is not chance among so many people."""
    return max(LEAST_CORRELATION, DEVIATIONS / sqrt(people))


def _wrong_key(judged: RemarkBasis) -> ItemRemark | None:
    """A wrong option that goes with success elsewhere, and does so clearly more than the question's own mark."""
    own = (judged.figures.discrimination or 0.0) / 100
    least = max(LEAST_CORRELATION, own + GAP_DEVIATIONS / sqrt(judged.figures.people))
    found = [(pick, known) for pick, known in _judgeable(judged, correct=False) if _strength(known) >= least]
    if not found:
        return None
    pick, known = max(found, key=lambda one: _strength(one[1]))
    text = f"{pick.label} attire les meilleurs : clé à vérifier"
    why = f"{plural(known.people, 'personne')} sur {judged.figures.people} l’ont donnée, plutôt de celles qui réussissent les autres questions ; elle est comptée fausse."
    return ItemRemark(True, french(text), french(why))


def _shunned_key(judged: RemarkBasis) -> ItemRemark | None:
    """An option counted right that those who succeed elsewhere leave alone."""
    least = threshold(judged.figures.people)
    found = [(pick, known) for pick, known in _judgeable(judged, correct=True) if _strength(known) <= -least]
    if not found:
        return None
    pick, known = min(found, key=lambda one: _strength(one[1]))
    text = f"{pick.label}, comptée juste, est évitée par les meilleurs : clé à vérifier"
    why = f"{plural(known.people, 'personne')} sur {judged.figures.people} l’ont donnée, plutôt de celles qui manquent les autres questions."
    return ItemRemark(True, french(text), french(why))


def _against(judged: RemarkBasis) -> ItemRemark | None:
    """The whole question goes against the others, though no option of it can be named."""
    index = judged.figures.discrimination
    if index is None or index / 100 > -threshold(judged.figures.people):
        return None
    text = "qui réussit le reste du quiz manque cette question : énoncé ou clé à vérifier"
    return ItemRemark(True, text, french(f"Indice de discrimination : {_whole(index)} %. Une bonne question a un indice positif."))


def _below_chance(judged: RemarkBasis) -> ItemRemark | None:
    """Less success than by answering at random, by more than chance explains."""
    facility, guess = judged.figures.facility, float(judged.guess)
    if facility is None or not guess:
        return None
    margin = DEVIATIONS * sqrt(guess * (1 - guess) / judged.figures.people)
    if facility / 100 >= guess - margin:
        return None
    text = "moins réussie qu’en répondant au hasard : clé à vérifier, ou piège"
    return ItemRemark(True, text, french(f"{_whole(facility)} % des points obtenus ; le hasard en donnerait {_whole(guess * 100)} %."))


def _extreme(judged: RemarkBasis) -> ItemRemark | None:
    facility = judged.figures.facility
    if facility is None or TOO_HARD <= facility <= TOO_EASY:
        return None
    if facility > TOO_EASY:
        return ItemRemark(False, "presque tout le monde réussit", "Elle rappelle l’essentiel, mais ne dit pas qui a compris.")
    return ItemRemark(False, "presque personne ne réussit", "Elle ne dit pas qui a compris : la leçon l’enseigne-t-elle ?")


def _flat(judged: RemarkBasis) -> ItemRemark | None:
    index = judged.figures.discrimination
    if index is None or index >= FLAT:
        return None
    why = f"Indice de discrimination : {_whole(index)} %. Cela peut venir du hasard ; relisez l’énoncé et les choix."
    return ItemRemark(False, "qui réussit le reste du quiz ne la réussit pas mieux", french(why))


def _judgeable(judged: RemarkBasis, *, correct: bool) -> list[tuple[Pick, PickFigures]]:
    return [(pick, known) for pick, known in judged.picks if pick.correct is correct and known.people >= FEWEST_PICKERS]


def _strength(known: PickFigures) -> float:
    return known.correlation or 0.0


def _whole(percent: float) -> str:
    return f"{round(percent)}".replace("-", "−")
