"""What a message to the trainers is, where it stands, and when its answer is late. Pure."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum


class ThreadKind(StrEnum):
    ERROR = "erreur"
    """« Signaler une erreur »: something is wrong in the course."""
    QUESTION = "question"
    """« Poser une question »: somebody wants to understand. Its answer is promised by a day."""


class MessageStanding(StrEnum):
    """Where a message stands, as its author reads it."""

    WAITING = "En attente d’une réponse"
    TAKEN = "Un formateur s’en occupe"
    ANSWERED = "Répondu"
    THANKED = "Répondu, c’est clair"
    CORRECTED = "Corrigé"


def standing(*, taken: bool, answered_at: datetime | None, fixed: bool, thanked_at: datetime | None) -> MessageStanding:
    if answered_at is None:
        return MessageStanding.TAKEN if taken else MessageStanding.WAITING
    if thanked_at is not None:
        return MessageStanding.THANKED
    return MessageStanding.CORRECTED if fixed else MessageStanding.ANSWERED


def is_late(due_on: date | None, answered_at: datetime | None, on: date) -> bool:
    """The promised day has passed without an answer. An error is promised none."""
    return due_on is not None and answered_at is None and on > due_on
