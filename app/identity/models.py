"""People, their roles, their open sessions, the territory tree, who belongs where, and which emails somebody does without."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, Enum, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.identity.rules import ADDRESS_LENGTH, NAME_LENGTH, PHONE_LENGTH, Level, Role, Side, search_key
from app.platform.db import Base, BigId, UtcDateTime
from app.platform.web.display import STORED_LENGTH


def enum_column(kind: type[StrEnum]) -> Enum:
    """A column for an enumeration, kept as its plain word: a new value needs no migration."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [member.value for member in members])


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[Role] = mapped_column(enum_column(Role), primary_key=True)


def _inserted_search_key(context: Any) -> str:
    """For rows that are inserted in bulk, past the class."""
    row = context.get_current_parameters()
    return search_key(row["name"], row["email"])


class Person(Base):
    """Somebody with an account. Everything else knows people by `id` alone."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_search_key", "search_key", "id", "active"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), unique=True)
    """In the form of `rules.normalise_address`, so that unique means unique whatever the case."""
    password: Mapped[str | None] = mapped_column(String(255))
    """An argon2id hash; None until the person has chosen one."""
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """The version of the person's password links (the name is Flask-Security's): drawing another one ends those sent before. It opens nothing."""
    side: Mapped[Side | None] = mapped_column(enum_column(Side))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The person agreed, while it was asked, to a directory of the network that never was. Nothing reads it but the export of what is held."""

    display: Mapped[str | None] = mapped_column(String(STORED_LENGTH))
    """How pages look (`app.platform.web.display`); None until the person chose. A browser takes it over at sign-in."""

    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    """To be reached by whoever accompanies them, if they choose to give one."""

    search_key: Mapped[str] = mapped_column(String(500).with_variant(String(500, collation="C"), "postgresql"), default=_inserted_search_key, server_default="")
    """`rules.search_key` of the name and the address: people are sorted by it, and looked for in it. An UPDATE past the class must write it too."""

    roles: Mapped[list[PersonRole]] = relationship(lazy="selectin", cascade="all, delete-orphan", order_by="PersonRole.name")

    @validates("name", "email")
    def _write_search_key(self, field: str, value: str) -> str:
        name, email = (value, self.email) if field == "name" else (self.name, value)
        self.search_key = search_key(name or "", email or "")
        return value

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(role.name for role in self.roles)

    # What Flask-Security and Flask-Login ask of who signs in. Their own class for it would have every command read the whole of both.

    is_authenticated = True

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return self.fs_uniquifier

    def is_locked(self, _errors: list[str]) -> bool:
        return False

    def track_failed_authn(self, _by: str) -> None:
        """`SignInForm` counts tries."""

    def verify_and_update_password(self, typed: str) -> bool:
        """The stored hash is made again where it is of other parameters than today's."""
        from flask_security.utils import verify_and_update_password

        return bool(verify_and_update_password(typed, self))


class SignIn(Base):
    """One open session (see `identity.sessions`). Its cookie opens pages as long as the row is there."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The digest of the random mark that the cookie holds: who reads this table can make no cookie of it."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom this session looks as (« voir comme »), since `seen_since`; None: as nobody."""
    seen_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its holder last showed a second factor; None as long as they have none."""
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """About when it last opened a page (`sessions.COARSE`)."""
    link_id: Mapped[int | None] = mapped_column(ForeignKey("identity_link.id", ondelete="SET NULL"))
    """By which identity of an institution it was opened."""
    device: Mapped[str] = mapped_column(String(80), default="", server_default="")
    place: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """What the browser says of itself, and the network it came from, as `sessions` words them at sign-in."""


class KnownBrowser(Base):
    """A browser with which somebody signed in: at the first sign-in with another one, they are told by email."""

    __tablename__ = "known_browser"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    browser: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The digest of its cookie's value (`sessions.Browser`)."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Of the latest sign-in."""


class SpentToken(Base):
    """Something that works once, and was used: until it would have expired anyway."""

    __tablename__ = "spent"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RefusedTry(Base):
    """A password, a code or an email too many is counted from these (`identity.tries`). Says of nobody who they are."""

    __tablename__ = "refused_try"
    __table_args__ = (Index("ix_refused_try_key", "key", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    """What was tried, under the site's key, and the limit."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Territory(Base):
    """A node of the territory tree, of `reseau.md` or of an administrator's hand (`identity.territories`)."""

    __tablename__ = "territory"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    level: Mapped[Level] = mapped_column(enum_column(Level))
    name: Mapped[str] = mapped_column(String(160))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    wave: Mapped[int | None]
    labelled_on: Mapped[str | None] = mapped_column(String(10))
    """ISO date, month or year, as `reseau.md` gives it. Cités only, like `wave`."""
    withdrawn: Mapped[bool] = mapped_column(default=False)
    """No longer in use, kept because people or scopes hang on it."""
    zone: Mapped[str] = mapped_column(String(1), default="")
    """Of the school holidays, A to C; empty: that of what it belongs to."""
    by_hand: Mapped[bool] = mapped_column(default=False)
    """An administrator named or placed it: `reseau.md` no longer does."""
    edition: Mapped[int] = mapped_column(default=0)
    """One more at each change by hand: whoever read an older one is told."""

    communes: Mapped[list[TerritoryCommune]] = relationship(lazy="selectin", cascade="all, delete-orphan", order_by="TerritoryCommune.insee")


class TerritoryChange(Base):
    """What somebody changed of a territory, for ever."""

    __tablename__ = "territory_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[str] = mapped_column(String(100), index=True)
    """No key of `territory`: the history outlives it."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Empty where it was added."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Empty where it was withdrawn."""


class TerritoryCommune(Base):
    """A commune of a cité. Amiens, Lille and Tourcoing belong to several."""

    __tablename__ = "territory_commune"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True)
    insee: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class Membership(Base):
    """A person belongs to a territory from one day to another. Ended ones are kept: reports tell the past as it was."""

    __tablename__ = "membership"
    __table_args__ = (
        # Who is in a territory on a day is read from this index alone.
        Index("ix_membership_territory_id_ended_on", "territory_id", "ended_on", "started_on", "person_id"),
        # So is where a person belongs. Dates first: with the territory before them, SQLite would look the person up once a territory of the reader's.
        Index("ix_membership_person_id", "person_id", "started_on", "ended_on", "territory_id"),
        # Belonging twice at once to one territory means nothing; having left and come back does.
        Index("uq_membership_open", "person_id", "territory_id", unique=True, sqlite_where=text("ended_on IS NULL"), postgresql_where=text("ended_on IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id"))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    """The first day when the person no longer belongs there."""


class Scope(Base):
    """A node of the tree that a responsable looks after, with everything below it."""

    __tablename__ = "scope"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id"), primary_key=True)


class MailRefusal(Base):
    """A kind of email that somebody does not want. What is not here is wanted, but for what is sent on demand (`MailWish`)."""

    __tablename__ = "mail_refusal"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailWish(Base):
    """A kind of email that is sent to whoever asks for it, and that somebody asked for."""

    __tablename__ = "mail_wish"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
