"""The small form of `make scale`: what it makes is what people do, and each of its measures runs. How long anything takes is judged by hand."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.assessment.models import Attempt, Response
from app.platform.db import db
from app.record.progress.models import ElementState, LearningEvent, PersonFigures
from app.reporting import quality
from tests.bench import reports
from tests.bench.people import ELEMENTS, FIRST
from tests.bench.scale import filling, measuring
from tests.databases import SQLITE_AT_NIGHT

pytestmark = [pytest.mark.proof, SQLITE_AT_NIGHT]

PEOPLE = 40


@pytest.fixture
def filled(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    assert any_app.test_cli_runner().invoke(args=["content", "sync"]).exit_code == 0
    monkeypatch.setattr(filling, "GROUPED", 10)
    filling.fill(any_app, PEOPLE, lambda _done: None)
    return any_app


def test_a_small_one(filled: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _is_sound(filled)
    monkeypatch.setattr(reports, "QUERIES", ("", "tri=avancement"))
    monkeypatch.setattr(reports, "ROUNDS", 1)
    monkeypatch.setattr(measuring, "MOST_PAGES", 5)
    site = measuring.Site(filled, PEOPLE)
    for part in (measuring.sizes, measuring.pages, measuring.others, measuring.csv):
        part(site, measuring.say)
    told = capsys.readouterr().out
    assert {line.split()[1] for line in told.splitlines()} >= {"database", *measuring.PAGES, "person", "account", "grid_slowest_page", "csv_people_a_second"}


def _is_sound(app: Flask) -> None:
    """As many rows as the elements that each did, and figures that say so."""
    with app.app_context():
        done = {number: number * 7919 % (ELEMENTS + 1) for number in range(FIRST, FIRST + PEOPLE)}
        states = select(ElementState.person_id, func.count()).where(ElementState.completed_at.is_not(None)).group_by(ElementState.person_id)
        assert {number: count for number, count in db.session.execute(states) if number >= FIRST} == {number: count for number, count in done.items() if count}
        figures = select(PersonFigures.person_id, PersonFigures.done).where(PersonFigures.person_id >= FIRST, PersonFigures.basis > 0)
        assert dict(db.session.execute(figures).all()) == done
        ends = select(func.count()).where(LearningEvent.person_id >= FIRST, LearningEvent.event.in_([one.value for one in filling.ENDS]))
        assert db.session.scalar(ends) == sum(done.values())
        answers = select(func.count(Response.id.distinct()), func.count(Attempt.id.distinct())).join(Attempt, Attempt.id == Response.attempt_id)
        responses, attempts = db.session.execute(answers.where(Attempt.person_id >= FIRST)).one()
        assert responses > attempts > 0
        assert quality.night_of_large_site(db.session) is None, "so few are counted as the page is opened"
