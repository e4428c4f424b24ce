"""Sends the ledger to each store, in its order: one POST at a time, bounded in time and size, no redirection followed."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException, HTTPResponse
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.administration.acts import Erasure
from app.exchange.statements import queries, rules
from app.exchange.statements.queries import ANEW, FRESH, SAID, LrsAccount, LrsParked, LrsQueue
from app.exchange.statements.rules import REFUSED_IN_A_ROW, TRIES, SendVerdict
from app.identity import audit
from app.identity.services import lock_people
from app.platform import log, outgoing
from app.platform.db import db, insert_new, insert_once, writing
from app.platform.settings import Settings
from app.platform.settings.tables import Lrs
from app.record.progress.models import LearningEvent

PATIENCE, LARGEST = 10, 64 * 1024
"""Seconds, and bytes of an answer."""
KEPT = 300
"""Characters of its words."""


class LrsAnswer(Struct, frozen=True):
    status: int
    """0: none came."""
    said: str = ""


Post = Callable[[Lrs, Sequence[dict[str, Any]]], LrsAnswer]


def post(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> LrsAnswer:
    """Raises nothing: what went wrong is an answer."""
    try:
        with outgoing.opener().open(_request(lrs, statements), timeout=PATIENCE) as got:
            if 200 <= got.status < 300:
                got.read(LARGEST)
                return LrsAnswer(got.status)
            return LrsAnswer(got.status, _read_words(got))
    except (OSError, HTTPException, ValueError) as error:
        return LrsAnswer(0, _why(error))


_WHY: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "Elle n’est pas venue en quelques secondes."),
    (ConnectionRefusedError, "Rien n’écoute à cette adresse."),
    (ConnectionError, "La connexion a été coupée."),
    (HTTPException, "La connexion a été coupée."),
    (socket.gaierror, "Cette machine est inconnue."),
    (ssl.SSLError, "Son chiffrement ou son certificat n’est pas valable."),
    (FileNotFoundError, "Le fichier du secret n’est pas lisible."),
    (PermissionError, "Le fichier du secret n’est pas lisible."),
)


def _why(error: Exception) -> str:
    """In words; where we have none, the kind of error alone."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return next((words for kind, words in _WHY if isinstance(cause, kind)), f"{type(cause).__name__}.")


def _request(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> urllib.request.Request:
    proof = base64.b64encode(f"{lrs.key}:{lrs.password}".encode()).decode()
    headers = {
        "Authorization": f"Basic {proof}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
        "User-Agent": "Croisee/1",
    }
    body = json.dumps(list(statements), ensure_ascii=False).encode()
    return urllib.request.Request(f"{lrs.address.rstrip('/')}/statements", body, headers, method="POST")  # noqa: S310 — https, or this machine: `app.platform.settings.tables`


def _read_words(answer: HTTPResponse) -> str:
    """Its words on one line; none where it stops in the middle of them."""
    try:
        said = answer.read(LARGEST)
    except (OSError, HTTPException):
        return ""
    return " ".join(said.decode("utf-8", "replace").replace("\0", " ").split())[:KEPT]


# --- One run of the queue ---
# Short transactions of its own around each POST, none during it.

MOST_BATCHES = 100
"""Of one store in one run: the next run, a minute later, goes on."""
UNSETTLED = "une écriture dure depuis plus de quelques secondes sur le serveur PostgreSQL : rien ne part avant qu’elle finisse"
Item = tuple[int, dict[str, Any]]
"""A row's number, and its statement."""


class Report(Struct, frozen=True):
    """What one run did with one store."""

    name: str
    sent: int = 0
    parked: int = 0
    said: str = ""
    """Why it did not go on."""
    stopped: bool = False


class _Later(Exception):
    """The store does not answer, or not as one that takes statements: tried again later."""


@dataclass(slots=True)
class _Round:
    """Items of one batch that are settled, in their order: None where they were taken, else the store's words."""

    refused: int
    """In a row, before this one."""
    again: bool
    """Of what was refused before: what is refused once more tells nothing new of the store, and holds nothing back."""
    settled: dict[int, str | None] = field(default_factory=dict)
    later: str = ""

    def note(self, row_id: int, said: str | None) -> None:
        """Raises _Later where too many were refused in a row: the store refuses, not the statements."""
        if said is None:
            self.refused = 0
        elif not self.again:
            if self.refused >= REFUSED_IN_A_ROW:
                raise _Later(said)
            self.refused += 1
        self.settled[row_id] = said

    def tries(self, queue: LrsQueue) -> int:
        """Failed ones in a row, this one included."""
        return (1 if self.accepted_ids else queue.tries + 1) if self.later else 0

    @property
    def accepted_ids(self) -> list[int]:
        return [row_id for row_id, said in self.settled.items() if said is None]


def send(settings: Settings, now: datetime, post: Post = post) -> list[Report]:
    """To every store that nothing holds back, as much as it takes. A repeat tells nothing twice: a row's statement has its own id for ever."""
    if not settings.lrs or not settings.site_url:
        return []
    end = queries.settled_end()
    if end is None:
        return [Report(lrs.name, said=UNSETTLED) for lrs in settings.lrs]
    return [_send_to(lrs, settings.site_url.rstrip("/"), end, now, post) for lrs in settings.lrs]


def _send_to(lrs: Lrs, home: str, end: int, now: datetime, post: Post) -> Report:
    queue = _open_queue(lrs, now)
    if not queries.goes(queue, now):
        return Report(lrs.name, said=queue.said, stopped=queue.tries >= TRIES and not queue.paused)
    sent = parked = tries = 0
    later = ""
    for _ in range(MOST_BATCHES):
        load = _next(lrs, home, end)
        if load.queue.paused or (not load.rows and load.queue.cursor >= load.after):
            break
        done = _deliver_load(lrs, load, post)
        sent, parked = sent + len(done.accepted_ids), parked + len(done.settled) - len(done.accepted_ids)
        later, tries = done.later, done.tries(load.queue)
        with writing() as session:
            going_on = _keep(session, load, done, now)
        if not going_on:
            break
    log.event("statements_sent", lrs=lrs.name, sent=sent, parked=parked)
    return Report(lrs.name, sent, parked, later, stopped=tries >= TRIES)


def _open_queue(lrs: Lrs, now: datetime) -> LrsQueue:
    with writing() as session:
        _enter(session, lrs, now)
        session.execute(delete(LrsParked).where(queries.of_nobody(lrs)))
        return session.get_one(LrsQueue, lrs.name)


def _enter(session: Session, lrs: Lrs, now: datetime) -> None:
    """A store that the settings name has its row from the first time that it is spoken of."""
    insert_once(session, LrsQueue, {**FRESH, "name": lrs.name, "next_at": now})


class _Load(Struct, frozen=True):
    """What is sent together."""

    queue: LrsQueue
    again: bool
    """Somebody asked for it: it comes first, and the cursor stays where it is."""
    rows: Sequence[LearningEvent]
    after: int
    """The cursor, once all of it is settled."""
    items: list[Item]


def _next(lrs: Lrs, home: str, end: int) -> _Load:
    """Read without the writer's turn: nobody who learns waits for it, but where somebody is told of for the first time."""
    with db.sessionmaker() as session:
        queue = session.get_one(LrsQueue, lrs.name)
        asked = queries.asked_again(session, lrs)
        found = queries.LedgerBatch(asked, queue.cursor) if asked else queries.batch(session, lrs, queue.cursor, end)
        people = {row.person_id for row in found.rows}
        strangers = people - queries.accounts_of(session, people).keys()
    if strangers:
        with writing() as session:
            _draw_accounts(session, strangers)
    with db.sessionmaker() as session:
        told = queries.statements(session, lrs, home, found.rows)
    return _Load(queue, bool(asked), found.rows, found.end, list(told.items()))


def _draw_accounts(session: Session, people: set[int]) -> None:
    """Whoever is being erased is waited for: an account drawn after that would stay."""
    lock_people(session, people)
    erased = set(session.scalars(select(Erasure.person_id).where(Erasure.person_id.in_(people))))
    insert_new(session, LrsAccount, [{"person_id": each, "account": str(uuid.uuid4())} for each in sorted(people - erased)], LrsAccount.person_id)


def _deliver_load(lrs: Lrs, load: _Load, post: Post) -> _Round:
    done = _Round(load.queue.refused, load.again)
    last = load.queue.tries == TRIES - 1 and not load.again
    try:
        for row_id, said in _outcomes(lrs, load.items, last, post):
            done.note(row_id, said)
    except _Later as later:
        done.later = str(later)[:SAID]
    return done


def _outcomes(lrs: Lrs, items: list[Item], last: bool, post: Post) -> Iterator[tuple[int, str | None]]:
    """Item by item in their order. A batch that is refused is halved until the culprit stands alone."""
    if not items:
        return
    answer = post(lrs, [statement for _, statement in items])
    found = rules.verdict(answer.status, len(items) == 1, last)
    if found is SendVerdict.LATER:
        raise _Later(rules.words(answer.status, answer.said))
    if found is SendVerdict.DIVIDE:
        yield from _outcomes(lrs, items[: len(items) // 2], last, post)
        yield from _outcomes(lrs, items[len(items) // 2 :], last, post)
    else:
        yield from ((row_id, None if found is SendVerdict.TAKEN else rules.words(answer.status, answer.said)) for row_id, _ in items)


def _keep(session: Session, load: _Load, done: _Round, now: datetime) -> bool:
    """Writes down how far it is. False where nothing more is to be done now: the store is waited for, or another process goes on with it."""
    queue, tries = load.queue, done.tries(load.queue)
    end = load.after if load.again or not done.later else max(done.settled, default=queue.cursor)
    values = {"cursor": end, "tries": tries, "refused": done.refused, "said": done.later, "next_at": now + rules.pause(tries) if done.later else now}
    taken = {"sent": LrsQueue.sent + len(done.accepted_ids), "sent_at": now} if done.accepted_ids else {}
    mine = update(LrsQueue).where(LrsQueue.name == queue.name, LrsQueue.cursor == queue.cursor)
    if session.scalar(mine.values({**values, **taken}).returning(LrsQueue.name)) is None:
        return False
    _park(session, queue.name, done, now)
    if load.again:
        told = {row_id for row_id, _ in load.items}
        gone = [*done.accepted_ids, *(row.id for row in load.rows if row.id not in told)]  # of which nothing is to be told any more
        session.execute(delete(LrsParked).where(LrsParked.name == queue.name, LrsParked.event_id.in_(gone)))
    return not done.later


def _park(session: Session, name: str, done: _Round, now: datetime) -> None:
    for row_id, said in done.settled.items():
        if said is not None:
            values = {"said": said[:SAID], "at": now, "again": False}
            if not insert_once(session, LrsParked, {"name": name, "event_id": row_id, **values}):
                session.execute(update(LrsParked).where(LrsParked.name == name, LrsParked.event_id == row_id).values(values))


# --- What an administrator decides ---


def again(session: Session, lrs: Lrs, actor_id: int, now: datetime) -> None:
    """What is parked is sent once more, and a store that stopped is tried from the beginning, at the next look of the jobs."""
    session.execute(update(LrsParked).where(LrsParked.name == lrs.name).values(again=True))
    session.execute(update(LrsQueue).where(LrsQueue.name == lrs.name).values(next_at=now, **ANEW))
    audit.record(session, actor_id, "lrs_again", None, now, entrepôt=lrs.title)


def pause(session: Session, lrs: Lrs, actor_id: int, now: datetime, *, paused: bool) -> None:
    """Pauses or resumes a store. Nothing is lost: the ledger waits, a batch under way arrives; resuming starts afresh."""
    _enter(session, lrs, now)
    values: dict[str, Any] = {"paused": True} if paused else {"paused": False, "next_at": now, **ANEW}
    session.execute(update(LrsQueue).where(LrsQueue.name == lrs.name).values(values))
    audit.record(session, actor_id, "lrs_paused" if paused else "lrs_resumed", None, now, entrepôt=lrs.title)
