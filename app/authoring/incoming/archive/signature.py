"""Who made an archive, as it says itself: its files' digests, its module, authors and licence, under the key by which the site signs badges.

The key travels with the signature. A right one proves that nothing was changed since, and that whoever signed holds that key; whose key it is, its
address at the site that it names tells, for whoever compares. Nothing is asked of the network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from enum import StrEnum
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from msgspec import Struct
from msgspec.structs import asdict

NAME = "croisee.jws"
ALGORITHM, KIND = "RS256", "croisee-archive+jws"
LARGEST, MOST_WORDS, MOST_TOLD = 1_000_000, 200, 50
"""Bytes of a signature; characters of each text that it tells, and how many of a kind."""
SHORTEST_KEY, LONGEST_KEY = 2048, 8192
"""Bits."""


class Standing(StrEnum):
    ABSENT = "Cette archive n’est pas signée : rien ne dit qui l’a faite, ni si elle a été changée."
    INVALID = "Sa signature n’est pas valable : ne vous fiez pas à ce qu’elle dit de son origine."
    CHANGED = "Sa signature est bonne, mais des fichiers ont été changés, ajoutés ou retirés depuis."
    OURS = "Signée par ce site, et rien n’y a changé depuis."
    OTHER = "Signée, et rien n’y a changé depuis. L’empreinte de la clé dit si c’est bien celle du site qu’elle nomme : comparez-la avec celle que montre sa page « Archive du cours »."


class About(Struct, frozen=True):
    """What the archive says of itself."""

    site: str = ""
    organisation: str = ""
    title: str = ""
    licence: str = ""
    authors: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Titles of what its texts link to and that stayed at its site: their links lead there."""


class Provenance(Struct, frozen=True):
    standing: Standing = Standing.ABSENT
    about: About = About()
    key_address: str = ""
    thumbprint: str = ""
    changed: tuple[str, ...] = ()
    """Files that are not as they were signed, by name."""
    foreign: bool = False
    """Another site's key signed it: what its archive remembers is not this site's past."""

    @property
    def sure(self) -> bool:
        return self.standing in (Standing.OURS, Standing.OTHER)


def signed(files: Mapping[str, bytes], about: About, key: RSAKey, key_address: str) -> bytes:
    """The same files, words and key give the same bytes."""
    told = {"about": asdict(about), "files": _digests(files), "key": _public(key), "key_address": key_address}
    header = {"alg": ALGORITHM, "typ": KIND, "kid": str(key.kid)}
    return jws.serialize_compact(
        header, json.dumps(told, ensure_ascii=False, sort_keys=True).encode(), key, registry=_Registry(algorithms=[ALGORITHM])
    ).encode()


class _Registry(jws.JWSRegistry):
    """Of payloads that hold a digest for each file."""

    max_payload_length = LARGEST


def _public(key: RSAKey) -> dict[str, Any]:
    return {name: value for name, value in key.as_dict(private=False).items() if name in ("kty", "n", "e")}


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items() if path != NAME}


def checked(files: Mapping[str, bytes], ours: Container[str]) -> Provenance:
    """`ours`: the thumbprints of this site's keys. Raises nothing, whatever was sent."""
    if NAME not in files:
        return Provenance()
    try:
        told, key = _opened(files[NAME])
        then, about, address = dict(told["files"]), _about(told["about"]), str(told.get("key_address", ""))[:MOST_WORDS]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Provenance(Standing.INVALID)
    now, thumbprint = _digests(files), key.thumbprint()
    changed = tuple(sorted(str(path)[:MOST_WORDS] for path in then.keys() | now.keys() if then.get(path) != now.get(path)))
    standing = Standing.CHANGED if changed else Standing.OURS if thumbprint in ours else Standing.OTHER
    return Provenance(standing, about, address, thumbprint, changed, foreign=thumbprint not in ours)


def _opened(signature: bytes) -> tuple[dict[str, Any], RSAKey]:
    """What was signed, once the key that it names has been found to have signed it. Raises JoseError, ValueError, or what a wrong shape raises."""
    if len(signature) > LARGEST:
        raise ValueError("too large")
    text, registry = signature.decode("ascii").strip(), _Registry(algorithms=[ALGORITHM])
    loose = jws.extract_compact(text.encode(), registry=registry)
    if loose.headers().get("typ") != KIND:
        raise ValueError("signed for something else")
    key = _key(json.loads(loose.payload)["key"])
    told = json.loads(jws.deserialize_compact(text, key, registry=registry).payload)
    return told, key


def _key(found: Mapping[str, str]) -> RSAKey:
    """One to trust a signature to. Raises ValueError."""
    if set(found) != {"kty", "n", "e"} or found["kty"] != "RSA" or found["e"] != "AQAB" or len(found["n"]) > LONGEST_KEY // 6 + 8:
        raise ValueError("not a key of ours")
    key = RSAKey.import_key(dict(found))
    if not SHORTEST_KEY <= key.raw_value.key_size <= LONGEST_KEY:
        raise ValueError("a key that is too short")
    return key


def _about(told: Mapping[str, Any]) -> About:
    words = {name: str(told.get(name, ""))[:MOST_WORDS] for name in ("site", "organisation", "title", "licence")}
    lists = {name: tuple(str(each)[:MOST_WORDS] for each in list(told.get(name, ()))[:MOST_TOLD]) for name in ("authors", "elsewhere")}
    return About(**words, **lists)  # type: ignore[arg-type]
