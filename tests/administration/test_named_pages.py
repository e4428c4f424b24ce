"""Whatever shows somebody's name or address to somebody else writes it in the access journal: every page and file of the URL map is opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.acts import Invitation, PeopleImport
from app.administration.privacy import journal
from app.assessment.models import AttemptRequest
from app.identity import audit
from app.identity.audit import SEEN
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from app.platform.web.endpoints import gathered
from app.record import enrolment
from app.record.progress.models import Cohort, CohortMember
from tests.administration.named_pages import last_row, noted, pages, read
from tests.administration.people_pages import administrator, settled
from tests.identity.builders import stored_person
from tests.record import courses
from tests.record.world import World
from tests.strict import StrictClient

NAME, ADDRESS = "Élodie Vasseur", "elodie.vasseur@ville-de-lens.example"
SHOW_HER = {
    "administration.people", "administration.person", "administration.roles", "administration.details", "cohorts.cohort", "cohorts.version",
    "imports.check", "invitation.show_link", "merging.choose", "merging.preview", "privacy.person_data", "privacy.person_data_json",
    "privacy.person_erasure", "privacy.confirm_person_erasure", "reporting.grid", "reporting.grid_csv", "reporting.grid_xlsx",
    "week.index", "calls.call", "reporting.person", "evidence.certificate", "evidence.follow_up", "site.acts_list", "site.outbox",
}  # fmt: skip
"""What must be seen to show her, so that this test does not pass for having opened nothing. There may be more."""


@pytest.fixture
def elodie(world: World) -> tuple[int, StrictClient]:
    """(a learner whom every list has a reason to show, somebody who may open everything)."""
    client = administrator(world.app)
    number = settled(world.app, NAME, "cite-lens", email=ADDRESS, password=None)
    now = world.clock.now()
    with world.app.app_context():
        from app.identity import services

        services.set_roles(db.session, db.session.get_one(Person, 1), list(Role))
        cohort = Cohort(name="Automne", path_id="acculturation", starts_on=now.date())
        db.session.add(cohort)
        db.session.flush()
        db.session.add_all([
            CohortMember(cohort_id=cohort.id, person_id=number),
            AttemptRequest(person_id=number, quiz_id="un-a-quiz", message="Encore une fois", asked_at=now),
            Invitation(person_id=number, inviter_id=1, mark="m", sent_at=now, expires_at=now + timedelta(days=9), by_mail=False),
            PeopleImport(id="x", actor_id=1, created_at=now, heads=["nom", "courriel"], columns=["nom", "courriel"], rows=[[2, [NAME, ADDRESS]]], verdicts=[]),
            OutgoingMail(recipient=ADDRESS, subject="Croisée", text="x", html="x", created_at=now, not_before=now + timedelta(days=1)),
        ])  # fmt: skip
        audit.record(db.session, 1, "invited", number, now)
        db.session.commit()
    world.do(enrolment.enrol, number)
    world.finish(number, "un-a")
    world.publish_together(courses.lesson("un-c"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    return number, client


def said_words(app: Flask, what: str) -> str:
    """How she reads it; empty where nobody thought of it."""
    return journal.WORDS.get(what) or (gathered.of(app)[what].names_people if what in gathered.of(app) else "")


@pytest.mark.proof
def test_what_shows_somebody_is_noted(world: World, elodie: tuple[int, StrictClient]) -> None:
    number, client = elodie
    other = stored_person(world.app, name="Élodie Vasseur-Bis")
    shown, missing = set(), []
    for rule, path in pages(world.app, number, other):
        before = last_row(world.app)
        response = client.get(path)
        text = read(response)
        if response.status_code != 200 or not (NAME in text or ADDRESS in text):
            continue
        shown.add(rule.endpoint)
        assert response.headers["Cache-Control"] == "no-store", f"{path}: no cache keeps what names somebody"
        written = noted(world.app, number, before)
        if not written or any(reader != 1 or not said_words(world.app, what) for reader, what in written):
            missing.append((path, written))
    assert missing == [], "call identity.access.seen before showing, and give its words: `names_people` on its view, or journal.WORDS"
    assert SHOW_HER - shown == set()


def test_a_head_and_a_filter_that_leaves_her_out_write_nothing(world: World, elodie: tuple[int, StrictClient]) -> None:
    number, client = elodie
    before = last_row(world.app)
    for path in ("/pilotage/personnes", "/pilotage/personnes.csv", "/pilotage/bilan", "/administration/personnes"):
        client.head(path)
    for query in ("territoire=cite-lille-sud", "etat=termine"):
        for kind in ("", ".csv", ".xlsx"):
            assert NAME not in read(client.get(f"/pilotage/personnes{kind}?{query}"))
    assert noted(world.app, number, before) == []
    for query in ("territoire=cite-lens", "etat=en-cours", "tri=avancement"):
        for kind in ("", ".csv", ".xlsx"):
            before = last_row(world.app)
            assert NAME in read(client.get(f"/pilotage/personnes{kind}?{query}"))
            assert len(noted(world.app, number, before)) == 1


def test_everybody_in_two_statements(app: Flask) -> None:
    from tests.identity.builders import NOW, create_person, statements

    with app.app_context():
        people = [create_person(db.session, f"Personne {n}", password=None).id for n in range(40)]
        db.session.commit()
        with statements(app) as sent:
            count = audit.note_access(db.session, people[0], people, "reporting.grid_csv", NOW)
        db.session.commit()
        assert (count, len(sent)) == (39, 2)
        assert set(db.session.scalars(select(SEEN.c.person_id))) == set(people[1:])


def test_a_page_that_names_nobody_else_takes_no_writers_turn(world: World, elodie: tuple[int, StrictClient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "writing", None)
    for path in ("/administration/personnes?q=xyzzy", "/administration/personnes/1"):
        assert elodie[1].get(path).status_code == 200


def test_what_cannot_be_noted_is_not_shown(world: World, elodie: tuple[int, StrictClient], monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def broken(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    monkeypatch.setattr(audit, "note_access", broken)
    for path in ("/pilotage/personnes", "/pilotage/personnes.csv", "/pilotage/personnes.xlsx", "/pilotage", "/administration/actes"):
        answer = elodie[1].get(path)
        assert answer.status_code == 503
        assert NAME not in answer.get_data(as_text=True)
