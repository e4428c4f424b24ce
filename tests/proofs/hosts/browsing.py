"""A browser that keeps its connections, notes what went wrong, and sends again what was not answered, as a person who reads « recommencez » does."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.bench.load import Body
from tests.proofs.hosts.host import NAME
from tests.proofs.shipped import trusting

PATIENCE = 60.0
"""Seconds for one answer, whatever has to be sent again."""
PAUSE = 0.1
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CONTEXT = trusting()
OF_A_BROWSER = {"Host": NAME, "Referer": f"https://{NAME}/", "Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
"""Pages come compressed to whoever says so much."""

Way = tuple[str, int]
"""Address and port: 443 is nginx, 8000 a host."""


def form(fields: dict[str, object]) -> Body:
    return "application/x-www-form-urlencoded", urlencode(fields, doseq=True).encode()


class Secure(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = CONTEXT.wrap_socket(socket.create_connection((self.host, self.port), timeout=self.timeout), server_hostname=NAME)


@dataclass
class Tally:
    """What all browsers of a run saw."""

    requests: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    """Answers that were none: their status, or what became of the connection."""
    silent: list[str] = field(default_factory=list)
    """Of these, those that a person could not understand: a 503 that does not say when to return, any other fault of the server."""
    longest: float = 0.0
    """Seconds between the first sending of a request and its answer."""

    made: list[http.client.HTTPConnection] = field(default_factory=list)

    def close(self) -> None:
        """All connections."""
        for each in self.made:
            each.close()

    @property
    def share(self) -> float:
        return sum(self.wrong.values()) / max(1, self.requests)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str
    """A file's bytes are there too: the same ones make the same words."""

    @property
    def location(self) -> str:
        return urlsplit(self.headers.get("Location", "")).path

    @property
    def token(self) -> str:
        return TOKEN.findall(self.body)[-1]


class Browser:
    def __init__(self, cookies: dict[str, str], way: Callable[[], Way], tally: Tally, connections: dict[Way, http.client.HTTPConnection] | None = None) -> None:
        self.cookies, self.way, self.tally = dict(cookies), way, tally
        self.connections = {} if connections is None else connections

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: object) -> Answer:
        return self.ask("POST", path, form(fields))

    def ask(self, method: str, path: str, body: Body | None = None) -> Answer:
        """The first answer that is one."""
        began = time.monotonic()
        while True:
            self.tally.requests += 1
            try:
                answer = self.once(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                self.tally.wrong[type(error).__name__] += 1
            else:
                if answer.status < 500:
                    self.tally.longest = max(self.tally.longest, time.monotonic() - began)
                    return answer
                self.tally.wrong[str(answer.status)] += 1
                if answer.status != 503 or not answer.headers.get("Retry-After", "").isdigit():
                    self.tally.silent.append(f"{method} {path}: {answer.status} {answer.body[:300]}")
            assert time.monotonic() - began < PATIENCE, f"{method} {path} is not answered: {self.tally.wrong}"
            time.sleep(PAUSE)

    def once(self, method: str, path: str, body: Body | None = None) -> Answer:
        """By the connection that is there, made again if the server had closed it before anything was answered."""
        way = self.way()
        kind, sent = ({"Content-Type": body[0]}, body[1]) if body else ({}, None)
        headers = {**OF_A_BROWSER, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **kind}
        kept = self.connections.get(way)
        if kept is not None:
            with suppress(http.client.RemoteDisconnected, BrokenPipeError):
                return self._exchange(kept, method, path, sent, headers)
            kept.close()
        made = (Secure if way[1] == 443 else http.client.HTTPConnection)(*way, timeout=30)
        self.connections[way] = made
        self.tally.made.append(made)
        return self._exchange(made, method, path, sent, headers)

    def _exchange(self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            connection.request(method, path, body, headers)
            found = connection.getresponse()
            data = found.read()
        except Exception:
            connection.close()
            raise
        for cookie in found.headers.get_all("Set-Cookie", []):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        text = gzip.decompress(data) if found.headers.get("Content-Encoding") == "gzip" else data
        return Answer(found.status, found.headers, text.decode(errors="surrogateescape"))
