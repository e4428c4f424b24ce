"""The demonstration's people (`people.toml`), what they say (`words.toml`), and the file of their accounts and passwords."""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct, toml
from msgspec.structs import asdict

from app.identity.rules import Role, Side, over_territories
from app.platform.errors import DomainError
from app.platform.files import write_whole
from app.platform.french import fold
from app.platform.settings import Settings

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


# --- What they say and do, as `words.toml` has it ---

WORDS: dict[str, Any] = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


# --- The file of accounts, `instance/demonstration.json` ---
# It holds their passwords, readable by its owner alone.

FILE = "demonstration.json"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are read for one another."""


class NotLoaded(DomainError):
    sentence = "La démonstration n’est pas chargée : lancez `flask demo load`."


class DemoAccount(Struct, frozen=True):
    """One line of the file. `territory`: the name of what the person belongs to or looks after."""

    role: str
    email: str
    password: str
    territory: str


def draw_password() -> str:
    """Four groups of four letters and figures: easy to copy, about 80 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def stored_accounts(settings: Settings) -> tuple[DemoAccount, ...]:
    """What the file holds; nothing when it does not exist or is not what we wrote."""
    try:
        lines = json.loads(_path(settings).read_text(encoding="utf-8"))["accounts"]
        return tuple(DemoAccount(**line) for line in lines)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def store_accounts(settings: Settings, accounts: Sequence[DemoAccount]) -> None:
    """Replace the file, only if something differs."""
    if stored_accounts(settings) == tuple(accounts):
        return
    text = json.dumps({"accounts": [asdict(account) for account in accounts]}, ensure_ascii=False, indent=1)
    write_whole(_path(settings), text.encode())


def forget_address(settings: Settings, address: str) -> None:
    """Take one account out of the file: it was erased."""
    store_accounts(settings, [account for account in stored_accounts(settings) if account.email != address])


def _path(settings: Settings) -> Path:
    return settings.instance_path / FILE
