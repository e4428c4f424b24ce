"""Asking other sites whether their pages are still there, as a guest asks: what their robots.txt allows, one question at a time, with pauses, and never an
address of this machine or of its network, which a text of the course could name."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser

from app.learner.reference.library import public_hosts
from app.learner.reference.library.links import AT_HOME, NOT_PLAIN, Fetch, LinkAnswer
from app.learner.reference.library.public_hosts import NotPublic, is_plain

AGENT = "Croisee-liens"
PAUSE = 1.0
"""Seconds between two questions to a site."""
MOST_ROBOTS = 100_000
"""Bytes of a robots.txt that are read."""
_KEPT = "%/:?#[]@!$&'()*+,;=~"
_REFUSED = 403

Read = Callable[[str, str], tuple[LinkAnswer, bytes]]
"""Given a method and an address: the head of the answer, and of a robots.txt its beginning. Raises nothing."""


def over_the_network(timeout: float) -> Fetch:
    return polite(_reader(timeout), time.sleep)


def polite(read: Read, sleep: Callable[[float], object]) -> Fetch:
    robots: dict[str, RobotFileParser] = {}

    def fetch(method: str, address: str) -> LinkAnswer:
        if not is_plain(address):
            return LinkAnswer(_REFUSED, reason=NOT_PLAIN)
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in robots:
            robots[site] = _rules(read, site)
        if not robots[site].can_fetch(AGENT, address):
            return LinkAnswer(_REFUSED, reason="pas demandé : ce site ne veut pas de programmes")
        sleep(PAUSE)
        return read(method, address)[0]

    return fetch


def _rules(read: Read, site: str) -> RobotFileParser:
    """What a site asks of programs. One that says nothing, or cannot be read, asks nothing."""
    answer, text = read("GET", f"{site}/robots.txt")
    rules = RobotFileParser()
    rules.parse(text.decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
    return rules


def _reader(timeout: float) -> Read:
    opener = public_hosts.opener()

    def fetch_head(method: str, address: str) -> tuple[LinkAnswer, bytes]:
        try:
            request = urllib.request.Request(quote(address, safe=_KEPT), method=method, headers={"User-Agent": f"{AGENT}/1"})  # noqa: S310 — http or https, asked before
            with opener.open(request, timeout=timeout) as answer:
                head = answer.read(MOST_ROBOTS) if method == "GET" and urlsplit(address).path == "/robots.txt" else b""
                return LinkAnswer(answer.status, answer.headers.get("Location", "")), head
        except NotPublic:
            return LinkAnswer(_REFUSED, reason=AT_HOME), b""
        except (OSError, HTTPException, ValueError) as error:
            return LinkAnswer(0, reason=str(getattr(error, "reason", error))[:120]), b""

    return fetch_head
