"""Who may do what: the roles, by sets that views name; how a person is named and looked up; when they may be emailed again. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct

from app.platform.french import fold
from app.platform.unicode import normal_form

NAME_LENGTH, ADDRESS_LENGTH, PHONE_LENGTH = 120, 254, 30
"""Characters of a person's name, of the longest address of mail there is (RFC 5321), and of a number of telephone with its spaces."""


class Level(StrEnum):
    """The kind of a territory, from the widest: a tree holds any of them, at any depth (decision 29)."""

    NATION = "nation"
    REGION = "region"
    ACADEMIE = "academie"
    DEPARTEMENT = "departement"
    INTERCOMMUNALITE = "intercommunalite"
    CITE = "cite"


LEVEL_LABELS = {
    Level.NATION: "nation",
    Level.REGION: "région",
    Level.ACADEMIE: "académie",
    Level.DEPARTEMENT: "département",
    Level.INTERCOMMUNALITE: "intercommunalité",
    Level.CITE: "cité éducative",
}


class Role(StrEnum):
    """A person has one or several. Everyone who is signed in may learn, whatever the role."""

    LEARNER = "apprenant"
    TRAINER = "formateur"
    MANAGER = "responsable"
    ADMINISTRATOR = "administrateur"


ROLE_WORDS = {
    Role.LEARNER: "suivre le cours",
    Role.TRAINER: "écrire le cours",
    Role.MANAGER: "accompagner des territoires",
    Role.ADMINISTRATOR: "administrer le site",
}
"""What each role is for, to whoever holds it."""


class Side(StrEnum):
    """Who employs the person: it decides which lens of a lesson opens first, nothing else."""

    COLLECTIVITE = "collectivite"
    EDUCATION = "education"
    ETAT = "etat"
    ASSOCIATION = "association"
    AUTRE = "autre"


SIDE_LABELS = {
    Side.COLLECTIVITE: "une collectivité, une intercommunalité",
    Side.EDUCATION: "l’Éducation nationale",
    Side.ETAT: "l’État (préfecture, service déconcentré)",
    Side.ASSOCIATION: "une association",
    Side.AUTRE: "un autre employeur",
}


def side_use(programs: bool, hr_file: bool) -> str:
    """What the employer is for and who reads it, told wherever somebody says theirs. `programs`: does the site let any read? `hr_file`: does it give one?"""
    return (
        "En dépend ce qui s’ouvre et se propose en premier dans le cours. Le lisent les responsables de vos territoires, les "
        "formateurs de votre groupe et qui administre le site, dans le suivi et ses fichiers"
        f"{', dont le fichier RH' if hr_file else ''}"
        f"{' ; de même les programmes qui y sont autorisés' if programs else ''}."
    )


AUTHORS = frozenset({Role.TRAINER})
TRAINERS = frozenset({Role.TRAINER, Role.ADMINISTRATOR})
TERRITORIAL = frozenset({Role.MANAGER})
"""Roles that are held over territories: given with one at least, taken back with the last, and showing whoever belongs there."""
TERRITORIAL_WORDS = " ou ".join(role for role in Role if role in TERRITORIAL)
"""What their holders are called, in the sentences that hold for each: « Qui est responsable suit… »."""

MANAGERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""Who sees and moves people in the administration."""
DECIDERS = TRAINERS | MANAGERS
"""Who decides for the people of a report, and writes to them."""
REPORTERS = DECIDERS | TERRITORIAL
"""Who reads reports: a role that is only territorial decides nothing."""
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
NEED_FACTOR = REPORTERS
"""Of whom a second factor may be asked: who sees or decides what concerns others."""
MODERATORS = AUTHORS | ADMINISTRATORS
"""Who decides of what the people of a cité propose for its page."""

WORKPLACES = {
    Role.MANAGER: "week.index",
    Role.TRAINER: "authoring.plan",
    Role.ADMINISTRATOR: "administration.index",
}
"""Where each role works, the first of somebody's roles first. Whoever learns as well finds them all on the learner's table."""


def workplace(roles: Collection[Role]) -> str:
    """The endpoint where somebody with these roles comes in; empty for whoever learns, who comes in by the path."""
    return "" if Role.LEARNER in roles else next((place for role, place in WORKPLACES.items() if role in roles), "")


SESSION_DAYS = 14
"""How long a sign-in opens pages, unless it is ended before: the cookie, its row and the register say the same."""


def needs_factor(roles: Collection[Role], today: date, since: date | None) -> bool:
    """`since`: from when the site asks a factor of those who need one; None: it only offers it."""
    return since is not None and today >= since and not NEED_FACTOR.isdisjoint(roles)


def over_territories(roles: Collection[Role]) -> bool:
    """Somebody with these roles looks after territories."""
    return not TERRITORIAL.isdisjoint(roles)


def is_phone(text: str) -> bool:
    """Six digits or more, a « + » before them, and the punctuation that people set between them."""
    return re.fullmatch(r"\+?[0-9 .()/-]+", text) is not None and sum(letter.isdigit() for letter in text) >= 6


def search_key(name: str, address: str) -> str:
    """Where a person is looked for and stands in a list: no word crosses from name to address, « Anne » is before « Anne-Marie », an index has the room."""
    return f"{fold(name)[:240]}\n{fold(address)[:ADDRESS_LENGTH]}"


def normalise_address(address: str) -> str:
    """The one form under which an e-mail address is stored and looked up: trimmed, composed, lower case."""
    composed = normal_form(address.strip().replace("\x00", "\ufffd"), "NFKC", ADDRESS_LENGTH)  # PostgreSQL stores no NUL
    return normal_form(composed.lower(), "NFKC").strip()


# --- When somebody may get another weekly email ---

WEEK = timedelta(days=7)


def is_taken(lettered_on: date | None, on: date) -> bool:
    """`lettered_on`: the day of the last one."""
    return lettered_on is not None and on < lettered_on + WEEK


# --- The territory tree as a value, of any number of levels, and what a scope reaches in it. Pure. ---


class Node(Struct, frozen=True):
    """One territory. `parent_id` is None at the top."""

    id: str
    level: Level
    name: str
    parent_id: str | None
    zone: str = ""
    """Of the school holidays; empty: that of what it belongs to."""


class TerritoryTree(Struct, frozen=True):
    """All territories by id, each before what lies below it, then by name."""

    nodes: Mapping[str, Node]

    def ancestors(self, node_id: str) -> tuple[Node, ...]:
        """The node itself, then its parents up to the root; nothing for an unknown id."""
        found: list[Node] = []
        node = self.nodes.get(node_id)
        while node is not None and node not in found:
            found.append(node)
            node = self.nodes.get(node.parent_id or "")
        return tuple(found)

    def under(self, node_ids: Collection[str]) -> frozenset[str]:
        """Ids of the nodes themselves and of everything below them: what a scope on these nodes reaches."""
        return frozenset(node for node in self.nodes if any(above.id in node_ids for above in self.ancestors(node)))

    @property
    def roots(self) -> tuple[str, ...]:
        """Ids of what stands at the top."""
        return tuple(node.id for node in self.nodes.values() if node.parent_id is None)

    def zone_of(self, node_id: str) -> str:
        """Returns the zone of school holidays: its own, or that of the nearest territory above; empty where none has one."""
        return next((above.zone for above in self.ancestors(node_id) if above.zone), "")

    def children(self, node_id: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.parent_id == node_id)

    def path_name(self, node_id: str) -> str:
        """« Lille Sud (Nord) » for a cité, the plain name above."""
        above = self.ancestors(node_id)
        if not above:
            return ""
        return f"{above[0].name} ({above[1].name})" if above[0].level is Level.CITE and len(above) > 1 else above[0].name


def grow(nodes: Iterable[Node]) -> TerritoryTree:
    """A tree of nodes given in any order."""
    found = TerritoryTree({node.id: node for node in nodes})
    order = list(Level)
    ranked = sorted(found.nodes.values(), key=lambda node: (len(found.ancestors(node.id)), order.index(node.level), fold(node.name)))
    return TerritoryTree({node.id: node for node in ranked})


@lru_cache(maxsize=8)
def grown(rows: tuple[tuple[Any, ...], ...]) -> TerritoryTree:
    """The tree of rows, each the fields of a `Node`. Territories change seldom: the same rows are the same tree."""
    return grow(Node(*row) for row in rows)


def territory_id(level: Level, name: str) -> str:
    """« cite-lille-sud »: stable as long as the name is, and never two levels alike."""
    return f"{level.value}-{re.sub(r'[^a-z0-9]+', '-', fold(name)).strip('-')}"[:100]


# --- Sign-in names of people who have no e-mail address. Pure. ---

NOWHERE = "sans-adresse.invalid"
"""A domain that can never exist (RFC 2606): nothing that is sent there leaves."""


def made_up(name: str) -> str:
    """« ines.carpentier@sans-adresse.invalid »: the same name always gives the same, so that an import may be repeated."""
    return f"{re.sub(r'[^a-z0-9]+', '.', fold(name)).strip('.')[:80] or 'personne'}@{NOWHERE}"


def is_made_up(address: str) -> bool:
    return address.endswith(f"@{NOWHERE}")
