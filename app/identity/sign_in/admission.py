"""May somebody open a page? What the table of `permissions` says, asked."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from app.identity.rules import Role
from app.identity.sign_in import permissions
from app.identity.sign_in.permissions import Who


class Admission(Enum):
    """What the guard answers: go on, go and sign in, or « this page does not exist »."""

    ALLOWED = "allowed"
    SIGN_IN = "sign in"
    HIDDEN = "hidden"


def admission(roles: Collection[Role] | None, endpoint: str) -> Admission:
    """What somebody may expect of an endpoint. `roles` is None for a visitor, who is not signed in."""
    who = permissions.PERMISSIONS.get(endpoint)
    if who is None:
        return Admission.HIDDEN
    if who is Who.PUBLIC:
        return Admission.ALLOWED
    if roles is None:
        return Admission.SIGN_IN
    return Admission.ALLOWED if isinstance(who, Who) or who.intersection(roles) else Admission.HIDDEN


def may(roles: Collection[Role] | None, endpoint: str) -> bool:
    """True when the page would be shown."""
    return admission(roles, endpoint) is Admission.ALLOWED
