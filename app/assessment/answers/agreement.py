"""Singular or plural, masculine or feminine: the same answer. Both sides are brought to one form by the regular endings of French. Pure.

The form need be no word (« directrices » and « directeur » are both « directeu »): it is only ever compared with another.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.assessment.answers.normalise import cleaned, undotted_spellings

POINTS = "·•‧∙⋅"
SHORT = "e|ne|le|te|ve|fe|rice|trice|euse|ère|ière|ienne|esse"
LONG = "e|ne|rice|trice|euse|ère|ière|ienne|esse"  # after a hyphen, « -le » or « -te » may be a pronoun
_BOTH_GENDERS = re.compile(
    rf"(?<=[^\W\d_]{{3}})(?:[{POINTS}.](?:{SHORT})(?:[{POINTS}.]s)?|\((?:{SHORT}|s|x)\)(?:s|\(s\))?|[/-](?:{LONG})(?:[-/]s)?|[{POINTS}][sx])(?!\w)",
    re.IGNORECASE,
)
"""« chargé·e », « chargé(e)s », « directeur/trice », « réseau(x) »: what follows the masculine singular."""

PLURALS = (("travaux", "travail"), ("eaux", "eau"), ("aux", "al"), ("eux", "eu"), ("oux", "ou"), ("ss", "ss"), ("s", ""))
"""Ending → singular ending; the first that fits."""

FEMININES = (
    *((ending, "teu") for ending in ("trice", "teuse", "teur")),
    *((ending, "eu") for ending in ("euse", "eure", "eur")),
    ("effe", "ef"),
    ("ive", "if"),
    *((f"e{letter}{letter}e", f"e{letter}") for letter in "lnt"),
    ("uee", "u"),  # déléguée, whose masculine folds into « delegue », as the feminine of « vécu » does
    *((ending, ending[:-1]) for ending in ("ere", "ale", "ante", "ente", "inte", "ete", "ee", "ue")),
    *((ending, ending[:-2]) for ending in ("aise", "oise")),  # « français » has already lost its s
)
"""Folded ending → what both genders share. Médecin and médecine, commun and commune are not among them: they say two things."""

CONTRACTED = {"des": "de", "d": "de", "aux": "a"}
"""« des » is « de les », and articles do not count. « du » is left alone: « préfet du département » is not what is written « préfet de département »."""
SAME_WORD = {"coordinateu": "coordonnateu"}
"""Two forms of one word, both in the dictionary."""
_VOWELS = frozenset("aeiouy")


def one_gender(text: str) -> str:
    """A text with its inclusive writings in the masculine singular: « chargé·e·s » is « chargé »."""
    return _BOTH_GENDERS.sub("", text)


@lru_cache(2_000)
def agreed_spellings(text: str) -> frozenset[str]:
    """The folded writings of a text, articles dropped, each word without its number and gender."""
    return frozenset(agreed(spelling) for spelling in undotted_spellings(one_gender(cleaned(text))))


def agreed(spelling: str) -> str:
    return " ".join(CONTRACTED.get(word) or agreed_word(word) for word in spelling.split())


@lru_cache(2_000)
def uncontracted_spellings(text: str) -> frozenset[str]:
    """Returns the spellings of a text with « des » and « de la » kept apart."""
    spellings = undotted_spellings(one_gender(cleaned(text)))
    return frozenset(" ".join(map(agreed_word, spelling.split())) for spelling in spellings)


@lru_cache(2_000)
def agreed_word(word: str) -> str:
    """A folded word without its number and gender."""
    alone = singular(word)
    shared = _replaced(alone, FEMININES, least=2)
    return SAME_WORD.get(shared, shared)


def singular(word: str) -> str:
    """A folded word in the singular. A sigle without a vowel takes no mark of the plural: « qpvs » is no « qpv »."""
    alone = _replaced(word, PLURALS, least=0)
    return alone if word.isalpha() and len(alone) > 2 and not _VOWELS.isdisjoint(alone) else word


def _replaced(word: str, endings: tuple[tuple[str, str], ...], least: int) -> str:
    """The word with its first ending that fits replaced, where `least` letters or more stand before it."""
    for ending, other in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending) + other
    return word
