"""Verbs of large files. Each flushes, in its caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import case, delete, event, func, select, update
from sqlalchemy.orm import Session

from app.identity import services as accounts
from app.identity.queries import SignedIn
from app.identity.sign_in.admission import may
from app.platform import log
from app.platform.db import insert_once
from app.platform.errors import DomainError
from app.platform.settings import Settings, current_settings
from app.platform.storage.store import StoreAway
from app.reporting.files import letters, store
from app.reporting.files.models import LargeFile
from app.reporting.files.queries import AWAITED, Wish, seen_by, unmade
from app.reporting.files.rules import AT_ONCE, CLAIM, TOLD, TRIES, key, same_wish, still_covers
from app.reporting.scope.queries import ReportScope


class Enough(DomainError):
    sentence = f"Vous attendez déjà {AT_ONCE} fichiers. Celui-ci pourra être demandé dès que l’un d’eux sera prêt."


class ScopeChanged(DomainError):
    sentence = "Votre périmètre n’est plus celui pour lequel ce fichier a été préparé : il ne peut plus vous être remis. Demandez-le à nouveau, il sera fait pour votre périmètre d’aujourd’hui."


class Gone(DomainError):
    status = 410
    sentence = "Ce fichier n’est plus là. Demandez-le à nouveau."


class Claimed(Struct, frozen=True):
    """A file that this process is to make."""

    id: str
    claim: int
    person_id: int
    what: str
    fields: Mapping[str, str]

    @property
    def key(self) -> str:
        return key(self.id, self.claim)


def ask(session: Session, person_id: int, wish: Wish, now: datetime) -> None:
    """To be made. The same that is not made yet is not asked for twice. Raises Enough."""
    accounts.lock_person(session, person_id)
    same = same_wish(person_id, wish.kind.what, wish.fields)
    mine = select(func.count()).select_from(LargeFile).where(LargeFile.person_id == person_id, LargeFile.wish.is_not(None))
    if session.scalar(mine.where(LargeFile.wish == same)):
        return
    if (session.scalar(mine) or 0) >= AT_ONCE:
        raise Enough
    row = {"id": secrets.token_hex(12), "person_id": person_id, "what": wish.kind.what, "fields": wish.fields, "told": wish.told[:TOLD], "asked_at": now}
    insert_once(session, LargeFile, {**row, "wish": same, "total": wish.total})
    log.event("file_asked", reader=person_id, what=wish.kind.what, people=wish.total)


def claim(session: Session, now: datetime) -> Claimed | None:
    """The oldest that nobody makes, for one of those who ask at once; what failed comes after the others. What was begun too often is given up first."""
    tired = update(LargeFile).where(unmade(now), LargeFile.claim >= TRIES)
    session.execute(tired.values(said=f"Ce fichier n’a pas pu être fait en {TRIES} essais. Demandez-le à nouveau.", wish=None))
    oldest = select(LargeFile.id).where(unmade(now)).order_by(LargeFile.claim, LargeFile.asked_at, LargeFile.id).limit(1).with_for_update(skip_locked=True)
    taken = update(LargeFile).where(LargeFile.id == oldest.scalar_subquery()).values(claim=LargeFile.claim + 1, claimed_until=now + CLAIM, done=0)
    found = session.execute(taken.returning(LargeFile.id, LargeFile.claim, LargeFile.person_id, LargeFile.what, LargeFile.fields)).first()
    return Claimed(*found) if found else None


def tell(session: Session, one: Claimed, done: int, total: int, now: datetime) -> bool:
    """How far it is. False where it is no longer this process's to make: the row is gone, or another began."""
    return _of(session, one, done=done, total=total, claimed_until=now + CLAIM)


def finish(session: Session, settings: Settings, one: Claimed, *, now: datetime, **made: Any) -> bool:
    """It is there: its row says so, and a letter, in the same transaction. False as `tell`."""
    if not _of(session, one, ready_at=now, claimed_until=None, wish=None, **made):
        return False
    letters.tell_ready(session, settings, one.person_id, now)
    log.event("file_made", reader=one.person_id, what=one.what, people=made["total"])
    return True


def refuse(session: Session, one: Claimed, sentence: str) -> None:
    """There will be none, and why."""
    _of(session, one, said=sentence[:TOLD], claimed_until=None, wish=None)


def let_go(session: Session, one: Claimed) -> None:
    """This process ends: another may begin at once."""
    _of(session, one, claimed_until=None)


def _of(session: Session, one: Claimed, **values: Any) -> bool:
    mine = update(LargeFile).where(LargeFile.id == one.id, LargeFile.claim == one.claim, AWAITED)
    return session.scalar(mine.values(values).returning(LargeFile.id)) is not None


def check_may_take(reader: SignedIn, scope: ReportScope, row: LargeFile) -> None:
    """Raises ScopeChanged where somebody may no longer see all that they could when the file was made."""
    if not (may(reader.roles, row.what) and still_covers(seen_by(scope), row.seen)):
        raise ScopeChanged


def note_taken(session: Session, file_id: str, now: datetime) -> None:
    session.execute(update(LargeFile).where(LargeFile.id == file_id).values(taken_at=now))


# --- Accounts --------------------------------------------------------------------------------------------------------


def follow_merge(session: Session, kept: int, gone: int) -> None:
    session.execute(update(LargeFile).where(LargeFile.person_id == gone).values(person_id=kept))


def forget_people(session: Session, person_ids: Collection[int]) -> None:
    """They are erased: files that name one of them go, their bytes once this is kept, and those under way begin again without them.

    Rows of files that are not made are all written first, so that none is begun or ended before this transaction is.
    """
    under_way = LargeFile.claimed_until.is_not(None)
    session.execute(update(LargeFile).where(AWAITED).values(claim=case((under_way, LargeFile.claim + 1), else_=LargeFile.claim), claimed_until=None))
    ready = session.execute(select(LargeFile.id, LargeFile.claim).where(LargeFile.ready_at.is_not(None))).all()
    naming = [row for row in ready if _names(current_settings(), key(*row), person_ids)]
    session.execute(delete(LargeFile).where(LargeFile.id.in_([row.id for row in naming])))
    event.listen(session, "after_commit", _forget_bytes(current_settings(), [key(*row) for row in naming]), once=True)


def _forget_bytes(settings: Settings, gone: Sequence[str]) -> Callable[[Session], None]:
    def follow(_session: Session) -> None:
        with suppress(StoreAway, OSError):  # others follow this commit too; what no row has goes at night, and its run says why it could not
            store.forget(settings, gone)

    return follow


def _names(settings: Settings, made: str, person_ids: Collection[int]) -> bool:
    """Does a file name one of them? One that is no longer there names nobody."""
    try:
        return not set(person_ids).isdisjoint(store.people_of(settings, made))
    except FileNotFoundError:
        return False
