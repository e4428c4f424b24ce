"""Attacks by difference: whom a reader may not see changes nothing of what they can open, and a score nothing of what a responsable reads."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.assessment.models import Attempt
from app.content.store.queries import course
from app.content.values.paths import longest_path, required_elements
from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.identity.services import territory_tree
from app.operations.demonstration.accounts import PEOPLE, DemoPerson, Stage
from app.platform import clock
from app.record import services as learning
from app.record.progress.models import ElementState
from tests.record.world import Clock, World
from tests.reporting.pdf.printed import plain
from tests.strict import StrictClient

pytestmark = pytest.mark.proof

SOLENE, KARIM, MARGUERITE, THOMAS, BASTIEN = "Solène Wattiez", "Karim Haddouche", "Marguerite Fauquembergue", "Thomas Delvigne", "Bastien Lorthiois"
UNSEEN = {SOLENE: "Perrine Delbecque", KARIM: "Fatou Diarrassouba", BASTIEN: "Céline Vandamme"}
"""Reader → somebody whom they may not look at."""
SCOPES = {SOLENE: ("", "cite-lille-sud"), KARIM: ("", "departement-nord", "cite-roubaix"), BASTIEN: ("",)}
NOW = clock.now()


@pytest.fixture
def world(app: Flask) -> World:
    return World(app, Clock(NOW))


def person(world: World, name: str) -> int:
    return world.read(lambda session: session.scalars(select(Person.id).where(Person.name == name)).one())


def filters(reader: str, cohorts: tuple[str, ...] = ("", "1")) -> Iterator[str]:
    """Territory × cohort × side × dates, as far as the reader may name them."""
    days = ("", f"&du={NOW.date() - timedelta(days=100)}", f"&au={NOW.date() - timedelta(days=100)}")
    for territory, cohort, side, day in product(SCOPES[reader], cohorts, ("", Side.COLLECTIVITE, Side.EDUCATION), days):
        yield f"territoire={territory}&cohorte={cohort}&cote={side}{day}"


def told(client: StrictClient, reader: str) -> dict[str, str]:
    """Everything that the reader can open, without the moment and the tokens. A report in PDF for a sample of the filters: each takes a while."""
    cohorts = ("",) if reader == BASTIEN else ("", "1")
    found = {path: still(client.see(path).html) for path in ("/pilotage/bilan", "/pilotage")}
    for place, chosen in enumerate(filters(reader, cohorts)):
        for path in ("/pilotage/personnes", "/pilotage/personnes.csv"):
            found[f"{path}?{chosen}"] = still(client.get(f"{path}?{chosen}").get_data(as_text=True))
        if place % 9 == 0:
            found[f"xlsx {chosen}"] = cells(client.get(f"/pilotage/personnes.xlsx?{chosen}", buffered=True).get_data())
            found[f"pdf {chosen}"] = words(client.get(f"/pilotage/rapport.pdf?{chosen}").get_data())
    return found


def still(html: str) -> str:
    html = re.sub(r'name="csrf_token" value="[^"]+"', "", html)
    return re.sub(r"Calculé le [^<]*", "", html)


def cells(data: bytes) -> str:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return str(list(sheet.iter_rows(values_only=True)))


def words(data: bytes) -> str:
    text = plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))
    return re.sub(r"Calculéle\d+\w+?\d{4}à\d+h\d\d", "", text)


def live_otherwise(session: Session, number: int) -> None:
    """The person finishes everything, and changes employer: each figure of theirs is another."""
    published, row = course(session), session.get_one(Person, number)
    for element, _module in required_elements(published, longest_path(published)):
        learning.record_view(session, published, number, element, NOW)
        if element in published.lessons:
            learning.mark_read(session, published, number, element, NOW)
    row.side = Side.AUTRE


@pytest.mark.parametrize("reader", UNSEEN)
def test_whom_one_may_not_see_changes_nothing_of_what_one_can_open(world: World, reader: str) -> None:
    client, number = world.signed_in(person(world, reader)), person(world, UNSEEN[reader])
    before = told(client, reader)
    assert len(before) > 8
    world.write(lambda session: live_otherwise(session, number))
    after = told(client, reader)
    assert {path for path in before if before[path] != after[path]} == set()


def test_the_same_change_is_seen_by_who_may_see_it(world: World) -> None:
    """Else the test above would prove nothing."""
    client, number = world.signed_in(person(world, KARIM)), person(world, UNSEEN[SOLENE])
    paths = ("/pilotage/bilan", "/pilotage/personnes", "/pilotage/personnes.csv")
    before = [still(client.get(path).get_data(as_text=True)) for path in paths]
    world.write(lambda session: live_otherwise(session, number))
    assert all(old != still(client.get(path).get_data(as_text=True)) for path, old in zip(paths, before, strict=True))


def test_who_comes_and_leaves_again_leaves_nothing_behind(world: World) -> None:
    """A toy cohort of the reader's own: pages before and after are the same, but for who is there meanwhile."""
    client, number = world.signed_in(person(world, SOLENE)), person(world, UNSEEN[SOLENE])
    before = told(client, SOLENE)
    today = NOW.date()

    def move(session: Session, there: bool) -> None:
        row = session.get_one(Person, number)
        if there:
            services.join_territory(session, row, "cite-lille-sud", today - timedelta(days=1))
        else:
            services.leave_territory(session, row, "cite-lille-sud", today)

    world.write(lambda session: move(session, True))
    meanwhile = client.get("/pilotage/personnes.csv").get_data(as_text=True)
    assert UNSEEN[SOLENE] in meanwhile
    world.write(lambda session: move(session, False))
    assert told(client, SOLENE) == before


@pytest.mark.parametrize("reader", [SOLENE, KARIM])
def test_a_score_changes_nothing_of_what_a_responsable_reads(world: World, reader: str) -> None:
    client = world.signed_in(person(world, reader))
    people = [person(world, one.name) for one in PEOPLE if one.territory == "cite-lille-sud" and not one.scope]

    def everything() -> dict[str, str]:
        pages = {f"/pilotage/personnes/{number}": still(client.see(f"/pilotage/personnes/{number}").html) for number in people}
        return pages | told(client, reader)

    before = everything()

    def remark(session: Session) -> None:
        session.execute(update(ElementState).values(best="17/20"))
        for attempt in session.scalars(select(Attempt).where(Attempt.submitted_at.is_not(None))):
            attempt.score_raw = attempt.score_max
        session.flush()

    world.write(remark)
    after = everything()
    assert {path for path in before if before[path] != after[path]} == set()


# --- Route × role × scope --------------------------------------------------------------------------------------------


def below(world: World, top: str) -> frozenset[str]:
    return world.read(lambda session: territory_tree(session).under([top]))


def expected(world: World, reader: DemoPerson) -> set[str]:
    """Whose figures somebody may read, worked out from what the demonstration says and not from what the reports do."""
    everybody = {one.name: one for one in PEOPLE if Role.LEARNER in one.roles}
    if Role.ADMINISTRATOR in reader.roles:
        return set(everybody)
    seen: set[str] = set()
    if reader.scope:
        seen |= {name for name, one in everybody.items() if one.territory in below(world, reader.scope)}
    if reader.name == THOMAS:
        seen |= {name for name, one in everybody.items() if one.stage != Stage.STAFF}
    return seen


READERS = [one for one in PEOPLE if one.stage == Stage.STAFF or Role.TRAINER in one.roles] + [PEOPLE[0]]


@pytest.mark.parametrize("reader", READERS, ids=lambda one: str(one.main_role) + " " + str(one.territory))
def test_each_route_shows_each_reader_their_people_and_nobody_else(world: World, reader: DemoPerson) -> None:
    client, wanted = world.signed_in(person(world, reader.name)), expected(world, reader)
    reports = Role.LEARNER not in reader.roles or Role.TRAINER in reader.roles
    for path in ("/pilotage/bilan", "/pilotage/personnes", "/pilotage", "/pilotage/personnes.csv", "/pilotage/personnes.xlsx", "/pilotage/rapport.pdf"):
        assert client.get(path, buffered=True).status_code == (200 if reports else 404), path
    if reports:
        names = {line.split(";")[1] for line in client.get("/pilotage/personnes.csv").get_data(as_text=True).splitlines()[1:]}
        in_cells, in_words = cells(client.get("/pilotage/personnes.xlsx", buffered=True).get_data()), words(client.get("/pilotage/rapport.pdf").get_data())
        assert names == wanted
        assert {one.name for one in PEOPLE if one.name in in_cells} == wanted
        assert {one.name for one in PEOPLE if plain(one.name) in in_words} == wanted
    for one in PEOPLE:
        status = client.get(f"/pilotage/personnes/{person(world, one.name)}").status_code
        may = reports and (one.name in wanted or Role.ADMINISTRATOR in reader.roles or _lives_below(world, one, reader))
        assert status == (200 if may else 404), one.name


def _lives_below(world: World, one: DemoPerson, reader: DemoPerson) -> bool:
    """Somebody who only trains or manages has a page too, for whoever looks after where they work."""
    return bool(reader.scope and not one.scope and one.territory in below(world, reader.scope))
