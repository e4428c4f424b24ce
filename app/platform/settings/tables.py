"""The tables of settings.toml: how `[group.<name>]` is read, learning record stores (`[lrs.<name>]`), identity providers (`[oidc.<name>]`). Pure."""

from __future__ import annotations

import base64
import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

from msgspec import Struct

from app.platform.errors import SettingsError
from app.platform.french import zone

# --- A table: read as a frozen value, or refused with a sentence that says which line ---

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


# --- Learning record stores ---


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
    return read_tables(Lrs, "lrs", tables, where, _lrs_checks)


def _lrs_checks(one: Lrs) -> Mapping[str, bool]:
    address = urlsplit(one.address) if is_safe(one.address) else None
    return {
        "address doit être une adresse https://… (http:// pour cette machine seulement).": address is not None,
        "address s’écrit sans nom de compte, sans « ? » ni « # ».": address is None or not (address.username or address.query or address.fragment),
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


# --- A repository to follow ---

PUBLICATIONS, DRAFTS = "publications", "brouillons"


class Git(Struct, frozen=True):
    """The one table `[git]`: the repository that holds the course's files. Each field but `name` is a line of it."""

    name: str
    remote: str = ""
    """An address that git knows, or a folder of this machine."""
    branch: str = "main"
    path: str = ""
    """Of the course in the repository; empty: its root."""
    push: str = ""
    """The branch where publications are written; empty: the one that is followed."""
    arrive: str = PUBLICATIONS
    """What a push becomes: « publications » or « brouillons »."""
    drafts_to: str = ""
    """The address of whoever receives the drafts of those who have no account of a trainer."""


def read_git(table: Any, where: str) -> Git | None:
    """None where it is not written. Raises SettingsError, in French."""
    if table == {}:
        return None
    return _table(Git, f"{where}, [git]", "git", table, _git_checks, ())


_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock$))[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}")


def _git_checks(one: Git) -> Mapping[str, bool]:
    return {
        "remote manque : l’adresse du dépôt, ou son dossier sur cette machine.": bool(one.remote),
        "remote ne commence pas par un tiret, et ne lance aucun programme (« ext:: »).": not one.remote.startswith("-") and "::" not in one.remote,
        "branch est un nom de branche.": bool(_BRANCH.fullmatch(one.branch)),
        "push est un nom de branche, ou vide.": not one.push or bool(_BRANCH.fullmatch(one.push)),
        "path est un dossier du dépôt, sans « .. ».": not one.path or not (one.path.startswith("/") or ".." in one.path.split("/")),
        f"arrive vaut « {PUBLICATIONS} » ou « {DRAFTS} ».": one.arrive in (PUBLICATIONS, DRAFTS),
        f"arrive = « {DRAFTS} » demande drafts_to, l’adresse de qui les reçoit.": one.arrive != DRAFTS or "@" in one.drafts_to,
    }


# --- Identity providers ---

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
"""Signatures that are taken: none that the client's own secret could make, and never « none »."""
REGISTRATION = ("", "agents", "domaines")
PICTURES, HEAVIEST = {".svg": "image/svg+xml", ".png": "image/png"}, 64 * 1024
"""What a button may be a picture of, and its bytes."""
RESERVED = frozenset({"verification", "cle", "institution", "retour"})
"""Pages beside `/connexion/<name>`."""


class Provider(Struct, frozen=True):
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
    addresses: str = ""
    """« sûres »: it vouches for each address that it gives, without saying so by `email_verified`, as ProConnect does."""
    registration: str = ""
    """Who may open their own account: « agents » (public ones, as the provider says), « domaines » (by their address), empty: nobody."""
    domains: tuple[str, ...] = ()

    @property
    def secret(self) -> str:
        return secret_of(self.client_secret_file, self.client_secret)

    @property
    def vouches(self) -> bool:
        return self.kind == "proconnect" or self.addresses == "sûres"

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


def read_providers(tables: Any, where: str) -> tuple[Provider, ...]:
    """Every provider of the file. Raises SettingsError, in French."""
    return read_tables(Provider, "oidc", tables, where, _provider_checks, RESERVED)


def _provider_checks(one: Provider) -> Mapping[str, bool]:
    return {
        "issuer doit être une adresse https://… (http:// pour cette machine seulement).": is_safe(one.issuer),
        "client_id manque.": bool(one.client_id),
        "il faut client_secret, client_secret_file ou private_key_file, un seul des trois.": sum(
            map(bool, (one.client_secret, one.client_secret_file, one.private_key_file))
        )
        == 1,
        f"algorithm et private_key_algorithm valent l’un de {', '.join(ALGORITHMS)}.": {one.algorithm, one.private_key_algorithm} <= set(ALGORITHMS),
        f"userinfo_algorithm est vide, ou l’un de {', '.join(ALGORITHMS)}.": one.userinfo_algorithm in ("", *ALGORITHMS),
        "scopes doit contenir openid.": "openid" in one.scopes.split(),
        "addresses est vide, ou « sûres ».": one.addresses in ("", "sûres"),
        "registration est vide, « agents » ou « domaines ».": one.registration in REGISTRATION,
        "registration = « domaines » demande domains, la liste des domaines des adresses.": one.registration != "domaines" or bool(one.domains),
        f"picture est un fichier {' ou '.join(PICTURES)} de {HEAVIEST // 1024} ko au plus.": not one.picture or _is_picture(Path(one.picture)),
        "le fichier du secret ou de la clé n’est pas lisible.": all(
            not path or Path(path).is_file() for path in (one.client_secret_file, one.private_key_file)
        ),
    }


def _is_picture(path: Path) -> bool:
    return path.suffix in PICTURES and path.is_file() and path.stat().st_size <= HEAVIEST
