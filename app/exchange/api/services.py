"""A token is made, shown once, used, taken back. Flushes, never commits."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.exchange.api import queries, rules
from app.exchange.api.answers import ApiRefused
from app.exchange.api.models import ApiToken
from app.exchange.api.queries import Holder
from app.exchange.api.rules import MARK, REFUSED, SHOWN, TOKEN, TokenStanding
from app.identity.audit import access, acts
from app.identity.sessions import limits
from app.platform import log
from app.platform.db import insert_once
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of


class WrongDay(DomainError):
    """The expiry day of a token is not acceptable; `rules.wrong_day` gives the sentence."""


class FormUsed(DomainError):
    status = 409
    sentence = "Ce formulaire a déjà créé un jeton, qui n’est plus montré. Pour en créer un autre, envoyez-le de nouveau."


def make(session: Session, secret: str, form_key: str, maker_id: int, name: str, territory_id: str, expires_on: date, now: datetime) -> str:
    """The token, which is stored nowhere. One form makes one: sent twice, it is given the same for a while. Raises WrongDay, FormUsed."""
    if wrong := rules.wrong_day(expires_on, day_of(now)):
        raise WrongDay(wrong)
    token = _token(secret, f"api-token {maker_id} {form_key}")
    values = {"digest": queries.digest(token), "prefix": token[:SHOWN], "name": name, "territory_id": territory_id, "maker_id": maker_id}
    if insert_once(session, ApiToken, {**values, "made_at": now, "expires_on": expires_on}):
        acts.record(session, maker_id, "token_made", None, now, jeton=token[:SHOWN], territoire=territory_id, le=expires_on.isoformat())
        return token
    made_at = session.scalars(select(ApiToken.made_at).where(ApiToken.digest == values["digest"], ApiToken.revoked_at.is_(None))).one_or_none()
    if made_at is None or now - made_at > rules.AGAIN:
        raise FormUsed
    return token


def _token(secret: str, drawn: str) -> str:
    """Two hundred and fifty-six bits that only this site can tell, of what was drawn with the form."""
    return MARK + base64.urlsafe_b64encode(hmac.digest(secret.encode(), drawn.encode(), hashlib.sha256)).rstrip(b"=").decode()


def revoke(session: Session, token_id: int, revoker_id: int, now: datetime) -> None:
    """Revokes a token for ever. Revoking it again changes nothing."""
    row = session.scalar(select(ApiToken).where(ApiToken.id == token_id).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotYours
    if row.revoked_at is None:
        row.revoked_at, row.revoker_id = now, revoker_id
        session.flush()
        acts.record(session, revoker_id, "token_revoked", None, now, jeton=row.prefix, territoire=row.territory_id)


def admit(session: Session, header: str, now: datetime) -> Holder:
    """Who brings this `Authorization`, once counted. Raises Refused."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiRefused("token-missing")
    found = queries.holder(session, token.strip(), now) if TOKEN.fullmatch(token.strip()) else None
    if found is None:
        raise ApiRefused("token-unknown")
    if found.standing is not TokenStanding.LIVE:
        raise ApiRefused(REFUSED[found.standing])
    if seconds := limits.take(limits.program(found.id)):
        raise ApiRefused("too-many", seconds=seconds)
    return found


def note(session: Session, holder: Holder, people: Collection[int], what: str, now: datetime) -> None:
    """Records that a token was used and, in the access log, whom the answer is about, in the name of the token's owner."""
    access.record(session, holder.maker_id, people, what, now)
    if _coarse(holder, now):
        session.execute(update(ApiToken).where(ApiToken.id == holder.id).values(used_at=now))
    log.event("api_read", token=holder.id, people=len(people), what=what)


def worth_noting(holder: Holder, people: Collection[int], now: datetime) -> bool:
    """No writer's turn is taken for nothing."""
    return bool(people) or _coarse(holder, now)


def _coarse(holder: Holder, now: datetime) -> bool:
    return holder.used_at is None or now - holder.used_at >= rules.COARSE
