"""What is a person's name: neither a formula nor a total; and whether two names may be one person's. Pure."""

from __future__ import annotations

import re

from app.administration.imports.synonyms import plain
from app.platform.french import fold
from app.platform.web.spreadsheets import is_formula

_CALL = re.compile(r"[A-Za-zÀ-ÿ_.]{2,}\s?\(\s*(\)|[^)]*[\"“”«;:=<>!$]|\$?[A-Za-z]{1,3}\$?\d|\d)")
"""A function of a spreadsheet, whatever its language: « COUNTA(A5:A64) », « SOMME(3;4) », not « Durand (née Petit) »."""
_ERROR = re.compile(r"#(N/[AD]|[A-ZÀ-Ý0/]+[!?])|Err:\d+")
"""What stands in place of a value that could not be worked out: « #N/A », « #NOM? », « #DIV/0! »."""
_NOBODY = re.compile(
    r"(poste |agent |cpo )?(vacante?|(est )?a (pourvoir|recruter|designer|nommer|definir|venir))|(en cours de )?recrutement( en cours)?|neant|idem|n ?c|inconnue?|"
    r"non (renseigne|communique|pourvu|designe)"
)
"""What stands in a list in place of a name, once `plain`."""
_SUM = re.compile(r"=|\d\s*[-+*/^×]\s*\d")
_TOTALS = frozenset({"total", "totaux", "totale", "totales", "somme", "sommes", "sum", "effectif", "effectifs"})
_AROUND_TOTALS = frozenset(
    {
        "sous",
        "general",
        "generaux",
        "grand",
        "nombre",
        "nb",
        "de",
        "des",
        "du",
        "la",
        "les",
        "personnes",
        "personne",
        "lignes",
        "inscrits",
        "participants",
        "cpo",
        "agents",
    }
)
_NO_NAMES = frozenset(
    {
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "el",
        "al",
        "ben",
        "bin",
        "ibn",
        "van",
        "von",
        "der",
        "den",
        "di",
        "da",
        "del",
        "dos",
        "das",
        "mac",
        "mc",
        "saint",
        "sainte",
    }
    | {"st", "ste", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "dr", "ex", "nee", "epouse"}
)
"""Particles, titles and the like: two people who share one share no name."""


def is_calculated(text: str) -> bool:
    """A cell that a spreadsheet works out, or what is left of one that lost its « = »."""
    return is_formula(text.removeprefix("'")) or _ERROR.fullmatch(text) is not None or _CALL.search(text) is not None


def is_sum(name: str) -> bool:
    """A name with a calculation in it: « Éric 1+1 »."""
    return _SUM.search(name) is not None


def is_text(cell: str) -> bool:
    """A cell that somebody wrote, which is there to be retouched: neither a calculation nor a total."""
    return not (is_calculated(cell) or is_sum(cell) or is_total(cell))


def is_total(name: str) -> bool:
    """« TOTAL », « Sous-total : 61 », « Nombre total de personnes »: not « Jean Total »."""
    words = {word for word in plain(name).split() if not word.isdigit()}
    return not _TOTALS.isdisjoint(words) and words <= _TOTALS | _AROUND_TOTALS


def is_nobody(name: str) -> bool:
    """« Poste vacant », « à recruter », « idem »: not « Paul Vacant »."""
    return _NOBODY.fullmatch(plain(name)) is not None


def share_a_word(one: str, other: str) -> bool:
    """Whether two names may be one person's, whatever the accents, capitals, hyphens and order: « MOREL Nadia » and « Nadia Morel-Petit »."""
    return not _words(one).isdisjoint(_words(other))


def _words(name: str) -> frozenset[str]:
    """Those that name somebody; all of them where none does."""
    words = frozenset(re.findall(r"\w+", fold(name)))
    return frozenset(word for word in words - _NO_NAMES if len(word) > 1) or words
