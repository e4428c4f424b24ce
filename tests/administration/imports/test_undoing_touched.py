"""What an undone import leaves: whatever somebody touched since, by name and with the reason, and what was there before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.acts import Erasure, PeopleImport
from app.content.store.queries import course
from app.identity import audit
from app.identity import services as accounts
from app.identity.hashing import hash_new_password
from app.identity.models import Person, Scope
from app.identity.rules import Role
from app.platform.db import db
from app.record import services as learning
from app.record.progress.models import CohortMember, Enrolment, LearningEvent
from tests.administration.imports.imports import upload
from tests.administration.imports.undoing import FILE, INES, LINES, ZOE, app, cohort, counted, imported, later, left
from tests.administration.people_pages import administrator, person, person_id, settled, stays
from tests.words import LEARNED_SINCE, LEARNING_LOG, MEMBERSHIP, UNDO_IMPORT

__all__ = ["app"]


def chose_a_password(number: int, _now: datetime) -> None:
    accounts.set_password(db.session, db.session.get_one(Person, number), hash_new_password("Une longue phrase de passe"))


def learnt(number: int, now: datetime) -> None:
    db.session.add(LearningEvent(person_id=number, element_id="un-a", event="viewed", at=now, idempotency_key=f"k{number}"))


def began(number: int, now: datetime) -> None:
    learning.record_view(db.session, course(db.session), number, "un-a", now)


def moved(number: int, now: datetime) -> None:
    accounts.join_territory(db.session, db.session.get_one(Person, number), "cite-lille-sud", now.date())
    audit.record(db.session, 1, "territory_joined", number, now, territoire="cite-lille-sud")


def closed(number: int, _now: datetime) -> None:
    accounts.set_active(db.session, db.session.get_one(Person, number), False)


def renamed(number: int, now: datetime) -> None:
    audit.record(db.session, 1, "details_changed", number, now)


def touch(app: Flask, address: str, what: Any) -> int:
    number = person_id(app, address)
    with app.app_context():
        applied = db.session.scalars(select(PeopleImport.applied_at)).one()
        assert applied is not None
        what(number, applied + timedelta(minutes=1))
        db.session.commit()
    return number


@pytest.mark.parametrize(("what", "words"), [
    (chose_a_password, "a choisi son mot de passe"), (learnt, LEARNING_LOG), (moved, MEMBERSHIP), (closed, "fermé"),
    (renamed, "corrigés"),
])  # fmt: skip
def test_an_opened_account_that_was_touched_stays_and_is_named(app: Flask, what: Any, words: str) -> None:
    client = imported(app, *LINES)
    zoe = touch(app, ZOE, what)
    client.see(client.page.form(UNDO_IMPORT)["action"].removesuffix("/defaire"))
    client.submit(UNDO_IMPORT)
    assert set(left(app)) == {zoe}
    assert words in left(app)[zoe]
    assert f"Zoé Petit : {left(app)[zoe]}" in client.page.text
    assert ("cite-lens", True) in stays(app, zoe)
    assert counted(app, Erasure) == 1, "Éric's account goes"
    with person(app, zoe) as row:
        assert row.name == "Zoé Petit"


def test_a_completed_account_whose_place_was_decided_since_stays(app: Flask) -> None:
    imported(app, *LINES)
    ines = touch(app, INES, moved)
    assert later(app)
    assert stays(app, ines) == [("cite-lille-sud", True), ("cite-lens", True)]
    assert MEMBERSHIP in left(app)[ines]


@pytest.mark.parametrize("what", [renamed, chose_a_password])
def test_what_does_not_concern_a_place_keeps_nobody_with_another_manager(app: Flask, what: Any) -> None:
    """Or whoever was handed over by mistake would stay so for having changed a password."""
    imported(app, *LINES)
    ines = touch(app, INES, what)
    assert later(app)
    assert stays(app, ines) == [("cite-lille-sud", True)]
    assert left(app) == {}


def test_who_learnt_in_the_path_of_the_cohort_keeps_it_and_leaves_the_territory(app: Flask) -> None:
    imported(app, *LINES)
    ines = touch(app, INES, learnt)
    assert later(app)
    assert stays(app, ines) == [("cite-lille-sud", True)]
    assert counted(app, CohortMember, CohortMember.person_id == ines) == 1
    assert counted(app, Enrolment, Enrolment.person_id == ines) == 1
    assert LEARNED_SINCE in left(app)[ines]


def test_who_is_no_learner_and_began_in_the_path_of_the_cohort_keeps_it(app: Flask) -> None:
    imported(app, *LINES, role=Role.TRAINER)
    assert counted(app, Enrolment, Enrolment.person_id == person_id(app, INES)) == 0
    ines = touch(app, INES, began)
    assert later(app)
    assert counted(app, CohortMember, CohortMember.person_id == ines) == 1
    assert counted(app, Enrolment, Enrolment.person_id == ines) == 1
    assert LEARNED_SINCE in left(app)[ines]


def test_what_was_there_before_stays_there(app: Flask) -> None:
    client = administrator(app)
    ines = settled(app, "Inès Carpentier", "cite-lille-sud", email=INES)
    number = cohort(app)
    with app.app_context():
        db.session.add(CohortMember(cohort_id=number, person_id=ines))
        accounts.set_roles(db.session, db.session.get_one(Person, ines), [Role.MANAGER])
        accounts.set_scope(db.session, db.session.get_one(Person, ines), ["cite-lille-sud"])
        db.session.commit()
    upload(client, FILE.format(f"Carpentier;{INES};;Lens;Automne").encode())
    client.submit("Importer 1")
    assert later(app)
    assert stays(app, ines) == [("cite-lille-sud", True)]
    assert (counted(app, CohortMember), counted(app, Scope)) == (1, 1)
