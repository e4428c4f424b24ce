"""« Belongs on a day » is one condition: whatever the stays of people, past, present and to come, every reader of it agrees with a naive model."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.administration.accounts import queries as accounts_queries
from app.administration.accounts.queries import Filter
from app.content.store.queries import course
from app.identity import services
from app.identity.models import Membership, Person, Scope
from app.identity.rules import Role
from app.identity.services import open_account, territories_of, territory_tree
from app.identity.territories import belongs_to
from app.platform.db import db
from app.platform.french import PARIS
from app.record.figures import rows as figure_rows
from app.record.figures import store as stored_figures
from app.reporting.scope import in_scope, report_scope
from tests.identity.builders import SMALL, TODAY, create_person

PLACES = ("cite-lille-sud", "cite-lens")
WATCHED = PLACES[0]
Stay = tuple[str, int, int | None]
"""Territory, first day, first day no longer there; days counted from today."""


def stays() -> st.SearchStrategy[list[Stay]]:
    """At most one open stay a territory, as the database asks."""
    one = st.tuples(st.sampled_from(PLACES), st.integers(-3, 3), st.integers(0, 3) | st.none())
    started = one.map(lambda drawn: (drawn[0], drawn[1], None if drawn[2] is None else drawn[1] + drawn[2]))
    return st.lists(started, max_size=4, unique_by=lambda stay: (stay[0], stay[2] is None or stay))


def expected(mine: list[Stay], on: int) -> set[str]:
    return {place for place, start, end in mine if start <= on and (end is None or on < end)}


def test_every_reader_of_memberships_agrees(any_app: Flask) -> None:
    with any_app.app_context():
        services.sync_territories(db.session, SMALL)
        people = [create_person(db.session, name=name, password=None).id for name in ("Anna", "Bilal")]
        manager = create_person(db.session, name="Solène", password=None, roles=[Role.MANAGER])
        db.session.add(Scope(person_id=manager.id, territory_id=WATCHED))
        db.session.commit()

    @settings(max_examples=60)
    @given(st.tuples(stays(), stays()), st.integers(-3, 3))
    def agrees(drawn: tuple[list[Stay], list[Stay]], on: int) -> None:
        with any_app.app_context():
            _written(people, drawn)
            _compared(people, drawn, on, manager.id)

    agrees()


def _written(people: list[int], drawn: tuple[list[Stay], ...]) -> None:
    db.session.execute(delete(Membership))
    for person, mine in zip(people, drawn, strict=True):
        for place, start, end in mine:
            ended = None if end is None else TODAY + timedelta(days=end)
            db.session.add(Membership(person_id=person, territory_id=place, started_on=TODAY + timedelta(days=start), ended_on=ended))
    db.session.flush()


def _compared(people: list[int], drawn: tuple[list[Stay], ...], on: int, reader_id: int) -> None:
    day = TODAY + timedelta(days=on)
    model = {person: expected(mine, on) for person, mine in zip(people, drawn, strict=True)}
    there = {person for person, places in model.items() if WATCHED in places}
    reader = open_account(db.session, reader_id)
    assert reader is not None
    now = datetime.combine(day, time(9), PARIS)
    tree = territory_tree(db.session)

    assert {person: set(territories_of(db.session, person, day)) for person in people} == model
    rows = {row.id: set(row.territories) for row in accounts_queries.people_rows(db.session, tree, now, [], 50)}
    assert {person: rows[person] for person in people} == model
    listed = accounts_queries.people_page(db.session, reader, Filter(), 1, now)
    assert {row.id for row in listed.rows} == there
    assert {person for person in people if accounts_queries.still_visible(db.session, reader, person, day)} == there
    assert set(db.session.scalars(select(Person.id).where(belongs_to(Person.id, [WATCHED], day)))) == there
    assert set(db.session.scalars(select(Person.id).where(in_scope(report_scope(db.session, reader, day), Person.id)))) == there
    for row in figure_rows.rows(db.session, stored_figures.calculator(db.session, course(db.session)), people, now):
        assert (row["place"], row["several"]) == (min(model[row["person_id"]], default=""), len(model[row["person_id"]]) > 1)
