"""How people write what an import reads: the heads of columns, employers, roles and names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from app.identity.rules import SIDE_LABELS, Role, Side
from app.platform.french import fold
from app.platform.unicode import is_formula

T = TypeVar("T")
LEFT_OUT = ""
"""The column of what is not imported."""
WHY = "pourquoi"
"""The column that a file of refused lines has more: it is left out when it comes back."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nom": (
        "nom", "noms", "nom complet", "prenom nom", "nom prenom", "nom et prenom", "prenom et nom", "nom de famille", "nom d usage", "nom usuel",
        "identite", "personne", "participant", "stagiaire", "agent", "name", "last name",
    ),
    "prénom": ("prenom", "prenoms", "prenom usuel", "first name"),
    "courriel": (
        "courriel", "adresse", "e mail", "email", "mail", "mel", "adresse mail", "adresse mel", "adresse e mail", "adresse email", "adresse de courriel",
        "adresse courriel", "adresse electronique", "adresse de messagerie", "messagerie",
    ),
    "employeur": ("employeur", "institution", "structure", "organisme", "administration", "type d employeur", "type de structure", "structure employeuse", "structure employeur", "organisme employeur"),
    "rôles": ("roles", "role", "profil", "profils"),
    "territoire": ("territoire", "territoires", "cite", "cite educative", "cites educatives", "nom de la cite", "commune", "ville", "territoire d intervention"),
    "cohorte": ("cohorte", "groupe", "session", "promotion", "promo"),
    LEFT_OUT: (WHY,),
}  # fmt: skip
"""Column → how its head may be written, once `plain`."""

SIDES: Mapping[Side, tuple[str, ...]] = {
    Side.COLLECTIVITE: (
        "collectivite", "collectivites", "collectivite territoriale", "mairie", "ville", "commune", "municipalite", "intercommunalite",
        "communaute", "communaute d agglomeration", "communaute urbaine", "agglomeration", "agglo", "metropole", "epci", "departement",
        "conseil departemental", "region", "conseil regional", "ccas", "caisse des ecoles",
    ),
    Side.EDUCATION: (
        "education", "education nationale", "l education nationale", "en", "men", "ministere de l education nationale", "rectorat", "academie", "dsden", "ia dasen",
        "inspection academique", "inspection", "college", "lycee", "ecole", "canope",
    ),
    Side.ETAT: (
        "etat", "l etat", "prefecture", "sous prefecture", "ddets", "dreets", "ddcs", "drajes", "sdjes", "anct", "service deconcentre", "delegue du prefet",
        "deleguee du prefet", "ministere",
    ),
    Side.ASSOCIATION: ("association", "associations", "asso", "associatif", "association loi 1901", "federation"),
    Side.AUTRE: ("autre", "autres", "caf", "bailleur", "bailleur social", "entreprise", "prive"),
}  # fmt: skip
"""Employer → how it may be written, once `plain`. A word of four letters or more also stands before a name: « mairie de Lens »."""

ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.LEARNER: (
        "apprenante", "stagiaire", "participant", "participante", "cpo", "chef de projet", "cheffe de projet",
        "chef de projet operationnel", "cheffe de projet operationnelle",
    ),
    Role.TRAINER: ("formatrice", "intervenant", "intervenante"),
    Role.ADMINISTRATOR: ("administratrice",),
}  # fmt: skip
"""Role → how it may be written besides its own name, once `plain`."""


def plain(text: str) -> str:
    """Removes accents, capitals, punctuation and brackets: « Adresse e-mail (professionnelle) * » → « adresse e mail »."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"\(.*?\)", " ", fold(text))).split())


def column_named(head: str) -> str | None:
    """What a head says its column is, « Adresse mail pro » too: one of `COLUMNS`, or None where it tells nothing."""
    written = plain(head)
    return COLUMN_OF.get(written, COLUMN_OF.get(re.sub(r" (pro|prof|professionnel|professionnelle)$", "", written)))


def _invert_table(table: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {word: meaning for meaning, words in table.items() for word in words}


COLUMN_OF = _invert_table(COLUMNS)
SIDE_OF = _invert_table(SIDES) | {plain(label): side for side, label in SIDE_LABELS.items()} | {side.value: side for side in Side}
ROLE_OF = _invert_table(ROLES) | {word: role for role in Role for word in (role.value, f"{role.value}s")}
_OPENING = sorted((word for word in SIDE_OF if len(word) > 3), key=len, reverse=True)
"""The longest first: « ministère de l’Éducation nationale » before « ministère »."""


def side_of(text: str) -> Side | None:
    """Returns the kind of employer that a text names; None where it names none."""
    written = plain(text)
    opening = next((word for word in _OPENING if written.startswith(f"{word} ")), "")
    return SIDE_OF.get(written) or SIDE_OF.get(opening)


def roles_of(text: str) -> tuple[dict[Role, None], list[str]]:
    """The roles in their order, and the words that are none."""
    found, unknown = dict[Role, None](), list[str]()
    for part in re.split(r"[,;/+&|]| et ", fold(text)):
        written = plain(part)
        for word in [written] if written in ROLE_OF else written.split():
            if role := ROLE_OF.get(word):
                found[role] = None
            else:
                unknown.append(word)
    return found, unknown


# --- Names of people ---
# Neither a formula nor a total; and whether two names may be one person's.

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
