"""`[oidc.…]` of settings.toml: read whole, or refused with a sentence that says which line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.platform import settings
from app.platform.errors import SettingsError
from app.platform.settings import tables

GOOD = 'issuer = "https://i.example"\nclient_id = "croisee"\n'


def read(text: str, name: str = "ville") -> tuple[tables.Provider, ...]:
    return tables.read_providers(tomllib.loads(f"[oidc.{name}]\n{text}")["oidc"], "settings.toml")


def test_what_is_not_said_is_as_proconnect_has_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f'[oidc.proconnect]\n{GOOD}client_secret = "s"\nkind = "proconnect"\nacr_required = ["eidas2"]\n', encoding="utf-8")
    (one,) = settings.load({"CROISEE_INSTANCE": str(tmp_path)}).oidc
    assert (one.name, one.button, one.algorithm, one.method, one.secret) == ("proconnect", "ProConnect", "ES256", "client_secret_post", "s")
    assert one.acr_required == ("eidas2",)
    assert "siret" in one.scopes.split()


def test_a_secret_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("un-secret\n", encoding="utf-8")
    (one,) = read(f'{GOOD}client_secret_file = "{path}"')
    assert one.secret == "un-secret"


def test_a_picture_of_its_button_stands_in_the_page(tmp_path: Path) -> None:
    path = tmp_path / "bouton.svg"
    path.write_text("<svg/>", encoding="utf-8")
    (one,) = read(f'{GOOD}client_secret = "s"\npicture = "{path}"')
    assert one.picture_address == "data:image/svg+xml;base64,PHN2Zy8+"


@pytest.mark.parametrize(("text", "told"), [
    ("", "issuer"),
    ('issuer = "http://i.example"\nclient_id = "c"\nclient_secret = "s"', "https"),
    ('issuer = "https://i.example"\nclient_secret = "s"', "client_id"),
    (GOOD, "un seul des trois"),
    (f'{GOOD}client_secret = "s"\nprivate_key_file = "k"', "un seul des trois"),
    (f'{GOOD}private_key_file = "/nulle/part"', "lisible"),
    (f'{GOOD}client_secret = "s"\nalgorithm = "none"', "algorithm"),
    (f'{GOOD}client_secret = "s"\nalgorithm = "HS256"', "algorithm"),
    (f'{GOOD}client_secret = "s"\nuserinfo_algorithm = "none"', "userinfo_algorithm"),
    (f'{GOOD}client_secret = "s"\nscopes = "email"', "openid"),
    (f'{GOOD}client_secret = "s"\nregistration = "tous"', "registration"),
    (f'{GOOD}client_secret = "s"\nregistration = "domaines"', "domains"),
    (f'{GOOD}client_secret = "s"\npicture = "/nulle/part.svg"', "picture"),
    (f'{GOOD}client_secret = "s"\nclient_idd = "x"', "client_id"),
    (f"{GOOD}client_secret = 12", "texte"),
    (f'{GOOD}client_secret = "s"\ndomains = "ville.example"', "liste"),
])  # fmt: skip
def test_what_is_wrong_is_said(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(text)
    assert told in refused.value.message
    assert "[oidc.ville]" in refused.value.message


@pytest.mark.parametrize("name", ["verification", "cle", "Ville", "9ville"])
def test_a_name_that_is_no_address(name: str) -> None:
    with pytest.raises(SettingsError):
        read(f'{GOOD}client_secret = "s"', name)


def test_it_is_tables() -> None:
    with pytest.raises(SettingsError):
        tables.read_providers("oui", "settings.toml")
