"""Which letters one wants: a signed link, no sign-in, nothing leaked."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.identity import email_preferences
from app.identity.models import MailRefusal, Person
from app.identity.rules import Role
from app.identity.services import set_active
from app.learner.review.queries import LETTER
from app.platform import hooks
from app.platform.db import db
from app.platform.mail.emails import EMAILS
from app.record.everybody import NEWS
from tests.identity.builders import NOW, create_person, sign_in, stored_person
from tests.words import CHOICE_SAVED

WEEK = {"semaine", "notes", "revision", "rencontres", "nouvelles"}
"""What a learner chooses among for the letter of the week."""


def link_of(app: Flask, person_id: int) -> str:
    return "/courriels/" + email_preferences.make_token(app.config["CROISEE"].secret_key, person_id)


def wanted(app: Flask, person_id: int) -> set[str]:
    with app.app_context():
        return {kind for kind in email_preferences.KINDS if email_preferences.wants(db.session, person_id, kind)}


def test_by_the_link_without_sign_in(app: Flask) -> None:
    ines = stored_person(app)
    client = app.test_client()
    assert wanted(app, ines) == set(email_preferences.KINDS) - {"revision", "nouvelles"}, "these are sent to whoever asks for them"
    page = client.see(link_of(app, ines))
    assert "Inès" not in page.html
    assert "carpentier" not in page.html
    client.submit("Enregistrer", kind=["relance"])
    assert CHOICE_SAVED in client.page.text
    assert wanted(app, ines) == {"relance", "bilan"}
    client.submit("Enregistrer", kind=[*WEEK, "reponses", "relance", "enquetes", "publicité"])
    assert wanted(app, ines) == set(email_preferences.KINDS)
    client.submit("Enregistrer", kind=None)
    assert wanted(app, ines) == {"bilan"}, "what was not asked about stays as it is"


@pytest.mark.parametrize(
    ("roles", "kinds"),
    [
        ({Role.LEARNER}, {*WEEK, "relance", "reponses", "enquetes"}),
        ({Role.MANAGER}, {"semaine", "reponses", "enquetes", "bilan"}),
        ({Role.TRAINER, Role.LEARNER}, {*WEEK, "relance", "reponses", "enquetes"}),
        ({Role.ADMINISTRATOR}, {"reponses"}),
    ],
)
def test_only_the_letters_that_one_may_get_are_offered(app: Flask, roles: set[Role], kinds: set[str]) -> None:
    person = stored_person(app, roles=roles)
    page = app.test_client().see(link_of(app, person))
    assert {field.get("value") for field in page.all("input") if field.get("name") == "kind"} == kinds


def test_a_link_that_is_not_ours(app: Flask) -> None:
    ines, nobody = stored_person(app), 999
    client = app.test_client()
    good = link_of(app, ines)
    for bad in (
        good[:-1],
        good + "x",
        "/courriels/1",
        link_of(app, nobody),
        "/courriels/" + email_preferences.make_token("another-key-0123456789-0123456789", ines),
    ):
        if bad != good:
            client.see(bad, 404)
    with app.app_context():
        set_active(db.session, db.session.get_one(Person, ines), False)
        db.session.commit()
    client.see(good, 404)
    assert wanted(app, ines) == set(), "nothing is sent to a closed account"


def test_from_the_account(app: Flask) -> None:
    ines = stored_person(app)
    client = app.test_client()
    sign_in(client)
    assert client.get("/compte/courriels").headers["Location"] == link_of(app, ines)


def test_the_link_for_letters(app: Flask, session: Session) -> None:
    person = create_person(session)
    settings = app.config["CROISEE"]
    assert email_preferences.link(settings, person.id).startswith(f"http://127.0.0.1:{settings.port}/courriels/")


def test_an_unknown_kind_is_a_mistake_of_ours(session: Session) -> None:
    person = create_person(session)
    email_preferences.choose(session, person.id, ["bilan"], NOW)
    with pytest.raises(ValueError, match="rumeur"):
        email_preferences.wants(session, person.id, "rumeur")


def test_what_nothing_sends_is_not_offered_and_an_old_refusal_of_it_is_harmless(app: Flask) -> None:
    ines = stored_person(app)
    with app.app_context():
        db.session.add(MailRefusal(person_id=ines, kind="nouveautes", at=NOW))
        db.session.commit()
    sent = {email.kind for email in EMAILS if email.kind} | set(hooks.week_lines.of(app))
    assert wanted(app, ines) | {LETTER, NEWS} == set(email_preferences.KINDS) == sent
    client = app.test_client()
    client.see(link_of(app, ines))
    client.submit("Enregistrer", kind=["relance"])
    assert wanted(app, ines) == {"relance", "bilan"}
