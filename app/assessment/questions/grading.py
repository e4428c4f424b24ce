"""What an answer is worth, what an attempt is worth, which mark counts: the one place where the key meets the answers. Pure.

Fractions are exact (`Fraction`), from 0 to 1, and never rounded before a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.assessment.answers.compare import Rule, Verdict, match_short_text, match_text
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.numbers import match_number
from app.assessment.questions.responses import Chosen, Filled, Given, Matched, Ordered, Typed
from app.content.values.quiz import Choices, Gap, Gaps, GradingMethod, Kind, Matching, Number, Ordering, Question, ShortText

NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Grade:
    """What one answer is worth. `verdicts` says, for each typed place (one, or a text's gaps in order), what accepted it; None where nothing did."""

    fraction: Fraction
    verdicts: tuple[Verdict | None, ...] = ()


def grade(question: Question, given: Given, lexicon: Lexicon) -> Grade:
    """The worth of one answer. Blank is worth nothing."""
    match question.answer, given:
        case Choices() as answer, Chosen(keys):
            return Grade(_choices(answer, frozenset(keys)))
        case ShortText() as answer, Typed(text):
            verdict = match_short_text(text, answer, lexicon, question.statement.text)
            return _all_or_nothing(verdict if isinstance(verdict, Verdict) else None)
        case Number() as answer, Typed(text):
            return _all_or_nothing(match_number(text, answer))
        case Matching() as answer, Matched(rights):
            return Grade(_matching(answer, dict(rights)))
        case Ordering() as answer, Ordered(ranks):
            return Grade(_ordering(answer, ranks))
        case Gaps() as answer, Filled(texts):
            return _gaps(answer, texts, lexicon, f"{question.statement.text}\n{answer.body.text}")
    return Grade(NOTHING)


def _all_or_nothing(verdict: Verdict | None) -> Grade:
    return Grade(ALL if verdict else NOTHING, (verdict,))


def _choices(answer: Choices, ticked: frozenset[str]) -> Fraction:
    right = frozenset(option.key for option in answer.options if option.correct)
    wrong = frozenset(option.key for option in answer.options) - right
    if answer.kind != Kind.MULTIPLE or answer.exact_credit:
        return ALL if ticked and ticked == right else NOTHING
    return _proportional(len(ticked & right), len(right), len(ticked & wrong), len(wrong))


def _proportional(right_ticked: int, right: int, wrong_ticked: int, wrong: int) -> Fraction:
    """max(0, R/r − W/w): ticking everything, or nothing, earns nothing; without any wrong option, R/r."""
    if not right:
        return NOTHING
    return max(NOTHING, Fraction(right_ticked, right) - (Fraction(wrong_ticked, wrong) if wrong else NOTHING))


def _matching(answer: Matching, rights: dict[str, str]) -> Fraction:
    """Share of the pairs that are right."""
    return Fraction(sum(rights.get(pair.key) == pair.right for pair in answer.pairs), len(answer.pairs))


def _ordering(answer: Ordering, ranks: Sequence[tuple[str, int]]) -> Fraction:
    """Of the n − 1 pairs of neighbours in the key, the share whose second immediately follows the first. A rank given twice counts for none."""
    given = [rank for _, rank in ranks]
    ranked = {key: rank for key, rank in ranks if given.count(rank) == 1}
    keys = [item.key for item in answer.items]
    follows = sum(first in ranked and ranked.get(second) == ranked[first] + 1 for first, second in pairwise(keys))
    return Fraction(follows, len(keys) - 1)


def _gaps(answer: Gaps, texts: Sequence[str], lexicon: Lexicon, statement: str) -> Grade:
    """Share of the gaps that are right."""
    verdicts = tuple(_gap(gap, text, lexicon, statement) for gap, text in zip(answer.gaps, texts, strict=False))
    return Grade(Fraction(sum(verdict is not None for verdict in verdicts), len(answer.gaps)), verdicts)


def _gap(gap: Gap, text: str, lexicon: Lexicon, statement: str) -> Verdict | None:
    """A menu's choice is right or not; a typed word is matched tolerantly."""
    if gap.menu:
        return Verdict(Rule.EXACT, gap.accepted[0]) if text == gap.accepted[0] else None
    return match_text(text, gap.accepted, lexicon, statement)


# --- Attempts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
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


def kept_fraction(method: GradingMethod, fractions: Sequence[Fraction]) -> Fraction | None:
    """The mark that counts over submitted attempts, in their order; None while there is none."""
    if not fractions:
        return None
    match method:
        case GradingMethod.BEST:
            return max(fractions)
        case GradingMethod.MEAN:
            return sum(fractions, NOTHING) / len(fractions)
        case GradingMethod.FIRST:
            return fractions[0]
        case GradingMethod.LAST:
            return fractions[-1]


@dataclass(frozen=True, slots=True)
class Regraded:
    """A mark after a key was corrected. `maintained`: it would have fallen, so it stays (« maintenu »)."""

    mark: Mark
    passed: bool
    maintained: bool


def regraded(before: Mark, passed: bool, after: Mark, pass_mark: Fraction) -> Regraded:
    """Regrading may only raise: a mark that would fall stays whole, and what was passed stays passed."""
    falls = after.fraction < before.fraction
    kept = before if falls else after
    return Regraded(kept, passed or passes(kept.fraction, pass_mark), maintained=falls)
