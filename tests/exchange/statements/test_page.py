"""`/administration/traces`, and stores as an operator declares them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.exchange.statements.queries import LrsParked
from app.identity.audit import AdministrativeAct
from app.platform import settings
from app.platform.db import db, writing
from app.platform.errors import SettingsError
from app.platform.settings import tables
from tests.administration.people_pages import administrator
from tests.exchange.statements.ledger import Site, a_site
from tests.record.world import words_of
from tests.strict import StrictClient

PAGE = "/administration/traces"


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    with a_site(app) as made:
        yield made


@pytest.fixture
def admin(site: Site) -> StrictClient:
    return administrator(site.app)


def told(admin: StrictClient) -> str:
    return words_of(admin.see(PAGE))


def test_without_a_store_or_an_address_it_says_what_is_missing(site: Site, admin: StrictClient) -> None:
    site.declare()
    assert "[lrs.nom]" in told(admin)
    site.app.config["CROISEE"] = replace(site.app.config["CROISEE"], site_url="", lrs=(site.store.lrs(),))
    assert "CROISEE_SITE_URL" in told(admin)


def test_it_says_what_left_waits_or_is_refused_and_has_it_sent_again(site: Site, admin: StrictClient) -> None:
    assert "depuis le début" in told(admin)
    site.declare(site.store.lrs(since="2026-09-01"))
    site.write("une", "deux")
    assert "depuis le 1er septembre 2026" in told(admin)
    assert "Rien n’a encore été envoyé. 2 attendent" in told(admin)
    site.store.refused = {"deux"}
    site.send()
    page = told(admin)
    assert "À jour. 1 trace envoyée" in page
    assert "1 trace refusée par l’entrepôt attend" in page
    assert 'Réponse 400. {"detail": "Statement invalid"}' in page
    site.store.answer, site.store.refused = 503, set()
    site.write("trois")
    site.send(minutes=2)
    page = told(admin)
    assert "Sans réponse, nouvel essai prévu." in page
    assert "Réponse 503. Le serveur se repose." in page
    site.store.answer = 200
    admin.submit("Renvoyer ce qui est refusé (region)")
    site.send(days=30)
    assert site.there() == ["une", "deux", "trois"]
    with site.app.app_context():
        assert db.session.scalars(select(AdministrativeAct.details).where(AdministrativeAct.act == "lrs_again")).one() == {"entrepôt": "region"}


def test_it_is_paused_and_taken_up_again(site: Site, admin: StrictClient) -> None:
    told(admin)
    admin.submit("Suspendre l’envoi (region)")
    assert "Suspendu." in told(admin)
    site.write("une")
    site.send(days=30)
    assert site.there() == []
    with site.app.app_context(), writing() as session:
        session.add(LrsParked(name="region", event_id=1, said="Réponse 400.", at=site.now))
    assert "Renvoyer" not in told(admin), "it would not leave"
    admin.submit("Reprendre l’envoi (region)")
    site.send(days=30)
    assert site.there() == ["une"]


def test_an_unknown_store_does_not_exist(site: Site, admin: StrictClient) -> None:
    token = admin.see(PAGE).form("Suspendre")["fields"]["csrf_token"]
    for verb in ("renvoyer", "marche"):
        assert admin.post(f"{PAGE}/autre/{verb}", data={"csrf_token": token}).status_code == 404


# --- settings.toml ------------------------------------------------------------------------------------------------------

GOOD = 'address = "https://lrs.region.example/xapi"\nkey = "croisee"\n'


def read(text: str) -> tables.Lrs:
    return tables.read_lrs_stores(tomllib.loads(f"[lrs.region]\n{text}")["lrs"], "settings.toml")[0]


def test_a_store_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("un-secret\n", encoding="utf-8")
    (tmp_path / "settings.toml").write_text(f'[lrs.region]\n{GOOD}secret_file = "{tmp_path / "secret"}"\nsince = "2026-09-01"\n', encoding="utf-8")
    (one,) = settings.load({"CROISEE_INSTANCE": str(tmp_path)}).lrs
    assert (one.title, one.password, one.begins and one.begins.isoformat()) == ("region", "un-secret", "2026-09-01T00:00:00+02:00")


@pytest.mark.parametrize(("text", "said"), [
    ("", "address doit être"),
    ('address = "http://lrs.example"\nkey = "k"\nsecret = "s"', "https://"),
    ('address = "http://10.0.0.1/xapi"\nkey = "k"\nsecret = "s"', "https://"),
    ('address = "file:///etc/passwd"\nkey = "k"\nsecret = "s"', "https://"),
    ('address = "https://[::1"\nkey = "k"\nsecret = "s"', "https://"),
    ('address = "https://qui@lrs.example"\nkey = "k"\nsecret = "s"', "nom de compte"),
    ('address = "https://lrs.example?x=1"\nkey = "k"\nsecret = "s"', "« ? »"),
    ('address = "https://lrs.example/statements/"\nkey = "k"\nsecret = "s"', "/statements"),
    ('address = "https://lrs.example"\nsecret = "s"', "key manque"),
    ('address = "https://lrs.example"\nkey = "a:b"\nsecret = "s"', "key manque"),
    (GOOD, "un seul des deux"),
    (f'{GOOD}secret = "s"\nsecret_file = "f"', "un seul des deux"),
    (f'{GOOD}secret_file = "/nulle/part"', "lisible"),
    (f'{GOOD}secret = "s"\nsince = "hier"', "since est un jour"),
    (f'{GOOD}secret = "s"\nsince = "2026-02-30"', "since est un jour"),
    (f'{GOOD}secret = "s"\nadress = "x"', "Vouliez-vous dire address"),
])  # fmt: skip
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        read(text)
