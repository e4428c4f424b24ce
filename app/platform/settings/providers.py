"""The institutions whose own sign-in opens this site: `[oidc.<name>]` of settings.toml, read and checked. Values in, values out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.platform.settings.tables import is_safe, read_tables, secret_of

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
    return read_tables(Provider, "oidc", tables, where, _checks, RESERVED)


def _checks(one: Provider) -> Mapping[str, bool]:
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
