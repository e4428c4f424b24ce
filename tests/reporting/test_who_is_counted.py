"""Whoever reads figures moves none of them: all that counts, lists or leaves is the same before and after each role signs in."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

from flask import Flask
from sqlalchemy import select

from app.identity import services as accounts
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.platform import clock as app_clock
from app.platform.db import db, writing
from app.platform.french import day_of
from app.record.figures.store import begin_report
from app.reporting.grid.rows import PeopleReport
from app.reporting.reminders.plan import recipients_of
from app.reporting.scope import report_scope
from app.reporting.selection import ReportFilter
from tests.identity.builders import PASSWORD, hashed, sign_in
from tests.record.world import Clock, World, words_of
from tests.reporting.conftest import SignIn
from tests.strict import TOKEN, StrictClient

PAGES = (
    "/pilotage/bilan",
    "/pilotage/bilan?avec=t:departement-nord",
    "/pilotage/bilan?parcours=en-presence",
    "/pilotage/personnes",
    "/pilotage",
    "/pilotage/rappels",
    "/resultats",
)
FILES = ("/pilotage/personnes.csv", "/pilotage/rh.csv")
BOOKS = ("/pilotage/personnes.xlsx", "/pilotage/financeur.xlsx", "/pilotage/rh.xlsx")
PAPERS = ("/pilotage/comite.pdf", "/pilotage/rapport.pdf")


def told(client: StrictClient) -> dict[str, Any]:
    """Every byte of what somebody can open or take away, but for the tokens of forms and what the archive of a workbook says of its making."""
    found: dict[str, Any] = {address: TOKEN.sub("", client.see(address).html) for address in PAGES}
    for address in (*FILES, *PAPERS):
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200, address
        found[address] = answer.get_data()
    for address in BOOKS:
        with ZipFile(io.BytesIO(client.get(address, buffered=True).get_data())) as book:
            found[address] = {name: book.read(name) for name in book.namelist() if not name.startswith("docProps/")}
    return found


def test_no_figure_moves_when_those_who_read_them_sign_in(app: Flask, as_: SignIn, clock: Clock) -> None:
    """The hour stands still, so that nothing else may differ."""
    world, roles = World(app, clock), {Role.MANAGER, Role.ADMINISTRATOR, Role.TRAINER}
    with app.app_context():
        staff = [person for person in db.session.scalars(select(Person)) if Role.LEARNER not in person.role_set]
        names = {person.email.partition("@")[0]: person.role_set for person in staff}
        reader = next(person.id for person in staff if Role.ADMINISTRATOR in person.role_set)
    assert roles <= set().union(*names.values())
    client = world.signed_in(reader)
    before = told(client)
    for name in names:
        as_(name)
    after = told(client)
    assert {address for address in before if before[address] != after[address]} == set()
    assert "55 personnes" in words_of(client.see("/pilotage/personnes"))


def test_an_administrator_of_the_command_line_is_counted_nowhere_and_reminded_of_nothing(app: Flask, as_: SignIn) -> None:
    """The first account of a site is nobody's learner."""
    address = "premiere@croisee.example"
    result = app.test_cli_runner().invoke(args=["accounts", "create", address, "--name", "Première Venue", "--role", "administrateur"])
    assert result.exit_code == 0, result.output
    with app.app_context(), writing() as session:
        accounts.set_password(session, session.scalars(select(Person).where(Person.email == address)).one(), hashed(PASSWORD))
    client = app.test_client()
    assert isinstance(client, StrictClient)
    sign_in(client, address)
    reader = as_("aurelie.dussart")
    assert "Première Venue" not in reader.get("/pilotage/personnes.csv").get_data(as_text=True)
    with app.app_context():
        now = app_clock.now()
        published = begin_report(db.session, now)
        mine = report_scope(db.session, SignedIn(0, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x"), day_of(now))
        report = PeopleReport(db.session, published, mine, ReportFilter(), now)
        assert report.count() == 55
        assert "Première Venue" not in {one.person.name for one in recipients_of(report)}, "a rule about everybody writes to those who are counted"
