"""One request with a token: which course and which people it reads, at one moment; and one page of a list, from a key on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.content.values.course import Course
from app.exchange.api.queries import Holder
from app.exchange.api.rules import ListRequest
from app.platform.db import db
from app.platform.french import day_of
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import ReportScope, territory_scope
from app.reporting.selection import ReportFilter

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
