"""Retention by purpose: what is over goes, what is not stays, and a dry run changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.administration.acts import Erasure
from app.administration.privacy import erasure, retention
from app.administration.privacy.register import tables
from app.administration.privacy.register.learning import CLOSED_DAYS
from app.administration.privacy.register.treatment import Treatment, duration
from app.identity.audit import AdministrativeAct
from app.identity.models import Person
from app.identity.services import set_active
from app.platform import clock
from app.platform.db import Base, db
from app.record.progress.models import Cohort
from tests.administration.filled import fill
from tests.identity.builders import NOW, create_person, statements
from tests.words import ERASED_PERSON, ERASED_TEXT

TIMED = [one for one in tables.treatments() if one.kept_days]


def purge(app: Flask, at: datetime, dry_run: bool = False) -> retention.PurgeReport:
    return retention.purge_old_rows(db.session, app.config["CROISEE"], at, dry_run=dry_run)


def rows(session: Session) -> dict[str, int]:
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables}


@pytest.mark.parametrize("one", TIMED, ids=lambda one: one.table)
def test_each_duration(app: Flask, session: Session, one: Treatment) -> None:
    """The words of the register and its days say the same; a day before, nothing goes."""
    fill(session)
    before = rows(session)[one.table]
    assert before
    purge(app, NOW + timedelta(days=one.kept_days or 0) - timedelta(hours=1))
    assert rows(session)[one.table] == before
    purge(app, NOW + timedelta(days=one.kept_days or 0, hours=1))
    assert rows(session)[one.table] == 0


@pytest.mark.parametrize(
    ("days", "words"),
    [(7, "sept jours"), (14, "quatorze jours"), (30, "trente jours"), (60, "60 jours"), (365, "un an"), (730, "deux ans"), (1095, "trois ans")],
)
def test_days_are_told_as_people_count_them(days: int, words: str) -> None:
    assert duration(days) == words


def test_a_dry_run_changes_nothing(app: Flask, session: Session) -> None:
    fill(session)
    before, later = rows(session), NOW + timedelta(days=2000)
    said = purge(app, later, dry_run=True)
    assert rows(session) == before
    assert said == purge(app, later)
    assert purge(app, later).nothing


def test_accounts_closed_long_ago_are_erased(app: Flask, session: Session) -> None:
    later = NOW + timedelta(days=CLOSED_DAYS + 1)
    people: dict[str, Any] = {name: create_person(session, name=name) for name in ("Ouverte Active", "Fermé Ancien", "Fermé Hier")}
    for name in ("Fermé Ancien", "Fermé Hier"):
        set_active(session, people[name], False)
    session.add(AdministrativeAct(act="account_closed", subject_id=people["Fermé Hier"].id, at=later - timedelta(days=1), details={}))
    session.flush()
    number = people["Fermé Ancien"].id
    assert purge(app, NOW + timedelta(days=30)).people == ()
    assert purge(app, later).people == (number,)
    session.commit()
    session.expire_all()
    assert session.get_one(Person, number).name == ERASED_PERSON
    assert session.get_one(Erasure, number).ground == "duree"
    assert purge(app, later).nothing


def test_what_everybody_wrote_is_read_once_for_all_who_go(app: Flask, session: Session) -> None:
    later = NOW + timedelta(days=CLOSED_DAYS + 1)
    names = ("Fermé Ancien", "Fermée Aussi", "Fermé Encore")
    for name in names:
        set_active(session, create_person(session, name=name), False)
    session.add_all(Cohort(name=f"Groupe de {name}", path_id="parcours", starts_on=NOW.date()) for name in names)
    session.commit()
    with statements(app) as sent:
        assert len(purge(app, later).people) == 3
    assert sum(one.startswith("SELECT cohort.name") for one in sent) == 1
    session.commit()
    assert all(ERASED_TEXT in name for name in session.scalars(select(Cohort.name)))
    assert len(erasure.not_noted(session, app.config["CROISEE"])) == 0, "each of them is in a file, too"


def test_what_a_reader_keeps_in_the_journal_is_said_and_goes_with_the_next_purge(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup under way, say. The next purge may have nothing else to do."""
    journal, run = app.config["CROISEE"].instance_path / "test.sqlite-wal", app.test_cli_runner().invoke
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2000))
    with app.app_context():
        fill(db.session)
        db.session.commit()
        with db.engine.connect() as reader:
            reader.execute(select(func.count()).select_from(Person)).all()
            said = run(args=["privacy", "purge"]).output
            assert journal.stat().st_size > 0
        assert "garde encore dans le journal de SQLite ce qui vient d’être effacé : la prochaine purge l’en ôtera." in said
        assert "SQLite" not in run(args=["privacy", "purge"]).output
        assert journal.stat().st_size == 0


def test_the_command(app: Flask) -> None:
    with app.app_context():
        fill(db.session)
        db.session.commit()
    run = app.test_cli_runner().invoke
    for arguments in (["privacy", "purge", "--dry-run"], ["privacy", "purge"]):
        result = run(args=arguments)
        assert result.exit_code == 0, result.output
        assert "Consultations : 0\u00a0ligne" in result.output
    with app.app_context():
        known = set(db.session.scalars(text("SELECT tbl FROM sqlite_stat1")))
    assert "person" in known, "SQLite knows afterwards how its rows spread, and reads a table whole where an index would choose nothing"
