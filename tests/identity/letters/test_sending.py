"""One way to write to a person: what all emails may say is filled, and what the person refused does not leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.identity import email_preferences
from app.identity.emails import send
from app.identity.models import Person
from app.platform.db import db
from app.platform.mail.emails import ANSWER, PUBLICATION_REFUSED
from app.platform.mail.outbox import EmailWording, OutgoingMail
from app.platform.mail.wordings import Email, Value, samples
from tests.identity.builders import NOW, stored_person
from tests.making import make_app, make_settings


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(make_settings(tmp_path / "instance", smtp_host="mail.example", site_url="https://croisee.example"))


def values_of(email: Email) -> dict[str, Value]:
    """What this email says of its own: the rest is the same for all."""
    return {name: value for name, value in samples(email).items() if name not in ("nom", "prénom", "nom du site", "site", "contact", "arrêt")}


def sent(app: Flask, email: Email, reply_to: str = "", wording: str = "", refused: str = "") -> OutgoingMail | None:
    number = stored_person(app)
    with app.app_context():
        if wording:
            db.session.add(EmailWording(name=email.key, subject="Autrement", text=wording, author_id=number, at=NOW))
        if refused:
            email_preferences.refuse(db.session, number, refused, NOW)
        queued = send(db.session, email, db.session.get_one(Person, number), values_of(email), NOW, reply_to=reply_to)
        row = db.session.scalar(select(OutgoingMail))
        assert queued is (row is not None)
        return row


def test_what_all_may_say_is_filled(app: Flask) -> None:
    row = sent(app, PUBLICATION_REFUSED, reply_to="rose@ville.example")
    assert row
    assert row.subject == "Croisée : publication programmée refusée"
    assert row.text.startswith("Bonjour Inès Carpentier,\n")
    assert row.text.endswith("Croisée\nhttps://croisee.example\n")
    assert (row.recipient, row.reply_to, row.unsubscribe) == ("inès.carpentier@croisee.example", "rose@ville.example", None)
    assert f'href="{values_of(PUBLICATION_REFUSED)["lien"]}"' in row.html


def test_one_that_may_be_refused_says_where_and_nobody_without_an_address_is_answered(app: Flask) -> None:
    row = sent(app, ANSWER, reply_to="sans-adresse.invalid")
    assert row
    assert row.unsubscribe
    assert row.unsubscribe.endswith("/arret/reponses")
    assert row.unsubscribe in row.text
    assert row.reply_to is None


def test_what_was_refused_does_not_leave(app: Flask) -> None:
    assert sent(app, ANSWER, refused="reponses") is None


def test_nothing_is_queued_where_no_mail_can_leave(tmp_path: Path) -> None:
    assert sent(make_app(make_settings(tmp_path / "other")), PUBLICATION_REFUSED) is None


@pytest.mark.parametrize(
    ("email", "subject"), [(ANSWER, "Autrement"), (PUBLICATION_REFUSED, "Croisée : publication programmée refusée")], ids=["one that it may", "another"]
)
def test_a_site_words_what_it_may(app: Flask, email: Email, subject: str) -> None:
    row = sent(app, email, wording="{réponse} [Arrêter]({arrêt})")
    assert row
    assert row.subject == subject
