"""An institution that answers as ProConnect does, and whose every answer a test may spoil. No network: the site's own asker is replaced by it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.identity.sign_in.openid import ProviderAnswer
from app.platform.settings.tables import Provider
from tests.record.world import Clock

ISSUER = "https://auth.agentconnect.example/api/v2"
PROVIDER = Provider(
    name="proconnect",
    issuer=ISSUER,
    client_id="croisee",
    client_secret="un-secret",
    kind="proconnect",
    algorithm="ES256",
    userinfo_algorithm="ES256",
    registration="agents",
)
NADEGE = {
    "sub": "nadege-chez-la-ville",
    "given_name": "Nadège",
    "usual_name": "Leroy",
    "email": "nadege.leroy@ville.example",
    "siret": "21930066200014",
    "organization_label": "Commune de Roubaix",
    "roles": ["agent_public", "agent_public_territorial"],
    "idp_id": "71144ab3-ee1a-4401-b7b3-79b44f7daeeb",
}


def _new(algorithm: str) -> Any:
    key = ECKey.generate_key("P-256") if algorithm.startswith("ES") else RSAKey.generate_key(2048)
    key.ensure_kid()
    return key


@dataclass
class Institution:
    """What it says of whoever signs in there, and how. Each `spoil` changes one thing of its answers."""

    told: Clock
    provider: Provider = PROVIDER
    who: dict[str, Any] = field(default_factory=lambda: dict(NADEGE))
    acr: str = "eidas1"
    amr: list[str] = field(default_factory=lambda: ["pwd"])
    key: Any = None
    published: list[Any] = field(default_factory=list)
    spoil_token: Callable[[dict[str, Any]], None] = lambda _claims: None
    spoil_info: Callable[[dict[str, Any]], None] = lambda _claims: None
    spoil_answer: Callable[[str, ProviderAnswer], ProviderAnswer] = lambda _address, answer: answer
    token_algorithm: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    posted: list[Mapping[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rotate()

    def rotate(self) -> None:
        """It signs with another key, which it publishes."""
        self.key = _new(self.provider.algorithm)
        self.published = [self.key]

    def sign_in(self, address: str) -> str:
        """The person signs in at `address`: the path where their browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) >= 32
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "until": str(self.told.moment.timestamp() + 60)}
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?code={code}&state={asked['state']}&iss={self.provider.issuer}"

    def __call__(self, address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> ProviderAnswer:
        return self.spoil_answer(address, self._answer(address, form, headers))

    def _answer(self, address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> ProviderAnswer:
        base = self.provider.issuer
        if address.endswith("/.well-known/openid-configuration"):
            names = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "userinfo_endpoint": "userinfo",
                "jwks_uri": "jwks",
                "end_session_endpoint": "session/end",
            }
            return _json({"issuer": base, **{name: f"{base}/{path}" for name, path in names.items()}})
        if address.endswith("/jwks"):
            return _json({"keys": [key.as_dict(private=False) for key in self.published]})
        if address.endswith("/token"):
            assert form is not None
            return self._tokens(form)
        assert address.endswith("/userinfo")
        claims = {**self.who, "iss": base, "aud": self.provider.client_id}
        self.spoil_info(claims)
        if not self.provider.userinfo_algorithm:
            return _json(claims)
        return ProviderAnswer(200, "application/jwt", self._signed(claims).encode())

    def _tokens(self, form: Mapping[str, str]) -> ProviderAnswer:
        self.posted.append(form)
        asked = self.codes.pop(form["code"], None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or float(asked["until"]) < self.told.moment.timestamp()
            or asked["code_challenge"] != digest
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return ProviderAnswer(400, "application/json", b'{"error": "invalid_grant"}')
        now = int(self.told.moment.timestamp())
        claims = {
            "iss": self.provider.issuer,
            "aud": self.provider.client_id,
            "sub": self.who["sub"],
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            "acr": self.acr,
            "amr": self.amr,
        }
        self.spoil_token(claims)
        return _json({"access_token": "un-acces", "token_type": "Bearer", "expires_in": 60, "id_token": self._signed(claims)})

    def _signed(self, claims: dict[str, Any]) -> str:
        algorithm = self.token_algorithm or self.provider.algorithm
        if algorithm == "none":
            parts = ({"alg": "none"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, claims, self.key, [algorithm])


def _json(value: dict[str, Any]) -> ProviderAnswer:
    return ProviderAnswer(200, "application/json", json.dumps(value).encode())
