"""What each line of a file of people asks for, or why it is refused: line, column, value, remedy, and a likely spelling. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations

from msgspec import Struct

from app.administration.imports.names import (
    COLUMN_OF,
    COLUMNS,
    LEFT_OUT,
    ROLE_OF,
    SIDE_OF,
    column_named,
    is_calculated,
    is_nobody,
    is_sum,
    is_total,
    plain,
    roles_of,
    side_of,
)
from app.administration.imports.spreadsheet import SheetLine
from app.identity.rules import NAME_LENGTH, SIDE_LABELS, TERRITORIAL_WORDS, Role, Side, made_up, over_territories
from app.platform.french import fold

CHOICES = tuple(column for column in COLUMNS if column != LEFT_OUT)
"""What a column of a file may be."""

MODEL = (
    ("nom", "courriel", "employeur", "rôles", "territoire", "cohorte"),
    ("Nadège Leroy", "nadege.leroy@ville.example", "collectivité", "apprenant", "", ""),
    ("Karim Benali", "", "éducation nationale", "", "", ""),
)
"""The file that one may download and fill."""

ALLOWED_ROLES = {role.value: role for role in Role if role is not Role.ADMINISTRATOR}
CHOSEN = ("employeur", "rôles", "territoire", "cohorte")
"""Columns whose values are chosen from a list."""
EMPTIED = "(case vide)"
"""What is chosen there to empty a cell: an empty field changes nothing."""
ROLE_CHOICES = tuple(", ".join(some) for count in range(1, len(ALLOWED_ROLES) + 1) for some in combinations(ALLOWED_ROLES, count))
"""What « rôles » may be, as a list to choose from."""
EMPLOYERS = "collectivité, éducation nationale, État, association ou autre"
FORMULA = "C’est une formule ou ce qu’il en reste, pas un texte : écrivez le texte lui-même."
LIKELY = 0.85
"""difflib's ratio from which a word is proposed for another: people accept all that is proposed in one click."""
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


class LineWish(Struct, frozen=True):
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
    """What a line may name."""

    territories: Mapping[str, str]
    """`place_key` → id."""
    cohorts: Mapping[str, int]
    """Folded name → number."""
    territory_names: Mapping[str, str]
    """Id → as it is chosen from a list."""
    cohort_names: Mapping[int, str]


# --- Columns ---


def head_place(lines: Sequence[SheetLine]) -> int:
    """Which of the first lines holds the heads: the one with the most that are known; where none is, the first that is more than a title.

    Where that one holds an address, it is a person already: the line above it, −1 where there is none.
    """
    known = [sum(bool(column_named(cell)) for cell in line.cells) for line in lines[:HEAD_WITHIN]]
    if any(known):
        return known.index(max(known))
    first = next((place for place, line in enumerate(lines[:HEAD_WITHIN]) if sum(map(bool, line.cells)) > 1), 0)
    return first - any("@" in cell for cell in lines[first].cells)


def columns_of(heads: Sequence[str]) -> list[str | None]:
    """What each column is: one of `CHOICES`, `LEFT_OUT`, or None where somebody must say. Of two of one kind, the second is not known."""
    found: list[str | None] = []
    for head in heads:
        column = column_named(head)
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


# --- Lines ---


def full_name(cells: Mapping[str, str]) -> str:
    return " ".join(part for part in (cells.get("prénom"), cells.get("nom")) if part)


def email_of(cells: Mapping[str, str]) -> str:
    """The address as typed, or the one that a person without any is given; empty for nobody."""
    name = full_name(cells)
    return cells.get("courriel") or (made_up(name) if name else "")


def _texts(cells: Mapping[str, str]) -> dict[str, str]:
    return {column: value for column, value in cells.items() if not is_calculated(value)}


def is_total_line(cells: Mapping[str, str]) -> bool:
    """Is this the total line of a spreadsheet, which holds no person?"""
    return is_total(full_name(_texts(cells)))


def judge(cells: Mapping[str, str], known: ExistingRecords) -> LineWish | tuple[Refusal, ...]:
    """One line, whoever exists already: what it asks for, or all that is wrong with it but for its address."""
    written = _texts(cells)
    name = full_name(written)
    if is_total_line(cells):
        return (Refusal("nom", cells.get("nom", ""), "C’est une ligne de total, pas une personne : elle n’est pas importée.", shared=False),)
    side, roles, territory, cohort = _side(written), _roles(written), _territory(written, known), _cohort(written, known)
    found = [Refusal(column, value, FORMULA) for column, value in cells.items() if column not in written]
    found += _faults_of_name(written, name) if cells.get("nom", "") == written.get("nom", "") else []
    found += [one for one in (side, roles, territory, cohort) if isinstance(one, Refusal)]
    if not isinstance(roles, Refusal) and over_territories(roles) and not cells.get("territoire"):
        follows = f"Qui est {TERRITORIAL_WORDS} suit au moins un territoire : choisissez celui de cette personne, elle le suivra avec tout ce qu’il contient."
        found.append(Refusal("territoire", "", follows, shared=False))
    if found or isinstance(side, Refusal) or isinstance(roles, Refusal) or isinstance(territory, Refusal) or isinstance(cohort, Refusal):
        return tuple(found)
    return LineWish(name, email_of(written), side, roles, territory, cohort)


def _faults_of_name(cells: Mapping[str, str], name: str) -> list[Refusal]:
    typed = cells.get("nom", "")
    if is_nobody(name):
        return [Refusal("nom", typed, "Ce n’est encore le nom de personne : laissez cette ligne de côté, ou écrivez un nom.", shared=False)]
    if "@" in name:
        return [
            Refusal("nom", typed, "C’est une adresse, pas un nom : écrivez le nom de la personne, et son adresse dans la colonne du courriel.", shared=False)
        ]
    if not any(map(str.isalpha, typed)) or len(name) > NAME_LENGTH:
        return [Refusal("nom", typed, f"Écrivez le nom de la personne, en {NAME_LENGTH} caractères au plus.", shared=False)]
    sums = [column for column in ("prénom", "nom") if is_sum(cells.get(column, ""))]
    return [Refusal(column, cells[column], "C’est un calcul, pas le nom d’une personne : écrivez son nom.", shared=False) for column in sums]


def _side(cells: Mapping[str, str]) -> Side | Refusal | None:
    employer = cells.get("employeur", "")
    side = side_of(employer)
    if employer and side is None:
        near = near_word(plain(employer), SIDE_OF)
        return Refusal("employeur", employer, f"Choisissez qui l’emploie : {EMPLOYERS}.", SIDE_LABELS[SIDE_OF[near]] if near else "")
    return side


def _roles(cells: Mapping[str, str]) -> tuple[Role, ...] | Refusal:
    roles, wrong = roles_of(cells.get("rôles", ""))
    if wrong or Role.ADMINISTRATOR in roles:
        more = " L’administration se donne sur la page de la personne." if Role.ADMINISTRATOR in roles else ""
        return Refusal("rôles", cells["rôles"], f"Choisissez parmi : {', '.join(ALLOWED_ROLES)}.{more}", _meant_roles(roles, wrong))
    return tuple(roles) or (Role.LEARNER,)


def _meant_roles(roles: Mapping[Role, None], wrong: Sequence[str]) -> str:
    """The roles that were understood, with the nearest to the words that were not; nothing where one is like none."""
    near = [near_word(word, [known for known in ROLE_OF if " " not in known]) for word in wrong]
    found = {*roles, *(ROLE_OF[word] for word in near if word)}
    return ", ".join(role for role in ALLOWED_ROLES.values() if role in found) if all(near) else ""


def _territory(cells: Mapping[str, str], known: ExistingRecords) -> str | Refusal:
    typed = cells.get("territoire", "")
    name = place_key(typed)
    if name not in known.territories:
        name = _OF_A_CITE.sub("", name)
    if typed and name not in known.territories:
        near = near_word(name, known.territories)
        if all(place_key(part) in known.territories for part in _BETWEEN_PLACES.split(typed)):
            return Refusal("territoire", typed, "Une ligne ne donne qu’un territoire : choisissez-en un, l’autre s’ajoute sur la page de la personne.")
        return Refusal("territoire", typed, "Ce territoire n’est pas dans le réseau.", known.territory_names[known.territories[near]] if near else "")
    return known.territories.get(name, "")


def _cohort(cells: Mapping[str, str], known: ExistingRecords) -> int | Refusal | None:
    typed = cells.get("cohorte", "")
    if typed and fold(typed) not in known.cohorts:
        near = near_word(fold(typed), known.cohorts)
        return Refusal("cohorte", typed, "Cette cohorte n’existe pas : créez-la d’abord.", known.cohort_names[known.cohorts[near]] if near else "")
    return known.cohorts.get(fold(typed))


def place_key(name: str) -> str:
    """A territory's name without accents, capitals, hyphens, slashes nor brackets: « saint quentin » is « Saint-Quentin »."""
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


_BETWEEN_PLACES = re.compile(r"[,;/+&|]| et ")
_OF_A_CITE = re.compile(r"^(la )?cites? educatives? ((de la|de l|des|du|de|d) )?")
"""What people write before the name that the network has, in the form of `place_key`."""


def near_word(word: str, known: Iterable[str]) -> str:
    """The one of these words that it is most probably a slip for; empty where none is near enough to be proposed."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=LIKELY)), "")


def mended_address(typed: str) -> str:
    """What an address that is none was perhaps meant to be: « Nadège Leroy <nadege.leroy @ ville.fr>; » → « nadege.leroy@ville.fr »."""
    inner = re.search(r"<([^<>]*)>", typed)
    found = re.sub(r"\s*(\(at\)|\[at\]|\(a\)| at )\s*", "@", inner[1] if inner else typed, flags=re.IGNORECASE)
    found = "".join(found.removeprefix("mailto:").split()).replace(",", ".").strip(".;:<>\"'")
    return re.sub(r"([.@])\1+", r"\1", found)


def reworded_cells(cells: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(column, as written, as read) of a good line, where both differ in more than case and accents."""
    found = []
    employer, side = cells.get("employeur", ""), side_of(cells.get("employeur", ""))
    if side and fold(employer) != side.value:
        found.append(("employeur", employer, SIDE_LABELS[side]))
    roles = cells.get("rôles", "")
    if roles and not {word for word in re.split(r"[\s,;/]+", fold(roles)) if word} <= set(ALLOWED_ROLES):
        found.append(("rôles", roles, ", ".join(roles_of(roles)[0])))
    return found
