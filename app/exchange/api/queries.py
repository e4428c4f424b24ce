"""The tokens of the API: made, recognised, revoked; and what every answer shares: JSON with an ETag, and problems. The site stores what recognises a token, never the token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

from flask import Response, g, request, url_for
from msgspec import Struct, field
from sqlalchemy import ColumnElement, Date, ForeignKey, Select, String, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app.content.values.course import Course
from app.exchange.api import rules
from app.exchange.api.rules import LANGUAGES, MARK, NAME_LENGTH, PROBLEMS, REFUSED, SHOWN, TOKEN, ListRequest, TokenStanding, kind_of, standing
from app.identity import audit, tries
from app.identity.models import Person, Territory
from app.identity.rules import ADMINISTRATORS, TerritoryTree
from app.identity.services import holders
from app.identity.territories import territory_tree
from app.platform import log
from app.platform.db import Base, UtcDateTime, db, insert_once
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of
from app.platform.site import offers
from app.platform.web.errors import ErrorPage
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import ReportScope, territory_scope
from app.reporting.selection import ReportFilter


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the token: 256 bits drawn at random need no slow hash."""
    prefix: Mapped[str] = mapped_column(String(20))
    """Its first characters, to recognise it by."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """Which program of whose it was given to."""
    territory_id: Mapped[str] = mapped_column(String(100))
    """No key of `territory`: one that is taken out of the tree suspends the token, and nothing else."""
    maker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who answers for what is read with it: the access journal names them."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which it works."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """About when it last read something (`rules.COARSE`)."""


# --- Tokens on their page, and the token of a request ---


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


# --- Answers ---
# JSON with its ETag, and problems (RFC 9457) in the language that was asked for. Nothing here sets a cookie.

JSON, PROBLEM, YAML = "application/json", "application/problem+json", "application/yaml"


class ApiRefused(DomainError):
    """One of `PROBLEMS`, with what its words need."""

    def __init__(self, kind: str, **words: object) -> None:
        super().__init__(PROBLEMS[kind].detail[0])
        self.kind, self.words, self.status = kind, words, PROBLEMS[kind].status


def as_json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, default=_plain, separators=(",", ":")) + "\n"


def _plain(value: object) -> str | float:
    """What JSON has no form for: days and moments by ISO 8601, moments in UTC; shares as numbers."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def answer(text: str, mimetype: str, following: str = "") -> Response:
    """Makes a response with an ETag, so that a client that has it already is answered 304."""
    response = Response(text, mimetype=mimetype)
    response.set_etag(sha256(text.encode()).hexdigest()[:32], weak=True)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    response.make_conditional(request)
    return response


def takes(kind: str) -> None:
    """Raises ApiRefused where the client would have another format only."""
    if request.headers.get("Accept") and not request.accept_mimetypes[kind]:
        raise ApiRefused("not-acceptable", mimetype=kind)


def problem(kind: str, words: Mapping[str, object] | None = None) -> Response:
    found, here = PROBLEMS[kind], request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])
    place = LANGUAGES.index(here)
    address = url_for("api.description", _anchor=f"/x-problems/{kind}")
    told = {"type": address, "title": found.title[place], "status": found.status, "detail": found.detail[place].format_map(words or {})}
    if found.status >= 500 and g.get("reference"):
        told["reference"] = g.reference
    response = Response(as_json(told), found.status, mimetype=PROBLEM, headers={"Content-Language": here})
    response.vary.add("Accept-Language")
    if found.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer" if kind == "token-missing" else 'Bearer error="invalid_token"'
    if words and "seconds" in words:
        response.headers["Retry-After"] = str(words["seconds"])
    return response


def refuse_request(error: ApiRefused) -> Response:
    return problem(error.kind, error.words)


def speak(page: ErrorPage) -> Response | None:
    """Whatever else went wrong under the address of the API: no such address, another method, the database."""
    return problem(kind_of(page.status), {}) if offers("api") else None


# --- Making, using and revoking a token ---
# Flushes, never commits.


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
    values = {"digest": digest(token), "prefix": token[:SHOWN], "name": name, "territory_id": territory_id, "maker_id": maker_id}
    if insert_once(session, ApiToken, {**values, "made_at": now, "expires_on": expires_on}):
        audit.record(session, maker_id, "token_made", None, now, jeton=token[:SHOWN], territoire=territory_id, le=expires_on.isoformat())
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
        audit.record(session, revoker_id, "token_revoked", None, now, jeton=row.prefix, territoire=row.territory_id)


def admit(session: Session, header: str, now: datetime) -> Holder:
    """Who brings this `Authorization`, once counted. Raises ApiRefused."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiRefused("token-missing")
    found = holder(session, token.strip(), now) if TOKEN.fullmatch(token.strip()) else None
    if found is None:
        raise ApiRefused("token-unknown")
    if found.standing is not TokenStanding.LIVE:
        raise ApiRefused(REFUSED[found.standing])
    if seconds := tries.take(tries.program(found.id)):
        raise ApiRefused("too-many", seconds=seconds)
    return found


def note(session: Session, holder: Holder, people: Collection[int], what: str, now: datetime) -> None:
    """Records that a token was used and, in the access log, whom the answer is about, in the name of the token's owner."""
    audit.note_access(session, holder.maker_id, people, what, now)
    if _coarse(holder, now):
        session.execute(update(ApiToken).where(ApiToken.id == holder.id).values(used_at=now))
    log.event("api_read", token=holder.id, people=len(people), what=what)


def worth_noting(holder: Holder, people: Collection[int], now: datetime) -> bool:
    """No writer's turn is taken for nothing."""
    return bool(people) or _coarse(holder, now)


def _coarse(holder: Holder, now: datetime) -> bool:
    return holder.used_at is None or now - holder.used_at >= rules.COARSE


# --- One request with a token: which course and which people it reads, at one moment; and one page of a list, from a key on.

Key = InstrumentedAttribute[Any]
Item = Mapping[str, Any]
Rows = Select[*tuple[Any, ...]]
Touched = Callable[[datetime], Sequence[ColumnElement[bool]]]


class ApiReading(Struct, frozen=True, dict=True):
    holder: Holder
    course: Course
    now: datetime
    asked: ListRequest

    @property
    def session(self) -> Session:
        return db.session

    @cached_property
    def scope(self) -> ReportScope:
        """The people whom the token may read: those of its territory, as in the reports."""
        return territory_scope(self.session, self.holder.maker_id, self.holder.territory_id, day_of(self.now))

    @cached_property
    def report(self) -> PeopleReport:
        return PeopleReport(self.session, self.course, self.scope, ReportFilter(), self.now)

    def within(self, person: Key) -> ColumnElement[bool]:
        """The person is one of those whom the grid shows for this territory."""
        return person.in_(self.report.select_people())

    def piece(self, query: Rows, key: Key, touched: Touched | None = None) -> tuple[Sequence[Any], int | str | None]:
        """The rows that are asked for, and the key of the last one where others follow. Whatever comes or goes before it, none is told twice or passed over.

        `touched`: what is true of those that changed since a moment, one thing or another.
        """
        asked = self.asked
        if asked.only is not None:
            query = query.where(key == asked.only)
        if asked.after is not None:
            query = query.where(key > asked.after)
        if asked.since is not None and touched:
            query = query.where(or_(*touched(asked.since)))
        rows = self.session.execute(query.add_columns(key.label("key")).order_by(key).limit(asked.limit + 1)).all()
        kept = rows[: asked.limit]
        return kept, kept[-1].key if len(rows) > asked.limit else None


class ApiAnswer(Struct, frozen=True):
    """What is answered, and whom it is about."""

    items: Sequence[Item]
    people: Collection[int] = field(default_factory=tuple)
    following: int | str | None = None
    """The key after which the next piece begins."""
