"""What may be said of answers, and when: counted by week, told by lots of five people or more that never change. Pure.

A week's counts (`Counts`) hold no person. What anybody reads is a sum of whole lots: weeks that are over, one after the other, gathered until five people
have answered the question. Whatever is subtracted from whatever else, what remains is a sum of lots, or nothing. Decision 33.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from msgspec import Struct, field

from app.content.values.library import FAVOURABLE, Survey, SurveyAnswerShape, SurveyQuestion

FLOOR = 5
"""People below whom nothing is said."""
WEEK = timedelta(days=7)
SETTLED = timedelta(days=1)
"""After its end, before a week is told: whoever was answering at midnight is in it."""
COLD = timedelta(days=90)
"""After the end of the path, before one is asked what remains of it."""
LATE = timedelta(days=30)
"""Whoever finished earlier than that before is not asked any more: a site that begins asking does not write to everybody."""
VALID = timedelta(days=45)
"""How long the address in an email may be answered."""

Answers = Mapping[str, Sequence[str]]
"""Question → what one person answered to it: words of its options, or the text that was written. What was left is absent."""
Counts = dict[str, dict[str, Any]]
"""Series → {"answered": people, "counts": {option: people}} or {"answered": people, "texts": [text, …]}; under `SHEETS` how many answered at all."""
SHEETS = ""


class TextFault(StrEnum):
    """Why a text that somebody wrote is taken out; the value is what the log of acts says. No words of whoever does it: they might repeat what had to go."""

    NAMES = "désigne une personne"
    ABUSE = "injurie, menace ou diffame"
    SENSITIVE = "dit la santé, les opinions ou la vie privée de quelqu’un"
    ELSEWHERE = "ne répond pas à la question"


def week_of(on: date) -> date:
    """Returns the Monday of a day's week: the finest date stored with an answer."""
    return on - timedelta(days=on.weekday())


def quarter_of(on: date) -> str:
    """« 2026-T4 »."""
    return f"{on.year}-T{(on.month + 2) // 3}"


def is_over(week: date, on: date) -> bool:
    """May a week be told on that day?"""
    return on >= week + WEEK + SETTLED


def series(question: SurveyQuestion) -> str:
    """Names the series in which a question is counted; other options start a new one, so that nobody can be told apart."""
    return f"{question.id}#{hashlib.sha256(repr((question.asked.value, question.options)).encode()).hexdigest()[:8]}"


def text_mark(question_id: str, text: str) -> str:
    """Returns the digest by which an address names a text that somebody wrote: texts have no row of their own."""
    return hashlib.sha256(f"{question_id}\0{text}".encode()).hexdigest()[:32]


def answers_of(survey: Survey, fields: Mapping[str, Sequence[str]], longest: int) -> Answers:
    """What a form says of a survey: options are named by their number, from 1. What is no answer is none."""
    found: dict[str, Sequence[str]] = {}
    for question in survey.questions:
        given = fields.get(question.id, ())
        if question.asked is SurveyAnswerShape.FREE:
            said: Sequence[str] = [text for each in given[:1] if (text := each.strip()[:longest])]
        else:
            said = [option for number, option in enumerate(question.options, 1) if str(number) in given]
        if said and (question.asked is SurveyAnswerShape.MULTIPLE or len(said) == 1):
            found[question.id] = said
    return found


def counted_with(counts: Counts, survey: Survey, answers: Answers) -> Counts:
    """The counts of a week, with one person more. Texts stand in the order of the alphabet: neither theirs nor the next one's place says who wrote last."""
    found = {**counts, SHEETS: {"answered": counts.get(SHEETS, {}).get("answered", 0) + 1}}
    for question in survey.questions:
        said = answers.get(question.id)
        if said:
            found[series(question)] = _with(counts.get(series(question), {}), question, said)
    return {name: found[name] for name in sorted(found)}


def _with(before: Mapping[str, Any], question: SurveyQuestion, said: Sequence[str]) -> dict[str, Any]:
    answered = before.get("answered", 0) + 1
    if question.asked is SurveyAnswerShape.FREE:
        return {"answered": answered, "texts": sorted([*before.get("texts", ()), *said])}
    numbers = dict(before.get("counts", {}))
    for option in said:
        numbers[option] = numbers.get(option, 0) + 1
    return {"answered": answered, "counts": dict(sorted(numbers.items()))}


class QuestionCounts(Struct, frozen=True):
    """What people answered to one question."""

    answered: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    def share(self, question: SurveyQuestion) -> Fraction | None:
        """Returns the share of favourable answers on a scale; None if nobody answered."""
        if not self.answered or question.asked is not SurveyAnswerShape.SCALE:
            return None
        return Fraction(sum(self.counts.get(option, 0) for option in question.options[-FAVOURABLE:]), self.answered)


def question_counts(counts: Counts, name: str) -> QuestionCounts:
    """Reads the counts of one week and one series."""
    mine = counts.get(name, {})
    return QuestionCounts(mine.get("answered", 0), mine.get("counts", {}), tuple(mine.get("texts", ())))


def sum_counts(several: Iterable[QuestionCounts]) -> QuestionCounts:
    answered, counts, texts = 0, dict[str, int](), list[str]()
    for each in several:
        answered += each.answered
        texts += each.texts
        for option, people in each.counts.items():
            counts[option] = counts.get(option, 0) + people
    return QuestionCounts(answered, counts, tuple(sorted(texts)))


class Lot(Struct, frozen=True):
    """Whole weeks in which five people or more answered."""

    since: date
    """A Monday."""
    until: date
    """A Sunday."""
    told: QuestionCounts


def lots(weeks: Iterable[tuple[date, QuestionCounts]], on: date) -> tuple[Lot, ...]:
    """Groups weeks into lots that are large enough to publish on a day. A published lot never changes."""
    return tuple(_lots(sorted(weeks, key=lambda each: each[0]), on))


def _lots(weeks: Iterable[tuple[date, QuestionCounts]], on: date) -> Iterator[Lot]:
    gathered: list[tuple[date, QuestionCounts]] = []
    for week, one in weeks:
        if not is_over(week, on):
            return
        if one.answered:
            gathered.append((week, one))
        if sum(each.answered for _, each in gathered) >= FLOOR:
            yield Lot(gathered[0][0], week + WEEK - timedelta(days=1), sum_counts(each for _, each in gathered))
            gathered = []


def published_until(weeks: Iterable[tuple[date, QuestionCounts]], on: date) -> date:
    """The last day that is told; the first day of all where nothing is."""
    return max((lot.until for lot in lots(weeks, on)), default=date.min)
