"""What an institution says of somebody, and what follows from it. Pure."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from msgspec import Struct

from app.identity.rules import ADDRESS_LENGTH, NAME_LENGTH, Side, normalise_address
from app.platform.errors import DomainError
from app.platform.settings.providers import Provider
from app.platform.unicode import one_line

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
    """The subject of an identity token whose signature was checked. Raises Refused."""
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
    """What is said of the person is of the one who signed in. Raises Refused."""
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
