"""Tokens as their page shows them, and the one with which a request came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.exchange.api.models import ApiToken
from app.exchange.api.rules import TokenStanding, standing
from app.identity.models import Person, Territory
from app.identity.queries import holders
from app.identity.rules import ADMINISTRATORS
from app.identity.territories.queries import territory_tree
from app.identity.territories.rules import TerritoryTree
from app.platform.french import day_of


class Holder(Struct, frozen=True):
    """What is known of whoever brings a token."""

    id: int
    prefix: str
    territory_id: str
    maker_id: int
    expires_on: date
    used_at: datetime | None
    standing: TokenStanding


class TokenLine(Struct, frozen=True):
    id: int
    name: str
    prefix: str
    territory: str
    maker: str
    made_at: datetime
    expires_on: date
    used_at: datetime | None
    revoked_at: datetime | None
    standing: TokenStanding

    @property
    def ended(self) -> bool:
        """Is the token revoked or expired, so that it never works again?"""
        return self.standing in (TokenStanding.REVOKED, TokenStanding.EXPIRED)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


_ADMINISTERED: ColumnElement[bool] = ApiToken.maker_id.in_(holders(ADMINISTRATORS, Person.id))


def holder(session: Session, token: str, now: datetime) -> Holder | None:
    """Whoever brings this token; None where it is none of ours. One SELECT."""
    placed = select(Territory.id).where(Territory.id == ApiToken.territory_id).exists()
    row = session.execute(select(ApiToken, _ADMINISTERED, placed).where(ApiToken.digest == digest(token))).first()
    if row is None:
        return None
    found, administered, known = row
    where = standing(found.expires_on, day_of(now), revoked=found.revoked_at is not None, administered=administered, placed=known)
    return Holder(found.id, found.prefix, found.territory_id, found.maker_id, found.expires_on, found.used_at, where)


def token_lines(session: Session, now: datetime) -> Iterator[TokenLine]:
    tree, today = territory_tree(session), day_of(now)
    query = select(ApiToken, Person.name, _ADMINISTERED).join(Person, Person.id == ApiToken.maker_id).order_by(ApiToken.id.desc())
    for row, maker, administered in session.execute(query):
        yield _line(row, maker, administered, tree, today)


def _line(row: ApiToken, maker: str, administered: bool, tree: TerritoryTree, today: date) -> TokenLine:
    placed = row.territory_id in tree.nodes
    where = standing(row.expires_on, today, revoked=row.revoked_at is not None, administered=administered, placed=placed)
    territory = tree.path_name(row.territory_id) or row.territory_id
    return TokenLine(row.id, row.name, row.prefix, territory, maker, row.made_at, row.expires_on, row.used_at, row.revoked_at, where)
