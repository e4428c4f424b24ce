"""How people write what an import reads: the heads of columns, employers and roles, in one table each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from app.identity.rules import SIDE_LABELS, Role, Side
from app.platform.french import fold

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


def _turned(table: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {word: meaning for meaning, words in table.items() for word in words}


COLUMN_OF = _turned(COLUMNS)
SIDE_OF = _turned(SIDES) | {plain(label): side for side, label in SIDE_LABELS.items()} | {side.value: side for side in Side}
ROLE_OF = _turned(ROLES) | {word: role for role in Role for word in (role.value, f"{role.value}s")}
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
