"""The people of the demonstration as `people.toml` lists them, and what the stage of each asks for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, toml

from app.identity.rules import Role, Side, over_territories
from app.platform.french import fold

DOMAIN = "croisee.example"
FOLDER = Path(__file__).parent


class Stage(StrEnum):
    """How far a person has come: `people.toml` says what each one means."""

    NOTHING = "nothing"
    FIRST_LESSON = "first lesson"
    FIRST_MODULE = "first module"
    STUCK = "stuck"
    ONE_MODULE = "one module"
    TWO_MODULES = "two modules"
    WAIVED = "waived"
    VALIDATED = "validated"
    ASKING = "asking"
    GRANTED = "granted"
    LAST_QUIZ = "last quiz"
    FINISHED = "finished"
    FINISHED_THEN_NEWS = "finished, then news"
    SILENT = "silent"
    IN_PERSON = "in person"
    STAFF = "staff"


class DemoPerson(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    side: Side
    stage: Stage
    days: int
    territory: str = ""
    roles: tuple[Role, ...] = (Role.LEARNER,)
    before: str = ""

    @property
    def email(self) -> str:
        return f"{fold(self.name).replace(' ', '.')}@{DOMAIN}"

    @property
    def main_role(self) -> Role:
        return self.roles[0]

    @property
    def scope(self) -> str:
        return self.territory if over_territories(self.roles) else ""


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """What a stage means: how many of the path's elements are done, how many more modules waived, whether the next quiz is failed for good."""

    share: float
    stuck: bool = False
    asks: bool = False
    """Stuck at a quiz that counts attempts, and asks for one more."""
    waived_modules: int = 0
    left_out: int = 0
    validated: int = 0
    """The next elements that a trainer validates by hand; the last of them is taken back."""
    granted: bool = False
    """Uses all attempts at the first quiz that has a limit, and is given one more."""
    early: bool = False
    """Ended well before today."""


class _People(Struct, frozen=True):
    people: tuple[DemoPerson, ...]
    stages: dict[Stage, Plan]


class LoadedPerson(Struct, frozen=True):
    """What is needed to write somebody's history."""

    id: int
    stage: Stage
    roles: frozenset[Role]
    since: datetime


_FILE = toml.decode((FOLDER / "people.toml").read_bytes(), type=_People)
PEOPLE, PLANS = _FILE.people, _FILE.stages
