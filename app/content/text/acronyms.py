"""Which words of a text are acronyms: `ZEP`, `REP+`, `IA-DASEN`; not roman numerals, nor ordinary words in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from app.platform.french import unaccented

_CAPITALS = "A-ZÀÂÉÈÊËÎÏÔÛÙÜÇ"
_WORD = re.compile(rf"(?<!\w)[{_CAPITALS}][{_CAPITALS}0-9.-]*[{_CAPITALS}0-9]\+?(?!\w)")
_COMPOUND = re.compile(r"\w+(?:-\w+)*\+?")
_BETWEEN = re.compile(r"[-+]")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
"""Centuries, kings and chapters; `CIV` and `CM` would be numbers too, but in these texts they are acronyms."""
_LONGEST = 8
"""Letters of an acronym: a longer word in capitals is a word."""
_ORDINARY = (
    " AU AUX AVEC CE CES DANS DE DES DU ELLE EN EST ET EUX IL ILS LA LE LES LEUR MAIS NE NI NON NOS NOTE NOUS ON ONT OU OÙ OUI PAR PAS "
    "POUR QUE QUI SA SANS SE SES SI SON SUR TOUS TOUT UN UNE VOUS VRAI FAUX ATTENTION EXEMPLE "
)


def candidates(text: str) -> Iterator[str]:
    """Each writing in `text` that has the form of an acronym, in order, repeated as it is. `C.P.O.` gives `CPO`."""
    for found in _WORD.finditer(text):
        word = undotted(found.group())
        if _is_acronym(word):
            yield word


def undotted(word: str) -> str:
    return word.replace(".", "")


def parts(word: str) -> list[str]:
    """The acronyms of a compound: `IA-DASEN` → ["IA", "DASEN"], for a glossary that has each but not the whole."""
    return [part for part in word.split("-") if _is_acronym(part)]


def words(text: str) -> frozenset[str]:
    """Every word that a text holds, and every compound: `peut-être` gives `peut-être`, `peut` and `être`."""
    found = set(_COMPOUND.findall(text))
    return frozenset(found.union(*(_BETWEEN.split(each) for each in found if not each.isalnum())))


def written_as_word(word: str, among: Set[str]) -> bool:
    """Whether a text of these `words` also writes it in small letters, and so as an ordinary word. Short ones prove nothing: `PRE` is not `pré`."""
    return len(word) > 3 and word.lower() in among


def initials_of(word: str, expansion: str) -> bool:
    """Whether a word in small letters is an acronym all the same: `Caf`, whose letters begin words of its expansion, in their order."""
    if not (word.isalpha() and 3 <= len(word) <= _LONGEST and word[0].isupper()):
        return False
    initials = iter(unaccented(found[0].lower()) for found in re.findall(r"\w+", expansion))
    return all(letter in initials for letter in unaccented(word.lower()))


def _is_acronym(word: str) -> bool:
    letters = sum(letter.isalpha() for letter in word)
    if not 2 <= letters <= _LONGEST or f" {word} " in _ORDINARY:
        return False
    return _ROMAN.fullmatch(word) is None
