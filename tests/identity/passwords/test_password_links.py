"""Links that let somebody choose a password: by mail or by hand, once, for a time, and they tell nobody who has an account."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.identity import hashing, passwords, services, sessions
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db
from app.platform.mail import outbox
from app.platform.mail.outbox import OutgoingMail
from tests.identity.builders import NOW, PASSWORD, copy_of, row, sign_in, signed_in, statements, stored_person
from tests.identity.passwords.password_links import token_for
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import GET_LINK, SAVE_PASSWORD

INES, NOBODY, CLOSED = "inès.carpentier@croisee.example", "personne@croisee.example", "closed@croisee.example"
NEW = "une phrase toute neuve, et longue"


@pytest.fixture
def posted(tmp_path: Path) -> Flask:
    """An application that can send mail, Inès, and a closed account."""
    app = make_app(make_settings(tmp_path / "posted", smtp_host="127.0.0.1", site_url="https://croisee.example/"))
    stored_person(app)
    closed = stored_person(app, name="Ancien Collegue", email=CLOSED)
    with app.app_context():
        services.set_active(db.session, db.session.get_one(Person, closed), False)
        db.session.commit()
    return app


def ask(app: Flask, address: str) -> tuple[str, OutgoingMail]:
    """What the page answers, and the letter in the outbox."""
    client = app.test_client()
    client.see("/mot-de-passe-oublie")
    page = client.submit(GET_LINK, email=address)
    with app.app_context():
        return page.text, db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()  # type: ignore[return-value]


def link_in(letter: OutgoingMail) -> str:
    """The path of the link."""
    found = re.search(r"https://croisee\.example(/mot-de-passe-oublie/\S+)", letter.text)
    assert found
    return found[1]


def test_without_a_server_the_page_says_whom_to_ask(client: StrictClient) -> None:
    page = client.see("/mot-de-passe-oublie")
    assert "equipe@croisee.example" in page.text
    assert [*page.all("main")[0].iter("form")] == []


def test_a_server_without_a_public_address_is_not_enough(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path / "half", smtp_host="127.0.0.1"))
    assert [*app.test_client().see("/mot-de-passe-oublie").all("main")[0].iter("form")] == []


@pytest.fixture
def costly(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each call of what takes time besides the database: signing a token, rendering a letter, hashing a password, queueing mail."""
    calls: list[str] = []

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def count(*args: Any, **kwargs: Any) -> Any:
            calls.append(name)
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, count)

    for owner, name in ((passwords, "issue"), (outbox, "fill_wording"), (hashing, "hash_password"), (outbox, "queue")):
        counted(owner, name)
    return calls


def test_known_unknown_and_closed_get_the_same_words_and_the_same_work(posted: Flask, costly: list[str]) -> None:
    """The same page, the same SQL, the same signing and rendering, a letter as long: nobody can tell from an answer, nor from its time."""
    answers, lengths = set(), set()
    for address in (INES, NOBODY, CLOSED, "pas une adresse", "<script>@x.example"):
        client = posted.test_client()
        client.see("/mot-de-passe-oublie")
        costly.clear()
        with statements(posted) as sent:
            page = client.submit(GET_LINK, email=address)
        answers.add((page.text, tuple(sent), tuple(costly)))
        with posted.app_context():
            letter = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()
            assert letter
            lengths.add(len(letter.text + letter.html) // 100)
    assert len(answers) == 1
    text, _sent, work = answers.pop()
    assert "Si un compte porte cette adresse" in text
    assert work == ("issue", "fill_wording", "queue")
    assert max(lengths) - min(lengths) <= 1


def test_only_the_holder_of_an_open_account_is_written_to(posted: Flask) -> None:
    assert ask(posted, "  INÈS.carpentier@Croisee.example")[1].recipient == INES
    for address in (NOBODY, CLOSED):
        letter = ask(posted, address)[1]
        assert letter.recipient == ""
        assert address not in letter.text + letter.html


def test_the_letter_leads_to_the_page_and_the_new_password_works(posted: Flask) -> None:
    letter = ask(posted, INES)[1]
    assert letter.subject == "Croisée : choisir un nouveau mot de passe"
    assert "Bonjour Inès Carpentier" in letter.text
    assert link_in(letter) in letter.html
    client = posted.test_client()
    page = client.see(link_in(letter))
    assert [field.get("value") for field in page.all("input") if field.get("autocomplete") == "username"] == [INES]
    page = client.submit(SAVE_PASSWORD, password=NEW)
    assert "Votre mot de passe est enregistré. Sa force est très bonne" in page.text
    assert signed_in(client)
    other = posted.test_client()
    sign_in(other, password=NEW)
    assert signed_in(other)


def test_a_chosen_password_opens_a_session_as_signing_in_does(app: Flask, client: StrictClient) -> None:
    """One row, whose cookie and CSRF token were not there before; the page is where the person works."""
    number = stored_person(app, roles=[Role.ADMINISTRATOR])
    client.see(f"/mot-de-passe-oublie/{token_for(app, number, hours=1)}")
    with client.session_transaction() as held:
        held["planted"], before = "by whoever had this browser", held["csrf_token"]
    client.submit(SAVE_PASSWORD, follow=False, password=NEW)
    door = client.get("/").headers["Location"]
    assert door == "/administration"
    client.see(door)
    with client.session_transaction() as held:
        assert "planted" not in held
        assert held["csrf_token"] != before
    with app.app_context():
        assert [row.person_id for row in sessions.open_sessions(db.session, number, clock.now())] == [number]
    assert client.get_cookie(sessions.COOKIE)


def test_reading_a_link_opens_nothing(app: Flask, client: StrictClient) -> None:
    """Letters are read by machines too: a choice that is refused opens nothing either."""
    client.see(f"/mot-de-passe-oublie/{token_for(app, stored_person(app), hours=1)}")
    client.submit(SAVE_PASSWORD, status=422, password="court")
    assert not signed_in(client)


def test_whoever_was_signed_in_here_leaves_their_session(app: Flask, client: StrictClient) -> None:
    """Somebody else chooses a password in a browser that was left open: no copy of its cookie opens the first account any more."""
    stored_person(app)
    sign_in(client)
    left = copy_of(client)
    other = stored_person(app, name="Zoé Lens", email="zoe@croisee.example")
    client.see(f"/mot-de-passe-oublie/{token_for(app, other, hours=1)}")
    client.submit(SAVE_PASSWORD, password=NEW)
    assert "zoe@croisee.example" in client.see("/compte").text
    assert not signed_in(left)


def test_a_link_is_built_on_the_settings_whatever_host_a_request_claims(posted: Flask) -> None:
    client = posted.test_client()
    client.get("/mot-de-passe-oublie", headers={"Host": "evil.example"})
    fields = client.page.form(GET_LINK)["fields"]
    client.post("/mot-de-passe-oublie", data={**fields, "email": INES}, headers={"Host": "evil.example"})
    with posted.app_context():
        letter = db.session.query(OutgoingMail).one()
    assert "evil" not in letter.text + letter.html


def test_a_link_works_once_and_closes_every_session(app: Flask, client: StrictClient) -> None:
    number = stored_person(app)
    sign_in(client)
    path = f"/mot-de-passe-oublie/{token_for(app, number, hours=1)}"
    other = app.test_client()
    other.see(path)
    other.submit(SAVE_PASSWORD, password=NEW)
    assert client.get("/compte").status_code == 302
    assert other.see(path, 410).h1 == "Ce lien ne sert plus"


def test_a_weak_password_is_refused_and_the_link_still_works(app: Flask, client: StrictClient) -> None:
    number = stored_person(app, password=None)
    path = f"/mot-de-passe-oublie/{token_for(app, number, hours=1)}"
    client.see(path)
    page = client.submit(SAVE_PASSWORD, status=422, password="court")
    assert "Il faut 12 caractères" in page.text
    refused = next(field for field in page.all("input") if field.get("name") == "password")
    assert (refused.get("aria-invalid"), refused.get("aria-describedby").split()[-1]) == ("true", f"{refused.get('id')}-erreur")
    assert "se devine trop vite" in client.submit(SAVE_PASSWORD, status=422, password="sunshine dragon").text
    assert row(app, number).password is None
    client.submit(SAVE_PASSWORD, password=NEW)
    assert row(app, number).password


@pytest.mark.parametrize("end", [-1, -3600])
def test_a_link_expires(app: Flask, client: StrictClient, end: int) -> None:
    number = stored_person(app)
    path = f"/mot-de-passe-oublie/{token_for(app, number, seconds=end)}"
    page = client.see(path, 410)
    assert "equipe@croisee.example" in page.text


def test_a_link_expires_between_the_page_and_its_answer(app: Flask, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    number = stored_person(app)
    client.see(f"/mot-de-passe-oublie/{token_for(app, number, hours=1)}")
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.submit(SAVE_PASSWORD, status=410, password=NEW)
    sign_in(client, password=PASSWORD)


def test_a_link_to_a_closed_account_is_over(app: Flask, client: StrictClient) -> None:
    number = stored_person(app)
    token = token_for(app, number, hours=1)
    with app.app_context():
        db.session.get_one(Person, number).active = False
        db.session.commit()
    client.see(f"/mot-de-passe-oublie/{token}", 410)


def test_nobody_signs_a_token_with_another_key(app: Flask, client: StrictClient) -> None:
    number = stored_person(app)
    forged = passwords.issue("another key", number, row(app, number).fs_uniquifier, NOW + timedelta(days=900))
    client.see(f"/mot-de-passe-oublie/{forged}", 410)


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_no_text_is_a_token(text: str) -> None:
    assert passwords.holder("key", text, NOW) is None
    assert not passwords.matches("key", text, "version")


@given(st.integers(1, 2**40), st.text(min_size=1, max_size=40), st.integers(1, 10**7))
def test_a_token_names_its_holder_until_it_expires(person_id: int, version: str, seconds: int) -> None:
    token = passwords.issue("key", person_id, version, NOW + timedelta(seconds=seconds))
    assert passwords.holder("key", token, NOW) == person_id
    assert passwords.holder("key", token, NOW + timedelta(seconds=seconds)) is None
    assert passwords.matches("key", token, version)
    assert not passwords.matches("key", token, version + "'")
    assert passwords.holder("kez", token, NOW) is None
    assert version == "" or len(version) < 8 or version not in token
