"""Whose account an institution's right answer opens: known, proved, invited, new where allowed; nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.administration.accounts import invitations
from app.identity import services
from app.identity.models import Membership, Person
from app.identity.rules import Role, Side
from app.identity.sign_in.institution_accounts import IdentityLink, place
from app.identity.sign_in.openid import Identity, may_register, patterns, side
from app.platform import clock
from app.platform.db import db
from tests.identity.builders import PASSWORD, SMALL, row, sign_in, signed_in, stored_person
from tests.identity.sign_in.factors.phone import another, set_up
from tests.identity.sign_in.institutions.institutions import ADDRESS, come
from tests.identity.sign_in.institutions.stub import ISSUER, NADEGE, PROVIDER, Institution
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import CONFIRM_IT_IS_YOU, NO_ACCOUNT_OF_NAME, SIGN_IN, SIGN_IN_BY_PROCONNECT, SIGN_IN_TO_ACCOUNT, SIGN_OUT


def links(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        return [(link.person_id, link.subject) for link in db.session.scalars(select(IdentityLink).order_by(IdentityLink.id))]


@pytest.mark.parametrize(("roles", "expected"), [
    (["agent_public", "agent_public_etat"], Side.ETAT),
    (["agent_public_territorial"], Side.COLLECTIVITE),
    (["agent_public_etat", "agent_public_territorial"], None),
    (["agent_public_hospitalier"], None),
    ([], None),
])  # fmt: skip
def test_the_employers_side_is_what_the_roles_say_if_they_say_one(roles: list[str], expected: Side | None) -> None:
    assert side(roles) is expected


@pytest.mark.parametrize(("registration", "domains", "email", "roles", "expected"), [
    ("", (), ADDRESS, ("agent_public",), False),
    ("agents", (), ADDRESS, ("agent_public",), True),
    ("agents", (), ADDRESS, (), False),
    ("agents", (), "", ("agent_public",), False),
    ("domaines", ("ville.example",), ADDRESS, (), True),
    ("domaines", ("ville.example",), "x@autre-ville.example", (), False),
])  # fmt: skip
def test_who_may_open_their_own_account(registration: str, domains: tuple[str, ...], email: str, roles: tuple[str, ...], expected: bool) -> None:
    who = Identity("proconnect", ISSUER, "x", email, "Nadège Leroy", roles=roles)
    assert may_register(replace(PROVIDER, registration=registration, domains=domains), who) is expected


def test_an_establishment_before_its_employer() -> None:
    assert patterns("21930066200014") == ("21930066200014", "219300662*")
    assert patterns("") == ()


def test_a_new_agent_has_an_account_a_side_and_a_territory(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    with app.app_context():
        services.sync_territories(db.session, SMALL)
        place(db.session, "219300662*", "cite-lens", clock.now())
        db.session.commit()
    page = client.see("/connexion")
    assert SIGN_IN_BY_PROCONNECT in page.text
    page = come(client, proconnect)
    assert page is not None
    assert page.h1 == "Mon compte"
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.name, person.email, person.side, person.role_set, person.password) == ("Nadège Leroy", ADDRESS, Side.COLLECTIVITE, {Role.LEARNER}, None)
        assert db.session.scalars(select(Membership.territory_id)).all() == ["cite-lens"]
    # the second time, what changed is kept, and nothing else is created
    proconnect.who["organization_label"] = "Ville de Roubaix"
    again = another(app)
    come(again, proconnect)
    assert signed_in(again)
    with app.app_context():
        assert db.session.scalars(select(IdentityLink.organisation)).all() == ["Ville de Roubaix"]
    # signing out here leads to signing out there
    again.see("/compte")
    page = again.submit(SIGN_OUT)
    assert page.link("Me déconnecter de ProConnect").startswith(f"{ISSUER}/session/end?id_token_hint=")
    assert not signed_in(again)
    assert again.get("/deconnexion/retour?state=x").status_code == 302


@pytest.mark.parametrize("changes", [{"userinfo_algorithm": ""}, {"algorithm": "RS256", "userinfo_algorithm": "RS256"}], ids=["json", "rs256"])
def test_each_way_of_answering(app: Flask, client: StrictClient, proconnect: Institution, changes: dict[str, str]) -> None:
    proconnect.provider = replace(PROVIDER, **changes)
    proconnect.rotate()
    app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(proconnect.provider,))
    come(client, proconnect)
    assert signed_in(client)
    assert proconnect.posted[0]["client_secret"] == "un-secret"


def test_the_site_may_prove_itself_by_a_key(app: Flask, client: StrictClient, proconnect: Institution, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "site.pem"
    path.write_bytes(proconnect.key.as_pem(private=True))
    app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(replace(PROVIDER, client_secret="", private_key_file=str(path)),))
    come(client, proconnect)
    assert signed_in(client)
    assert "client_secret" not in proconnect.posted[0]
    assert proconnect.posted[0]["client_assertion"].count(".") == 2


def test_new_keys_are_found(app: Flask, client: StrictClient, proconnect: Institution, told: Clock) -> None:
    come(client, proconnect)
    proconnect.rotate()
    told.pass_by(minutes=2)
    come(again := another(app), proconnect)
    assert signed_in(again)


def test_an_account_of_the_same_address_is_proved_first(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    number = stored_person(app, name="Nadège L.", email=ADDRESS)
    page = come(client, proconnect)
    assert page is not None
    assert page.h1 == "Ce compte est-il le vôtre ?"
    assert not signed_in(client)
    assert links(app) == []
    client.see(page.link(SIGN_IN_TO_ACCOUNT))
    assert client.submit(SIGN_IN, email=ADDRESS, password=PASSWORD).h1 == "Relier votre compte"
    assert "Commune de Roubaix" in client.page.text
    client.submit("Relier")
    assert links(app) == [(number, NADEGE["sub"])]
    come(again := another(app), proconnect)
    assert signed_in(again)
    assert row(app, number).side is None  # proposed to new accounts, imposed on none


def test_proving_another_account_links_nothing(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    stored_person(app, name="Nadège L.", email=ADDRESS)
    stored_person(app)
    come(client, proconnect)
    sign_in(client)
    client.see("/compte/rattachement")
    assert client.submit("Relier", status=422).text.count("n’est pas celle de ce compte")
    assert links(app) == []


def test_an_invited_person_comes_in_by_it(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    number = stored_person(app, name="Nadège L.", email=ADDRESS, password=None)
    proconnect.who["roles"] = []
    page = come(client, proconnect)
    assert page is not None
    assert "Ce compte est-il le vôtre" in page.h1  # nobody invited them
    with app.app_context():
        administrator = services.create_person(db.session, name="A B", email="a@b.example", now=clock.now(), roles=[Role.ADMINISTRATOR])
        person = db.session.get_one(Person, number)
        invitation = invitations.invite(db.session, app.config["CROISEE"], person, administrator.id, clock.now(), by_mail=False)
        path = "/invitation/" + invitations.link(app.config["CROISEE"], invitation).rpartition("/")[2]
        db.session.commit()
    way = client.see(path).link("ProConnect")
    assert "login_hint=nadege.leroy%40ville.example" in client.get(way).headers["Location"]
    come(client, proconnect, way)
    assert signed_in(client)
    assert links(app) == [(number, NADEGE["sub"])]


def test_after_a_change_of_employer_the_account_stays(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    come(client, proconnect)
    proconnect.who |= {"sub": "nadege-chez-l-etat", "email": "nadege.leroy@etat.example"}
    come(client, proconnect, "/compte/securite/institution/proconnect")
    assert [subject for _, subject in links(app)] == ["nadege-chez-la-ville", "nadege-chez-l-etat"]
    assert len({person for person, _ in links(app)}) == 1
    # the old one goes, with what it opened; the last way in stays
    client.see("/compte/securite")
    client.submit("Retirer ProConnect, Commune")
    client.see("/compte/securite")
    assert "seul moyen d’entrer" in client.submit("Retirer ProConnect").text


def test_an_identity_of_one_account_is_not_linked_to_another(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    come(another(app), proconnect)
    stored_person(app)
    sign_in(client)
    page = come(client, proconnect, "/compte/securite/institution/proconnect")
    assert page is not None
    assert "ouvre déjà un autre compte" in page.text
    assert len(links(app)) == 1


def test_who_is_not_an_agent_is_told_whom_to_ask(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    proconnect.who["roles"] = []
    page = come(client, proconnect)
    assert page is not None
    assert page.h1 == NO_ACCOUNT_OF_NAME
    assert "equipe@croisee.example" in page.text
    with app.app_context():
        assert db.session.scalars(select(Person)).all() == []


def test_a_closed_account_stays_closed(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    come(client, proconnect)
    with app.app_context():
        services.set_active(db.session, db.session.scalars(select(Person)).one(), False)
        db.session.commit()
    page = come(again := another(app), proconnect)
    assert page is not None
    assert "Votre compte est fermé" in page.text
    assert not signed_in(again)


@pytest.mark.parametrize(("acr", "amr", "opens"), [("eidas1", ["pwd"], False), ("eidas1-mfa", ["pwd", "otp", "mfa"], True), ("eidas2", ["hwk"], True)])
def test_their_second_factor_counts_here_and_its_lack_too(
    app: Flask, client: StrictClient, proconnect: Institution, told: Clock, acr: str, amr: list[str], opens: bool
) -> None:
    """A role that needs a factor, from its day on: shown there, or set up here; and whoever has one here shows it."""
    app.config["CROISEE"] = replace(app.config["CROISEE"], factor_from="2026-01-01")
    number = stored_person(app, name="Nadège L.", email=ADDRESS, roles=[Role.ADMINISTRATOR])
    with app.app_context():
        db.session.add(IdentityLink(person_id=number, provider="proconnect", issuer=ISSUER, subject=NADEGE["sub"], idp="", siret="", organisation="", roles=[], acr="", first_at=clock.now(), last_at=clock.now(), token=""))  # fmt: skip
        db.session.commit()
    proconnect.acr, proconnect.amr = acr, amr
    come(client, proconnect, follow=False)
    assert client.get("/administration").status_code == (200 if opens else 302)
    if opens:  # what is sensitive asks again: them, where nothing is held here
        told.pass_by(minutes=16)
        again = client.get(f"/administration/personnes/{number}/roles").headers["Location"]
        page = client.see(again)
        assert page.h1 == CONFIRM_IT_IS_YOU
        come(client, proconnect, page.link("ProConnect"), follow=False)
        client.see(f"/administration/personnes/{number}/roles")
    else:
        set_up(client, told)
        come(again := another(app), proconnect, follow=False)
        assert not signed_in(again)  # the factor set up here comes first


def test_an_unknown_establishment_waits_for_an_administrator(app: Flask, client: StrictClient, proconnect: Institution) -> None:
    with app.app_context():
        services.sync_territories(db.session, SMALL)
        db.session.commit()
    come(another(app), proconnect)
    stored_person(app, roles=[Role.ADMINISTRATOR])
    sign_in(client)
    page = client.see("/administration/etablissements")
    client.see(page.link("Commune de Roubaix").partition("#")[0])
    client.submit("Enregistrer", status=422, pattern="2193", territory="cite-lens")
    assert "1 personne sans territoire le rejoint" in client.submit("Enregistrer", pattern="219300662 *", territory="cite-lens").text
    assert "Aucun établissement n’attend" in client.page.text
    with app.app_context():
        assert db.session.scalars(select(Membership.territory_id)).all() == ["cite-lens"]
    client.submit("Retirer")
    assert "À placer" in client.page.text
