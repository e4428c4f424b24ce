"""People and territories for tests, and how they sign in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from threading import Barrier
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.content.values.library import Cite, Commune, Network, NetworkPlace
from app.identity import hashing, services, sessions
from app.identity.models import Person, SignIn
from app.identity.passwords import Hashed
from app.identity.rules import Role
from app.identity.sign_in.guards import Admission, decide_admission
from app.identity.sign_in.second_factor import Authenticator
from app.platform import clock
from app.platform.db import db, writing
from app.platform.web.endpoints import gathered
from tests.strict import Page, StrictClient
from tests.words import SIGN_IN

T = TypeVar("T")

INES = "inès.carpentier@croisee.example"
PASSWORD = "une phrase que personne ne devine"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@cache
def hashed(password: str) -> Hashed:
    """Once for all the accounts of a test process: it is dear on purpose."""
    return hashing.hash_new_password(password)


def create_person(
    session: Session, name: str = "Inès Carpentier", password: str | None = PASSWORD, roles: Iterable[Role] = (Role.LEARNER,), **changes: Any
) -> Person:
    """A person with a password; the address is made of the name."""
    address = changes.pop("email", name.lower().replace(" ", ".") + "@croisee.example")
    person = services.create_person(session, name=name, email=address, now=NOW, roles=list(roles), **changes)
    if password:
        services.set_password(session, person, hashed(password))
    return person


def with_factor(app: Flask, number: int) -> None:
    """They hold an application of codes, and their open sessions have just shown it."""
    now = clock.now()
    with app.app_context():
        db.session.merge(Authenticator(person_id=number, secret="{}", counter=0, created_at=now))
        db.session.query(SignIn).filter_by(person_id=number).update({"proved_at": now})
        db.session.commit()


def stored_person(app: Flask, **changes: Any) -> int:
    """The same, committed; its id."""
    with app.app_context():
        person = create_person(db.session, **changes)
        db.session.commit()
        return person.id


def sign_in(client: StrictClient, email: str = INES, password: str = PASSWORD, at: str = "/connexion") -> Page:
    """Through the page, as a person does. Stays on the redirect's target if it exists."""
    client.see(at)
    return client.submit(SIGN_IN, follow=False, email=email, password=password)


def carry_session(client: FlaskClient, person_id: int) -> None:
    """As if this person had signed in with this browser: for whoever has no password, and where signing in is not what is tried."""
    app = client.application
    with app.app_context(), writing() as session:
        mark = sessions.begin(session, person_id, clock.now())
    with client.session_transaction() as held:
        held["_user_id"] = mark
    if client.get_cookie(sessions.COOKIE) is None:
        browser = sessions.Browser(secrets.token_urlsafe(32), person_id)
        client.set_cookie(sessions.COOKIE, sessions.issue(app.config["SECRET_KEY"], browser, clock.now() + sessions.LASTS))


def signed_in(client: StrictClient) -> bool:
    return client.get("/compte").status_code == 200


def row(app: Flask, person_id: int) -> Person:
    """The person as the database has it now."""
    with app.app_context():
        return db.session.get_one(Person, person_id)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile, transactions' own words left out."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def at_once(app: Flask, read: Callable[[Session], T], decide: Callable[[Session, T], object]) -> list[object]:
    """Two transactions that have both read before either decides: what each gave, or the error that it met."""
    barrier = Barrier(2)

    def run(_number: int) -> object:
        with app.app_context():
            found = read(db.session)
            barrier.wait()
            try:
                given = decide(db.session, found)
                db.session.commit()
            except Exception as error:
                return error
            return given

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def meeting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Two threads meet just before this function, each having read what it read, and go on together."""
    barrier, real = Barrier(2), getattr(owner, name)

    def met(*arguments: Any, **named: Any) -> Any:
        barrier.wait(10)
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, met)


def both_sent(requests: Iterable[Callable[[], T]]) -> list[T]:
    """What each request answers, all sent together."""
    with ThreadPoolExecutor() as pool:
        return [future.result() for future in [pool.submit(send) for send in requests]]


def cite(name: str, departement: str = "Nord", wave: int = 1, labelled_on: str = "2019-09-05", communes: tuple[tuple[str, str], ...] = ()) -> Cite:
    return Cite(name, tuple(Commune(commune, insee) for commune, insee in communes), departement, wave, labelled_on, 1)


def network(*cites: Cite) -> Network:
    places = (
        NetworkPlace("Hauts-de-France", "region", "", "", 1),
        *(NetworkPlace(name, "departement", "Hauts-de-France", "B", 1) for name in dict.fromkeys(one.departement for one in cites)),
    )
    return Network(cites=cites, places=places)


LILLE, LENS = (("Lille", "59350"),), (("Lens", "62498"),)
SMALL = network(
    cite("Lille Sud", communes=LILLE),
    cite("Lille Nord Est", wave=3, labelled_on="2022-01-29", communes=LILLE),
    cite("Lens", "Pas-de-Calais", communes=LENS),
    cite("Valenciennes / Anzin", communes=(("Valenciennes", "59606"), ("Anzin", "59014"))),
)


def copy_of(client: StrictClient) -> StrictClient:
    """Another browser, with a copy of this one's cookie."""
    cookie, other = client.get_cookie("croisee"), client.application.test_client()
    assert cookie is not None
    assert isinstance(other, StrictClient)
    other.set_cookie("croisee", cookie.value)
    return other


def may_open(app: Flask, roles: Collection[Role] | None, endpoint: str) -> bool:
    """Would whoever has these roles (None: a visitor) be shown a page of this application? Outside of its requests."""
    return decide_admission(roles, gathered.of(app).get(endpoint)) is Admission.ALLOWED
