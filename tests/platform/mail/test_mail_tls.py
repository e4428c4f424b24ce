"""Mail to a server that asks for encryption and a password, as real ones do: nothing travels in clear, nothing is lost when it refuses."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask

from app.platform.db import db
from app.platform.mail.delivery import trial
from app.platform.mail.outbox import Delivery, OutgoingMail
from tests.making import make_app, make_settings
from tests.platform.mail.mail import LETTER, NOW, send, waiting, write
from tests.platform.mail.mail_tls import CERTIFICATE
from tests.platform.mail.server import Server, listening

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")
GOOD = {"smtp_user": "croisee", "smtp_password": "le bon"}


@pytest.fixture
def strict() -> Iterator[tuple[Server, int]]:
    """A server that takes mail only once the exchange is encrypted and the identifier known."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"croisee", b"le bon"), handled=False)

    handler, context = Server(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with listening(handler, tls_context=context, require_starttls=True, authenticator=check, auth_required=True, auth_require_tls=True) as port:
        yield handler, port


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine knows who signs this server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def site(folder: Path, port: int, **changes: Any) -> Flask:
    return make_app(make_settings(folder, **{"smtp_host": "localhost", "smtp_port": port, "smtp_tls": True, "site_url": "https://croisee.example", **changes}))


@pytest.mark.usefixtures("trusted")
def test_encrypted_and_signed_in(strict: tuple[Server, int], tmp_path: Path) -> None:
    app = site(tmp_path / "site", strict[1], **GOOD)
    write(app, LETTER)
    assert send(app) == Delivery(sent=1)
    ((recipients, message),) = strict[0].taken
    assert (recipients, message["Subject"]) == ([LETTER.recipient], LETTER.subject)
    assert waiting(app) == []
    assert trial(app.config["CROISEE"]) == (
        True,
        f"Courriel : localhost:{strict[1]} accepte la connexion, le chiffrement, l’identifiant et le mot de passe.",
    )


REFUSALS = {
    "wrong password": ({"smtp_user": "croisee", "smtp_password": "le mauvais"}, "CROISEE_SMTP_PASSWORD"),
    "no encryption": ({"smtp_tls": False, **GOOD}, "CROISEE_SMTP_TLS"),
}


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("case", REFUSALS)
def test_what_the_server_refuses_waits_and_the_doctor_says_which_setting(strict: tuple[Server, int], tmp_path: Path, case: str) -> None:
    changes, setting = REFUSALS[case]
    app = site(tmp_path / "site", strict[1], **changes)
    write(app, LETTER)
    assert send(app) == Delivery(failed=1)
    assert strict[0].taken == []
    assert [row.recipient for row in waiting(app)] == [LETTER.recipient]
    good, said = trial(app.config["CROISEE"])
    assert not good
    assert setting in said


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(strict: tuple[Server, int], tmp_path: Path) -> None:
    """Neither the letter nor the password."""
    app = site(tmp_path / "site", strict[1], **GOOD)
    write(app, LETTER)
    assert send(app) == Delivery(failed=1)
    assert strict[0].taken == []
    good, said = trial(app.config["CROISEE"])
    assert not good
    assert "certificat" in said


@pytest.mark.usefixtures("trusted")
def test_a_server_that_offers_no_encryption_gets_nothing(tmp_path: Path) -> None:
    """Somebody on the way may have taken the offer out: the letter waits rather than travel in clear."""
    handler = Server()
    with listening(handler) as port:
        app = site(tmp_path / "site", port)
        write(app, LETTER)
        assert send(app) == Delivery(failed=1)
        assert handler.taken == []


def test_the_doctor_tries_the_mail_settings(strict: tuple[Server, int], tmp_path: Path) -> None:
    app = site(tmp_path / "site", strict[1], **GOOD)
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert f"localhost:{strict[1]}" in said
    assert "le bon" not in said


def test_an_answer_that_is_lost_on_the_way_doubles_no_letter_for_a_server_that_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server took the message, we never heard it: the second one bears the same Message-ID, by which mail servers know it."""
    handler = Server()
    with listening(handler) as port:
        app = site(tmp_path / "site", port, smtp_tls=False)
        write(app, LETTER)
        taken = Server.handle_DATA

        async def lost(self: Server, server: Any, session: Any, envelope: Any) -> str:
            await taken(self, server, session, envelope)
            server.transport.abort()
            return "250 OK"

        with monkeypatch.context() as patch:
            patch.setattr(Server, "handle_DATA", lost)
            assert send(app) == Delivery(failed=1)
        with app.app_context():
            later = db.session.query(OutgoingMail).one().not_before
        assert later > NOW
        assert send(app, later) == Delivery(sent=1)
    assert len(handler.taken) == 2
    assert len({message["Message-ID"] for _recipients, message in handler.taken}) == 1
