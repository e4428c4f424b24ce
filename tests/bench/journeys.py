"""What is measured on our side: signed-in people who read, answer and take whole attempts, through real forms."""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.bench.load import Connection, Load, request_bytes, run
from tests.strict import Page
from tests.words import RESUME_ATTEMPT

LESSON = "/lecons/ep-origines"
QUIZ = "cpo-droit-quiz"
"""Ten questions: one or several choices, a number, a text, an order."""
ANSWERS = {"choix": "c1", "texte": "1981", **{f"paire-p{row}": "t1" for row in range(1, 7)}, **{f"rang-e{row}": str(row) for row in range(1, 7)}}
"""Fields of any of them: each reads its own. A ranking is whole, since half of one is asked again before the sending."""


SAVED = "11"
"""Whose rows the floor saves: its lesson reads none of them, so that one measure does not weigh on another."""


def floor(port: int, path: str, clients: int, form: bool = False, seconds: float = 3) -> Load:
    """The floor's view under the same load."""
    fields = [("owner", SAVED), ("text", "une réponse")] if form else None
    request = request_bytes("POST" if form else "GET", path, form=fields)
    return run(port, clients, seconds, lambda _client: lambda _number: request)


SAVES_FIRST, SAVES_LAST = 11, 1
"""Of the thirteen requests of an attempt, those that write: the start and the ten answers, then, after the recap, the sending."""


def floor_attempts(port: int, clients: int, seconds: float) -> float:
    """Attempts a minute of the floor: the same thirteen requests, one ORM statement and one commit each."""
    write = request_bytes("POST", "/save", form=[("owner", SAVED), ("text", "une réponse")])
    requests = [*[write] * SAVES_FIRST, request_bytes("GET", "/recap"), *[write] * SAVES_LAST]

    def attempt(connection: Connection) -> None:
        for request in requests:
            connection.exchange(request)

    connections = [Connection(port) for _ in range(clients)]
    return together(seconds, [partial(attempt, connection) for connection in connections])


def together(seconds: float, acts: Sequence[Callable[[], None]]) -> float:
    """Each again and again, all at once: how many a minute."""
    counts, end = [0] * len(acts), time.perf_counter() + seconds

    def work(number: int, act: Callable[[], None]) -> None:
        while time.perf_counter() < end:
            act()
            counts[number] += 1

    threads = [threading.Thread(target=work, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) * 60 / seconds


class Person:
    """One signed-in browser: a connection and its cookie."""

    def __init__(self, port: int, account: dict[str, str]) -> None:
        self.connection = Connection(port)
        self.cookie = ""
        page = self.get("/connexion")
        form = page.form("connexion")
        # As a browser goes on: from then on its cookie holds the token of forms, which each page would otherwise draw, sign and send anew.
        self.get(self.post(form["action"], {**form["fields"], "email": account["email"], "password": account["password"]}))

    def get(self, path: str) -> Page:
        return Page(self._exchange(request_bytes("GET", path, self.cookie)).decode())

    def post(self, path: str, fields: dict[str, Any]) -> str:
        """Send a form; gives the address that it leads to."""
        pairs = [(name, each) for name, value in fields.items() for each in (value if isinstance(value, list) else [value])]
        self._exchange(request_bytes("POST", path, self.cookie, pairs))
        return self.location

    def _exchange(self, request: bytes) -> bytes:
        self.status, head, body = self.connection.exchange(request)
        if found := re.search(rb"(?im)^set-cookie: (croisee=[^;\r]+)", head):
            self.cookie = found.group(1).decode()
        location = re.search(rb"(?im)^location: ([^\r]+)", head)
        self.location = location.group(1).decode() if location else ""
        return body


AT_HOME = ("manifest", "apple-touch-icon")
"""Links that a browser follows for whoever puts the site on a home screen."""


class Site:
    """Our side, with eight people signed in."""

    def __init__(self, port: int, accounts: list[dict[str, str]]) -> None:
        self.port = port
        self.accounts = accounts
        self.people = [Person(port, account) for account in accounts[:8]]
        self.people[0].get(LESSON)
        self.lesson_bytes = len(self.people[0].get(LESSON).html.encode())
        self.failures = 0

    def lesson(self, clients: int) -> Load:
        return self.reading(LESSON, clients)

    def reading(self, path: str, clients: int = 1, seconds: float = 3) -> Load:
        """One page, again and again."""

        def prepare(client: int) -> Callable[[int], bytes]:
            request = request_bytes("GET", path, self.people[client].cookie)
            return lambda _number: request

        return run(self.port, clients, seconds, prepare)

    def pages(self) -> dict[str, str]:
        """What a learner opens most, by name. A question of theirs and the correction of another attempt are the first person's own."""
        person = self.people[0]
        token = person.get("/compte").form("/compte")["fields"]["csrf_token"]
        self._finish(person, token)
        self._attempt(person, token)
        correction, question = person.location, self._begin(person)
        places = {"home": "/", "module": "/modules/education-prioritaire", "record": "/progression", "glossary": "/glossaire", "timeline": "/frise"}
        return {**places, "quiz": question, "correction": correction}

    def saving(self, clients: int, seconds: float = 3) -> Load:
        """Each client saves one answer after another to a short text of its person's attempt, each different, so that each is written."""
        questions = [(person, *self.typed_question(person)) for person in self.people[:clients]]

        def prepare(client: int) -> Callable[[int], bytes]:
            person, address, fields = questions[client % len(questions)]
            return lambda number: request_bytes(
                "POST", address, person.cookie, [*fields, ("key", f"{time.monotonic_ns()}"), ("texte", f"réponse {number}"), ("then", "stay")]
            )

        return run(self.port, clients, seconds, prepare)

    def typed_question(self, person: Person) -> tuple[str, list[tuple[str, str]]]:
        begun = self._begin(person)
        for position in range(1, 11):
            address = re.sub(r"/questions/\d+", f"/questions/{position}", begun)
            form = person.get(address).form("/questions/")
            if "texte" in form["fields"]:
                return form["action"], [("csrf_token", form["fields"]["csrf_token"])]
        raise RuntimeError("no typed question in the quiz")

    def _begin(self, person: Person) -> str:
        form = person.get(f"/quiz/{QUIZ}")
        wanted = next((a.get("href") for a in form.all("a") if RESUME_ATTEMPT in Page.text_of(a)), None)
        if wanted:
            person.location = wanted
            return str(wanted)
        start = form.form(f"/quiz/{QUIZ}/tentatives")
        return person.post(start["action"], start["fields"])

    def attempts(self, clients: int, seconds: float) -> float:
        """Whole attempts a minute: a start, ten answers saved, the recap, the sending; thirteen requests each."""
        acts = []
        for person in self.people[:clients]:
            token = person.get("/compte").form("/compte")["fields"]["csrf_token"]
            self._finish(person, token)
            acts.append(partial(self._attempt, person, token))
        return together(seconds, acts)

    def _finish(self, person: Person, token: str) -> None:
        """Close the attempt that another measure left open."""
        base = re.sub(r"/questions/\d+", "", self._begin(person))
        person.post(f"{base}/envoi", {"csrf_token": token})

    def _attempt(self, person: Person, token: str) -> None:
        base = re.sub(r"/questions/\d+", "", person.post(f"/quiz/{QUIZ}/tentatives", {"csrf_token": token}))
        for position in range(1, 11):
            person.post(f"{base}/questions/{position}", {**ANSWERS, "csrf_token": token, "key": f"k{position}", "then": "next"})
            self.failures += person.status != 303
        person.get(f"{base}/recapitulatif")
        person.post(f"{base}/envoi", {"csrf_token": token})
        self.failures += person.status != 303

    def first_visit(self) -> tuple[int, int]:
        """(requests, bytes besides the face) of a lesson and all that it loads, the page as a proxy that compresses would send it."""
        person = self.people[0]
        page = person.get(LESSON)
        addresses = {LESSON}
        for tag, name in (("link", "href"), ("script", "src"), ("img", "src")):
            addresses |= {element.get(name) for element in page.all(tag) if element.get(name) and element.get("rel") not in AT_HOME}
        size = 0
        for address in addresses:
            request = request_bytes("GET", address, person.cookie).replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n")
            _, head, body = person.connection.exchange(request)
            if "/fonts/" not in address:
                size += len(head) + 4 + len(gzip.compress(body, 6) if address == LESSON else body)
        return len(addresses), size

    def browse(self, count: int) -> None:
        """Requests of all sorts, sign-ins included, by eight clients."""
        paths = ("/", LESSON, "/modules/education-prioritaire", f"/quiz/{QUIZ}", "/progression", "/glossaire", "/frise", "/reseau", "/aide")

        def work(client: int) -> None:
            person = self.people[client]
            for number in range(count // 8):
                if number % 250 == 0:
                    person = Person(self.port, self.accounts[(client + number) % len(self.accounts)])
                person.connection.exchange(request_bytes("GET", paths[number % len(paths)], person.cookie))

        threads = [threading.Thread(target=work, args=(client,)) for client in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
