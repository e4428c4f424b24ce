"""The same lines on SQLite and on PostgreSQL, in every order, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import update

from app.content.store.queries import course as published_course
from app.identity.models import Person, PersonRole
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.platform.db import db
from app.record.progress.models import EVERYTHING, ElementState, Enrolment, PathDemand, PersonFigures
from app.record.progress.queries import path_progress_of
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.scope import report_scope
from app.reporting.scope_rules import ModuleState, PathSituation, module_state
from app.reporting.selection import ORDERS, ReportFilter
from tests import builders
from tests.record import courses
from tests.record.world import Clock, World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIZZES = tuple(builders.quiz(builders.question(builders.true_false(True)), id=f"quiz-{number}", module_id="module") for number in range(6))
NAMES = ("Élodie", "eric", "Zoé", "Émile", "Ana", "fatou", "Œdipe", "Ana")


def fill() -> None:
    """Eight people; the n-th has done n of six elements, the last day n days ago."""
    since = datetime.fromtimestamp(0, UTC).isoformat()
    ids = [quiz.id for quiz in QUIZZES]
    db.session.add_all(PathDemand(path_id=path, asked=[[one, since] for one in ids]) for path in ("cours", EVERYTHING))
    for number, name in enumerate(NAMES):
        opened = NOON - timedelta(days=90 - number // 2)
        person = Person(name=name, email=f"p{number}@croisee.example", fs_uniquifier=f"u{number}", created_at=opened)
        person.roles = [PersonRole(name=Role.LEARNER)]
        db.session.add(person)
        db.session.flush()
        if number:
            pins = [[one, "module", opened.isoformat()] for one in ids]
            db.session.add(Enrolment(person_id=person.id, path_id="cours", enrolled_at=opened, pins=pins))
        for done in ids[: number if number < 7 else 0]:
            at = NOON - timedelta(days=number, microseconds=number)
            db.session.add(ElementState(person_id=person.id, element_id=done, state="complete_pass", first_at=at, completed_at=at, last_at=at, attempts=1))
    db.session.commit()


@pytest.mark.parametrize("situation", [None, PathSituation.FINISHED])
def test_lines(any_app: Flask, situation: PathSituation | None) -> None:
    course = builders.course(*QUIZZES)
    with any_app.app_context():
        fill()
        reader = SignedIn(0, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x")
        reach = report_scope(db.session, reader, NOON.date())
        for order in ORDERS:
            whole = list(PeopleReport(db.session, course, reach, ReportFilter(order=order, situation=situation), NOON).everything(size=3))
            assert len(whole) == (len(NAMES) if situation is None else 1)
            for line in whole:
                own = path_progress_of(db.session, course, line.id)
                assert (line.figures.path, line.figures.completed_at) == (own.path_progress(), own.path_completed_on())
            paged = PeopleReport(db.session, course, reach, ReportFilter(order=order, situation=situation), NOON)
            for line in whole:
                batch = paged.batch(1)
                assert [one.id for one in batch.rows] == [line.id]
                paged.filter = replace(paged.filter, after=batch.rows[0].cursor)
        by_name = [line.name for line in PeopleReport(db.session, course, reach, ReportFilter(), NOON).everything()]
        assert by_name[:5] == ["Ana", "Ana", "Élodie", "Émile", "eric"]


def test_the_states_and_the_order_of_a_module_are_those_of_its_figures(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the figures are written. Whoever's row holds nothing of the module, or holds another whose name ends alike, is in none of its states."""
    world = World(any_app, Clock(NOON - timedelta(days=1)))
    monkeypatch.setattr("app.platform.clock.now", world.clock.now)
    world.publish_together(*courses.small())
    done = {world.person(f"Personne {steps}"): courses.SMALL[:steps] for steps in (3, 0, 1, 6, 2)}
    empty, other = world.person("Rien"), world.person("Autre")
    for person, elements in done.items():
        for element in elements:
            world.finish(person, element)
    with any_app.app_context():
        reader = SignedIn(0, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x")
        published, reach = published_course(db.session), report_scope(db.session, reader, NOON.date())

        def read(asked: ReportFilter) -> list[ReportRow]:
            return list(PeopleReport(db.session, published, reach, asked, NOON).everything())

        read(ReportFilter())
        for person, written in ((empty, "{}"), (other, '{"le-mod-un":[1,3,0]}')):
            db.session.execute(update(PersonFigures).where(PersonFigures.person_id == person).values(modules=written))
        for order in ("avancement", "-avancement"):
            everybody = [line for line in read(ReportFilter(module="mod-un", order=order)) if line.id in done]
            standing = {line.id: line.figures.modules["mod-un"] for line in everybody}
            places = [(standing[line.id].fraction, line.id) for line in everybody]
            assert places == sorted(places, reverse=order != "avancement")
            for state in ModuleState:
                stages = {ModuleState.NOT_STARTED, ModuleState.STARTED} if state is ModuleState.LEFT else {state}
                wanted = [person for person, one in standing.items() if module_state(one) in stages]
                assert wanted, state
                assert [line.id for line in read(ReportFilter(module="mod-un", module_state=state, order=order))] == wanted
