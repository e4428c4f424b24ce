"""What may be done for several people at once, and why not for some of them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct


class GroupAct(StrEnum):
    """The words of the address (`?acte=`) are the values."""

    REMIND = "rappel"
    COHORT = "cohorte"
    DUE = "echeance"
    FILE = "fichier"


class ActOutcome(Struct, frozen=True):
    """For whom the act is done, and for how many it is not, by reason."""

    concerned: tuple[int, ...]
    refused: tuple[tuple[str, int], ...]


def outcome(reasons: Mapping[int, str | None]) -> ActOutcome:
    """`reasons`: why not, by person; None where nothing stands against it."""
    counted = Counter(reason for reason in reasons.values() if reason)
    return ActOutcome(tuple(person for person, reason in reasons.items() if reason is None), tuple(sorted(counted.items(), key=_most_first)))


def _most_first(line: tuple[str, int]) -> tuple[int, str]:
    return -line[1], line[0]


def everybody_but(reader_id: int, people: Iterable[int]) -> dict[int, str | None]:
    """Marks the reader as excluded: nobody decides for themselves."""
    return {person: "c’est vous" if person == reader_id else None for person in people}
