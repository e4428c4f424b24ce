"""Migrations: the newest one is what the models say, each goes up and down on both databases, and the ledger crosses them row for row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from app.content.store.queries import course
from app.features import ALL, features_on
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import Base, db, writing
from app.platform.site import forget, typed_site
from app.platform.web import migrations
from app.platform.web.migrations import SchemaState
from app.record import ledger as verification
from app.record.progress.rules import EventType
from tests.making import make_settings, take_app
from tests.record import courses
from tests.record.world import Clock, World

FILES = sorted((Path(__file__).parent.parent / "app" / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database is empty."""
    changes = {"database_url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    app = take_app(make_settings(tmp_path / "instance", **changes))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


def state() -> SchemaState:
    db.session.rollback()
    return migrations.schema_state(db.session.connection())


def current() -> frozenset[str]:
    db.session.rollback()
    return migrations.current(db.session.connection())


def scripts() -> ScriptDirectory:
    """As Alembic runs them."""
    return ScriptDirectory.from_config(migrations._config())


def differences() -> list[Any]:
    """What Alembic would write in a new revision."""
    db.session.rollback()
    context = MigrationContext.configure(db.session.connection(), opts=migrations.OPTIONS)
    return list(compare_metadata(context, Base.metadata))


def tables() -> set[str]:
    db.session.rollback()
    return set(inspect(db.engine).get_table_names())


def test_the_newest_migration_is_what_the_models_say(bare: Flask) -> None:
    assert state() is SchemaState.PENDING
    migrations.upgrade()
    assert state() is SchemaState.OK
    assert differences() == []


def test_each_goes_up_and_down(bare: Flask) -> None:
    migrations.upgrade()
    whole = tables()
    revisions = [one.revision for one in scripts().walk_revisions()]
    assert len(revisions) == len(FILES)
    assert (list(migrations.heads()), migrations.revisions().keys()) == (scripts().get_heads(), set(revisions))
    for revision in revisions[1:]:
        migrations.downgrade(revision)
        assert state() is SchemaState.PENDING
    migrations.downgrade("base")
    assert tables() <= {"alembic_version"}
    migrations.upgrade()
    assert tables() == whole
    assert differences() == []


def test_the_ledger_crosses_them_row_for_row(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """kolibri#8869: after an upgrade, reports showed no attempts for completed work."""
    migrations.upgrade()
    clock = Clock()
    monkeypatch.setattr("app.platform.clock.now", clock.now)
    world = World(bare, clock)
    world.publish_together(*courses.small())
    person = world.graduate()
    before, shown = verification.ledger_digest(db.session), world.projection(person)
    db.session.rollback()
    for revision in [one.revision for one in scripts().walk_revisions()][1:]:
        migrations.downgrade(revision)
    migrations.upgrade()
    assert verification.ledger_digest(db.session) == before
    assert world.projection(person) == shown
    with writing() as session:
        assert verification.find_differences(session, course(session)) == []


def test_a_migration_speaks_sqlalchemy_only_and_follows_the_one_before(subtests: pytest.Subtests) -> None:
    for path in FILES:
        with subtests.test(path.stem):
            text = path.read_text(encoding="utf-8")
            assert set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)) <= {"__future__", "alembic", "sqlalchemy", "unicodedata", "uuid"}
            number = int(path.stem[:4])
            before = re.search(r'^down_revision = "?(\w+)"?', text, re.MULTILINE)
            assert before
            assert before.group(1) == (f"{number - 1:04d}" if number > 1 else "None")


def test_a_form_kept_when_it_was_nobodys_goes_and_what_was_refused_stays(bare: Flask) -> None:
    migrations.upgrade()
    person = World(bare, Clock()).person(enrolled=False)
    migrations.downgrade("0009")
    old = "INSERT INTO submission (id, person_id, path, fields, kind, reason, at) VALUES (:id, :person, '/x', '[]', :kind, '', '2026-11-24 08:00:00')"
    for number, (kind, whose) in enumerate((("kept", None), ("kept", person), ("refused", person))):
        db.session.execute(sa.text(old), {"id": str(number), "person": whose, "kind": kind})
    db.session.commit()
    migrations.upgrade()
    assert db.session.scalars(sa.text("SELECT id FROM submission ORDER BY id")).all() == ["1", "2"]


def test_whoever_only_signed_in_is_enrolled_no_more_and_whoever_learns_or_has_begun_stays(bare: Flask) -> None:
    migrations.upgrade()
    world = World(bare, Clock())
    world.publish_together(*courses.small())
    learner, looked, begun = world.person(), world.person("Paul Autre", role=Role.MANAGER), world.person("Rose Ponsable", role=Role.MANAGER)
    spared = world.person("Ada Min", role=Role.ADMINISTRATOR)
    world.look(begun, "un-a")
    world.decide(spared, "un-a", EventType.WAIVED, learner)
    migrations.downgrade("0047")
    ledger = verification.ledger_digest(db.session)
    db.session.rollback()  # what it read is what it would go on seeing
    migrations.upgrade()
    assert set(db.session.scalars(sa.text("SELECT person_id FROM enrolment"))) == {learner, begun}
    assert verification.ledger_digest(db.session) == ledger
    stale = db.session.scalars(sa.text("SELECT person_id FROM person_figures WHERE basis = 0")).all()
    assert {looked, spared} <= set(stale), "their figures are worked out again"


def test_a_site_that_has_people_keeps_all_that_it_has_and_a_new_one_begins_simple(bare: Flask) -> None:
    migrations.upgrade()
    assert features_on(typed_site(db.session).features, "") == features_on({}, "") < ALL
    World(bare, Clock()).person()
    db.session.rollback()
    migrations.downgrade("0051")
    migrations.upgrade()
    forget(db.session)
    assert features_on(typed_site(db.session).features, "") == ALL - {"git"}, "which came later: no site followed a repository"


def half_way() -> None:
    op.create_table("half", sa.Column("id", sa.Integer()))
    raise RuntimeError("half-way")


def orphans() -> None:
    """Deletes people who have roles."""
    op.execute("DELETE FROM person")


@pytest.mark.parametrize("mistake", [half_way, orphans])
def test_a_migration_that_goes_wrong_leaves_nothing_behind(bare: Flask, monkeypatch: pytest.MonkeyPatch, mistake: Callable[[], None]) -> None:
    """Cut off by an error, or breaking references: the database is as it was, and the next start tries again."""
    migrations.upgrade()
    world = World(bare, Clock())
    world.publish_together(*courses.small())
    person = world.person()
    known = scripts()
    last = known.get_revision("head")
    migrations.downgrade(last.down_revision)
    with monkeypatch.context() as wrong:
        wrong.setattr(ScriptDirectory, "from_config", lambda _config: known)
        wrong.setattr(last.module, "upgrade", mistake)
        with pytest.raises((RuntimeError, IntegrityError)):
            migrations.upgrade()
    assert current() == {last.down_revision}
    assert "half" not in tables()
    migrations.upgrade()
    assert state() is SchemaState.OK
    assert world.count(Person, id=person) == 1
