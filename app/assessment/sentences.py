"""What the statistics of a quiz say to whoever wrote it: three sentences at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.assessment.item_analysis import FEWEST_PICKERS, FLAT, MIN_INDEX, MIN_SHOWN
from app.assessment.statistics import QuestionStatistics
from app.platform.french import french

MOST = 3
"""Sentences about one quiz."""
MISSED = 50.0
"""Facility, in percent, under which a question is missed."""
DRAWN = 1 / 3
"""Share of those who miss a question that a wrong answer draws, from which it is named."""


class StatisticsSentence(Struct, frozen=True):
    question: QuestionStatistics
    text: str
    """Begins with the number of the question in its quiz."""
    why: str = ""
    key: bool = False
    """The key itself is in doubt."""


def sentences(questions: Sequence[QuestionStatistics]) -> tuple[StatisticsSentence, ...]:
    """Of the questions of a quiz in its order, what is worth mending: a doubtful key, the most missed, one that separates nobody.

    Each question is spoken of once, and first comes what is surest.
    """
    chosen: dict[str, StatisticsSentence] = {}
    for found in _candidates(questions):
        chosen.setdefault(found.question.fingerprint, found)
    return tuple(chosen.values())[:MOST]


def _candidates(questions: Sequence[QuestionStatistics]) -> Iterator[StatisticsSentence]:
    numbered = list(enumerate(questions, 1))
    for number, one in numbered:
        if one.alarm:
            yield StatisticsSentence(one, french(f"La {number} : {one.alarm.text}."), one.alarm.why, key=True)
    missed = [
        (number, one) for number, one in numbered if one.figures.people >= MIN_SHOWN and one.figures.facility is not None and one.figures.facility <= MISSED
    ]
    for number, one in sorted(missed, key=lambda each: (each[1].figures.facility or 0.0, each[0]))[:1]:
        yield StatisticsSentence(one, french(f"La {number} est manquée par {_in_ten(one)} sur 10{_drawn_by(one)} : {_where(one)}."))
    flat = [
        (number, one)
        for number, one in numbered
        if one.figures.people >= MIN_INDEX and one.figures.discrimination is not None and one.figures.discrimination < FLAT
    ]
    for number, one in sorted(flat, key=lambda each: (each[1].figures.discrimination or 0.0, each[0]))[:1]:
        yield StatisticsSentence(one, french(f"La {number} ne sépare personne : qui réussit le reste du quiz ne la réussit pas mieux ; {_where(one)}."))


def _in_ten(one: QuestionStatistics) -> int:
    return round((100 - (one.figures.facility or 0.0)) / 10)


def _drawn_by(one: QuestionStatistics) -> str:
    """The wrong answer that most of them give, where one stands out."""
    wrong = [(known.people, pick) for pick, known in one.picks if not pick.correct]
    people, pick = max(wrong, key=lambda each: each[0], default=(0, None))
    missing = one.figures.people * (100 - (one.figures.facility or 0.0)) / 100
    return f", qui donnent souvent {pick.label}" if pick and people >= FEWEST_PICKERS and people >= DRAWN * missing else ""


def _where(one: QuestionStatistics) -> str:
    return f"relisez la ligne {one.line}" if one.line else "relisez-la"
