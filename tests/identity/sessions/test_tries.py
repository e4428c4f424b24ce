"""Refused tries in the database: as many as were said, whoever counts, two at once too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from msgspec.structs import replace

from app.identity import tries as limits
from app.identity.models import RefusedTry
from app.identity.tries import LIMITS, DatabaseStorage, RateLimits
from app.platform import clock
from app.platform.db import db
from tests.identity.builders import INES, PASSWORD, signed_in, stored_person
from tests.making import make_app
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import SIGN_IN, TOO_MANY_TRIES

THREE = RateLimitItemPerMinute(3)


def limiter() -> MovingWindowRateLimiter:
    """As another process would have it."""
    return MovingWindowRateLimiter(DatabaseStorage())


def test_two_processes_count_together_and_time_frees(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    with any_app.app_context():
        first, second = limiter(), limiter()
        assert [first.hit(THREE, "x"), second.hit(THREE, "x"), first.hit(THREE, "x"), second.hit(THREE, "x")] == [True, True, True, False]
        assert not first.test(THREE, "x")
        assert first.test(THREE, "y")
        assert second.get_window_stats(THREE, "x").reset_time == pytest.approx(told.moment.timestamp() + 60)
        told.pass_by(seconds=61)
        assert first.test(THREE, "x")
        assert second.hit(THREE, "x")
        assert db.session.query(RefusedTry).count() == 1  # what is over is forgotten on the way
        first.storage.clear(THREE.key_for("x"))
        assert first.storage.check()
        assert second.get_window_stats(THREE, "x").remaining == 3


def test_windows_that_do_not_move_end_together(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole interface of `limits`: another strategy counts with these rows too."""
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    with any_app.app_context():
        fixed = FixedWindowRateLimiter(DatabaseStorage())
        end = told.moment.timestamp() + 60
        assert fixed.hit(THREE, "x", cost=2)
        told.pass_by(seconds=40)
        assert [fixed.hit(THREE, "x"), fixed.hit(THREE, "x")] == [True, False]
        assert fixed.get_window_stats(THREE, "x").reset_time == pytest.approx(end)
        assert (fixed.test(THREE, "x"), fixed.test(THREE, "y")) == (False, True)
        told.pass_by(seconds=21)
        assert fixed.get_window_stats(THREE, "x") == (pytest.approx(told.moment.timestamp()), 3)
        assert fixed.hit(THREE, "x", cost=3)
        fixed.storage.reset()
        assert fixed.test(THREE, "x", cost=3)


def test_eight_at_once_take_three_places(any_app: Flask) -> None:
    def hit(_number: int) -> bool:
        with any_app.app_context():
            return limiter().hit(THREE, "x")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hit, range(8))) == 3


def test_mistakes_made_at_once_on_two_hosts_are_told_as_often_as_one_may_try(any_app: Flask, tmp_path: Path) -> None:
    """Each was let through before any was counted. What others count, of which nothing stops this try, changes nothing."""
    settings = replace(any_app.config["CROISEE"], limits_storage="base://", login_limit="3 per minute")
    hosts = [any_app, make_app(replace(settings, instance_path=tmp_path / "other"))]
    LIMITS.give(any_app, RateLimits(settings))
    barrier = Barrier(8)

    def mistake(number: int) -> int:
        with hosts[number % 2].test_request_context():
            tries = limits.sign_in("ines@croisee.example", "")
            assert limits.wait(tries) == 0
            barrier.wait()
            return limits.count(tries)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(map(bool, pool.map(mistake, range(8)))) == [False] * 3 + [True] * 5
    with any_app.test_request_context():
        assert limits.wait(limits.sign_in("ines@croisee.example", "")) > 0
    with hosts[1].app_context():
        db.engine.dispose()


def test_who_is_right_after_the_last_place_was_taken_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one of many who were tried at once: otherwise so many more could be tried as a site has threads."""
    stored_person(app)
    client = app.test_client()
    assert isinstance(client, StrictClient)
    client.see("/connexion")
    answers = iter((0, 60))
    monkeypatch.setattr(limits, "wait", lambda _tries: next(answers))
    assert client.submit(SIGN_IN, status=429, email=INES, password=PASSWORD).h1 == TOO_MANY_TRIES
    monkeypatch.undo()
    assert not signed_in(client)


def test_it_is_what_a_site_counts_with(app: Flask) -> None:
    assert isinstance(RateLimits(replace(app.config["CROISEE"], limits_storage="base://")).strategy.storage, DatabaseStorage)
