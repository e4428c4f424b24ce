"""A large file as a process of the jobs makes it: with the rights that its reader has at that moment, piece by piece, saying how far it is.

Killed anywhere it loses nothing: the row is taken up again after `rules.CLAIM`, what was half written is cleared away, and only the last to begin
can say that it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.sign_in.admission import may
from app.platform.db import db, writing
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of
from app.platform.settings import Settings
from app.platform.storage.store import StoreAway
from app.record.figures import snapshot
from app.reporting.files import services, store
from app.reporting.files.kinds import Kind, Watched, kind_of
from app.reporting.files.queries import left_here, seen_by, strays
from app.reporting.files.services import Claimed, ScopeChanged
from app.reporting.grid.exports import file_name
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope.filters import read_filter
from app.reporting.scope.queries import reader_of, report_scope

Now = Callable[[], datetime]


class TakenAway(Exception):
    """The file is no longer this process's to make."""


def make_all(settings: Settings, now: Now) -> int:
    """Make what waits, one after the other, and clear away what is of no use. Returns how many were made."""
    made = 0
    while True:
        with writing() as session:
            one = services.claim(session, now())
        if one is None:
            break
        made += _made(settings, one, now)
    clear(db.session, settings, now())
    return made


def clear(session: Session, settings: Settings, now: datetime) -> None:
    store.drop_tries(settings, left_here(session, settings))
    gone = strays(session, settings)
    session.rollback()  # the reading is over
    store.forget(settings, gone)
    store.sweep(settings, now)


def _made(settings: Settings, one: Claimed, now: Now) -> bool:
    try:
        return make(settings, one, now)
    except TakenAway:
        return False
    except StoreAway:
        _let_go(one)
        raise
    except DomainError as error:
        with writing() as session:
            services.refuse(session, one, ScopeChanged.sentence if isinstance(error, NotYours) else error.sentence)
        return False
    except BaseException:  # told to stop, a full disk: another try begins it again
        _let_go(one)
        raise
    finally:
        db.session.rollback()


def _let_go(one: Claimed) -> None:
    with writing() as session:
        services.let_go(session, one)


def make(settings: Settings, one: Claimed, now: Now) -> bool:
    """Raises NotYours where its reader may no longer ask for it, TakenAway."""
    kind, report = _report(one, now())
    people = kind.people(report)
    total = len(people)
    _tell(one, 0, total, now)
    watched = Watched(people, lambda done: _tell(one, done, total, now))
    size = store.write(settings, one.key, lambda target: kind.write(target, report, watched), people)
    db.session.rollback()  # the reading is over
    told = {"total": total, "done": total, "size": size, "name": file_name(report.now, kind.suffix, kind.name), "seen": seen_by(report.scope)}
    with writing() as session:
        return services.finish(session, settings, one, now=now(), **told)


def _report(one: Claimed, now: datetime) -> tuple[Kind, PeopleReport]:
    """As its reader would be answered now."""
    kind, moment = kind_of(one.what), snapshot.begin(now)
    reader = reader_of(db.session, one.person_id)
    if reader is None or not may(reader.roles, one.what):
        raise NotYours
    scope = report_scope(db.session, reader, day_of(now))
    wanted = read_filter(one.fields, scope, moment.course).understood()
    return kind, PeopleReport(db.session, moment.course, scope, wanted, now)


def _tell(one: Claimed, done: int, total: int, now: Now) -> None:
    with writing() as session:
        mine = services.tell(session, one, done, total, now())
    if not mine:
        raise TakenAway
