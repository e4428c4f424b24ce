"""Invitations: one way in, once, for the person alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.administration.accounts import invitations
from app.administration.acts import Invitation
from app.features import COMPLETE
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.platform import clock
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from tests.administration.people_pages import acts, administrator, person, person_id, stays
from tests.identity.builders import PASSWORD, sign_in, signed_in, stored_person
from tests.identity.sign_in.factors.phone import Key, asked
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import ADDRESS_TAKEN, OPEN_ACCOUNT, SIGN_IN, USE_A_PASSKEY

NADEGE = "nadege@ville.example"


@pytest.fixture
def mailing(tmp_path: Path) -> Flask:
    return make_app(make_settings(tmp_path / "mailing", smtp_host="127.0.0.1", site_url="https://croisee.example"))


def invite(client: StrictClient, **changes: object) -> None:
    client.see("/administration/personnes/nouvelle")
    client.submit(OPEN_ACCOUNT, **{"name": "Nadège Leroy", "email": NADEGE, "territory": "cite-lens", **changes})


def link_in_mail(app: Flask) -> str:
    with app.app_context():
        text = db.session.scalars(select(OutgoingMail.text).order_by(OutgoingMail.id.desc())).first() or ""
    return urlsplit(next(line for line in text.splitlines() if line.startswith("https://croisee.example/invitation/"))).path


def guest_link(app: Flask, number: int) -> str:
    with app.app_context():
        row = invitations.invitation_of(db.session, number)
        assert row is not None
        return urlsplit(invitations.link(app.config["CROISEE"], row)).path


def accept(client: StrictClient, path: str, **changes: object) -> None:
    client.see(path)
    client.submit("Entrer dans Croisée", **{"password": PASSWORD, "side": "etat", **changes})


def test_an_invited_person_chooses_a_password_and_a_side_and_nothing_else(mailing: Flask) -> None:
    invite(administrator(mailing))
    number = person_id(mailing, NADEGE)
    assert stays(mailing, number) == [("cite-lens", True)]
    guest = mailing.test_client()
    accept(guest, path := link_in_mail(mailing), listed="oui")  # asked for once, about a directory that never was
    assert signed_in(guest)
    with person(mailing, number) as row:
        assert (row.side, row.listed, row.role_set) == (Side.ETAT, False, {Role.LEARNER})
    again = mailing.test_client()
    sign_in(again, NADEGE)
    assert signed_in(again)
    assert mailing.test_client().see(path, 410).h1 == "Cette invitation ne sert plus"
    assert [act for act, _ in acts(mailing)] == ["account_created", "territory_joined", "invited", "invitation_accepted"]


def test_a_role_that_asks_for_a_factor_opens_nothing_else_before_it(mailing: Flask) -> None:
    mailing.config["CROISEE"] = replace(mailing.config["CROISEE"], factor_from="2026-01-01")
    stored_person(mailing, name="Ada", email="ada@croisee.example", roles=[Role.ADMINISTRATOR])
    number = stored_person(mailing, name="Nadège Leroy", email=NADEGE, password=None, roles=[Role.ADMINISTRATOR])
    with mailing.app_context():
        row = invitations.invite(db.session, mailing.config["CROISEE"], db.session.get_one(Person, number), None, clock.now(), by_mail=False)
        path = urlsplit(invitations.link(mailing.config["CROISEE"], row)).path
        db.session.commit()
    guest = mailing.test_client()
    guest.see(path)
    guest.submit("Entrer dans Croisée", follow=False, password=PASSWORD, side="")
    assert guest.get("/administration").headers["Location"] == "/compte/securite"
    guest.see("/compte/securite")


@pytest.mark.parametrize(
    ("ticked", "given"),
    [
        (None, {Role.LEARNER}),
        (["responsable"], {Role.MANAGER}),
        (["administrateur"], {Role.ADMINISTRATOR}),
        (["apprenant", "responsable"], {Role.LEARNER, Role.MANAGER}),
    ],
)
def test_nobody_is_made_a_learner_beside_another_role_without_a_tick(mailing: Flask, ticked: list[str] | None, given: set[Role]) -> None:
    """With or without a script: nothing is ticked beforehand, and whoever is given no role learns."""
    client = administrator(mailing)
    assert "roles" not in client.see("/administration/personnes/nouvelle").form(OPEN_ACCOUNT)["fields"]
    invite(client, roles=ticked)
    with person(mailing, person_id(mailing, NADEGE)) as row:
        assert row.role_set == given


def test_a_refused_answer_comes_back_as_it_was(mailing: Flask) -> None:
    invite(administrator(mailing))
    guest = mailing.test_client()
    guest.see(link_in_mail(mailing))
    page = guest.submit("Entrer dans Croisée", status=422, password="court", side="etat")
    assert page.form("Entrer")["fields"]["side"] == "etat"


def test_whoever_says_their_employer_reads_what_becomes_of_it(mailing: Flask) -> None:
    """What opens first, the reports, their files, other programs where the site lets any in: whatever reads the column."""
    invite(administrator(mailing))
    guest = mailing.test_client()
    told = [guest.see(link_in_mail(mailing)).text]
    guest.submit("Entrer dans Croisée", password=PASSWORD, side="")
    told.append(guest.see("/compte").text)
    for words in ("cours", "suivi", "fichier RH", "programmes"):
        assert all(words in text for text in told), words
    assert not any("rien d’autre" in text for text in told)
    mailing.config["CROISEE"] = replace(mailing.config["CROISEE"], features=f"{COMPLETE},-api")
    assert "programmes" not in guest.see("/compte").text


def test_a_key_opens_the_account_in_the_place_of_a_password(mailing: Flask) -> None:
    mailing.config["CROISEE"] = replace(mailing.config["CROISEE"], site_url="")  # the browser's own address then
    invite(administrator(mailing), way="print")
    number, key, guest = person_id(mailing, NADEGE), Key(), mailing.test_client()
    path = guest_link(mailing, number)
    guest.see(path)
    unlocked = key.create(asked(guest))
    guest.submit("Entrer par une clé", status=422, credential=unlocked.replace('"id"', '"id_"'))
    guest.see(path)
    page = guest.submit("Entrer par une clé", status=200, credential=key.create(asked(guest)))
    assert page.h1 == "Codes de secours"
    assert page.link("Mes codes sont rangés") == "/"
    assert signed_in(guest)
    with person(mailing, number) as row:
        assert row.password is None
    mailing.test_client().see(path, 410)
    alone = mailing.test_client()
    alone.see("/connexion")
    alone.submit(USE_A_PASSKEY, follow=False, credential=key.prove(asked(alone)))
    assert signed_in(alone)


def test_nothing_else_can_be_slipped_into_an_acceptance(mailing: Flask) -> None:
    invite(administrator(mailing))
    number = person_id(mailing, NADEGE)
    accept(mailing.test_client(), link_in_mail(mailing), roles="administrateur", email="pirate@x.example", active="", name="Pirate", person_id="1")
    with person(mailing, number) as row:
        assert (row.name, row.email, row.role_set, row.active) == ("Nadège Leroy", NADEGE, {Role.LEARNER}, True)


def test_a_link_sent_again_ends_the_first_and_a_withdrawn_one_serves_no_more(mailing: Flask) -> None:
    client = administrator(mailing)
    invite(client)
    first = link_in_mail(mailing)
    client.submit("Renvoyer l’invitation")
    second = link_in_mail(mailing)
    assert first != second
    mailing.test_client().see(first, 410)
    mailing.test_client().see(second)
    client.submit("Retirer l’invitation")
    mailing.test_client().see(second, 410)
    assert "Retirée" in client.page.text


@pytest.mark.parametrize("spoil", ["signature", "expired", "other site", "nobody", "closed"])
def test_links_that_open_nothing_all_read_alike(spoil: str, mailing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(administrator(mailing))
    number, path = person_id(mailing, NADEGE), link_in_mail(mailing)
    with mailing.app_context():
        row = db.session.scalars(select(Invitation)).one()
        secret = mailing.config["CROISEE"].secret_key
        if spoil == "signature":
            signed, _, signature = path.rpartition(".")
            path = f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
        if spoil == "other site":
            path = "/invitation/" + invitations.issue(
                "another key of another site, as long as ours", invitations.InvitationLink(row.id, row.mark, row.expires_at)
            )
        if spoil == "nobody":
            path = "/invitation/" + invitations.issue(secret, invitations.InvitationLink(999, row.mark, row.expires_at))
        if spoil == "closed":
            db.session.get_one(type(row), row.id)
            from app.identity import services
            from app.identity.models import Person

            services.set_active(db.session, db.session.get_one(Person, number), False)
            db.session.commit()
    if spoil == "expired":
        later = clock.now() + invitations.BY_MAIL + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
    over = mailing.test_client().see(path, 410)
    assert over.text == mailing.test_client().see("/invitation/nimporte-quoi", 410).text
    guest = mailing.test_client()
    guest.see("/connexion")
    token = guest.page.form(SIGN_IN)["fields"]["csrf_token"]
    refused = guest.post(path, data={"csrf_token": token, "password": PASSWORD, "side": ""})
    assert refused.status_code == 410
    with person(mailing, number) as person_row:
        assert person_row.password is None


def test_a_link_tells_nobody_who_has_an_account(mailing: Flask) -> None:
    """Forged, for nobody, or for somebody: one page, no hash, no letter; and none of it asks for an address."""
    invite(administrator(mailing))
    secret, later = mailing.config["CROISEE"].secret_key, clock.now() + timedelta(days=1)
    answers = set()
    for token in (
        "faux",
        invitations.issue(secret, invitations.InvitationLink(1, "another mark", later)),
        invitations.issue(secret, invitations.InvitationLink(999, "m", later)),
    ):
        page = mailing.test_client().see(f"/invitation/{token}", 410)
        answers.add(page.text)
        assert NADEGE not in page.html
        assert not [field for field in page.all("input") if field.get("name") == "email"]
    assert len(answers) == 1
    stranger = mailing.test_client()
    assert stranger.get("/administration/personnes/nouvelle").status_code == 302
    with mailing.app_context():
        assert db.session.query(OutgoingMail).count() == 1


def test_a_person_without_mail_gets_a_sheet(app: Flask) -> None:
    client = administrator(app)
    invite(client, email="", way="print")
    page = client.page
    assert page.h1 == "Invitation de Nadège Leroy"
    assert "nadege.leroy@sans-adresse.invalid" in page.text
    link = next(word for word in page.text.split() if "/invitation/" in word)
    accept(guest := app.test_client(), urlsplit(link).path)
    assert signed_in(guest)
    guest = app.test_client()
    sign_in(guest, "nadege.leroy@sans-adresse.invalid")
    assert signed_in(guest)
    client.see(f"/administration/personnes/{person_id(app, 'nadege.leroy@sans-adresse.invalid')}/lien", 404)


def test_no_letter_leaves_for_an_address_that_cannot_exist(mailing: Flask) -> None:
    invite(administrator(mailing), email="", way="print")
    with mailing.app_context():
        assert set(db.session.scalars(select(OutgoingMail.recipient))) <= {""}


def test_an_address_already_taken_is_said_next_to_the_field(app: Flask) -> None:
    client = administrator(app)
    stored_person(app, name="Nadège", email=NADEGE)
    client.see("/administration/personnes/nouvelle")
    page = client.submit(OPEN_ACCOUNT, status=422, name="Autre", email=NADEGE)
    assert ADDRESS_TAKEN in page.text
    assert page.form("Ouvrir")["fields"]["name"] == "Autre"
