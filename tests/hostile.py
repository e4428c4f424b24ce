"""What no page expects, for every parameter of every route: which requests a site is sent, each deterministic, and what became of it."""

from __future__ import annotations

import io
import logging
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask, has_request_context, request
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.identity.rules import Role
from app.platform.db import db
from app.platform.web.edge import EdgeRequest, Fields
from tests.identity.builders import may_open
from tests.nonsense import FILE_NAMES, FILES, HEADERS, PLACES, RAW_BODIES, TEXTS
from tests.strict import Page


@dataclass(frozen=True)
class Attack:
    """One request. `fields` and `query`: (name, value) pairs; `files`: (name, content, file name)."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes, str], ...] = ()
    body: tuple[str, bytes] | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        said = [
            f"{self.method} {self.path[:200]}",
            *(f"{name}={getattr(self, name)!r:.400}" for name in ("query", "fields", "files", "body", "headers") if getattr(self, name)),
        ]
        return " ".join(said)


@dataclass
class Known:
    """What one role may send somewhere: what its pages' forms hold, and what the view was seen to ask for."""

    path: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


class Attacker:
    """Somebody of one role before a site whose commits are discarded: it stays what it was, whatever it accepts."""

    def __init__(self, app: Flask, role: Role | None, cookie: str, values: dict[str, Any]) -> None:
        self.app, self.role, self.values = app, role, values
        self.headers = {"Cookie": f"croisee={cookie}"} if cookie else {}
        self.client = app.test_client(use_cookies=False)
        self.known: dict[tuple[str, str], Known] = {}
        self.sent = 0
        self.faults: list[str] = []

    # --- What there is to attack ---

    def rules(self) -> list[tuple[Rule, str, bool]]:
        """(rule, method, may this role) of every route."""
        roles = None if self.role is None else {self.role}
        pairs = [(rule, method) for rule in self.app.url_map.iter_rules() for method in sorted((rule.methods or set()) & {"GET", "POST"})]
        return [(rule, method, may_open(self.app, roles, rule.endpoint)) for rule, method in sorted(pairs, key=lambda pair: (pair[0].rule, pair[1]))]

    def path(self, rule: Rule) -> str:
        return self.app.url_map.bind("localhost").build(rule.endpoint, {name: self._value(rule, name) for name in rule.arguments}, append_unknown=False)

    def _value(self, rule: Rule, name: str) -> Any:
        """What an argument stands for at this address, or at any."""
        return self.values.get(f"{rule.endpoint}:{name}", self.values.get(name, "x"))

    def explore(self) -> None:
        """Open each page that is this role's, note its forms, then send each form as it stands, to learn what views ask for."""
        for rule, method, allowed in self.rules():
            if allowed:
                self.known.setdefault((rule.endpoint, method), Known(self.path(rule)))
        for (endpoint, method), one in list(self.known.items()):
            if method == "GET":
                response = self.send(Attack("GET", one.path), endpoint)
                if response.mimetype == "text/html" and response.status_code == 200:
                    self._note_forms(Page(response.get_data(as_text=True)))
        for (endpoint, method), one in list(self.known.items()):
            if method == "POST":
                self.send(Attack("POST", one.path, fields=self._pairs(one)), endpoint)

    def _note_forms(self, page: Page) -> None:
        for form in page.all("form"):
            method, path = form.get("method", "get").upper(), urlsplit(form.get("action")).path
            try:
                endpoint, _ = self.app.url_map.bind("localhost").match(path, method=method)
            except Exception:  # noqa: S112 — a form that leads nowhere is another test's
                continue
            one = self.known.setdefault((endpoint, method), Known(path))
            inside = [element for element in form.iter() if isinstance(element.tag, str) and element.get("name")]
            outside = [
                element
                for tag in ("input", "button", "textarea", "select")
                for element in page.all(tag)
                if element.get("form") == form.get("id") and form.get("id")
            ]
            if not one.fields:
                one.path = path
            for element in (*inside, *outside):
                if element.get("type") == "file":
                    one.files.add(element.get("name"))
                elif element.get("name"):
                    one.fields.setdefault(element.get("name"), []).extend(_values(element)[:2])

    @staticmethod
    def _pairs(one: Known) -> tuple[tuple[str, str], ...]:
        return tuple((name, values[0]) for name, values in one.fields.items() if values and name != "csrf_token")

    # --- Attacks ---

    def attacks(self, share: int) -> Iterator[tuple[str, Attack]]:
        """(endpoint, request) for each parameter; `share`: how many of the hostile values each is given, another choice for each."""
        for rule, method, allowed in self.rules():
            one = self.known.get((rule.endpoint, method), Known(self.path(rule)))
            chance = random.Random(f"{self.role} {rule.endpoint} {method}")
            whole = share if allowed else 1
            found = [*self._paths(rule, method, chance, whole), *self._queries(one, method, chance, whole)]
            if method == "POST":
                found += self._forms(one, chance, whole)
            if allowed:
                found.append(Attack(method, one.path, headers=tuple(chance.choice(HEADERS).items()), fields=self._pairs(one) if method == "POST" else ()))
            yield from ((rule.endpoint, attack) for attack in found)

    def _paths(self, rule: Rule, method: str, chance: random.Random, share: int) -> Iterator[Attack]:
        for name in sorted(rule.arguments):
            for place in chance.sample(PLACES, min(2 * share, len(PLACES))):
                parts = {other: quote(str(self._value(rule, other))) for other in rule.arguments} | {name: place}
                path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found, parts=parts: parts[found[1]], rule.rule)  # type: ignore[misc]
                yield Attack(method, path)

    def _queries(self, one: Known, method: str, chance: random.Random, share: int) -> Iterator[Attack]:
        names = sorted(one.asked | one.fields.keys()) if method == "GET" else []
        for name in names:
            yield from (Attack(method, one.path, query=((name, text),)) for text in chance.sample(TEXTS, share))
            yield Attack(method, one.path, query=((name, chance.choice(TEXTS)), (name, chance.choice(TEXTS)), (f"{name}[]", "1")))
        if names:
            yield Attack(method, one.path, query=tuple((name, chance.choice(TEXTS[:-1])) for name in names))
        yield Attack(method, f"{one.path}?{chance.choice(('%ff=%00&a', '%', '&&=', 'page=%ED%A0%80', 'a[]=1&a[0]=2&a.b=3'))}")

    def _forms(self, one: Known, chance: random.Random, share: int) -> Iterator[Attack]:
        base = self._pairs(one)
        names = sorted((one.asked | one.fields.keys()) - {"csrf_token"})
        for name in names:
            rest = tuple(pair for pair in base if pair[0] != name)
            yield from (Attack("POST", one.path, fields=(*rest, (name, text))) for text in chance.sample(TEXTS, share))
            yield Attack("POST", one.path, fields=rest)
            yield Attack("POST", one.path, fields=(*base, (name, chance.choice(TEXTS)), (name, chance.choice(TEXTS))))
        for _turn in range(share):
            yield Attack("POST", one.path, fields=tuple((name, chance.choice(TEXTS)) for name in names))
            yield Attack("POST", one.path, body=chance.choice(RAW_BODIES))
        for name in sorted(one.files):
            for data in chance.sample(FILES, min(3 * share, len(FILES))):
                yield Attack("POST", one.path, fields=base, files=((name, data, chance.choice(FILE_NAMES)),))

    # --- Sending ---

    def send(self, attack: Attack, endpoint: str) -> TestResponse:
        self.sent += 1
        details: dict[str, Any] = {"headers": {**self.headers, **dict(attack.headers)}}
        path = attack.path
        if attack.query:
            path += "?" + urlencode(attack.query, errors="surrogatepass")
        if attack.files:
            data: MultiDict[str, Any] = MultiDict([(name, text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")) for name, text in attack.fields])
            for name, content, file_name in attack.files:
                data.add(name, (io.BytesIO(content), file_name))
            details |= {"data": data, "content_type": "multipart/form-data"}
        elif attack.body:
            details |= {"content_type": attack.body[0], "data": attack.body[1]}
        elif attack.method == "POST":
            details |= {"content_type": "application/x-www-form-urlencoded", "data": urlencode(attack.fields, errors="surrogatepass").encode()}
        with _watched(self, endpoint, attack.method) as seen:
            response = FlaskClient.open(self.client, path, method=attack.method, **details)
            response.get_data()
            response.close()
        said = f"{self.role or 'visitor'}: {attack}"
        if response.status_code >= 500 and endpoint != "health.ready":  # made without migrations, the site says that it is not ready
            self.faults.append(f"{said} → {response.status_code} {'; '.join(seen.errors)}")
        allowed = (TAKEN.get((endpoint, *given), frozenset()) for given in attack.fields)
        wrote = seen.written.difference(REFUSED_MAY_WRITE, ASKED_AGAIN.get(endpoint, ()), *allowed)
        if attack.method == "POST" and response.status_code >= 400 and wrote:
            self.faults.append(f"{said} → {response.status_code}, refused, and yet wrote in {sorted(wrote)}")
        return response


REFUSED_MAY_WRITE = frozenset({"access", "access_person", "submission"})
ASKED_AGAIN = {"quiz.save_answer": {"response"}}
"""The page that refuses may name people, which is noted; what was typed is put aside, or kept as an answer to say more clearly."""
TAKEN = {
    ("identity.reset", "password", value): {"outgoing_mail", "person", "sign_in"} for value in ("0001-01-01T00:00:00+00:00~1", "9999-12-31T23:59:59-12:00~1")
}
"""Two hostile values are good passwords, which is no refusal: a site that forgets each commit enters with the password of before, and asks to sign in again."""


def _values(element: Any) -> list[str]:
    if element.tag == "textarea":
        return ["".join(element.itertext())]
    if element.tag == "select":
        return [option.get("value", Page.text_of(option)) for option in element.iter("option")][::-1]
    return [element.get("value", "on")]


# --- A site that forgets --------------------------------------------------------------------------------------------


@dataclass
class Seen:
    written: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


_now: list[tuple[Attacker, str, str, Seen]] = []


@contextmanager
def _watched(attacker: Attacker, endpoint: str, method: str) -> Iterator[Seen]:
    seen = Seen()
    _now.append((attacker, endpoint, method, seen))
    try:
        yield seen
    finally:
        _now.pop()


class Noting(Fields):
    """Notes each name that a view asks for."""

    def _note(self, name: object) -> None:
        if _now and has_request_context() and isinstance(name, str) and len(name) < 60:
            attacker, endpoint, method, _seen = _now[-1]
            if (known := attacker.known.get((endpoint, method))) and request.endpoint == endpoint:
                known.asked.add(name)

    def getlist(self, key: str, *rest: Any, **named: Any) -> Any:
        self._note(key)
        return super().getlist(key, *rest, **named)

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)


class _Errors(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if _now and record.exc_info and record.exc_info[1]:
            _now[-1][3].errors.append(f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]!s:.300}")


_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


@contextmanager
def forgetful(app: Flask, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each commit of this site is discarded, once noted: no request sees what another did, so that any of them can be tried alone."""
    with app.app_context():
        engine = db.engine
    held: dict[int, set[str]] = {}

    def execute(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if written := _WRITES.match(statement):
            held.setdefault(id(connection.connection.dbapi_connection), set()).add(written[1])

    def commit(connection: Any) -> None:
        if (written := held.pop(id(connection.connection.dbapi_connection), None)) and _now:
            _now[-1][3].written.update(written)

    def rollback(connection: Any) -> None:
        held.pop(id(connection.connection.dbapi_connection), None)

    handler = _Errors()
    logging.getLogger("croisee").addHandler(handler)
    listeners = (("before_cursor_execute", execute), ("commit", commit), ("rollback", rollback))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    patch.setattr(engine.dialect, "do_commit", engine.dialect.do_rollback)
    patch.setattr(EdgeRequest, "parameter_storage_class", Noting)
    try:
        yield
    finally:
        logging.getLogger("croisee").removeHandler(handler)
        for name, listener in listeners:
            event.remove(engine, name, listener)
