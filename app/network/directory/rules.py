"""What a card of the directory holds, and how its person may be reached. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from app.platform.french import fold

FUNCTION_LENGTH, HELP_LENGTH, MESSAGE_LENGTH = 120, 500, 2_000


class ContactChoice(StrEnum):
    """Chosen by the person, who may say nothing of it."""

    SITE = "site"
    ADDRESS = "adresse"
    NONE = "aucun"


CONTACT_WORDS = {
    ContactChoice.SITE: "Par le site : votre adresse reste cachée tant que vous ne répondez pas",
    ContactChoice.ADDRESS: "À votre adresse, que tous les inscrits voient",
    ContactChoice.NONE: "Pas du tout : votre nom et votre fonction suffisent",
}


def holds(typed: str, *told: str) -> bool:
    """Are all the words there, from their beginnings, whatever their capitals and accents?"""
    words, known = _words(typed), _words(" ".join(told))
    return bool(words) and all(any(one.startswith(word) for one in known) for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))
