"""A text as the words by which it is found: without accents nor capitals, dotted sigles joined, elisions cut, `REP+` kept whole; each with its stem. Pure.

The index and what is asked for go through here alone, on both databases: neither of them reads French.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import snowballstemmer

from app.platform.unicode import normal_form

VERSION = 5
"""Raised with any change of this package that changes what is indexed: `prepare` then indexes the course again."""

STOP_WORDS = frozenset(
    [
        "a",
        "ai",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "cet",
        "cette",
        "comme",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "elles",
        "en",
        "entre",
        "est",
        "et",
        "etre",
        "il",
        "ils",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "lui",
        "m",
        "ma",
        "mais",
        "me",
        "mes",
        "mon",
        "n",
        "ne",
        "ni",
        "nos",
        "notre",
        "nous",
        "on",
        "ont",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "quel",
        "quelle",
        "qui",
        "s",
        "sa",
        "sans",
        "se",
        "ses",
        "si",
        "son",
        "sont",
        "sous",
        "sur",
        "t",
        "ta",
        "te",
        "tu",
        "un",
        "une",
        "vers",
        "vos",
        "votre",
        "vous",
        "y",
    ]
)
"""Left out of what is asked, where something else is asked too."""

ASKING_WORDS = frozenset(
    [
        "c",
        "ca",
        "cela",
        "quoi",
        "comment",
        "combien",
        "quand",
        "pourquoi",
        "quels",
        "quelles",
        "faire",
        "fait",
        "faut",
        "dois",
        "doit",
        "peut",
        "peux",
        "puis",
        "veut",
        "dire",
        "signifie",
        "signification",
        "definition",
        "difference",
        "fonctionne",
        "sert",
        "obtenir",
        "avoir",
        "trouver",
        "savoir",
        "connaitre",
    ]
)
"""Of a question that somebody asks (« c’est quoi… »), left out likewise; in a text they may stand for something."""

LONGEST_WORD = 60
_KEPT = 40
"""Letters of a writing that is worth remembering."""
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'"})
_SPACED_PLUS = re.compile(r"(?<=[^\W\d_])[^\S\n]+\+(?!\s*\d)")
_DOTTED = re.compile(r"(?<![a-z0-9])(?:[a-z]\.){2,}(?:[a-z](?![a-z0-9]))?")
_ELISION = re.compile(r"(?<![a-z0-9])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=[a-z0-9])")
_WORD = re.compile(r"[a-z]+[0-9]*\+|[a-z0-9]+")
_KEPT_S = re.compile(r"..[ious]s$|...as$")
"""Of four letters, what ends in -as is a sigle (`CLAS` is not `CLA`), or has an s of its own (`bras`)."""
_FEMININE = ((re.compile(r"trices?$"), "teur"), (re.compile(r"(i|ll)ere?s?$"), r"\1er"), (re.compile(r"ffes?$"), "f"))
"""Of `inspectrice`, `infirmière`, `conseillère` and `cheffe`, which Snowball keeps apart from the masculine."""
_STEMMER = snowballstemmer.stemmer("french")
_STEMMING = Lock()
"""The stemmer keeps the word at hand in itself."""


class Token(NamedTuple):
    """A word of a text; its place is that in the list of them all."""

    fold: str
    """Lower case, without marks: `[a-z0-9+]`, 60 letters at most."""
    stem: str


def analyse(text: str) -> list[Token]:
    """The words of any text, in order."""
    return [Token(fold, stem(fold)) for fold in folds(text)]


def folds(text: str) -> list[str]:
    """Splits a text into folded words, without their stems."""
    if "+" in text:
        text = _SPACED_PLUS.sub("+", text)
    found: list[str] = []
    for writing in text.split():
        found += _kept(writing) if len(writing) <= _KEPT else _split_words(writing)
    return found


@lru_cache(maxsize=60_000)
def stem(fold: str) -> str:
    """What `éducative` and `éducation` share. Short words, sigles of three letters and numbers stay whole.

    Snowball keeps an s after a, i, o and u, for the words whose own it is: `élus` would not be found by `élu`. It goes from these too: `avis` loses
    it in the index as in what is asked.
    """
    if len(fold) <= 3 or not fold.isalpha():
        return fold
    for ending, masculine in _FEMININE:
        fold = ending.sub(masculine, fold)
    with _STEMMING:
        found = str(_STEMMER.stemWord(fold))
    return found[:-1] if _KEPT_S.search(found) else found


def _split_words(writing: str) -> tuple[str, ...]:
    """The words of what stands between two spaces."""
    plain = normal_form(writing, "NFKC")
    plain = plain.lower().translate(_LETTERS)
    if not plain.isascii():
        plain = "".join(letter for letter in normal_form(plain, "NFD") if not unicodedata.combining(letter))
    plain = _DOTTED.sub(lambda found: found.group().replace(".", ""), plain)
    plain = _ELISION.sub(" ", plain).replace("'", "")
    return tuple(word[:LONGEST_WORD] for word in _WORD.findall(plain))


_kept = lru_cache(maxsize=60_000)(_split_words)
