"""Tables of settings.toml, `[group.<name>]`: each read as a frozen value, and refused with a sentence that says which line. Values in, values out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

from app.platform.errors import SettingsError

Table = TypeVar("Table")
"""A struct whose first field is the name of its table; each other is a text or texts."""
Checks = Callable[[Table], Mapping[str, bool]]
"""What must be true of a table: the words of what is wrong where it is not → whether it is. The first is said."""


def read_tables(kind: type[Table], group: str, tables: Any, where: str, checks: Checks[Table], reserved: Collection[str] = ()) -> tuple[Table, ...]:
    """Every table of the group, as a `kind`. Raises SettingsError, in French."""
    if not isinstance(tables, dict):
        raise SettingsError(f"{where} : « {group} » se règle par tables, par exemple [{group}.nom].")
    return tuple(_table(kind, f"{where}, [{group}.{name}]", name, table, checks, reserved) for name, table in tables.items())


def _table(kind: type[Table], told: str, name: str, table: Any, checks: Checks[Table], reserved: Collection[str]) -> Table:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or name in reserved or not isinstance(table, dict):
        raise SettingsError(f"{told} : ce nom est fait de lettres minuscules, de chiffres et de traits d’union, et ouvre une table.")
    types = {field: hint for field, hint in get_type_hints(kind).items() if field != "name"}
    refuse_unknown(table, types, f"{told} : réglage inconnu, ")
    one = kind(name=name, **{field: _convert_value(types[field], field, value, told) for field, value in table.items()})  # type: ignore[call-arg]
    for words, well in checks(one).items():
        if not well:
            raise SettingsError(f"{told} : {words}")
    return one


def refuse_unknown(names: Iterable[str], known: Collection[str], beginning: str) -> None:
    """Raises SettingsError for the first name that no setting has, with the nearest one and all of them."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f" Vouliez-vous dire {near[0]} ?" if near else ""
            raise SettingsError(f"{beginning}{name}.{advice} Réglages valables : {', '.join(sorted(known))}.")


def _convert_value(hint: Any, field: str, value: Any, told: str) -> Any:
    if hint is str:
        if isinstance(value, str):
            return value.strip()
        raise SettingsError(f"{told} : {field} est un texte entre guillemets.")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise SettingsError(f'{told} : {field} est une liste de textes, par exemple ["eidas2"].')


def is_safe(address: str) -> bool:
    """Encrypted on its way, or of this machine: where a secret may be sent."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")))


def secret_of(file: str, written: str) -> str:
    """What a file of the operator's holds, where there is one, else what is written in the table."""
    return Path(file).read_text(encoding="utf-8").strip() if file else written
