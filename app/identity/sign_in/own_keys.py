"""`/compte/securite`: all that opens one's account. It joins the blueprint of the factors, which stand below what it shows."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, session
from msgspec import Struct

from app.identity.rules import NEED_FACTOR
from app.identity.sign_in import second_factor, second_factor_changes
from app.identity.sign_in.guards import current_person, must_set_up
from app.identity.sign_in.institution_accounts import OwnLink, links_of, providers
from app.identity.sign_in.second_factor import PersonFactors
from app.identity.sign_in.second_factor_views import APPLICATION, blueprint
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, french_date
from app.platform.settings import current_settings
from app.platform.site import offers
from app.platform.web.endpoints import SIGNED_IN, page

__all__ = ["blueprint"]


class SecurityPage(Struct, frozen=True):
    held: PersonFactors
    required: bool
    """By the person's roles, today or from `since` on."""
    since: str
    must: bool
    """Nothing else opens before."""
    keys: bool
    """Passkeys can be used at this address."""
    links: tuple[OwnLink, ...]
    institutions: Mapping[str, str]
    """Name in the settings → what is said of it."""


@blueprint.get("/compte/securite")
@page(who=SIGNED_IN, before_factor=True)
def security() -> str:
    person, settings = current_person(), current_settings()
    session.pop(APPLICATION, None)
    since = settings.factor_since
    page = SecurityPage(
        held=second_factor.factors_of(db.session, person.id),
        required=since is not None and not NEED_FACTOR.isdisjoint(person.roles),
        since=french_date(since) if since else "",
        must=must_set_up(person, day_of(clock.now()), since),
        keys=second_factor_changes.place(settings) is not None,
        links=links_of(db.session, person.id) if offers("institutions") else (),
        institutions={one.name: one.button for one in providers()},
    )
    return render_template("identity/sign_in/security.html", page=page)
