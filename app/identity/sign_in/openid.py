"""OpenID Connect: its rules, and the requests to a provider."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeGuard, cast
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from msgspec import Struct

from app.identity.rules import ADDRESS_LENGTH, NAME_LENGTH, Side, normalise_address
from app.platform import outgoing
from app.platform.errors import DomainError
from app.platform.hooks import Slot
from app.platform.settings.tables import Provider
from app.platform.unicode import one_line

# --- What an institution says of somebody, and what follows from it. Pure ---

LEEWAY = 60
"""Seconds by which clocks may differ."""
LONGEST = 255
"""Characters of an issuer's name for somebody (the standard's bound)."""


class InstitutionRefused(DomainError):
    """Something in the answer is not right. Each says what, so that whoever runs the site can tell; nothing is created."""

    status = 403


class Identity(Struct, frozen=True):
    """Somebody as an institution, whose signature was checked, says that they are."""

    provider: str
    issuer: str
    subject: str
    email: str
    """Empty where it gives none, or says that it was not checked."""
    name: str
    siret: str = ""
    organisation: str = ""
    roles: tuple[str, ...] = ()
    idp: str = ""
    acr: str = ""
    factor: bool = False
    """A second factor was shown there."""

    @property
    def side(self) -> Side | None:
        return side(self.roles)


_SIDES = {"agent_public_etat": Side.ETAT, "agent_public_territorial": Side.COLLECTIVITE}


def side(roles: Sequence[str]) -> Side | None:
    """Who employs somebody, where the roles say one thing: it is proposed, never imposed."""
    found = {_SIDES[role] for role in roles if role in _SIDES}
    return found.pop() if len(found) == 1 else None


def claims_asked(provider: Provider) -> dict[str, Any]:
    """What is asked of the level of the sign-in."""
    acr = {"essential": True, "values": list(provider.acr_required)} if provider.acr_required else None
    return {"id_token": {"acr": acr, "amr": None}}


def check_token(provider: Provider, claims: Mapping[str, Any], nonce: str, now: int) -> str:
    """The subject of an identity token whose signature was checked. Raises InstitutionRefused."""
    _check_origin(provider, claims)
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise InstitutionRefused("La réponse de votre institution est destinée à plusieurs sites, dont un autre l’a demandée.")
    expires, issued = claims.get("exp"), claims.get("iat", now)
    if not _is_number(expires) or expires + LEEWAY < now:
        raise InstitutionRefused("La réponse de votre institution est trop ancienne.")
    if not _is_number(issued) or issued - LEEWAY > now:
        raise InstitutionRefused("La réponse de votre institution est datée de plus tard : une des deux horloges n’est pas à l’heure.")
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise InstitutionRefused("La réponse de votre institution répond à une autre demande.")
    if provider.acr_required and claims.get("acr") not in provider.acr_required:
        raise InstitutionRefused("Votre institution ne vous a pas demandé de second facteur, et ce site en demande un. Connectez-vous avec un moyen plus sûr.")
    return subject_of(claims)


def check_userinfo(provider: Provider, claims: Mapping[str, Any], subject: str, *, was_signed: bool) -> None:
    """What is said of the person is of the one who signed in. Raises InstitutionRefused."""
    if was_signed:
        _check_origin(provider, claims)
    if not hmac.compare_digest(subject_of(claims).encode(), subject.encode()):
        raise InstitutionRefused("Votre institution a parlé de deux personnes à la fois.")


def _check_origin(provider: Provider, claims: Mapping[str, Any]) -> None:
    if claims.get("iss") != provider.issuer:
        raise InstitutionRefused("La réponse vient d’une autre institution que celle à qui elle a été demandée.")
    audience = claims.get("aud")
    if provider.client_id not in (audience if isinstance(audience, list) else [audience]):
        raise InstitutionRefused("La réponse de votre institution est destinée à un autre site.")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def subject_of(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or not subject.isascii():
        raise InstitutionRefused("La réponse de votre institution ne dit pas qui vous êtes.")
    return subject


def identity(provider: Provider, token: Mapping[str, Any], told: Mapping[str, Any], subject: str) -> Identity:
    """Merges the token and the userinfo answer into one identity. What is not text is left out."""
    email = normalise_address(_text(told, "email", ADDRESS_LENGTH)) if told.get("email_verified", provider.vouches) is True else ""
    name = (
        f"{_text(told, 'given_name', 60)} {_text(told, 'usual_name', 60) or _text(told, 'family_name', 60)}".strip()
        or _text(told, "name", NAME_LENGTH)
        or email[:NAME_LENGTH]
    )
    acr, amr = _text(token, "acr", 60), _texts(token, "amr")
    siret = re.sub(r"\s", "", _text(told, "siret", 20))
    return Identity(
        provider.name,
        provider.issuer,
        subject,
        email=email,
        name=name,
        siret=siret if re.fullmatch(r"\d{14}", siret) else "",
        organisation=_text(told, "organization_label", 160),
        roles=_texts(told, "roles"),
        idp=_text(told, "idp_id", 60),
        acr=acr,
        factor=acr in provider.acr_factor or "mfa" in amr,
    )


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    value = claims.get(name)
    return one_line(value)[:most] if isinstance(value, str) else ""


def _texts(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = claims.get(name)
    return tuple(one[:60] for one in value if isinstance(one, str))[:20] if isinstance(value, list) else ()


def may_register(provider: Provider, who: Identity) -> bool:
    """May somebody whom nobody invited open their own account?"""
    if not who.email:
        return False
    if provider.registration == "agents":
        return "agent_public" in who.roles
    return provider.registration == "domaines" and who.email.rpartition("@")[2] in provider.domains


def is_pattern(text: str) -> bool:
    """A SIRET, or a SIREN with a star for all of its establishments."""
    return re.fullmatch(r"\d{14}|\d{9}\*", text) is not None


def patterns(siret: str) -> tuple[str, ...]:
    """The patterns that hold for a SIRET, the nearest first."""
    return (siret, f"{siret[:9]}*") if siret else ()


# --- Requests to a provider: its metadata, its keys, a code against tokens ---
#
# Signatures are joserfc's to check.

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
    """Raises InstitutionRefused where it says that it is another one, or names an address without encryption."""
    metadata = _json(_fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"))
    if metadata.get("issuer") != provider.issuer:
        raise InstitutionRefused("L’adresse réglée pour cette institution est celle d’une autre.")
    safe = urlsplit(provider.issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        if urlsplit(str(metadata.get(name, ""))).scheme not in ("https", safe):
            raise InstitutionRefused("Cette institution ne dit pas où l’interroger en toute sécurité.")
    return metadata


def check(provider: Provider, now: datetime) -> None:
    """Checks that the provider answers with its own metadata and accepts our credentials. Raises InstitutionRefused."""
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
    """Who the code is about, and the raw token, which ends their session there. Raises InstitutionRefused or Unreachable."""
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
    claims = _verify_token(provider, raw, provider.algorithm, now)
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


def _verify_token(provider: Provider, token: str, algorithm: str, now: datetime) -> dict[str, Any]:
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
        return _verify_token(provider, answer.body.decode("ascii").strip(), provider.userinfo_algorithm, now)
    except UnicodeDecodeError as error:
        raise InstitutionRefused("La signature de votre institution n’est pas la bonne.") from error


def leaving(provider: Provider, token: str, state: str, back: str, now: datetime) -> str | None:
    """Where the browser ends its session at the provider; None where it has no such address."""
    address = _cached_provider(provider, now).metadata.get("end_session_endpoint")
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(provider.issuer).scheme):
        return None
    return _with(address, {"id_token_hint": token, "client_id": provider.client_id, "state": state, "post_logout_redirect_uri": back})
