"""What managers may read of the answers to reminders, in totals. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.identity.letters.answers import REASONS
from app.reporting.scope.rules import SMALL, hidden_groups


class AnswerCounts(Struct, frozen=True):
    """What may be read of the answers: the frequent reasons, the most frequent first, and how many people gave the others."""

    total: int
    lines: tuple[tuple[str, int], ...]
    others: int
    """0, or five people or more: no subtraction names fewer."""


def answer_counts(counts: Mapping[str, int]) -> AnswerCounts | None:
    """Counts the answers to reminders; None below five. Rare reasons are hidden, and others so that they cannot be deduced.

    A reason that nobody gave is not told from one that is hidden: otherwise the last one left would be known.
    """
    total = sum(counts.values())
    if total < SMALL:
        return None
    hidden = hidden_groups(counts)
    shown = sorted(((REASONS[code], count) for code, count in counts.items() if count and code not in hidden), key=lambda line: (-line[1], line[0]))
    return AnswerCounts(total, tuple(shown), sum(counts[code] for code in hidden))
