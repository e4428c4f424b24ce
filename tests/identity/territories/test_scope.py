"""Who may see whom, everywhere: the one predicate, and each page that asks it, against a naive model of trees, stays, cohorts and readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, insert, select

from app.administration.accounts import queries as accounts_queries
from app.administration.accounts.queries import Filter
from app.identity.models import Membership, Person, PersonRole, Scope, Territory
from app.identity.rules import Level, Role
from app.identity.services import open_account, scope_of_reader, territory_tree
from app.identity.territories import belongs_to, visible
from app.platform.db import db
from app.platform.french import PARIS
from app.record.figures import store as stored_figures
from app.record.progress.models import Cohort, CohortMember, PersonFigures
from app.reporting import selection
from app.reporting.scope import in_scope, report_scope
from app.reporting.selection import ReportFilter
from tests import builders
from tests.identity.builders import TODAY

COHORTS = (1, 2)
READER = 100
PEOPLE = range(1, 6)


@dataclass(frozen=True)
class Stay:
    """Days counted from today; the last is the first when the person no longer belongs there."""

    territory: int
    first: int
    last: int | None

    def covers(self, day: int) -> bool:
        return self.first <= day and (self.last is None or day < self.last)


@dataclass(frozen=True)
class Drawn:
    """A tree by each node's parent, where people belong and learn, and a reader."""

    parents: tuple[int | None, ...]
    stays: tuple[tuple[Stay, ...], ...]
    learns: tuple[frozenset[int], ...]
    roles: frozenset[Role]
    given: frozenset[int]
    trains: frozenset[int]
    day: int

    def above(self, node: int | None) -> set[int]:
        return set() if node is None else {node, *self.above(self.parents[node])}

    def belongs(self, person: int, nodes: frozenset[int]) -> bool:
        return any(stay.covers(self.day) and self.above(stay.territory) & nodes for stay in self.stays[person])

    def manages(self, person: int) -> bool:
        return Role.ADMINISTRATOR in self.roles or (Role.MANAGER in self.roles and self.belongs(person, self.given))

    def reports_on(self, person: int) -> bool:
        return self.manages(person) or (Role.TRAINER in self.roles and bool(self.trains & self.learns[person]))


def stays(nodes: int) -> st.SearchStrategy[tuple[Stay, ...]]:
    """At most one open stay a territory, as the database asks."""
    stay = st.tuples(st.integers(0, nodes - 1), st.integers(-2, 2), st.none() | st.integers(0, 3))
    dated = stay.map(lambda drawn: Stay(drawn[0], drawn[1], None if drawn[2] is None else drawn[1] + drawn[2]))
    return st.lists(dated, max_size=3, unique_by=lambda one: (one.territory, one.last is None or one)).map(tuple)


@st.composite
def drawn_sites(draw: st.DrawFn) -> Drawn:
    count = draw(st.integers(1, 7))
    nodes, cohorts = st.integers(0, count - 1), st.frozensets(st.sampled_from(COHORTS))
    return Drawn(
        parents=(None, *(draw(st.none() | st.integers(0, node - 1)) for node in range(1, count))),
        stays=tuple(draw(stays(count)) for _ in PEOPLE),
        learns=tuple(draw(cohorts) for _ in PEOPLE),
        roles=draw(st.frozensets(st.sampled_from(Role), min_size=1)),
        given=draw(st.frozensets(nodes, max_size=3)),
        trains=draw(cohorts),
        day=draw(st.integers(-2, 2)),
    )


@pytest.mark.proof
def test_every_page_shows_whom_a_naive_model_shows(any_app: Flask, request: pytest.FixtureRequest) -> None:
    examples = 20 if "postgres" in request.node.callspec.id else 60

    @settings(max_examples=examples)
    @given(drawn_sites())
    def agrees(site: Drawn) -> None:
        with any_app.app_context():
            write(site)
            compare(site)
            db.session.rollback()

    agrees()


def write(site: Drawn) -> None:
    opened = datetime.combine(TODAY - timedelta(days=30), time(9), PARIS)
    for node, parent in enumerate(site.parents):
        db.session.execute(insert(Territory).values(id=f"t{node}", level=Level.CITE, name=f"T{node}", parent_id=None if parent is None else f"t{parent}"))
    db.session.execute(insert(Cohort), [{"id": number, "name": str(number), "path_id": "cours", "starts_on": TODAY} for number in COHORTS])
    for number in (*PEOPLE, READER):
        person = Person(id=number, name=f"P{number}", email=f"p{number}@v.example", fs_uniquifier=str(number), created_at=opened)
        person.roles = [PersonRole(name=role) for role in (sorted(site.roles) if number == READER else [Role.LEARNER])]
        db.session.add(person)
    db.session.flush()
    db.session.add_all(Scope(person_id=READER, territory_id=f"t{node}") for node in site.given)
    db.session.add_all(CohortMember(cohort_id=cohort, person_id=READER, trainer=True) for cohort in site.trains)
    for number, own, learns in zip(PEOPLE, site.stays, site.learns, strict=True):
        for stay in own:
            ended = None if stay.last is None else TODAY + timedelta(days=stay.last)
            started = TODAY + timedelta(days=stay.first)
            db.session.add(Membership(person_id=number, territory_id=f"t{stay.territory}", started_on=started, ended_on=ended))
        db.session.add_all(CohortMember(cohort_id=cohort, person_id=number) for cohort in learns)
    db.session.flush()


def compare(site: Drawn) -> None:
    on = TODAY + timedelta(days=site.day)
    now = datetime.combine(on, time(9), PARIS)
    tree, reader = territory_tree(db.session), open_account(db.session, READER)
    assert reader is not None
    scope, reports = scope_of_reader(db.session, reader, tree, on), report_scope(db.session, reader, on)
    managed = {number for place, number in enumerate(PEOPLE) if site.manages(place)}
    reported = {number for place, number in enumerate(PEOPLE) if site.reports_on(place)}

    # the predicate, on any column that holds a person's number
    assert people(Person.id, visible(scope, Person.id)) == managed
    assert people(CohortMember.person_id, visible(scope, CohortMember.person_id)) == managed & {
        number for number, learns in zip(PEOPLE, site.learns, strict=True) if learns
    }
    # administration: the list, one person
    page = accounts_queries.people_page(db.session, reader, Filter(), 1, now)
    assert {row.id for row in page.rows} - {READER} == managed
    assert len(page.rows) == page.total
    assert {number for number in PEOPLE if accounts_queries.still_visible(db.session, reader, number, on)} == managed
    # reports: one person, and everybody by the stored figures
    assert people(Person.id, in_scope(reports, Person.id)) == reported
    stored_figures.settle(db.session, builders.course(), now)
    assert people(PersonFigures.person_id, *selection.conditions(reports, ReportFilter(), now)) == reported
    # a filter by territory, by memberships and by the stored figures
    below = frozenset({0})
    inside = {number for place, number in enumerate(PEOPLE) if site.belongs(place, below)}
    assert people(Person.id, belongs_to(Person.id, tree.under(["t0"]), on)) == inside
    if "t0" in (reports.territories or tree.nodes):
        assert people(PersonFigures.person_id, *selection.conditions(reports, ReportFilter(territory="t0"), now)) == inside & reported


def people(column: object, *conditions: ColumnElement[bool]) -> set[int]:
    return set(db.session.scalars(select(column).where(*conditions))) - {READER}  # type: ignore[call-overload]
