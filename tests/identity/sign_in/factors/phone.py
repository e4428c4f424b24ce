"""What people hold in their hand: an application of codes, and a key, made and unlocked in Python."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from passlib.totp import TOTP
from webauthn.helpers import bytes_to_base64url

from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import SAVE_AUTHENTICATOR

VERIFY = "/connexion/verification"


def another(app: Flask) -> StrictClient:
    client = app.test_client()
    assert isinstance(client, StrictClient)
    return client


class Application:
    """Its codes. Each one asked for is of a step that was not asked for yet."""

    def __init__(self, secret: str, told: Clock) -> None:
        self.totp, self.told = TOTP(key=secret.replace(" ", ""), format="base32"), told

    def code(self) -> str:
        self.told.pass_by(seconds=30)
        return str(self.totp.generate(int(self.told.moment.timestamp())).token)


def set_up(client: StrictClient, told: Clock) -> tuple[Application, list[str]]:
    """On the page, as a person does: the application, and the printed codes if these are the first."""
    page = client.see("/compte/securite/application")
    application = Application(page.text_of(page.all("code")[0]), told)
    page = client.submit(SAVE_AUTHENTICATOR, status=200, code=application.code())
    return application, [page.text_of(code) for code in page.all("code")]


class Key:
    """An authenticator with a P-256 key, and its holder's finger on it."""

    def __init__(self, origin: str = "http://localhost", host: str = "localhost") -> None:
        self.private, self.id, self.count = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16), 0
        self.origin, self.host = origin, host

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        self.count += 1
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + more

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.id)
        told = {field: bytes_to_base64url(value) for field, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told, "clientExtensionResults": {}})

    def create(self, options: str) -> str:
        numbers = self.private.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = self._data(0x45, bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=self._client("create", json.loads(options)), attestationObject=attestation)

    def prove(self, options: str, *, unlocked: bool = True) -> str:
        client, data = self._client("get", json.loads(options)), self._data(0x05 if unlocked else 0x01)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)


def asked(client: StrictClient) -> str:
    """What the present page asks of a key."""
    return str(next(form.get("data-options") for form in client.page.all("form") if form.get("data-options")))
