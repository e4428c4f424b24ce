"""What a message to the trainers is, where it stands, and when its answer is late. Pure."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    ERROR = "erreur"
    """« Signaler une erreur »: something is wrong in the course."""
    QUESTION = "question"
    """« Poser une question »: somebody wants to understand. Its answer is promised by a day."""


class Standing(StrEnum):
    """Where a message stands, as its author reads it."""

    WAITING = "En attente d’une réponse"
    TAKEN = "Un formateur s’en occupe"
    ANSWERED = "Répondu"
    THANKED = "Répondu, c’est clair"
    CORRECTED = "Corrigé"


def standing(*, taken: bool, answered_at: datetime | None, fixed: bool, thanked_at: datetime | None) -> Standing:
    if answered_at is None:
        return Standing.TAKEN if taken else Standing.WAITING
    if thanked_at is not None:
        return Standing.THANKED
    return Standing.CORRECTED if fixed else Standing.ANSWERED


def is_late(due_on: date | None, answered_at: datetime | None, on: date) -> bool:
    """The promised day has passed without an answer. An error is promised none."""
    return due_on is not None and answered_at is None and on > due_on
