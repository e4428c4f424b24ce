"""Do the links of the course still answer? How they are asked, what is kept of it, which lead nowhere."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Date, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.store.disk import CourseFile
from app.content.store.queries import published_texts
from app.platform import outgoing
from app.platform.db import Base, UtcDateTime
from app.platform.french import day_of

# --- From one check to the next (pure) -------------------------------------------------------------------------------

WEEK, DAY = timedelta(days=7), timedelta(hours=20)
"""How long until a link is asked again: one that leads somewhere, or that a program may not ask; one that fails."""
CONFIRMED = 2
"""Different days on which a link must fail before it is called dead: a site may be down for an hour."""
SAID = 300


class LinkCheck(Struct, frozen=True):
    """One check: does the link fail, or at least not lead where it says?"""

    fails: bool
    well: bool


class LinkHistory(Struct, frozen=True):
    since: date | None
    """Since when it does not lead there; None: it does."""
    failed_days: int
    failed_on: date | None
    next_at: datetime


def after(known: LinkHistory | None, found: LinkCheck, now: datetime, today: date) -> LinkHistory:
    """`known`: what was kept before this check."""
    if found.well:
        return LinkHistory(None, 0, None, now + WEEK)
    since, days, last = (known.since or today, known.failed_days, known.failed_on) if known else (today, 0, None)
    if not found.fails:
        return LinkHistory(since, 0, None, now + WEEK)
    return LinkHistory(since, days if last == today else days + 1, today, now + DAY)


def is_dead(failed_days: int) -> bool:
    return failed_days >= CONFIRMED


# --- Table -----------------------------------------------------------------------------------------------------------
# Nothing of people.


class CourseLink(Base):
    """One address of another site. Where it stands is read of the course itself."""

    __tablename__ = "course_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the address, which may be longer than a key."""
    address: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    """A `LinkState`."""
    said: Mapped[str] = mapped_column(String(SAID))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[date | None] = mapped_column(Date)
    failed_days: Mapped[int]
    failed_on: Mapped[date | None] = mapped_column(Date)


# --- Connections to the Internet alone -------------------------------------------------------------------------------
# A text of the course, and whatever answers it, may name any host: it is resolved once, judged, and connected to by
# the address that was judged, so that no spelling and no second answer of a name server leads to this machine or its network.

PORTS = frozenset({80, 443})
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""An IPv4 address is behind each."""


class NotPublic(Exception):
    """A name that leads to this machine or its network, as far as one can tell."""


def is_plain(address: str) -> bool:
    """Whether an address names its host plainly: without a name and password before it, a port that is not the Web's, or an escaped character. Raises ValueError."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(parts.netloc) & set("%@\\") and parts.port in (None, *PORTS)


def is_public(address: str) -> bool:
    """Is it an address of the Internet, and what it stands for too?"""
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_inside(found)))


def _inside(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    return tuple(one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()), translated) if one)


def connection_to(host: str, port: int, timeout: float | None) -> socket.socket:
    """An open connection to a host of the Internet. Raises NotPublic, or OSError where nobody answers."""
    if port not in PORTS:
        raise NotPublic
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:
        raise OSError(str(error)) from error
    if not all(map(is_public, found)):
        raise NotPublic
    last: OSError = OSError(host)
    for address in found:
        try:
            opened = socket.create_connection((address, port), timeout)
        except OSError as error:
            last = error
            continue
        if is_public(opened.getpeername()[0]):
            return opened
        opened.close()
        raise NotPublic
    raise last


def opener() -> OpenerDirector:
    """Where the machine goes out through a proxy, it is the proxy that resolves, connects and refuses."""
    return outgoing.opener(_Http(), _Https(context=ssl.create_default_context()))


class _Connection(HTTPConnection):
    def connect(self) -> None:
        self.sock = connection_to(self.host, self.port, self.timeout)


class _SecureConnection(HTTPSConnection):
    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(host, **kwargs)
        self.secure: ssl.SSLContext = kwargs["context"]

    def connect(self) -> None:
        self.sock = self.secure.wrap_socket(connection_to(self.host, self.port, self.timeout), server_hostname=self.host)


class _Http(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return super().http_open(req) if _by_proxy(req) else self.do_open(_Connection, req)


class _Https(HTTPSHandler):
    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self.secure = context

    def https_open(self, req: Request) -> HTTPResponse:
        return super().https_open(req) if _by_proxy(req) else self.do_open(_SecureConnection, req, context=self.secure)


def _by_proxy(request: Request) -> bool:
    """Whether urllib sends this request to a proxy, which is then its host: of http, of https."""
    return request.has_proxy() or bool(getattr(request, "_tunnel_host", None))


# --- Asking ----------------------------------------------------------------------------------------------------------
# Each address once, within a bounded time, one at a time of each site.

AT_ONCE = 8
"""Sites asked at the same time."""
MOST_STEPS = 5
"""Redirections that are followed."""
_ADDRESS = re.compile(r"https?://[^\s<>\"«»]+")
_AFTER = ".,;:!?…’'*_"
_PAIRS = {")": "(", "]": "["}
_FOR_GOOD = frozenset({301, 308})
_MOVED = frozenset({*_FOR_GOOD, 302, 303, 307})
_TOO_MANY = 429
_DOUBTFUL = frozenset({401, 403, 405, 406, 407, _TOO_MANY, 451, 999})
"""What sites answer to a program, whatever they would show to a reader."""

NOT_ASKED = "pas demandé : ce site a prié d’attendre"
AT_HOME = "pas demandé : une adresse de cette machine ou de son réseau"
NOT_PLAIN = "pas demandé : le nom du site est déguisé, ou suivi d’un port qui n’est pas celui du Web"


class LinkState(StrEnum):
    ALIVE = "vivant"
    MOVED = "déplacé"
    DOUBTFUL = "à ouvrir vous-même"
    DEAD = "mort"


_PAUSED = (LinkState.DOUBTFUL, f"réponse {_TOO_MANY}"), (LinkState.DOUBTFUL, NOT_ASKED)


class LinkAnswer(Struct, frozen=True):
    """What a site said: its status, 0 where it said nothing; where it sends to; in words, why nothing came."""

    status: int
    location: str = ""
    reason: str = ""


Fetch = Callable[[str, str], LinkAnswer]
"""Given a method and an address. Follows no redirection, raises nothing."""


class LinkPlace(Struct, frozen=True):
    path: str
    line: int


class LinkReport(Struct, frozen=True):
    address: str
    state: LinkState
    said: str
    """« réponse 404 », « déplacé vers … »."""
    places: tuple[LinkPlace, ...]

    @property
    def mute(self) -> bool:
        """Did no answer come: is the site down, or this machine without a network?"""
        return self.state is LinkState.DEAD and not self.said.startswith("réponse")

    @property
    def heard(self) -> bool:
        """The network answered: it is not this machine that has none."""
        return not self.mute and self.said not in (AT_HOME, NOT_PLAIN)


def addresses(files: Iterable[CourseFile]) -> dict[str, tuple[LinkPlace, ...]]:
    """Every address of another site that the texts give, with its places, in the order of the first."""
    found: dict[str, list[LinkPlace]] = {}
    for file in files:
        for number, line in enumerate((file.text or "").split("\n"), 1):
            for match in _ADDRESS.finditer(line):
                found.setdefault(_trim_address(match.group()), []).append(LinkPlace(file.path, number))
    return {address: tuple(places) for address, places in found.items()}


def _trim_address(address: str) -> str:
    """Without the punctuation that ends a sentence, nor the bracket that opened before it."""
    while address[-1] in _AFTER or (address[-1] in _PAIRS and address.count(address[-1]) > address.count(_PAIRS[address[-1]])):
        address = address[:-1]
    return address


def check(found: Mapping[str, tuple[LinkPlace, ...]], fetch: Fetch) -> list[LinkReport]:
    """What became of each, in their order."""
    known = {report.address: report for report in answers(found, fetch)}
    return [known[address] for address in found]


def answers(found: Mapping[str, tuple[LinkPlace, ...]], fetch: Fetch) -> Iterator[LinkReport]:
    """What became of each, as soon as it is known. Sites take turns: none waits for one that is slow."""
    by_site: dict[str, list[str]] = {}
    for address in found:
        by_site.setdefault(address.split("/", 3)[2], []).append(address)
    sites, pool = [_site(group, fetch) for group in by_site.values()], ThreadPoolExecutor(AT_ONCE)
    try:
        going = {pool.submit(_next, site): site for site in sites}
        while going:
            for future in wait(going, return_when=FIRST_COMPLETED).done:
                site = going.pop(future)
                if told := future.result():
                    address, state, said = told
                    yield LinkReport(address, state, said, found[address])
                    going[pool.submit(_next, site)] = site
    finally:
        pool.shutdown(cancel_futures=True)


_Told = tuple[str, LinkState, str]


def _next(site: Iterator[_Told]) -> _Told | None:
    return next(site, None)


def _site(group: Sequence[str], fetch: Fetch) -> Iterator[_Told]:
    """One after the other. Once a site has asked for a pause, the others are left for another day."""
    found = LinkState.ALIVE, ""
    for address in group:
        found = (LinkState.DOUBTFUL, NOT_ASKED) if found in _PAUSED else check_link(address, fetch)
        yield address, *found


def check_link(address: str, fetch: Fetch) -> tuple[LinkState, str]:
    """`HEAD`, then `GET` of what does not answer to it; where it sends to, a few steps on. What is no address is dead, in a text or in an answer."""
    try:
        return _follow_address(address, fetch)
    except ValueError:
        return LinkState.DEAD, "adresse mal formée"


def _follow_address(address: str, fetch: Fetch) -> tuple[LinkState, str]:
    here, settled = address, True
    for _ in range(MOST_STEPS):
        answer = _request(here, fetch)
        if answer.status not in _MOVED or not answer.location:
            return _verdict(answer, address, here if settled else address)
        settled = settled and answer.status in _FOR_GOOD
        here = urljoin(here, answer.location)
    return LinkState.DEAD, f"plus de {MOST_STEPS} redirections"


def _request(address: str, fetch: Fetch) -> LinkAnswer:
    if urlsplit(address).scheme not in ("http", "https"):
        return LinkAnswer(0, reason="renvoie hors du Web")
    answer = fetch("HEAD", address)
    return fetch("GET", address) if answer.status >= 400 or not answer.status else answer


def _verdict(answer: LinkAnswer, address: str, here: str) -> tuple[LinkState, str]:
    if 200 <= answer.status < 400:
        return (LinkState.MOVED, f"déplacé vers {here}") if here != address else (LinkState.ALIVE, "")
    if answer.status in _DOUBTFUL or answer.status >= 500:
        return LinkState.DOUBTFUL, answer.reason or f"réponse {answer.status}"
    return LinkState.DEAD, f"réponse {answer.status}" if answer.status else answer.reason or "aucune réponse"


def lines(reports: Iterable[LinkReport]) -> Iterator[str]:
    """Lists the broken links in words, by file and line."""
    told = sorted((place.path, place.line, report.address, report.said) for report in reports if report.state is not LinkState.ALIVE for place in report.places)
    return (f"{path}:{line} {address} : {said}." for path, line, address, said in told)


# --- Where each link stands ------------------------------------------------------------------------------------------


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


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


def keep(session: Session, reports: Sequence[LinkReport], now: datetime) -> None:
    for report in reports:
        number = digest(report.address)
        row = session.get(CourseLink, number)
        known = LinkHistory(row.since, row.failed_days, row.failed_on, row.next_at) if row else None
        found = LinkCheck(report.state is LinkState.DEAD, report.state is LinkState.ALIVE)
        kept = asdict(after(known, found, now, day_of(now)))
        session.merge(CourseLink(digest=number, address=report.address, state=report.state.value, said=report.said[:SAID], checked_at=now, **kept))
    session.flush()


def forget_others(session: Session, addresses: Collection[str]) -> None:
    """The course gives these alone."""
    session.execute(delete(CourseLink).where(CourseLink.digest.not_in([digest(address) for address in addresses])))
