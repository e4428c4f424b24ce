"""The institutions whose own sign-in opens this site: `[oidc.<name>]` of settings.toml, read and checked. Values in, values out."""

from __future__ import annotations

import base64
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

from app.errors import SettingsError

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
"""Signatures that are taken: none that the client's own secret could make, and never « none »."""
REGISTRATION = ("", "agents", "domaines")
PICTURES, HEAVIEST = {".svg": "image/svg+xml", ".png": "image/png"}, 64 * 1024
"""What a button may be a picture of, and its bytes."""
RESERVED = frozenset({"verification", "cle", "institution", "retour"})
"""Pages beside `/connexion/<name>`."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of OpenID Connect, as the operator wrote it. Each field but `name` is a line of its table."""

    name: str
    issuer: str = ""
    client_id: str = ""
    label: str = ""
    """What its button says."""
    kind: str = ""
    """« proconnect » for the button and the words that ProConnect asks for."""
    picture: str = ""
    """A file, the provider's own picture of its button, shown in the place of ours."""
    client_secret: str = ""
    client_secret_file: str = ""
    private_key_file: str = ""
    """A key in PEM: the site then proves who it is by a signed text instead of a secret."""
    private_key_algorithm: str = "ES256"
    algorithm: str = "ES256"
    """Of what the provider signs: exactly this one is taken."""
    userinfo_algorithm: str = ""
    """Empty: what it says of a person comes as plain JSON."""
    scopes: str = "openid given_name usual_name email uid siret idp_id roles organization_label"
    acr_factor: tuple[str, ...] = ("eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3")
    """Levels that count as a second factor shown."""
    acr_required: tuple[str, ...] = ()
    """Levels without which nobody enters by this provider; empty: any."""
    registration: str = ""
    """Who may open their own account: « agents » (public ones, as the provider says), « domaines » (by their address), empty: nobody."""
    domains: tuple[str, ...] = ()

    @property
    def secret(self) -> str:
        return Path(self.client_secret_file).read_text(encoding="utf-8").strip() if self.client_secret_file else self.client_secret

    @property
    def method(self) -> str:
        return "private_key_jwt" if self.private_key_file else "client_secret_post"

    @property
    def picture_address(self) -> str:
        """The picture itself, within the page."""
        content = base64.b64encode(Path(self.picture).read_bytes()).decode() if self.picture else ""
        return f"data:{PICTURES[Path(self.picture).suffix]};base64,{content}" if content else ""

    @property
    def button(self) -> str:
        return self.label or ("ProConnect" if self.kind == "proconnect" else self.name)


def read(tables: Any, where: str) -> tuple[Provider, ...]:
    """Every provider of the file. Raises SettingsError, in French."""
    return read_tables(Provider, "oidc", tables, where, RESERVED, _faults)


Table = TypeVar("Table")
"""A dataclass whose first field is the name of its table; each other is a text or texts."""


def read_tables(kind: type[Table], group: str, tables: Any, where: str, reserved: frozenset[str], faults: Callable[[Table], list[str]]) -> tuple[Table, ...]:
    """`[group.<name>]` of settings.toml, each as a `kind`; `faults` says what is wrong with one, in words. Raises SettingsError."""
    if not isinstance(tables, dict):
        raise SettingsError(f"{where} : « {group} » se règle par tables, par exemple [{group}.nom].")
    return tuple(_table(kind, f"{where}, [{group}.{name}]", name, table, reserved, faults) for name, table in tables.items())


def _table(kind: type[Table], told: str, name: str, table: Any, reserved: frozenset[str], faults: Callable[[Table], list[str]]) -> Table:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or name in reserved or not isinstance(table, dict):
        raise SettingsError(f"{told} : ce nom est fait de lettres minuscules, de chiffres et de traits d’union, et ouvre une table.")
    types = {field: hint for field, hint in get_type_hints(kind).items() if field != "name"}
    for unknown in table.keys() - types.keys():
        near = difflib.get_close_matches(unknown, types, n=1)
        raise SettingsError(
            f"{told} : réglage inconnu, {unknown}.{f' Vouliez-vous dire {near[0]} ?' if near else ''} Réglages valables : {', '.join(sorted(types))}."
        )
    one = kind(name=name, **{field: _typed(types[field], field, value, told) for field, value in table.items()})  # type: ignore[call-arg]
    for wrong in faults(one):
        raise SettingsError(f"{told} : {wrong}")
    return one


def _typed(hint: Any, field: str, value: Any, told: str) -> Any:
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


def _faults(one: Provider) -> list[str]:
    """What is wrong, in words; the first is said."""
    checks: Mapping[str, bool] = {
        "issuer doit être une adresse https://… (http:// pour cette machine seulement).": is_safe(one.issuer),
        "client_id manque.": bool(one.client_id),
        "il faut client_secret, client_secret_file ou private_key_file, un seul des trois.": sum(
            map(bool, (one.client_secret, one.client_secret_file, one.private_key_file))
        )
        == 1,
        f"algorithm et private_key_algorithm valent l’un de {', '.join(ALGORITHMS)}.": {one.algorithm, one.private_key_algorithm} <= set(ALGORITHMS),
        f"userinfo_algorithm est vide, ou l’un de {', '.join(ALGORITHMS)}.": one.userinfo_algorithm in ("", *ALGORITHMS),
        "scopes doit contenir openid.": "openid" in one.scopes.split(),
        "registration est vide, « agents » ou « domaines ».": one.registration in REGISTRATION,
        "registration = « domaines » demande domains, la liste des domaines des adresses.": one.registration != "domaines" or bool(one.domains),
        f"picture est un fichier {' ou '.join(PICTURES)} de {HEAVIEST // 1024} ko au plus.": not one.picture or _is_picture(Path(one.picture)),
        "le fichier du secret ou de la clé n’est pas lisible.": all(
            not path or Path(path).is_file() for path in (one.client_secret_file, one.private_key_file)
        ),
    }
    return [words for words, well in checks.items() if not well]


def _is_picture(path: Path) -> bool:
    return path.suffix in PICTURES and path.is_file() and path.stat().st_size <= HEAVIEST
