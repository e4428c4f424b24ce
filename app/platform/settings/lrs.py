"""The learning record stores that are told what people do: `[lrs.<name>]` of settings.toml, read and checked. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from app.platform.french import zone
from app.platform.settings.tables import is_safe, read_tables, secret_of


class Lrs(Struct, frozen=True):
    """One store (xAPI 1.0.3), as the operator wrote it. Each field but `name` is a line of its table."""

    name: str
    address: str = ""
    """The store's xAPI address: what comes before « /statements »."""
    key: str = ""
    secret: str = ""
    secret_file: str = ""
    label: str = ""
    """What its page calls it."""
    since: str = ""
    """A day (ISO 8601): nothing older leaves. Empty: the ledger from its beginning."""

    @property
    def password(self) -> str:
        return secret_of(self.secret_file, self.secret)

    @property
    def title(self) -> str:
        return self.label or self.name

    @property
    def begins(self) -> datetime | None:
        return datetime.combine(date.fromisoformat(self.since), datetime.min.time(), zone()) if self.since else None


def read_lrs_stores(tables: Any, where: str) -> tuple[Lrs, ...]:
    """Every store of the file. Raises SettingsError, in French."""
    return read_tables(Lrs, "lrs", tables, where, _checks)


def _checks(one: Lrs) -> Mapping[str, bool]:
    address = urlsplit(one.address) if is_safe(one.address) else None
    return {
        "address doit être une adresse https://… (http:// pour cette machine seulement).": address is not None,
        "address s’écrit sans nom d’utilisateur, sans « ? » ni « # ».": address is None or not (address.username or address.query or address.fragment),
        "address s’écrit sans « /statements » : Croisée l’ajoute.": not one.address.rstrip("/").endswith("/statements"),
        "key manque, ou contient « : ».": bool(one.key) and ":" not in one.key,
        "il faut secret ou secret_file, un seul des deux.": bool(one.secret) != bool(one.secret_file),
        "le fichier du secret n’est pas lisible.": not one.secret_file or Path(one.secret_file).is_file(),
        "since est un jour, par exemple 2026-09-01.": not one.since or _is_day(one.since),
    }


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text) and date.fromisoformat(text))
    except ValueError:
        return False
