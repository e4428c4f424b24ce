"""What keeps people from the course: the words that a letter proposes, and what managers may read of the answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.reporting.scope.rules import SMALL, hidden_groups

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "temps": "Je n’ai pas le temps en ce moment",
        "acces": "Je n’arrive pas à me connecter",
        "acquis": "Je connais déjà ces sujets",
        "poste": "Je ne suis plus sur ce poste",
        "concerne": "Je ne suis pas concerné(e)",
        "autre": "Autre chose me retient",
    }
)
"""Code of the link → the words."""

ENDING = frozenset({"poste", "concerne"})
"""Whoever says so is not written to again."""


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """What may be read of the answers: the frequent reasons, the most frequent first, and how many people gave the others."""

    total: int
    lines: tuple[tuple[str, int], ...]
    others: int
    """0, or five people or more: no subtraction names fewer."""


def answer_counts(counts: Mapping[str, int]) -> AnswerCounts | None:
    """None below five answers. Reasons given by few are not told, and as many others as keep them from being worked out.

    A reason that nobody gave is not told from one that is hidden: otherwise the last one left would be known.
    """
    total = sum(counts.values())
    if total < SMALL:
        return None
    hidden = hidden_groups(counts)
    shown = sorted(((REASONS[code], count) for code, count in counts.items() if count and code not in hidden), key=lambda line: (-line[1], line[0]))
    return AnswerCounts(total, tuple(shown), sum(counts[code] for code in hidden))
