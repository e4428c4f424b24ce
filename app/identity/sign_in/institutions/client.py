"""Talking with a provider: where it is, its keys, a code against tokens, and what it says of somebody. Signatures are joserfc's to check."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from msgspec import Struct

from app.identity.sign_in.institutions.rules import Identity, InstitutionRefused, check_token, check_userinfo, claims_asked, identity
from app.platform import outgoing
from app.platform.hooks import Slot
from app.platform.settings.providers import Provider

PATIENCE, LARGEST = 8, 256 * 1024
"""Seconds, and bytes of an answer."""
KEYS_LAST = timedelta(hours=1)
"""How long a provider's keys are known before they are asked again; a signature by another key asks at once, but no more than once a minute."""


class ProviderAnswer(Struct, frozen=True):
    status: int
    kind: str
    body: bytes


Fetch = Callable[[str, Mapping[str, str] | None, Mapping[str, str]], ProviderAnswer]
"""(address, form to post or None, headers) → answer."""


class Unreachable(InstitutionRefused):
    status = 503
    sentence = "Votre institution ne répond pas. Réessayez dans quelques minutes, ou connectez-vous par votre adresse et votre mot de passe."


class ProviderUnreadable(InstitutionRefused):
    sentence = "Votre institution a répondu autre chose que ce qui était attendu. Prévenez la personne qui s’occupe de ce site, ou connectez-vous par votre adresse et votre mot de passe."


def fetch(address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> ProviderAnswer:
    """Sends a request over the network and returns the answer."""
    data = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(address, data=data, headers={"User-Agent": "Croisee/1", **headers})  # noqa: S310 — https, or this machine: `_metadata`
    try:
        with outgoing.opener().open(request, timeout=PATIENCE) as got:
            return ProviderAnswer(got.status, got.headers.get_content_type(), got.read(LARGEST + 1))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable from error


def _fetch(address: str, form: Mapping[str, str] | None = None, **headers: str) -> ProviderAnswer:
    asker = FETCHER.here()
    answer = asker(address, form, headers)
    if len(answer.body) > LARGEST:
        raise ProviderUnreadable
    return answer


def _json(answer: ProviderAnswer) -> dict[str, Any]:
    if answer.status != 200:
        raise Unreachable
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ProviderUnreadable from error
    if not isinstance(value, dict):
        raise ProviderUnreadable
    return value


@dataclass(slots=True)
class _ProviderCache:
    """What this process knows of a provider."""

    metadata: dict[str, Any]
    keys: KeySet
    at: datetime


FETCHER = Slot[Fetch](lambda: fetch)
"""What asks providers: the network, but in tests."""
_KNOWN = Slot[dict[Provider, _ProviderCache]](dict)
"""A provider's addresses and keys."""


def _cached_provider(provider: Provider, now: datetime, *, younger_than: timedelta = KEYS_LAST) -> _ProviderCache:
    """Its addresses and keys."""
    cache = _KNOWN.here()
    known = cache.get(provider)
    if known is None or now - known.at > younger_than:
        metadata = _metadata(provider)
        try:
            keys = KeySet.import_key_set(cast("Any", _json(_fetch(metadata["jwks_uri"]))))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderUnreadable from error
        known = cache[provider] = _ProviderCache(metadata, keys, now)
    return known


def _metadata(provider: Provider) -> dict[str, Any]:
    """Raises Refused where it says that it is another one, or names an address without encryption."""
    metadata = _json(_fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"))
    if metadata.get("issuer") != provider.issuer:
        raise InstitutionRefused("L’adresse réglée pour cette institution est celle d’une autre.")
    safe = urlsplit(provider.issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        if urlsplit(str(metadata.get(name, ""))).scheme not in ("https", safe):
            raise InstitutionRefused("Cette institution ne dit pas où l’interroger en toute sécurité.")
    return metadata


def check(provider: Provider, now: datetime) -> None:
    """Checks that the provider answers with its own metadata and accepts our credentials. Raises Refused."""
    try:
        _credentials(provider, _cached_provider(provider, now).metadata, now)
    except (JoseError, ValueError, OSError) as error:
        raise InstitutionRefused("Le secret ou la clé réglés pour elle ne se lisent pas.") from error


class Request(Struct, frozen=True):
    """What was asked of a provider, to be held by the browser until it answers."""

    state: str
    nonce: str
    verifier: str


def ask(provider: Provider, callback: str, hint: str, now: datetime) -> tuple[str, Request]:
    """The address where the browser goes, and what it must bring back."""
    asked = Request(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    values = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback,
        "scope": provider.scopes,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "claims": json.dumps(claims_asked(provider)),
        **({"login_hint": hint} if hint else {}),
    }
    return _with(_cached_provider(provider, now).metadata["authorization_endpoint"], values), asked


def _with(address: str, values: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"


def fetch_identity(provider: Provider, callback: str, code: str, asked: Request, now: datetime) -> tuple[Identity, str]:
    """Who the code is about, and the raw token, which ends their session there. Raises Refused or Unreachable."""
    metadata = _cached_provider(provider, now).metadata
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "code_verifier": asked.verifier,
        **_credentials(provider, metadata, now),
    }
    answer = _fetch(metadata["token_endpoint"], form, Accept="application/json")
    if answer.status != 200:
        raise InstitutionRefused("Votre institution n’a pas reconnu cette connexion : elle a trop attendu, ou a déjà servi. Recommencez.")
    tokens = _json(answer)
    raw, access = tokens.get("id_token"), tokens.get("access_token")
    if not isinstance(raw, str) or not isinstance(access, str):
        raise InstitutionRefused("Votre institution n’a pas dit qui vous êtes.")
    claims = _verified(provider, raw, provider.algorithm, now)
    subject = check_token(provider, claims, asked.nonce, int(now.timestamp()))
    told = _fetch_userinfo(provider, metadata["userinfo_endpoint"], access, now)
    check_userinfo(provider, told, subject, was_signed=bool(provider.userinfo_algorithm))
    return identity(provider, claims, told, subject), raw


def _credentials(provider: Provider, metadata: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """How the site says that it is itself."""
    if provider.method == "client_secret_post":
        return {"client_id": provider.client_id, "client_secret": provider.secret}
    key_type: Any = {"ES": ECKey, "RS": RSAKey, "PS": RSAKey, "Ed": OKPKey}[provider.private_key_algorithm[:2]]
    key = key_type.import_key(Path(provider.private_key_file).read_bytes())
    start = int(now.timestamp())
    claims = {"iss": provider.client_id, "sub": provider.client_id, "aud": metadata["token_endpoint"], "jti": secrets.token_urlsafe(24)}
    assertion = jwt.encode(
        {"alg": provider.private_key_algorithm, "kid": key.thumbprint()}, {**claims, "iat": start, "exp": start + 60}, key, [provider.private_key_algorithm]
    )
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return {"client_id": provider.client_id, "client_assertion_type": kind, "client_assertion": assertion}


def _verified(provider: Provider, token: str, algorithm: str, now: datetime) -> dict[str, Any]:
    """The claims of a token signed by one of the provider's keys, with exactly this algorithm. A new key is looked for once."""
    for younger in (KEYS_LAST, timedelta(minutes=1)):
        try:
            return dict(jwt.decode(token, _cached_provider(provider, now, younger_than=younger).keys, algorithms=[algorithm]).claims)
        except (JoseError, ValueError, TypeError, RecursionError):
            continue
    raise InstitutionRefused("La signature de votre institution n’est pas la bonne.")


def _fetch_userinfo(provider: Provider, address: str, access: str, now: datetime) -> dict[str, Any]:
    """What it says of the person: signed exactly where that was agreed, plain exactly where it was not."""
    answer = _fetch(address, Authorization=f"Bearer {access}", Accept="application/jwt" if provider.userinfo_algorithm else "application/json")
    if answer.status != 200:
        raise InstitutionRefused("Votre institution n’a pas dit qui vous êtes.")
    if not provider.userinfo_algorithm:
        return _json(answer)
    try:
        return _verified(provider, answer.body.decode("ascii").strip(), provider.userinfo_algorithm, now)
    except UnicodeDecodeError as error:
        raise InstitutionRefused("La signature de votre institution n’est pas la bonne.") from error


def leaving(provider: Provider, token: str, state: str, back: str, now: datetime) -> str | None:
    """Where the browser ends its session at the provider; None where it has no such address."""
    address = _cached_provider(provider, now).metadata.get("end_session_endpoint")
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(provider.issuer).scheme):
        return None
    return _with(address, {"id_token_hint": token, "client_id": provider.client_id, "state": state, "post_logout_redirect_uri": back})
