"""Accounts: one address, one person; roles given exactly; closing and opening."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identity import services, sessions
from app.identity.models import Person, PersonRole
from app.identity.rules import Role, Side
from app.platform.db import db
from tests.identity.builders import NOW, SMALL, TODAY, create_person, sign_in, stored_person
from tests.words import CLOSE_OTHER_SESSIONS


@pytest.mark.parametrize("again", ["ines@croisee.example", "INES@Croisee.example", " ines@croisee.example "])
def test_an_address_has_one_account_whatever_the_case(session: Session, again: str) -> None:
    create_person(session, email="Ines@croisee.example")
    with pytest.raises(services.AddressTaken):
        create_person(session, name="Une Autre", email=again)


def test_the_database_refuses_what_two_requests_at_once_would_let_through(session: Session) -> None:
    create_person(session, email="ines@croisee.example")
    session.add(Person(name="Une Autre", email="ines@croisee.example", fs_uniquifier="other", created_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ines",
        "@croisee.example",
        "ines@",
        "ines@local",
        "i nes@croisee.example",
        "a@b.c\nBcc: x@y.z",
        "a<b>@c.d",
        "a@b.example, c@d.example",
        "x" * 251 + "@c.d",
        "p@@9@v.example",
        "p@9@v.example",
        "ines@@v.example",
        "ines@v.example.",
        "ines@.v.example",
        "ines@v..example",
        "ines..c@v.example",
        ".ines@v.example",
        "ines.@v.example",
    ],
)
def test_what_is_no_address_is_refused(session: Session, address: str) -> None:
    with pytest.raises(services.AddressInvalid):
        create_person(session, email=address)


def test_a_name_turns_no_letter_around(session: Session) -> None:
    """« \u202e » shows what follows backwards: in a list, or in the letter that invites."""
    typed = "  In\u202eès\u200b  Carpentier\u2066\n"
    assert create_person(session, name=typed, email="i.carpentier@v.example").name == "Inès Carpentier"
    numbers = services.create_people(session, [services.NewPerson(typed, "ines@v.example")], NOW)
    assert session.get_one(Person, numbers["ines@v.example"]).name == "Inès Carpentier"


def test_roles_are_given_exactly(session: Session) -> None:
    person = create_person(session, roles=[Role.LEARNER, Role.LEARNER, Role.TRAINER])
    assert person.role_set == {Role.LEARNER, Role.TRAINER}
    services.set_roles(session, person, [Role.MANAGER, Role.TRAINER])
    session.expire_all()
    assert session.get_one(Person, person.id).role_set == {Role.MANAGER, Role.TRAINER}
    services.set_roles(session, person, [])
    assert session.scalar(select(func.count()).select_from(PersonRole)) == 0


def test_the_signed_in_value_holds_what_pages_need(session: Session) -> None:
    person = create_person(session, roles=list(Role), side=Side.EDUCATION)
    found = services.signed_in(session, sessions.begin(session, person.id, NOW), NOW)
    assert found is not None
    assert (found.id, found.name, found.side, found.roles) == (person.id, "Inès Carpentier", Side.EDUCATION, frozenset(Role))
    nobody = create_person(session, name="Sans Role", roles=[])
    assert services.signed_in(session, sessions.begin(session, nobody.id, NOW), NOW).roles == frozenset()  # type: ignore[union-attr]
    assert services.signed_in(session, "unheard-of", NOW) is None


def test_closing_and_opening_an_account_both_draw_a_version(session: Session) -> None:
    person = create_person(session)
    first = person.fs_uniquifier
    mark = sessions.begin(session, person.id, NOW)
    services.set_active(session, person, False)
    second = person.fs_uniquifier
    assert services.signed_in(session, mark, NOW) is None
    services.set_active(session, person, True)
    assert services.signed_in(session, mark, NOW) is None
    assert len({first, second, person.fs_uniquifier}) == 3


@pytest.mark.parametrize("address", ["Ines@Croisee.example", "INÈS@croisee.example"])
def test_the_same_on_each_database(any_app: Flask, address: str) -> None:
    stored_person(any_app, email=address, roles=list(Role), side=Side.AUTRE)
    client = any_app.test_client()
    sign_in(client, address.upper())
    assert "suivre le cours, écrire le cours, accompagner des territoires, administrer le site" in client.see("/compte").text
    client.submit("Enregistrer", name="Inès Autrement", side="etat")
    client.submit(CLOSE_OTHER_SESSIONS)
    with any_app.app_context():
        services.sync_territories(db.session, SMALL)
        person = db.session.scalars(select(Person)).one()
        services.join_territory(db.session, person, "cite-lens", TODAY)
        services.leave_territory(db.session, person, "cite-lens", TODAY)
        services.join_territory(db.session, person, "cite-lens", TODAY)
        db.session.commit()
        assert (person.name, person.side, person.created_at) == ("Inès Autrement", Side.ETAT, NOW)
        assert services.sync_territories(db.session, SMALL) == services.TerritorySync()


def test_a_list_of_people_loads_their_roles_with_two_selects(session: Session) -> None:
    for number in range(5):
        create_person(session, name=f"Personne {number}", email=f"p{number}@croisee.example", password=None, roles=[Role.LEARNER, Role.TRAINER])
    session.expire_all()
    assert [row.roles for row in services.account_summaries(session)] == [(Role.LEARNER, Role.TRAINER)] * 5
