"""The list of people: who is found by what, in which order, and how it is read from a hundred thousand accounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from app.administration.accounts import queries
from app.administration.accounts.queries import AccountState, Filter
from app.administration.acts import REQUEST, Invitation
from app.administration.privacy import erasure
from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role, search_key
from app.identity.services import open_account, territory_tree
from app.platform.db import db
from app.platform.french import fold
from tests.administration.people_pages import administrator, manager, settled
from tests.identity.builders import NOW, create_person, stored_person

NAMES = ("Éloïse Martin", "Anne", "Anne-Marie Élan", "Anne Zola", "zoé bêta", "Œdipe 100% Roi")


@pytest.fixture
def network(any_app: Flask) -> Flask:
    for name in NAMES:
        stored_person(any_app, name=name)
    stored_person(any_app, name="Ada Min", roles=[Role.ADMINISTRATOR])
    return any_app


def listed(text: str = "", **wanted: str) -> list[str]:
    reader = open_account(db.session, db.session.scalars(select(Person.id).where(Person.name == "Ada Min")).one())
    assert reader is not None
    return [row.name for row in queries.people_page(db.session, reader, Filter(text, **wanted), 1, NOW).rows]


@pytest.mark.parametrize("text", ["eloise", "LOÏ", "martin éloïse", "anne", "an e", "eta", "croisee.example", "100%", "%", "_", "rose", "œdipe", "min\nada"])
def test_every_word_is_found_anywhere_in_the_name_or_the_address(network: Flask, text: str) -> None:
    with network.app_context():
        everybody = [(person.name, fold(f"{person.name} {person.email}")) for person in db.session.scalars(select(Person))]
        assert listed(text) == sorted((name for name, there in everybody if all(word in there for word in fold(text).split())), key=fold)


def test_the_key_follows_the_account(network: Flask) -> None:
    with network.app_context():
        person = db.session.scalars(select(Person).where(Person.name == "Anne")).one()
        person.name = "Béatrice"
        services.create_people(db.session, [services.NewPerson("Ürsula", "u@croisee.example")], NOW)
        db.session.flush()
        assert (listed("beatrice"), listed("ursula u@"), listed("anne")) == (["Béatrice"], ["Ürsula"], ["Anne Zola", "Anne-Marie Élan", "Béatrice"])
        erasure.erase(db.session, network.config["CROISEE"], person, actor_id=None, ground=REQUEST, now=NOW)
        assert listed("beatrice") == []
        assert db.session.scalar(select(Person.search_key).where(Person.id == person.id)) == ""


@given(st.lists(st.text("abé É-zœß ", min_size=1), max_size=6))
def test_people_are_sorted_by_their_name_alone(names: list[str]) -> None:
    names = [" ".join(name.split()) or "a" for name in names]
    assert sorted(names, key=lambda name: search_key(name, "a@b.example")) == sorted(names, key=fold)


def test_each_account_is_in_the_state_that_its_page_says(network: Flask) -> None:
    with network.app_context():
        for number, (name, changes) in enumerate({"Anne": {}, "Anne Zola": {"expires_at": NOW}, "Éloïse Martin": {"withdrawn_at": NOW}}.items()):
            person = db.session.scalars(select(Person).where(Person.name == name)).one()
            person.password = None
            row = {"mark": str(number), "sent_at": NOW, "expires_at": NOW.replace(year=NOW.year + 1), "by_mail": True, **changes}
            db.session.add(Invitation(person_id=person.id, **row))
        db.session.scalars(select(Person).where(Person.name == "zoé bêta")).one().active = False
        create_person(db.session, "Nouvelle Venue", password=False)
        db.session.flush()
        rows = queries.people_rows(db.session, territory_tree(db.session), NOW, [queries.NOT_ERASED], 50)
        for state in AccountState:
            assert listed(state=state.value) == [row.name for row in rows if row.state is state]
        assert {row.state for row in rows} == set(AccountState)
        assert listed(state="perdu") == listed(role="roi") == []


def test_pages_follow_each_other_whoever_reads(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left out nor shown twice."""
    administrator(any_app)
    manager(any_app, "departement-nord")
    near = {settled(any_app, f"{name} Près", "cite-lille-sud") for name in NAMES}
    settled(any_app, "Anne Loin", "cite-lens")
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    with any_app.app_context():
        everybody = sorted(db.session.scalars(select(Person)), key=lambda person: (person.search_key, person.id))
        kept: dict[Filter, Callable[[Person], bool]] = {
            Filter(): lambda _person: True,
            Filter("an"): lambda person: "an" in person.search_key,
            Filter(role=Role.LEARNER): lambda person: Role.LEARNER in person.role_set,
            Filter(state=AccountState.ACTIVE): lambda person: person.active and person.password is not None,
            Filter(territory="departement-nord"): lambda person: person.id in near,
            Filter("an", territory="departement-pas-de-calais"): lambda person: person.name == "Anne Loin",
        }
        for reader in (open_account(db.session, person.id) for person in everybody if person.role_set - {Role.LEARNER}):
            assert reader is not None
            for wanted, keeps in kept.items():
                expected = [person.id for person in everybody if keeps(person) and (Role.ADMINISTRATOR in reader.roles or person.id in near)]
                first = queries.people_page(db.session, reader, wanted, 1, NOW)
                pages = [queries.people_page(db.session, reader, wanted, number, NOW).rows for number in range(1, first.last + 1)]
                assert [row.id for rows in pages for row in rows] == expected
                assert first.total == len(expected)


def test_a_page_is_read_by_an_index(app: Flask) -> None:
    """Whatever the page: at a hundred thousand accounts, the whole table takes a tenth of a second to read."""
    stored_person(app, name="Ada Min", roles=[Role.ADMINISTRATOR])
    said: list[tuple[str, object]] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _connection, _cursor, statement, parameters, *_rest: said.append((statement, parameters)))
        listed("ada")
        people = [(statement, parameters) for statement, parameters in said if "search_key" in statement and "FROM person" in statement]
        for statement, parameters in people:
            plan = " ".join(row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
            assert "person USING" in plan
            assert "ix_person_search_key" in plan
            assert "TEMP B-TREE" not in plan
        assert len(people) == 2
