"""The links of the published course: where each stands, which are to be asked, which lead nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.disk import CourseFile
from app.content.store.queries import published_texts
from app.learner.reference.library.links import LinkPlace, LinkState, addresses
from app.learner.reference.library.watch.models import CourseLink
from app.learner.reference.library.watch.rules import is_dead


class LinkLine(Struct, frozen=True):
    address: str
    said: str
    since: date | None
    places: Sequence[tuple[str, LinkPlace]]
    """(document, file and line)."""


class LinksPage(Struct, frozen=True):
    dead: tuple[LinkLine, ...]
    failing: tuple[LinkLine, ...]
    """On one day only: another check will say."""
    doubtful: tuple[LinkLine, ...]
    moved: tuple[LinkLine, ...]
    total: int
    """Addresses that the course gives."""
    unasked: int
    checked_at: datetime | None
    """The last check; None before the first."""


def digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


CourseLinks = Mapping[str, Sequence[tuple[str, LinkPlace]]]
"""Address → (document, file and line) of each place."""
_NEW = datetime.min.replace(tzinfo=UTC)


def course_links(session: Session) -> CourseLinks:
    """Returns the links of the course, in the order in which they first occur."""
    texts = published_texts(session)
    documents = {path: document_id for document_id, path, _text in texts}
    found = addresses(CourseFile(path, "", text) for _document, path, text in texts)
    return {address: tuple((documents[place.path], place) for place in places) for address, places in found.items()}


def due_links(session: Session, known: CourseLinks, now: datetime) -> dict[str, tuple[LinkPlace, ...]]:
    """Returns the links to check now: new ones first, then those checked longest ago."""
    turns = dict(session.execute(select(CourseLink.digest, CourseLink.next_at)).all())
    turn = {address: turns.get(digest(address), _NEW) for address in known}
    return {address: tuple(place for _document, place in known[address]) for address in sorted(known, key=turn.__getitem__) if turn[address] <= now}


def links_page(session: Session) -> LinksPage:
    known = {row.digest: row for row in session.scalars(select(CourseLink))}
    found = course_links(session)
    asked = [(row, LinkLine(address, row.said, row.since, places)) for address, places in found.items() if (row := known.get(digest(address)))]
    told = {name: _oldest(line for row, line in asked if _list_of(row) == name) for name in ("dead", "failing", "doubtful", "moved")}
    return LinksPage(**told, total=len(found), unasked=len(found) - len(asked), checked_at=max((row.checked_at for row in known.values()), default=None))


def _list_of(row: CourseLink) -> str:
    """Empty for one that leads where it says."""
    if row.state == LinkState.DEAD:
        return "dead" if is_dead(row.failed_days) else "failing"
    return {LinkState.DOUBTFUL.value: "doubtful", LinkState.MOVED.value: "moved"}.get(row.state, "")


def _oldest(lines: Iterable[LinkLine]) -> tuple[LinkLine, ...]:
    return tuple(sorted(lines, key=lambda line: (line.since or date.max, line.address)))
