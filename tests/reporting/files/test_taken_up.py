"""A large file whose process is killed, fails, or has company: nothing is lost, nothing is made twice, on either database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select, update

from app.platform.db import db, writing
from app.reporting.files import making, queries, services, store
from app.reporting.files.kinds import LARGE_FILES
from app.reporting.files.models import LargeFile
from app.reporting.files.rules import CLAIM, TRIES
from app.reporting.files.services import Claimed
from tests.record.world import World
from tests.reporting.files.test_large_files import count, folder

GRID = "reporting.grid_xlsx"


@pytest.fixture
def asked(either: World) -> Callable[[], int]:
    """A person of the small course who may see everybody, and asks for the grid each time that it is called."""
    with either.app.app_context():
        from app.identity import services as accounts
        from app.identity.rules import Role

        reader = accounts.create_person(db.session, name="Rose Lecture", email="rose@croisee.example", now=either.clock.now(), roles=[Role.ADMINISTRATOR]).id
        db.session.commit()
    for name in ("Anna Un", "Bruno Deux", "Chloé Trois"):
        either.person(name)

    def wish(order: str = "nom") -> int:
        kind = LARGE_FILES.of(either.app)[GRID]
        with either.app.app_context(), writing() as session:
            services.ask(session, reader, queries.Wish(kind, 3, "", {} if order == "nom" else {"tri": order}), either.clock.now())
        return reader

    return wish


def claimed(world: World) -> Claimed | None:
    with world.app.app_context(), writing() as session:
        return services.claim(session, world.clock.now())


def written_by(world: World, write: Callable[..., None]) -> None:
    kinds = LARGE_FILES.of(world.app)
    kinds[GRID] = replace(kinds[GRID], write=write)


def test_what_a_killed_process_had_is_taken_up_and_never_doubled(either: World, asked: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    settings = either.app.config["CROISEE"]
    with either.app.test_request_context():
        first = claimed(either)
        assert first
        half = settings.instance_path / "fichiers-en-cours" / first.key
        half.mkdir(parents=True)
        with monkeypatch.context() as patched:
            patched.setattr(store.places, "files", None)  # asked every few seconds: the store is not
            assert not queries.anything_to_make(db.session, either.clock.now())
        assert claimed(either) is None
        either.clock.pass_by(seconds=CLAIM.total_seconds() + 1)
        second = claimed(either)
        assert second
        assert (second.id, second.claim) == (first.id, 2)
        assert queries.anything_to_make(db.session, either.clock.now())
        store.places.files(settings).put(second.key, b"of before a restore")
        assert making.make(settings, second, either.clock.now)
        with store.opened(settings, second.key) as opened:
            assert opened.read(2) == b"PK"
        assert not making.services.finish(db.session, settings, first, now=either.clock.now(), total=3)
        with pytest.raises(making.TakenAway):
            making.make(settings, first, either.clock.now)
        db.session.rollback()
        assert making.make_all(settings, either.clock.now) == 0
        assert not half.exists()
    assert folder(either.app) == sorted([second.key, f"{second.key}.people"])
    assert count(either.app, LargeFile, LargeFile.ready_at.is_not(None)) == 1


def test_what_fails_in_the_middle_is_begun_again_and_given_up_at_last(either: World, asked: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    settings = either.app.config["CROISEE"]

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    written_by(either, full)
    with either.app.test_request_context():
        for _ in range(TRIES):
            with pytest.raises(OSError, match="No space"):
                making.make_all(settings, either.clock.now)
        assert making.make_all(settings, either.clock.now) == 0
        assert db.session.scalars(select(LargeFile.said)).one().startswith("Ce fichier n’a pas pu être fait")
        assert not queries.anything_to_make(db.session, either.clock.now())
    assert folder(either.app) == []


def test_what_failed_waits_behind_the_others(either: World, asked: Callable[[], int]) -> None:
    asked()
    failed = claimed(either)
    assert failed
    with either.app.app_context(), writing() as session:
        services.let_go(session, failed)
    either.clock.pass_by(minutes=1)
    asked("-nom")
    after = [claimed(either), claimed(either)]
    assert [(one.id == failed.id, one.claim) for one in after if one] == [(False, 1), (True, 2)]


def test_a_row_that_is_gone_while_it_is_made_leaves_nothing(either: World, asked: Callable[[], int]) -> None:
    """Its asker was erased, or somebody whom it names: nothing of it is shown."""
    asked()
    settings = either.app.config["CROISEE"]

    def gone(target: Any, *_: Any) -> None:
        target.write(b"PK")
        with writing() as session:
            session.execute(delete(LargeFile))

    written_by(either, gone)
    with either.app.test_request_context():
        assert making.make_all(settings, either.clock.now) == 0
    assert folder(either.app) == []


def test_people_who_are_erased_meanwhile_have_it_begun_again_and_never_given_up(either: World, asked: Callable[[], int]) -> None:
    asked()
    first = claimed(either)
    assert first
    with either.app.app_context(), writing() as session:
        for number in range(1_000, 1_000 + TRIES):
            services.forget_people(session, [number])
        assert not services.tell(session, first, 1, 3, either.clock.now())
    again = claimed(either)
    assert again
    assert (again.id, again.claim) == (first.id, 3)


def test_two_machines_share_what_waits(either: World, asked: Callable[[], int]) -> None:
    for order in ("nom", "-nom", "activite"):
        asked(order)
    taken = either.together(3, lambda _number: claimed(either))
    assert len({one.id for one in taken if one}) == 3


def test_a_wish_sent_twice_at_once_is_one(either: World, asked: Callable[[], int]) -> None:
    either.together(2, lambda _number: asked())
    assert count(either.app, LargeFile) == 1


def test_the_progress_is_seen_while_it_is_made(either: World, asked: Callable[[], int]) -> None:
    reader = asked()
    with either.app.test_request_context():
        one = claimed(either)
        assert one
        with writing() as session:
            assert services.tell(session, one, 12_400, 100_000, either.clock.now())
            session.execute(update(LargeFile).values(total=100_000))
    said = either.signed_in(reader).see("/pilotage/fichiers").text
    assert "12\u202f400\u00a0personnes sur 100\u202f000" in said or "12 400 personnes sur 100 000" in said, said
