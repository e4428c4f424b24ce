"""What a package must keep within. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.platform.errors import DomainError
from app.platform.french import french, number

SUSPENDED_MOST = 4_096
"""Characters of `cmi.suspend_data` in SCORM 1.2: some systems cut what is longer without a word."""
MARK = 6
"""Letters that tell the questions of a package from those of another."""
STEP = len(";999;")


class PackageFormat(StrEnum):
    """What a package may be written in, as its address says it."""

    SCORM = "scorm12"
    CMI5 = "cmi5"


class TooMuchToKeep(DomainError):
    """An LMS would lose answers, silently."""

    def __init__(self, characters: int) -> None:
        super().__init__(
            french(
                f"Ce module a trop de questions à réponse tapée pour un paquet : leurs réponses prendraient jusqu’à {number(characters)} caractères, et un LMS n’en "
                f"garde que {number(SUSPENDED_MOST)}. Répartissez ses quiz sur deux modules."
            )
        )


def suspended_length(lessons: int, answers: Sequence[int]) -> int:
    """The longest that what is kept may be: see `encoded` in record.js. `answers`: the characters that each may take."""
    return MARK + STEP + lessons + len(";0;") + sum(answers) + len(answers)


def check_length(lessons: int, answers: Sequence[int]) -> int:
    """Raises TooMuchToKeep."""
    length = suspended_length(lessons, answers)
    if length > SUSPENDED_MOST:
        raise TooMuchToKeep(length)
    return length
