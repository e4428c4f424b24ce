"""A person's name: with or without a title, first name first or last. Pure."""

from __future__ import annotations

import re

from app.assessment.answers.agreement import agreed_spellings
from app.assessment.answers.normalise import cleaned, folded

_TITLE = re.compile(r"^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.? (?=\S)")


def same_name(typed: str, expected: str) -> bool:
    """Whether two texts are one name once a title is dropped, or the first name put last. Only what is expected as a name may change its order."""
    mine = agreed_spellings(_untitled(typed))
    titled = any(_untitled(text) != folded(text) for text in (typed, expected))
    writings = [*([expected] if titled else []), *_turned(expected)]
    return any(not mine.isdisjoint(agreed_spellings(_untitled(writing))) for writing in writings)


def _untitled(text: str) -> str:
    return _TITLE.sub("", folded(text))


def _turned(expected: str) -> list[str]:
    """« Borloo Jean-Louis », of two or three words with a capital each."""
    *first, last = cleaned(expected).split() or [""]
    named = 1 <= len(first) <= 2 and all(word[0].isupper() and not word.isupper() for word in (*first, last))
    return [" ".join((last, *first))] if named else []
