"""A clock that goes ahead by a day and is set back: what was written meanwhile holds nothing up, and nobody is locked out."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from itsdangerous import timed

from app.content.store.queries import course
from app.exchange.statements.queries import LrsQueue, goes
from app.identity.tries import DatabaseStorage
from app.operations.jobs import services
from app.platform.db import db, writing
from app.platform.mail import outbox
from app.platform.mail.outbox import CLAIM, DELAYS, Message
from app.record.ledger import find_differences
from app.record.progress.rules import ProgressState
from tests.identity.builders import PASSWORD, sign_in, signed_in, stored_person
from tests.record.conftest import clock, either
from tests.record.world import MORNING, Clock, World
from tests.strict import StrictClient

__all__ = ["clock", "either"]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOW = timedelta(0)


LETTERS = (
    (0, DAY, DAY, CLAIM),
    (1, -MINUTE, DAY + CLAIM, CLAIM),
    (3, -DAY, DAY + DELAYS[2], CLAIM),
    (0, -MINUTE, NOW, NOW),
    (1, -MINUTE, CLAIM, CLAIM),  # one is sending it
    (3, -DAY, DELAYS[2], DELAYS[2]),
    (len(DELAYS), -DAY, DELAYS[-1], DELAYS[-1]),
)
"""Tries, when it was written, when its next try was, and is then: from now."""


def test_a_letter_waits_no_longer_than_its_tries_ask(any_app: Flask, clock: Clock) -> None:
    now = clock.now()
    with any_app.app_context(), writing() as session:
        outbox.hold_back(session)
        rows = [outbox.queue(session, Message("a@croisee.example", "Objet", "Texte", "<p>Texte</p>"), now + written) for _, written, _, _ in LETTERS]
        for row, (tries, _, waits, _) in zip(rows, LETTERS, strict=True):
            row.attempts, row.not_before = tries, now + waits
        session.flush()
        for _ in range(2):  # each start of the jobs says it again
            services.declare(session, now)
        for row, (*_, then) in zip(rows, LETTERS, strict=True):
            session.refresh(row)
            assert row.not_before == now + then


@pytest.mark.parametrize(("tries", "waits", "expected"), [(2, DAY, True), (2, MINUTE, False), (0, NOW, True), (0, DAY, True)])
def test_a_store_is_waited_for_no_longer_than_its_tries_ask(tries: int, waits: timedelta, expected: bool) -> None:
    assert goes(LrsQueue(name="a", paused=False, tries=tries, next_at=MORNING + waits), MORNING) is expected


@pytest.mark.parametrize("back", [timedelta(seconds=2), timedelta(minutes=10), DAY])
def test_a_clock_that_is_set_back_puts_nobody_out(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch, back: timedelta) -> None:
    """The site's, and the machine's own, by which cookies are dated."""
    monkeypatch.setattr(timed, "time", SimpleNamespace(time=lambda: clock.now().timestamp()))
    stored_person(app, password=PASSWORD)
    client = StrictClient(app)
    sign_in(client)
    clock.moment -= back
    assert signed_in(client)
    client.see("/compte")
    client.submit("Enregistrer", name="Inès Carpentier")


def test_nobody_is_locked_out_for_a_day(any_app: Flask, clock: Clock) -> None:
    with any_app.app_context():
        storage = DatabaseStorage()
        clock.pass_by(days=1)
        assert [storage.acquire_entry("a", 2, 60) for _ in range(3)] == [True, True, False]
        clock.pass_by(days=-1)
        assert [storage.acquire_entry("a", 2, 60) for _ in range(3)] == [True, True, False]


def test_who_learns_meanwhile_stays_signed_in_and_keeps_what_is_done(either: World) -> None:
    person = either.person()
    client = either.signed_in(person)
    for days, element in ((0, "un-a"), (1, "un-b"), (-2, "deux-a")):
        either.clock.pass_by(days=days)
        either.finish(person, element)
        for page in ("/", "/modules/mod-un", f"/lecons/{element}", "/progression", "/compte/sessions"):
            client.see(page)
    assert {either.state(person, element) for element in ("un-a", "un-b", "deux-a")} == {ProgressState.COMPLETE}
    with either.app.app_context():
        assert find_differences(db.session, course(db.session)) == []
