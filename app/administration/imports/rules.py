"""What each line of a file of people asks for, or why it is refused: line, column, value, remedy, and what was perhaps meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct, field

from app.administration.accounts.addresses import made_up
from app.administration.imports.spreadsheet import SheetLine
from app.administration.imports.synonyms import COLUMN_OF, COLUMNS, LEFT_OUT, ROLE_OF, SIDE_OF, plain, roles_of, side_of
from app.french import fold
from app.identity.rules import NAME_LENGTH, SIDE_LABELS, TERRITORIAL_WORDS, Role, Side, over_territories
from app.web.spreadsheets import is_formula

CHOICES = tuple(column for column in COLUMNS if column != LEFT_OUT)
"""What a column of a file may be."""

MODEL = (
    ("nom", "courriel", "employeur", "rôles", "territoire", "cohorte"),
    ("Nadège Leroy", "nadege.leroy@ville.example", "collectivite", "apprenant", "", ""),
    ("Karim Benali", "", "education", "", "", ""),
)
"""The file that one may download and fill."""

ALLOWED_ROLES = {role.value: role for role in Role if role is not Role.ADMINISTRATOR}
HEAD_WITHIN = 10
"""Lines among which the heads are looked for: a title, a date, an empty line often stand above."""


class Refusal(Struct, frozen=True):
    column: str
    value: str
    remedy: str
    meant: str = ""
    """What would be accepted in place of the value."""
    shared: bool = True
    """The value itself is wrong, in whatever line it stands; else something of this line alone is."""


class Wish(Struct, frozen=True):
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


class ExistingRecords(Struct, frozen=True):
    """What a line may name. Keys are folded."""

    territories: Mapping[str, str]
    cohorts: Mapping[str, int]
    written: Mapping[str, str] = field(default_factory=dict)
    """Folded name → as it is written."""


# --- Columns ---------------------------------------------------------------------------------------------------------


def head_place(lines: Sequence[SheetLine]) -> int:
    """Which of the first lines holds the heads: the one with the most that are known; where none is, the first that is more than a title."""
    known = [sum(bool(COLUMN_OF.get(plain(cell))) for cell in line.cells) for line in lines[:HEAD_WITHIN]]
    if any(known):
        return known.index(max(known))
    return next((place for place, line in enumerate(lines[:HEAD_WITHIN]) if sum(map(bool, line.cells)) > 1), 0)


def columns_of(heads: Sequence[str]) -> list[str | None]:
    """What each column is: one of `CHOICES`, `LEFT_OUT`, or None where somebody must say. Of two of one kind, the second is not known."""
    found: list[str | None] = []
    for head in heads:
        column = COLUMN_OF.get(plain(head))
        found.append(None if column and column in found else column)
    return found


def near_column(head: str, values: Sequence[str], taken: Sequence[str | None]) -> str:
    """What a column that is not known perhaps is, by its head or by what it holds."""
    near = get_close_matches(plain(head), [word for word in COLUMN_OF if COLUMN_OF[word]], n=1, cutoff=0.8)
    guess = COLUMN_OF[near[0]] if near else "courriel" if any("@" in value for value in values) else LEFT_OUT
    return LEFT_OUT if guess in taken else guess


def wrong_columns(columns: Sequence[str]) -> str:
    """A sentence on what keeps these columns from being read; empty where nothing does."""
    twice = next((column for column in columns if column and columns.count(column) > 1), "")
    if twice:
        return f"La colonne « {twice} » est choisie deux fois : n’en gardez qu’une."
    return "" if "nom" in columns else "Dites quelle colonne contient le nom des personnes."


def cells_of(columns: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}


# --- Lines -----------------------------------------------------------------------------------------------------------


def full_name(cells: Mapping[str, str]) -> str:
    return " ".join(part for part in (cells.get("prénom"), cells.get("nom")) if part)


def judge(cells: Mapping[str, str], known: ExistingRecords) -> Wish | Refusal:
    """One line, whoever exists already. The first fault is told; mending it may show the next."""
    for column, value in cells.items():
        if is_formula(value.removeprefix("'")):
            meant = value.lstrip(" '=+-@\uff1d\ufe6b")
            return Refusal(column, value, "Ce qui commence par =, +, - ou @ est une formule : écrivez le texte lui-même.", meant)
    name = full_name(cells)
    if not cells.get("nom") or len(name) > NAME_LENGTH:
        return Refusal("nom", cells.get("nom", ""), f"Écrivez le nom de la personne, en {NAME_LENGTH} caractères au plus.", shared=False)
    wish = _choices(cells)
    if isinstance(wish, Refusal):
        return wish
    side, roles = wish
    places = _places(cells, known)
    if isinstance(places, Refusal):
        return places
    if over_territories(roles) and not places[0]:
        follows = f"Qui est {TERRITORIAL_WORDS} suit au moins un territoire : écrivez celui de cette personne, elle le suivra avec tout ce qu’il contient."
        return Refusal("territoire", "", follows, shared=False)
    return Wish(name, cells.get("courriel") or made_up(name), side, roles, *places)


def _choices(cells: Mapping[str, str]) -> tuple[Side | None, tuple[Role, ...]] | Refusal:
    employer = cells.get("employeur", "")
    side = side_of(employer)
    if employer and side is None:
        near = get_close_matches(plain(employer), SIDE_OF, n=1, cutoff=0.75)
        return Refusal("employeur", employer, f"Écrivez l’un de : {', '.join(Side)}.", SIDE_OF[near[0]].value if near else "")
    roles, wrong = roles_of(cells.get("rôles", ""))
    if wrong or Role.ADMINISTRATOR in roles:
        more = " L’administration se donne sur la page de la personne." if Role.ADMINISTRATOR in roles else ""
        return Refusal("rôles", cells["rôles"], f"Écrivez un ou plusieurs de : {', '.join(ALLOWED_ROLES)}.{more}", _meant_roles(roles, wrong))
    return side, tuple(roles) or (Role.LEARNER,)


def _meant_roles(roles: Mapping[Role, None], wrong: Sequence[str]) -> str:
    """The roles that were understood, with the nearest to the words that were not; nothing where one is like none."""
    near = [get_close_matches(word, [known for known in ROLE_OF if " " not in known], n=1, cutoff=0.75) for word in wrong]
    found = [*roles, *(ROLE_OF[words[0]] for words in near if words)]
    return "" if not all(near) else ", ".join(role for role in dict.fromkeys(found) if role is not Role.ADMINISTRATOR)


def _places(cells: Mapping[str, str], known: ExistingRecords) -> tuple[str, int | None] | Refusal:
    territory, cohort = fold(cells.get("territoire", "")), fold(cells.get("cohorte", ""))
    if territory not in known.territories:
        territory = _OF_A_CITE.sub("", territory)
    if territory and territory not in known.territories:
        return Refusal("territoire", cells["territoire"], "Ce territoire n’est pas dans le réseau.", _near(territory, known.territories, known.written))
    if cohort and cohort not in known.cohorts:
        return Refusal("cohorte", cells["cohorte"], "Cette cohorte n’existe pas : créez-la d’abord.", _near(cohort, known.cohorts, known.written))
    return known.territories.get(territory, ""), known.cohorts.get(cohort)


_OF_A_CITE = re.compile(r"^(la )?cites? educatives? ((de la|des|du|de) |d['’] ?|de l['’])?")
"""What people write before the name that the network has."""


def _near(word: str, known: Mapping[str, object], written: Mapping[str, str]) -> str:
    near = get_close_matches(word, known, n=1)
    return written.get(near[0], near[0]) if near else ""


def mended_address(typed: str) -> str:
    """What an address that is none was perhaps meant to be: « Nadège Leroy <nadege.leroy @ ville.fr>; » → « nadege.leroy@ville.fr »."""
    inner = re.search(r"<([^<>]*)>", typed)
    found = re.sub(r"\s*(\(at\)|\[at\]|\(a\)| at )\s*", "@", inner[1] if inner else typed, flags=re.IGNORECASE)
    found = "".join(found.removeprefix("mailto:").split()).replace(",", ".").strip(".;:<>\"'")
    return re.sub(r"\.\.+", ".", found)


def understood(cells: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(column, as written, as read) of a good line, where both differ in more than case and accents."""
    found = []
    employer, side = cells.get("employeur", ""), side_of(cells.get("employeur", ""))
    if side and fold(employer) != side.value:
        found.append(("employeur", employer, SIDE_LABELS[side]))
    roles = cells.get("rôles", "")
    if roles and not {word for word in re.split(r"[\s,;/]+", fold(roles)) if word} <= set(ALLOWED_ROLES):
        found.append(("rôles", roles, ", ".join(roles_of(roles)[0])))
    return found
