"""What each page of identity receives: one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.identity.forms import LinkForm, NewPasswordForm, ProfileForm
from app.identity.queries import Belonging
from app.identity.rules import Role


@dataclass(frozen=True, slots=True)
class AccountPage:
    form: ProfileForm
    email: str
    roles: tuple[Role, ...]
    since: datetime
    territories: tuple[Belonging, ...]
    scope: tuple[str, ...]
    """Names of the territories that a responsable looks after."""


@dataclass(frozen=True, slots=True)
class PasswordPage:
    form: NewPasswordForm


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """`by_mail`: a link can be sent; else `contact` says whom to ask."""

    form: LinkForm | None
    by_mail: bool
    contact: str
