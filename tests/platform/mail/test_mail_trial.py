"""`flask doctor` on mail: a real exchange, and for each fault the sentence that says what to mend."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from app.platform.mail import delivery
from app.platform.mail.delivery import trial
from tests.bench.serving import free_port
from tests.making import make_settings
from tests.platform.mail.server import Server, listening


def settings(folder: Path, port: int, **changes: Any) -> Any:
    return make_settings(folder, **{"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": False, **changes})


@pytest.fixture
def guarded() -> Iterator[int]:
    """A server that knows one identifier."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"croisee", b"le bon"), handled=False)

    with listening(Server(), authenticator=check, auth_require_tls=False) as port:
        yield port


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_signing_in(guarded: int, tmp_path: Path) -> None:
    good, said = trial(settings(tmp_path, guarded, smtp_user="croisee", smtp_password="le bon"))
    assert good, said
    assert "l’identifiant et le mot de passe" in said
    good, said = trial(settings(tmp_path, guarded, smtp_user="croisee", smtp_password="le mauvais"))
    assert not good
    assert "CROISEE_SMTP_PASSWORD" in said
    assert "le mauvais" not in said


def test_encryption_asked_of_a_server_that_has_none(guarded: int, tmp_path: Path) -> None:
    good, said = trial(settings(tmp_path, guarded, smtp_tls=True))
    assert not good
    assert "STARTTLS" in said


def test_without_identifier(guarded: int, tmp_path: Path) -> None:
    assert trial(settings(tmp_path, guarded)) == (True, f"Courriel : 127.0.0.1:{guarded} accepte la connexion.")


def test_nobody_there(tmp_path: Path) -> None:
    good, said = trial(settings(tmp_path, free_port()))
    assert not good
    assert "rien n’écoute" in said


def test_a_name_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_options: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "create_connection", unknown)
    good, said = trial(settings(tmp_path, 25, smtp_host="nulle-part.invalid"))
    assert not good
    assert "n’existe pas" in said


@pytest.mark.parametrize(("greeting", "words"), [(b"554 go away\r\n", "refuse la connexion"), (b"", "coupe la connexion"), (None, "dix secondes")])
def test_a_server_that_is_not_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greeting: bytes | None, words: str) -> None:
    monkeypatch.setattr(delivery, "TRIAL_TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                if greeting is None:
                    done.wait(5)
                else:
                    connection.sendall(greeting)

        thread = threading.Thread(target=answer)
        thread.start()
        good, said = trial(settings(tmp_path, listener.getsockname()[1]))
        done.set()
        thread.join()
    assert not good
    assert words in said
