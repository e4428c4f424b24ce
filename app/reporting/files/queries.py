"""What a report's reader asked for, how the files that they wait for stand, and what waits to be made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask import request
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.settings import Settings, current_settings
from app.record.figures import snapshot
from app.reporting.files import store
from app.reporting.files.kinds import Kind, made_apart
from app.reporting.files.models import LargeFile
from app.reporting.files.rules import KEPT, LARGE, Seen, Standing, key, standing
from app.reporting.grid.queries import asked_words
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope.filters import read_filter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.reader import scope_here


class FileRow(Struct, frozen=True):
    id: str
    title: str
    told: str
    standing: Standing
    asked_at: datetime
    done: int
    total: int
    said: str
    size: int
    until: datetime
    """When it goes."""
    taken_at: datetime | None


class FilesPage(Struct, frozen=True):
    rows: tuple[FileRow, ...]
    kept_days: int
    large: int
    """People of a file that stands here."""

    @property
    def waiting(self) -> bool:
        return any(row.standing in (Standing.WAITING, Standing.MAKING) for row in self.rows)


class Wish(Struct, frozen=True):
    """A file that is too large to be given at once."""

    kind: Kind
    total: int
    told: str
    fields: dict[str, str]


def report_here() -> PeopleReport:
    """The report that this request asks for, of one moment, for what leaves the site: files, papers, drawings know no pages, all people are in them."""
    moment = snapshot.begin(clock.now())
    scope = scope_here(moment.now)
    wanted = replace(read_filter(request.values, scope, moment.course).understood(), after="")
    return PeopleReport(db.session, moment.course, scope, wanted, moment.now)


def wish_of(kind: Kind, report: PeopleReport, total: int) -> Wish:
    told = ", ".join(asked_words(report.course, report.scope, report.filter))
    return Wish(kind, total, told, report.filter.fields())


def files_page(session: Session, person_id: int, now: datetime) -> FilesPage:
    """The latest first. One that has had its time is not shown, though the purge has not run yet."""
    kinds = made_apart()
    asked = select(LargeFile).where(LargeFile.person_id == person_id, LargeFile.asked_at > now - KEPT).order_by(LargeFile.asked_at.desc(), LargeFile.id)
    return FilesPage(tuple(_row(row, kinds[row.what], now) for row in session.scalars(asked) if row.what in kinds), KEPT.days, LARGE)


def _row(row: LargeFile, kind: Kind, now: datetime) -> FileRow:
    how = standing(ready=row.ready_at is not None, said=row.said, claimed_until=row.claimed_until, now=now)
    return FileRow(row.id, kind.title, row.told, how, row.asked_at, row.done, row.total, row.said, row.size, row.asked_at + KEPT, row.taken_at)


def ready_file(session: Session, person_id: int, file_id: str, now: datetime) -> LargeFile:
    """Theirs, made, and not past its time. Raises NotYours."""
    row = session.get(LargeFile, file_id)
    if row is None or row.person_id != person_id or row.ready_at is None or row.asked_at <= now - KEPT:
        raise NotYours
    return row


def seen_by(scope: ReportScope) -> Seen:
    return {"everybody": scope.everybody, "territories": sorted(scope.territories), "training": sorted(scope.training)}


# --- What is to be done ----------------------------------------------------------------------------------------------


AWAITED = LargeFile.ready_at.is_(None) & (LargeFile.said == "")
"""Asked for, neither made nor given up."""


def unmade(now: datetime) -> ColumnElement[bool]:
    """Awaited, and nobody is at it."""
    return AWAITED & or_(LargeFile.claimed_until.is_(None), LargeFile.claimed_until <= now)


def strays(session: Session, settings: Settings) -> Collection[str]:
    """Keys of what no row has any more. What is kept is listed before the rows are read: none begins unseen."""
    found = store.keys(settings)
    return found - _known(session).keys() if found else ()


def left_here(session: Session, settings: Settings) -> Sequence[str]:
    """Keys of the tries of this host that came to nothing, or to their end. Listed first, as above."""
    found = store.tries(settings)
    known = _known(session) if found else {}
    return [each for each in found if known.get(each, True)]


def _known(session: Session) -> dict[str, bool]:
    """Of the last try of each row, is it made?"""
    rows = session.execute(select(LargeFile.id, LargeFile.claim, LargeFile.ready_at))
    return {key(number, claim): ready_at is not None for number, claim, ready_at in rows}


def anything_to_make(session: Session, now: datetime) -> bool:
    """Or to clear away on this host. Asked every few seconds: the store is not."""
    return session.scalar(select(LargeFile.id).where(unmade(now)).limit(1)) is not None or bool(left_here(session, current_settings()))
