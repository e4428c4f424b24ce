"""The file of the demonstration's accounts, `instance/demonstration.json`: it keeps their passwords, readable by its owner alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from app.platform.errors import DomainError
from app.platform.files import write_whole
from app.platform.settings import Settings

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
