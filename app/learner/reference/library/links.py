"""Do the addresses of the course still answer? Each is asked once, with a bound on time, one at a time of each site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from app.content.store.disk import CourseFile

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
                found.setdefault(_ended(match.group()), []).append(LinkPlace(file.path, number))
    return {address: tuple(places) for address, places in found.items()}


def _ended(address: str) -> str:
    """Without the sign that ends a sentence, nor the bracket that opened before it."""
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
        return _followed(address, fetch)
    except ValueError:
        return LinkState.DEAD, "adresse mal formée"


def _followed(address: str, fetch: Fetch) -> tuple[LinkState, str]:
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
