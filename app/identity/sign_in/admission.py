"""May somebody open a page? What its view says of it (`web.endpoints`), asked."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from app.identity.rules import Role
from app.platform.web import endpoints
from app.platform.web.endpoints import Endpoint, Who


class Admission(Enum):
    """What the guard answers: go on, go and sign in, or « this page does not exist »."""

    ALLOWED = "allowed"
    SIGN_IN = "sign in"
    HIDDEN = "hidden"


def admission(roles: Collection[Role] | None, said: Endpoint | None) -> Admission:
    """What somebody may expect of a page by what is said of it. `roles` is None for a visitor, who is not signed in."""
    if said is None:
        return Admission.HIDDEN
    if said.who is Who.PUBLIC:
        return Admission.ALLOWED
    if roles is None:
        return Admission.SIGN_IN
    return Admission.ALLOWED if isinstance(said.who, Who) or said.who.intersection(roles) else Admission.HIDDEN


def may(roles: Collection[Role] | None, endpoint: str) -> bool:
    """True when the page would be shown."""
    return admission(roles, endpoints.find(endpoint)) is Admission.ALLOWED
