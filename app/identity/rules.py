"""Who may do what: the roles, by sets that views name; how a person is named and looked up; when they may be emailed again. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

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
SIDE_USE = (
    "En dépendent le point de vue qui s’ouvre en premier dans les leçons et le départ du positionnement. Le lisent les responsables de vos territoires, les "
    "formateurs de votre groupe et qui administre le site, dans le suivi et ses fichiers, dont le fichier RH ; de même les programmes qui y sont autorisés."
)
"""What the employer is for and who reads it, told wherever somebody says theirs."""


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
    Role.MANAGER: "reporting.overview",
    Role.TRAINER: "authoring.home",
    Role.ADMINISTRATOR: "administration.index",
}
"""Where each role works, the first of somebody's roles first. Whoever learns as well finds them all on the learner's table."""


def workplace(roles: Collection[Role]) -> str:
    """The endpoint where somebody with these roles lands at sign-in; empty for whoever learns, who lands on the learner's table."""
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
