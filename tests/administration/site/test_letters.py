"""Letters as those who administer see them: where each is, what to mend, and their words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.accounts import invitations
from app.identity.models import Person
from app.platform import clock
from app.platform.db import db
from app.platform.mail import delivery
from app.platform.mail.outbox import REFUSED, EmailWording, OutgoingMail
from tests.administration.people_pages import acts, administrator, person_id
from tests.identity.builders import stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import OPEN_ACCOUNT

WORDS = "550 5.1.1 no such user"


@pytest.fixture
def mailing(tmp_path: Path) -> Flask:
    return make_app(make_settings(tmp_path / "mailing", smtp_host="127.0.0.1", site_url="https://croisee.example"))


def invited(app: Flask, client: StrictClient, email: str = "nadege@vile.example") -> int:
    client.see("/administration/personnes/nouvelle")
    client.submit(OPEN_ACCOUNT, name="Nadège Leroy", email=email, way="mail")
    return person_id(app, email)


def change(app: Flask, **values: object) -> None:
    with app.app_context():
        for row in db.session.scalars(select(OutgoingMail)):
            for name, value in values.items():
                setattr(row, name, value)
        db.session.commit()


def test_a_persons_page_says_in_line_until_the_letter_left(mailing: Flask) -> None:
    client = administrator(mailing)
    page = client.see(f"/administration/personnes/{invited(mailing, client)}")
    assert "Courriel en file depuis le" in page.text
    assert "Partie par courriel" not in page.text
    with mailing.app_context():
        db.session.execute(OutgoingMail.__table__.delete())
        db.session.commit()
    assert "Partie par courriel le" in client.see(f"/administration/personnes/{person_id(mailing, 'nadege@vile.example')}").text


def test_a_refused_address_is_corrected_and_the_letter_leaves_again(mailing: Flask) -> None:
    client = administrator(mailing)
    number = invited(mailing, client)
    change(mailing, state=REFUSED, said=WORDS, attempts=1)
    with mailing.app_context():
        delivery.mark(db.session, "nadege@vile.example", WORDS, clock.now())
        db.session.commit()
    assert "1 courriel refusé ou abandonné" in client.see("/administration").text
    page = client.see("/administration/courriels")
    assert WORDS in page.text
    client.see(page.link("Corriger l’adresse"))
    page = client.submit("Enregistrer", email="nadege@ville.example")
    assert "refusé définitivement" in page.text
    assert "Cette adresse ne reçoit pas" not in page.text, "it was said of the other address"
    client.see("/administration/courriels")
    client.submit("Renvoyer")
    with mailing.app_context():
        (row,) = db.session.scalars(select(OutgoingMail))
        assert (row.recipient, row.state, row.attempts, row.said) == ("nadege@ville.example", "waiting", 0, "")
        link = next(line for line in row.text.splitlines() if line.startswith("https://croisee.example/invitation/"))
        assert invitations.holder(db.session, mailing.config["CROISEE"], link.rpartition("/")[2], clock.now()), "its link still serves"
    assert acts(mailing)[-1] == ("mail_retried", None)
    assert number


def test_what_waits_by_itself_is_not_mixed_with_what_waits_for_somebody(mailing: Flask) -> None:
    client = administrator(mailing)
    invited(mailing, client)
    change(mailing, attempts=2, said="450 busy", not_before=clock.now() + timedelta(hours=1))
    page = client.see("/administration/courriels")
    assert "1 courriel en file" in page.text
    assert "450 busy" in page.text
    assert "Renvoyer" not in page.text
    client.submit("Réessayer maintenant")


def test_the_words_of_a_letter_are_changed_tried_and_brought_back(mailing: Flask) -> None:
    client = administrator(mailing)
    client.see("/administration/modeles")
    client.see(client.page.link("Invitation"))
    typed = {"subject": "Bienvenue, {nom}", "text": "Bonjour {surnom}\n\n{{ 7 * 7 }}"}
    page = client.submit("Enregistrer", 422, act="save", **typed)
    for words in ("Ligne 1 : {surnom} n’existe pas", "Ligne 3", "Il manque {lien}"):
        assert words in page.text
    assert page.form("Enregistrer")["fields"]["text"].strip() == typed["text"], "nothing typed is lost"
    good = {"subject": "Bienvenue, {nom}", "text": "Bonjour {nom}\n\n[Entrer]({lien})"}
    assert "Bienvenue, Nadège Leroy" in client.submit("Enregistrer", 200, act="preview", **good).text
    client.submit("Enregistrer", 200, act="test", **good)
    with mailing.app_context():
        assert db.session.scalars(select(EmailWording)).all() == []
        row = db.session.scalars(select(OutgoingMail)).one()
        assert (row.recipient, row.subject) == ("ada.min@croisee.example", "[Essai] Bienvenue, Nadège Leroy")
    client.submit("Enregistrer", act="save", **good)
    invited(mailing, client)
    with mailing.app_context():
        row = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        assert row is not None
        assert row.subject == "Bienvenue, Nadège Leroy"
        assert "Entrer\u202f:\nhttps://croisee.example/invitation/" in row.text
    page = client.see("/administration/modeles/invitation")
    client.submit("Revenir au texte d’origine", act="original")
    assert "retour au texte d’origine" in client.page.text
    client.see("/administration/modeles/invitation" + client.page.link("reprendre ce texte").rpartition("invitation")[2])
    assert client.page.form("Enregistrer")["fields"]["subject"] == "Bienvenue, {nom}"
    assert ("wording_changed", None) in acts(mailing)
    client.see("/administration/modeles/rien", 404)


def test_the_original_brought_back_twice_is_written_once(mailing: Flask) -> None:
    client = administrator(mailing)
    client.see("/administration/modeles/invitation")
    client.submit("Enregistrer", act="save", subject="Bienvenue, {nom}", text="Bonjour {nom}\n\n[Entrer]({lien})")
    for _ in range(2):
        client.submit("Enregistrer", act="original")
    with mailing.app_context():
        assert [row.text != "" for row in db.session.scalars(select(EmailWording).order_by(EmailWording.id))] == [True, False]
    assert acts(mailing).count(("wording_changed", None)) == 2


def test_a_name_is_no_template(mailing: Flask) -> None:
    stored_person(mailing, name="{lien} [x]({lien}) {{ 7*7 }}", email="p@ville.example", password=None)
    with mailing.app_context():
        person = db.session.scalars(select(Person).where(Person.email == "p@ville.example")).one()
        invitations.invite(db.session, mailing.config["CROISEE"], person, None, clock.now(), by_mail=True)
        assert "Bonjour {lien} [x]({lien}) {{ 7*7 }}," in db.session.scalars(select(OutgoingMail.text)).one()
