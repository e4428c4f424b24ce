"""« nom (SIGLE) »: one answer said twice, or two answers. Pure."""

from __future__ import annotations

import re

from app.assessment.answers.agreement import agreed_spellings
from app.assessment.answers.doubts import AnswerDoubt, AskAgain
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import cleaned, folded, undotted_spellings
from app.platform.french import french

_PARENTHESIS = re.compile(r"(\S.*?) ?\( ?([^()]+?) ?\)[ .]*")
LINKS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur", "par"})


def name_and_sigle(text: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """(name, sigle) of « quartier prioritaire (QPV) » or « QPV (quartier prioritaire) »; None of any other text."""
    found = _PARENTHESIS.fullmatch(cleaned(text))
    if found is None:
        return None
    outside, inside = found[1], found[2]
    if _is_sigle(inside, lexicon):
        return outside, inside
    return (inside, outside) if _is_sigle(outside, lexicon) else None


def _is_sigle(text: str, lexicon: Lexicon) -> bool:
    capitals = sum(letter.isupper() for letter in text)
    return lexicon.knows(text) or (capitals > 1 and " " not in text and not text.islower())


def says_one_thing(name: str, sigle: str, lexicon: Lexicon) -> bool:
    """Whether the sigle stands for the name or for what the name begins; of a sigle that the glossary does not have, whether it is made of its initials."""
    if lexicon.crosses(name, sigle):
        return False
    if not lexicon.knows(sigle):
        letters = "".join(letter for letter in folded(sigle) if letter.isalnum())
        return letters in _initials(name)
    if lexicon.expands(sigle, name) or lexicon.is_long_form(name):
        return lexicon.expands(sigle, name)
    long_forms = [one for form in lexicon.long_forms(sigle) for one in agreed_spellings(form)]
    return any(f"{form} ".startswith(f"{mine} ") for form in long_forms for mine in agreed_spellings(name))


def _initials(name: str) -> frozenset[str]:
    """With every word, and without the small ones."""
    words = min(undotted_spellings(name)).split()
    return frozenset({"".join(word[0] for word in words), "".join(word[0] for word in words if word not in LINKS)})


def two_things(text: str, lexicon: Lexicon) -> AskAgain | None:
    """Which one is meant, where a name stands beside the sigle of something else; None of any other text."""
    both = name_and_sigle(text, lexicon)
    if both is None or not lexicon.knows(both[1]) or says_one_thing(*both, lexicon):
        return None
    asks = french(f"Votre réponse dit deux choses : dans le glossaire du cours, « {both[1]} » n’est pas le sigle de « {both[0]} ». Écrivez l’un ou l’autre.")
    return AskAgain(AnswerDoubt.TWO_THINGS, asks)
