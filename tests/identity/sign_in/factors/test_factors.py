"""The second factor: set up, asked for, asked for again, lost; nothing that opens without it. Time is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from app.identity.audit import AdministrativeAct
from app.identity.rules import Role, needs_factor
from app.identity.services import person_by_address
from app.identity.sign_in import second_factor
from app.identity.tries import LIMITS, RateLimits
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from app.platform.web.endpoints import gathered
from tests.identity.builders import copy_of, sign_in, signed_in, stored_person
from tests.identity.sign_in.factors.phone import VERIFY, Application, another, set_up
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import AUTHENTICATOR, CONFIRM_IT_IS_YOU, DRAW_CODES, REMOVE_AUTHENTICATOR, SAVE_AUTHENTICATOR, SIGN_IN_PAGE, TOO_MANY_TRIES


@pytest.fixture
def administers(app: Flask, client: StrictClient) -> int:
    number = stored_person(app, roles=[Role.ADMINISTRATOR])
    sign_in(client)
    return number


def required(app: Flask, since: str = "2026-01-01") -> None:
    app.config["CROISEE"] = replace(app.config["CROISEE"], factor_from=since)


# --- Rules ------------------------------------------------------------------------------------------------------------

DAY = date(2027, 2, 28)


@pytest.mark.parametrize(("role", "today", "since", "expected"), [
    (Role.LEARNER, DAY, DAY, False),
    (Role.ADMINISTRATOR, DAY, None, False),
    (Role.ADMINISTRATOR, DAY - timedelta(days=1), DAY, False),
    *((role, DAY, DAY, True) for role in (Role.ADMINISTRATOR, Role.TRAINER, Role.MANAGER)),
])  # fmt: skip
def test_of_whom_one_is_asked(role: Role, today: date, since: date | None, expected: bool) -> None:
    assert needs_factor([role, Role.LEARNER], today, since) is expected


@given(st.text(alphabet=second_factor.SIGNS, min_size=second_factor.CODE_LENGTH, max_size=second_factor.CODE_LENGTH))
def test_a_printed_code_may_be_typed_in_any_way(code: str) -> None:
    assert second_factor.code_digest(second_factor.spaced_code(code).upper().replace("-", " ")) == second_factor.code_digest(code)


def test_what_names_people_leaves_with_a_factor_that_was_just_shown(app: Flask) -> None:
    leaving = ("en fichier", "à imprimer", "Toutes vos données")
    leaves = {endpoint: said for endpoint, said in gathered.of(app).items() if any(words in said.names_people for words in leaving)}
    assert {"reporting.grid_csv", "invitation.show_link", "privacy.person_data"} <= leaves.keys()
    assert not {endpoint for endpoint, said in leaves.items() if not said.fresh_factor}


# --- An application ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ines")
def test_the_password_alone_opens_nothing_any_more(app: Flask, client: StrictClient, told: Clock) -> None:
    sign_in(client)
    before = copy_of(client)
    application, codes = set_up(client, told)
    assert len(codes) == second_factor.CODES
    assert not signed_in(before)  # opened without the factor
    assert client.see("/compte/securite").text.count(AUTHENTICATOR)
    client.see("/compte/sessions")

    other = another(app)
    assert sign_in(other, at="/connexion?next=/compte").h1 == SIGN_IN_PAGE
    assert not signed_in(other)
    page = other.see("/connexion/verification?next=/compte")
    assert other.submit("Continuer", status=422, code="000000").h1 == "Second facteur"
    assert "n’est pas le bon" in other.page.text
    half = copy_of(other)
    code = application.code()
    assert other.submit("Continuer", code=code).h1 == "Mon compte"
    # the same code, by whoever saw it over the shoulder
    half.see(VERIFY)
    half.submit("Continuer", status=422, code=code)
    assert not signed_in(half)
    # a printed one, once
    assert half.submit("Continuer", follow=False, code=codes[0].upper()).h1
    assert signed_in(half)
    third = another(app)
    sign_in(third)
    third.see(VERIFY)
    third.submit("Continuer", status=422, code=codes[0])
    assert page.h1 == "Second facteur"
    with app.app_context():
        acts = db.session.scalars(select(AdministrativeAct.act).order_by(AdministrativeAct.id)).all()
        assert acts == ["factor_added", "code_used"]


@pytest.mark.usefixtures("ines")
def test_between_password_and_factor_little_time_and_no_second_password(app: Flask, client: StrictClient, told: Clock) -> None:
    sign_in(client)
    set_up(client, told)
    late = another(app)
    sign_in(late)
    told.pass_by(minutes=11)
    assert late.get(VERIFY).headers["Location"].startswith("/connexion?")
    stranger = another(app)
    assert stranger.get(VERIFY).headers["Location"].startswith("/connexion?")


@pytest.mark.usefixtures("ines")
def test_guessing_at_six_digits_is_stopped(app: Flask, client: StrictClient, told: Clock) -> None:
    LIMITS.give(app, RateLimits(replace(app.config["CROISEE"], login_limit="2 per minute")))
    sign_in(client)
    application, _ = set_up(client, told)
    other = another(app)
    sign_in(other)
    other.see(VERIFY)
    for status in (422, 422, 429):
        other.submit("Continuer", status=status, code="123456")
    assert other.page.h1 == TOO_MANY_TRIES
    other.submit("Continuer", status=429, code=application.code())  # the right one must wait too


@pytest.mark.usefixtures("ines")
def test_wrong_codes_are_counted_in_the_base_too(app: Flask, client: StrictClient, told: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A printed code is looked for by taking it out: SQLite's turn must be given back before the count asks for it."""
    monkeypatch.setattr("app.platform.db.engines.BUSY_MILLISECONDS", 50)
    LIMITS.give(app, RateLimits(replace(app.config["CROISEE"], limits_storage="base://", login_limit="2 per minute")))
    with app.app_context():
        db.engine.dispose()
    sign_in(client)
    set_up(client, told)
    other = another(app)
    sign_in(other)
    fields = other.see(VERIFY).form("Continuer")["fields"]
    assert [other.post(VERIFY, data={**fields, "code": code}).status_code for code in ("abcd-efgh", "000000", "abcd-efgh")] == [422, 422, 429]
    assert other.post("/connexion/cle", data={**fields, "credential": "{}"}).status_code == 303


@pytest.mark.usefixtures("ines")
def test_a_wrong_first_code_keeps_the_picture_and_sets_nothing_up(client: StrictClient) -> None:
    sign_in(client)
    page = client.see("/compte/securite/application")
    secret = page.text_of(page.all("code")[0])
    page = client.submit(SAVE_AUTHENTICATOR, status=422, code="12345")
    assert secret == page.text_of(page.all("code")[0])
    assert "<svg" in page.html
    assert "Ajouter une application" in client.see("/compte/securite").text


def test_a_session_kept_after_its_factor_is_removed_opens_nothing(app: Flask, administers: int, client: StrictClient, told: Clock) -> None:
    set_up(client, told)
    kept = copy_of(client)
    client.see("/compte/securite")
    assert "L’application est retirée" in client.submit(REMOVE_AUTHENTICATOR).text
    assert not signed_in(kept)
    assert signed_in(client)
    assert sign_in(other := another(app)).h1
    assert signed_in(other)


def test_a_role_that_asks_for_one_keeps_one(app: Flask, administers: int, client: StrictClient, told: Clock) -> None:
    required(app)
    set_up(client, told)
    client.see("/compte/securite")
    assert "ajoutez-en un autre" in client.submit(REMOVE_AUTHENTICATOR).text
    assert AUTHENTICATOR in client.page.text


# --- Asked for from a day on ------------------------------------------------------------------------------------------


def test_from_its_day_on_nothing_else_opens_before_it_is_set_up(app: Flask, client: StrictClient, told: Clock) -> None:
    required(app)
    stored_person(app, roles=[Role.ADMINISTRATOR])
    sign_in(client)
    assert client.get("/administration").headers["Location"] == "/compte/securite"
    assert client.get("/compte/mes-donnees").headers["Location"] == "/compte/securite"
    assert "demande un second facteur" in client.see("/compte/securite").text
    assert client.see("/aide").h1
    set_up(client, told)
    assert client.see("/administration").h1 == "Administration"


# --- Asked for again --------------------------------------------------------------------------------------------------


def test_what_is_sensitive_asks_again_after_a_while(app: Flask, administers: int, client: StrictClient, told: Clock) -> None:
    number = stored_person(app, name="Paul Voisin")
    roles = f"/administration/personnes/{number}/roles"
    client.see(roles)  # without a factor, nothing more is asked
    application, _ = set_up(client, told)
    form = client.see(roles).form("Enregistrer")
    told.pass_by(minutes=16)
    sent = client.post(roles, data={**form["fields"], "roles": ["formateur"]})
    assert sent.headers["Location"] == f"/connexion/verification?next={roles}"
    assert "Ce que vous veniez d’envoyer n’est pas enregistré" in client.see(sent.headers["Location"]).text
    assert client.get(roles).headers["Location"] == f"/connexion/verification?next={roles}"
    client.see(f"{VERIFY}?next={roles}")
    assert client.page.h1 == CONFIRM_IT_IS_YOU
    client.submit("Continuer", status=422, code="123456")
    assert client.submit("Continuer", code=application.code()).h1.startswith("Rôles")
    assert client.get("/administration/personnes").status_code == 200


def test_an_old_session_makes_no_administrator(app: Flask, administers: int, client: StrictClient, told: Clock) -> None:
    application, _ = set_up(client, told)
    form = client.see("/administration/personnes/nouvelle").form("Ouvrir")
    told.pass_by(minutes=40)
    typed = {"name": "Autre Compte", "email": "autre.compte@croisee.example", "roles": ["administrateur"], "way": "print"}
    sent = client.post("/administration/personnes/nouvelle", data={**form["fields"], **typed})
    assert sent.headers["Location"].startswith("/connexion/verification")
    with app.app_context():
        assert person_by_address(db.session, "autre.compte@croisee.example") is None
    for path in ("/administration/import", f"/administration/personnes/{administers}/donnees", "/pilotage/personnes/impression", "/administration/reglages"):
        assert client.get(path).headers.get("Location", "").startswith("/connexion/verification"), path
    client.see(f"{VERIFY}?next=/administration/import")
    assert client.submit("Continuer", code=application.code()).h1.startswith("Importer")


@pytest.mark.usefixtures("ines")
def test_printed_codes_are_shown_once_and_pass_by_no_cookie(client: StrictClient, told: Clock) -> None:
    sign_in(client)
    _, codes = set_up(client, told)
    client.see("/compte/securite")
    page = client.submit(DRAW_CODES, status=200)
    drawn = [page.text_of(code) for code in page.all("code")]
    assert len(drawn) == len(codes) == second_factor.CODES
    assert not set(drawn) & set(codes)
    with client.session_transaction() as held:
        assert not any(code in repr(dict(held)) for code in (*codes, *drawn))
    for path in ("/compte", "/compte/securite"):
        assert not any(code in client.see(path).html for code in (*codes, *drawn))


# --- Lost -------------------------------------------------------------------------------------------------------------


def test_a_lost_factor_takes_two_administrators(app: Flask, administers: int, client: StrictClient, told: Clock) -> None:
    lost = stored_person(app, name="Paul Voisin")
    paul = another(app)
    sign_in(paul, "paul.voisin@croisee.example")
    application, _ = set_up(paul, told)
    page = f"/administration/personnes/{lost}/second-facteur"
    client.see(page)
    assert "Une autre personne" in client.submit("Signaler la perte").text
    form = client.page.form("Annuler")
    assert client.post(page, data={"csrf_token": form["fields"]["csrf_token"]}).status_code == 422  # not the same one twice
    stored_person(app, name="Une Autre", roles=[Role.ADMINISTRATOR])
    second = another(app)
    sign_in(second, "une.autre@croisee.example")
    second.see(page)
    second.submit("Confirmer")
    assert not signed_in(paul)
    sign_in(paul, "paul.voisin@croisee.example")
    assert signed_in(paul)
    with app.app_context():
        acts = db.session.execute(select(AdministrativeAct.act, AdministrativeAct.actor_id == administers).where(AdministrativeAct.subject_id == lost)).all()
    assert [tuple(row) for row in acts] == [("factor_added", False), ("factor_loss_reported", True), ("factor_removed", False), ("factors_dropped", False)]
    assert application


# --- Told -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ines")
def test_a_new_browser_is_told_by_mail_and_closed_alone(app: Flask, client: StrictClient) -> None:
    app.config["CROISEE"] = replace(app.config["CROISEE"], smtp_host="127.0.0.1", site_url="http://localhost", mail_from="a@croisee.example")
    sign_in(client)  # the first browser of all is no news
    other = another(app)
    other.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(other)
    with app.app_context():
        assert [subject.split(" : ")[1] for subject in db.session.scalars(select(OutgoingMail.subject))] == ["nouvelle connexion"]
    page = client.see("/compte/sessions")
    assert "Firefox sur Linux" in page.text
    client.submit("Fermer la session de Firefox")
    assert not signed_in(other)
    assert signed_in(client)


def test_the_codes_are_of_the_application_alone(told: Clock) -> None:
    first, second = Application("JBSWY3DPEHPK3PXP", told), Application("JBSWY3DPEHPK3PXQ", told)
    assert first.code() != second.code()
