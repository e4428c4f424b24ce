"""A person's name: with or without a title, first name first or last. Pure."""

from __future__ import annotations

import re

from app.assessment.answers.agreement import agreed_spellings
from app.assessment.answers.normalise import cleaned, folded

_TITLE = re.compile(r"^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.? (?=\S)")


def name(text: str) -> frozenset[str]:
    """A name without its title."""
    return agreed_spellings(_untitled(text))


def titled_name(text: str) -> frozenset[str]:
    """The same, of a text that has a title; nothing of another."""
    return name(text) if _untitled(text) != folded(text) else frozenset()


def name_forms(expected: str) -> frozenset[str]:
    """What an expected name may be typed as: without its title, or its first name last. Only what is expected as a name may change its order."""
    return titled_name(expected).union(*map(name, _turned(expected)))


def _untitled(text: str) -> str:
    return _TITLE.sub("", folded(text))


def _turned(expected: str) -> list[str]:
    """« Borloo Jean-Louis », of two or three words with a capital each."""
    *first, last = cleaned(expected).split() or [""]
    named = 1 <= len(first) <= 2 and all(word[0].isupper() and not word.isupper() for word in (*first, last))
    return [" ".join((last, *first))] if named else []
