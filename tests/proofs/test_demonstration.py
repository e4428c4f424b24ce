"""The demonstration's people on the real course: each at their stage, and for each of them one figure on every page, export and attestation."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from pypdf import PdfReader
from sqlalchemy import select

from app.assessment.models import AttemptRequest
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.positioning.models import PositioningResult
from app.learner.positioning.rules import WaiverDecision
from app.operations.demonstration import load as demo
from app.operations.demonstration.accounts import PEOPLE, Stage
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import french_date
from app.record import ledger
from app.record.progress.models import Attestation, Cohort, CohortMember, LearningEvent
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import path_progress_of
from app.record.progress.rules import ProgressState
from tests.browsers import arrive, follow
from tests.demonstrations import demonstration_in
from tests.making import make_app, make_settings
from tests.record.histories import figures_in, ratio, told
from tests.record.world import Clock, World, words_of
from tests.words import PATH_ATTESTATION, REPORT_FIGURES

pytestmark = pytest.mark.proof
EMAILS = [person.email for person in PEOPLE]


@pytest.fixture(scope="module")
def fresh_demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A demonstration that no other proof has walked through: opening a lesson makes anybody a learner."""
    app = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("untouched") / "instance")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def shown(fresh_demonstration: Flask) -> World:
    return World(fresh_demonstration, Clock())


def person_id(world: World, email: str) -> int:
    return world.read(lambda session: session.scalars(select(Person.id).where(Person.email == email)).one())


def held(world: World, person: int) -> dict[str, Attestation]:
    return world.read(lambda session: {row.subject_id: row for row in session.scalars(select(Attestation).filter_by(person_id=person))})


def stood(world: World) -> dict[str, PathProgress]:
    def work(session):  # type: ignore[no-untyped-def]
        published = course(session)
        return {email: path_progress_of(session, published, number) for email, number in session.execute(select(Person.email, Person.id)) if email in EMAILS}

    return world.read(work)


def test_there_are_enough_people_over_enough_months_at_every_stage(shown: World) -> None:
    mine = stood(shown)
    assert len([person for person in PEOPLE if person.stage != Stage.STAFF]) >= 40
    first, last = shown.read(
        lambda session: [session.scalar(select(LearningEvent.at).order_by(order)) for order in (LearningEvent.at, LearningEvent.at.desc())]
    )
    assert last - first > timedelta(days=180)
    assert last < clock.now()
    stages = {person.stage: mine[person.email] for person in PEOPLE}
    assert stages[Stage.NOTHING].path_progress().done == 0
    assert stages[Stage.FIRST_LESSON].path_progress().done >= 1
    assert stages[Stage.FINISHED].path_progress().complete
    assert (stages[Stage.FINISHED_THEN_NEWS].path_progress().complete, len(stages[Stage.FINISHED_THEN_NEWS].news)) == (True, 2)
    left = stages[Stage.LAST_QUIZ].path_progress()
    assert left.required - left.done == 1
    assert any(one.state == ProgressState.WAIVED for one in stages[Stage.WAIVED].progress.values())
    stuck = stages[Stage.STUCK]
    assert stuck.progress[stuck.first_left or ""].attempts >= 3
    asking = {person.email for person in PEOPLE if person.stage == Stage.ASKING}
    asked = shown.read(lambda session: set(session.scalars(select(Person.email).join(AttemptRequest, AttemptRequest.person_id == Person.id))))
    assert asking
    assert asking <= asked
    assert stages[Stage.SILENT].path_progress().done
    silent = max(one.last_at for one in stages[Stage.SILENT].progress.values() if one.last_at)
    assert clock.now() - silent > timedelta(days=30)


def test_some_took_the_positioning_accepted_a_waiver_and_refused_another(shown: World) -> None:
    decisions = shown.read(lambda session: session.scalars(select(PositioningResult.decision)).all())
    assert (decisions.count(WaiverDecision.ACCEPTED), decisions.count(WaiverDecision.REFUSED)) == (3, 3)


def test_nobody_but_the_finished_has_news_and_all_that_is_left_is_named(shown: World) -> None:
    for person in PEOPLE:
        mine = stood(shown)[person.email]
        assert bool(mine.news) == (person.stage == Stage.FINISHED_THEN_NEWS), person.email
        assert (mine.first_left is None) == mine.path_progress().complete


def test_the_ledger_and_the_projection_agree(shown: World) -> None:
    assert shown.read(lambda session: ledger.find_differences(session, course(session))) == []


def test_loading_again_changes_nothing(shown: World) -> None:
    before = shown.read(ledger.ledger_digest), shown.count(Attestation), shown.count(Cohort), shown.count(CohortMember), shown.count(AttemptRequest)
    with shown.app.app_context(), writing() as session:
        assert demo.load(session, shown.app.config["CROISEE"], clock.now()).opened == 0
    after = shown.read(ledger.ledger_digest), shown.count(Attestation), shown.count(Cohort), shown.count(CohortMember), shown.count(AttemptRequest)
    assert after == before


@pytest.mark.parametrize("email", [person.email for person in PEOPLE if Role.LEARNER not in person.roles and person.stage == Stage.STAFF])
def test_whoever_does_not_learn_reads_no_figure_of_their_own(shown: World, email: str) -> None:
    home = shown.signed_in(person_id(shown, email)).see("/cours")
    assert "Le cours" in words_of(home)
    assert figures_in(home) == set()


@pytest.mark.parametrize("email", [person.email for person in PEOPLE if Role.LEARNER in person.roles])
def test_one_figure_everywhere(shown: World, email: str) -> None:
    person = person_id(shown, email)
    client = shown.signed_in(person)
    mine = shown.standing(person)
    path, modules = mine.path_progress(), {module.id: mine.module_progress(module.id) for module in mine.modules()}
    every = {told(path), *(told(progress) for progress in modules.values())}
    at_home = {told(path), *(told(progress) for name, progress in modules.items() if name in mine.path.module_ids or progress.done)}

    home, record = client.see("/"), client.see("/progression")
    assert f"{mine.path.title} : {told(path)}" in words_of(home)
    assert f"{mine.path.title} : {told(path)}" in words_of(record)
    assert (figures_in(home), figures_in(record)) == (at_home, every), "home folds what the path does not ask for and nobody began"
    export = {each["titre"]: each["lignes"] for each in client.get("/progression/export.json").get_json()["traitements"]}
    (row,) = export[REPORT_FIGURES]
    assert (row["étapes faites"], row["étapes demandées"]) == (path.done, path.required)
    said = {f"{module.title} : {ratio(modules[module.id])}" for module in mine.modules()}
    assert set(row["par module"].replace("\u00a0", " ").split(" ; ")) == said
    readable = words_of(client.see("/progression/export"))
    assert all(each.replace("’", "'") in readable.replace("’", "'") for each in said)
    for name, progress in modules.items():
        assert figures_in(client.see(f"/modules/{name}")) == {told(progress)} | ({told(path)} if progress.complete else set()), (
            "done, it says what the path has become"
        )
    assert sum(progress.done for progress in modules.values()) == path.done

    wanted = {module.id: mine.module_completed_on(module.id) for module in mine.modules()} | {mine.path.id: mine.path_completed_on()}
    issued = held(shown, person)
    assert issued.keys() == {subject for subject, when in wanted.items() if when and subject in {earned.subject_id for earned in mine.earned_subjects}}
    assert {row["numéro"] for row in export["Attestations"]} == {row.id for row in issued.values()}
    for subject, row in issued.items():
        page = words_of(shown.app.test_client().see(f"/attestations/{row.id}"))  # type: ignore[attr-defined]
        done = wanted[subject]
        assert done is not None
        assert row.completed_at == done
        assert french_date(done).replace("\u00a0", " ") in page
        assert row.title in page.replace("\u2019", "’")
    assert len(re.findall(r"/attestations/", record.html)) == len(issued)


@pytest.mark.browser
def test_the_attestation_of_the_whole_course_prints_on_one_sheet_and_the_record_fits_a_telephone(
    passwords: dict[str, str], context: BrowserContext, live: str
) -> None:
    email = next(person.email for person in PEOPLE if person.stage == Stage.FINISHED)
    tab = arrive(context, f"{live}/progression", email, passwords[email])
    tab.set_viewport_size({"width": 390, "height": 800})
    assert set(tab.locator(".table-scroll").evaluate_all("tables => tables.map((table) => table.scrollWidth - table.clientWidth)")) == {0}
    follow(tab.get_by_role("link", name=PATH_ATTESTATION))
    assert len(PdfReader(io.BytesIO(tab.pdf(format="A4"))).pages) == 1
