"""What a question asks a number of, in its own words: « combien d'euros », « (en années) », « de quel programme ». Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from app.assessment.answers.agreement import singular
from app.assessment.answers.normalise import cleaned, folded

SCALES = {"mille": 10**3, "million": 10**6, "milliard": 10**9}
SMALL = frozenset({"a", "au", "aux", "c", "d", "de", "des", "du", "en", "est", "il", "l", "la", "le", "les", "numero", "soit", "y"})
"""Words that say nothing beside a number, in any question."""
ABOUT = frozenset({"environ", "approximativement"})
_ONE_WRITING = (
    (re.compile(r"\bpour ?cent\b|\bpour 100\b", re.IGNORECASE), "%"),
    (re.compile(r"(?<![^\W\d_])Mds? ?€", re.IGNORECASE), " milliard €"),
    (re.compile(r"(?<![^\W\d_])M ?€", re.IGNORECASE), " million €"),
    (re.compile(r"(?<![^\W\d_])k ?€", re.IGNORECASE), " mille €"),
    (re.compile(r"\bn°", re.IGNORECASE), "numéro "),
    (re.compile(r"\s+(?=[+%€])"), ""),
)
SAME_UNIT = {"ans": "an", "annee": "an", "euro": "€", "eur": "€", "hab": "habitant", "md": "milliard", "mds": "milliard", "millier": "mille"}
_IMPLIED = {"age": "an", "part": "%", "pourcentage": "%", "proportion": "%", "taux": "%", "montant": "€", "somme": "€", "budget": "€", "cout": "€", "prix": "€"}
_WORD = re.compile(r"[^\W\d_]+\+?|[%€]|\d+(?:[ .,]\d+)*")
_IN = re.compile(r"\((?:en |années?\b)[^)]*", re.IGNORECASE)


class AskedNumber(Struct, frozen=True):
    """What a statement says of the number that it asks for."""

    words: frozenset[str]
    """Those that it uses, each in one writing; a unit of its own numbers (« 36 mois ») is not one of them."""
    nouns: frozenset[str]
    """What it counts, where it says so: « combien de … », « quelle … », « (en …) »."""
    leads: frozenset[tuple[str, ...]]
    """The words that stand before « combien » or « quel »: « jusqu'à », « au-dessus de »."""

    @property
    def scales(self) -> frozenset[str]:
        """The « milliards » of « combien de milliards »."""
        return (self.nouns or self.words) & SCALES.keys()

    def counts(self, word: str) -> bool:
        return word in (self.nouns or self.words)


def one_writing(text: str) -> str:
    """« M€ », « pour cent », « n° » as words and signs that stand alone."""
    for pattern, replacement in _ONE_WRITING:
        text = pattern.sub(replacement, text)
    return text


def words_of(text: str) -> list[tuple[str, str]]:
    """(as written, in one writing) of each word, `%`, `€` and number of a text; a number is `#`."""
    return [(written, "#" if written[0].isdigit() else _canonical(written)) for written in _WORD.findall(one_writing(cleaned(text)))]


def rest_of(text: str) -> str:
    """What `words_of` does not read: signs."""
    return _WORD.sub("", one_writing(cleaned(text)))


@lru_cache(2_000)
def _canonical(word: str) -> str:
    plain = folded(word)
    alone = plain if plain in SMALL else singular(plain)
    return SAME_UNIT.get(plain) or SAME_UNIT.get(alone) or alone


def _written_so(words: str) -> frozenset[str]:
    return frozenset(map(_canonical, words.split()))


MEASURES = _written_so("mille million milliard an siècle trimestre mois semaine jour heure minute € % mètre km")
"""Units that change what a number says."""
LIMITS = _written_so(
    "après aucun autour avant début delà demi depuis dessous dessus entre et fin inférieur jamais jusque jusqu max maximum mi milieu min minimum "
    "moins moitié n ne ni non ou partir pas peu plus plusieurs près presque quart quasi sans sauf supérieur tiers vers"
)
"""Words that make another answer of a number: « plus de », « avant », « pas »."""


@lru_cache(500)
def read_asked_number(statement: str, unit: str = "") -> AskedNumber:
    """What a statement asks for. The declared unit, shown beside the field, is part of it."""
    words = [word for _, word in words_of(statement)]
    own = frozenset(word for _, word in words_of(unit))
    used = frozenset(word for before, word in zip(["", *words], words, strict=False) if not (before == "#" and word in MEASURES))
    return AskedNumber(used | own, frozenset(_nouns(words)) | frozenset(_hinted(statement)) | own, frozenset(_leads(words)))


def _nouns(words: list[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        following = words[place + 1 :]
        counts = word in ("combien", "nombre") and following[:1] in (["de"], ["d"])
        if counts or word in ("quel", "quelle"):
            yield from _first(following)


def _hinted(statement: str) -> Iterator[str]:
    """« (en milliards d'euros) », « (année) »."""
    for found in _IN.findall(statement):
        yield from _first([word for _, word in words_of(found) if word != "chiffre"])


def _first(words: list[str]) -> Iterator[str]:
    """The first word that says something, and the next where it is a scale: « milliards », « euros »."""
    for word in words:
        if word in SMALL or word == "#":
            continue
        yield word
        if word in _IMPLIED:
            yield _IMPLIED[word]
        if word not in SCALES:
            return


def _leads(words: list[str]) -> Iterator[tuple[str, ...]]:
    for place, word in enumerate(words):
        if word in ("combien", "quel", "quelle"):
            for length in range(1, 5):
                yield tuple(words[max(0, place - length) : place])
