"""What each line of a file of people asks for, or why it is refused: line, column, value, remedy. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from app.administration.accounts.addresses import made_up
from app.administration.imports.spreadsheet import SheetLine
from app.french import fold
from app.identity.rules import NAME_LENGTH, Role, Side, over_territories
from app.web.spreadsheets import is_formula

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nom": ("nom", "nom complet", "prenom nom", "nom et prenom"),
    "courriel": ("courriel", "adresse", "e-mail", "email", "mail", "adresse de courriel", "adresse electronique"),
    "employeur": ("employeur", "institution"),
    "rôles": ("roles", "role"),
    "territoire": ("territoire", "cite", "cite educative"),
    "cohorte": ("cohorte", "groupe"),
}
"""Column → how its header may be written, accents and case aside."""

MODEL = (
    tuple(COLUMNS),
    ("Nadège Leroy", "nadege.leroy@ville.example", "collectivite", "apprenant", "", ""),
    ("Karim Benali", "", "education", "", "", ""),
)
"""The file that one may download and fill."""

ALLOWED_ROLES = {role.value: role for role in Role if role is not Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Refusal:
    column: str
    value: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What one line asks for. `email` is as typed, or made up; territory and cohort are ids."""

    name: str
    email: str
    side: Side | None
    roles: tuple[Role, ...]
    territory: str
    cohort: int | None

    @property
    def scope(self) -> str:
        """A responsable looks after the territory of their line."""
        return self.territory if over_territories(self.roles) else ""


@dataclass(frozen=True, slots=True)
class ExistingRecords:
    """What a line may name. Keys are folded."""

    territories: Mapping[str, str]
    cohorts: Mapping[str, int]
    written: Mapping[str, str] = field(default_factory=dict)
    """Folded name → as it is written."""


def header(line: SheetLine) -> tuple[str, ...] | str:
    """The column of each cell, or a sentence that says what is wrong with the first line."""
    written = {fold(name): column for column, names in COLUMNS.items() for name in names}
    found = []
    for cell in line.cells:
        key = fold(cell)
        if cell and key not in written:
            near = get_close_matches(key, written, n=1)
            return f"Colonne inconnue « {cell} »." + (
                f" Vouliez-vous dire « {written[near[0]]} » ?" if near else f" Colonnes possibles : {', '.join(COLUMNS)}."
            )
        found.append(written[key] if cell else "")
    twice = next((column for column in found if column and found.count(column) > 1), "")
    if twice:
        return f"La colonne « {twice} » est là deux fois."
    return tuple(found) if "nom" in found else "Il manque la colonne « nom » en première ligne. Partez du modèle."


def cells_of(columns: Sequence[str], line: SheetLine) -> dict[str, str]:
    return {column: cell for column, cell in zip(columns, line.cells, strict=False) if column and cell}


def judge(cells: Mapping[str, str], known: ExistingRecords) -> Wish | Refusal:
    """One line, whoever exists already. The first fault is told; mending it may show the next."""
    for column, value in cells.items():
        if is_formula(value):
            return Refusal(column, value, "Ce qui commence par =, +, - ou @ est une formule : écrivez le texte lui-même.")
    if not cells.get("nom") or len(cells["nom"]) > NAME_LENGTH:
        return Refusal("nom", cells.get("nom", ""), f"Écrivez le nom de la personne, en {NAME_LENGTH} caractères au plus.")
    wish = _choices(cells)
    if isinstance(wish, Refusal):
        return wish
    side, roles = wish
    places = _places(cells, known)
    if isinstance(places, Refusal):
        return places
    if over_territories(roles) and not places[0]:
        return Refusal(
            "territoire", "", "Un responsable suit au moins un territoire : écrivez celui de cette personne, elle le suivra avec tout ce qu’il contient."
        )
    return Wish(cells["nom"], cells.get("courriel") or made_up(cells["nom"]), side, roles, *places)


def _choices(cells: Mapping[str, str]) -> tuple[Side | None, tuple[Role, ...]] | Refusal:
    side = fold(cells.get("employeur", ""))
    if side and side not in set(Side):
        return Refusal("employeur", cells["employeur"], f"Écrivez l’un de : {', '.join(Side)}.")
    words = [word for word in fold(cells.get("rôles", "")).replace("/", ",").replace(";", ",").replace(" ", ",").split(",") if word]
    if wrong := [word for word in words if word not in ALLOWED_ROLES]:
        more = " L’administration se donne sur la page de la personne." if Role.ADMINISTRATOR in wrong else ""
        return Refusal("rôles", cells["rôles"], f"Écrivez un ou plusieurs de : {', '.join(ALLOWED_ROLES)}.{more}")
    return Side(side) if side else None, tuple(ALLOWED_ROLES[word] for word in dict.fromkeys(words)) or (Role.LEARNER,)


def _places(cells: Mapping[str, str], known: ExistingRecords) -> tuple[str, int | None] | Refusal:
    territory, cohort = fold(cells.get("territoire", "")), fold(cells.get("cohorte", ""))
    if territory and territory not in known.territories:
        return Refusal("territoire", cells["territoire"], f"Ce territoire n’est pas dans le réseau.{_near(territory, known.territories, known.written)}")
    if cohort and cohort not in known.cohorts:
        return Refusal("cohorte", cells["cohorte"], f"Cette cohorte n’existe pas : créez-la d’abord.{_near(cohort, known.cohorts, known.written)}")
    return known.territories.get(territory, ""), known.cohorts.get(cohort)


def _near(word: str, known: Mapping[str, object], written: Mapping[str, str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f" Vouliez-vous dire « {written.get(near[0], near[0])} » ?" if near else ""
