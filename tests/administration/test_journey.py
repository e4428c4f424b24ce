"""A site opened from nothing in production mode, in a real browser: two hundred people, one bad line, an invitation accepted on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from app import create_app
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from tests.browsers import follow, in_each_size, served
from tests.identity.builders import PASSWORD
from tests.making import make_settings
from tests.platform.web.axe import axe
from tests.words import LEAVES_TODAY, MERGE_ACCOUNTS, NEW_PASSWORD, SAVE_PASSWORD, SAVE_TERRITORY, WHAT_FILE_WOULD_DO

pytestmark = [pytest.mark.proof, pytest.mark.browser]

ADMIN = "ada@croisee.example"
SIZES = ((1280, "light"), (360, "light"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """Production, its folder empty but for the settings; mail is written, and read by the test instead of a server."""
    app = create_app(make_settings(tmp_path / "site", environment="production", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    app.config["MAIL_IN_BACKGROUND"] = False
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    with served(app) as live:
        yield app, live.replace("127.0.0.1", "localhost")


def choose_password(page: Page) -> None:
    page.get_by_label(NEW_PASSWORD).fill(PASSWORD)


def looked_at(page: Page) -> None:
    """At both widths: axe finds nothing, nothing overflows."""
    for width, _scheme in in_each_size(page, SIZES):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} overflows at {width}"
        assert axe(page) == [], width


def open_site(app: Flask, page: Page, site: str) -> None:
    """The first account comes from the command line, its password from the link that it prints."""
    made = app.test_cli_runner().invoke(args=["accounts", "create", ADMIN, "--nom", "Ada Min", "--role", "administrateur"])
    link = re.search(r"/mot-de-passe-oublie/\S+", made.output)
    assert link, made.output
    page.goto(site + link.group())
    choose_password(page)
    follow(page.get_by_role("button", name=SAVE_PASSWORD), "Administration")


def invitation_of(app: Flask, address: str) -> str:
    with app.app_context():
        text = db.session.scalars(select(OutgoingMail.text).where(OutgoingMail.recipient == address).order_by(OutgoingMail.id.desc())).first() or ""
    found = re.search(r"/invitation/\S+", text)
    assert found
    return found.group()


def import_people(page: Page, site: str) -> None:
    """Two hundred lines, the hundredth bad."""
    lines = [f"Personne {n:03};p{n}@ville.example;collectivite;{'Atlantide' if n == 99 else 'Lille Sud'}" for n in range(1, 201)]
    data = ("Nom;Courriel;Employeur;Territoire\r\n" + "\r\n".join(lines)).encode("cp1252")
    page.goto(f"{site}/administration/import")
    looked_at(page)
    page.get_by_label("Fichier CSV ou XLSX").set_input_files({"name": "personnes.csv", "mimeType": "text/csv", "buffer": data})
    follow(page.get_by_role("button", name="Vérifier le fichier"), WHAT_FILE_WOULD_DO)
    looked_at(page)
    follow(page.get_by_role("button", name="Importer 199"), "Import")
    assert "Atlantide" in page.get_by_role("table").first.inner_text()
    looked_at(page)
    follow(page.get_by_role("button", name="Inviter par courriel 199"), "Import")
    assert "Invitations envoyées\u202f: 199" in page.inner_text("main")


def accept_on_a_phone(app: Flask, browser: Browser, site: str) -> None:
    phone = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = phone.new_page()
    page.goto(site + invitation_of(app, "p1@ville.example"))
    looked_at(page)
    choose_password(page)
    page.get_by_label("Votre employeur est").select_option("collectivite")
    follow(page.get_by_role("button", name="Entrer dans Croisée"), "Votre parcours", by="tap")
    page.goto(f"{site}/compte")
    assert "p1@ville.example" in page.inner_text("main")
    phone.close()


def move_leave_and_come_back(page: Page, site: str) -> None:
    page.goto(f"{site}/administration/personnes?q=p1@ville.example")
    looked_at(page)
    follow(page.get_by_role("link", name="Personne 001"), "Personne 001")
    looked_at(page)
    page.get_by_label("Nouveau territoire").select_option(index=5)
    follow(page.get_by_role("button", name=SAVE_TERRITORY), "Personne 001")
    follow(page.get_by_role("button", name=LEAVES_TODAY), "Personne 001")
    page.get_by_label("Nouveau territoire").select_option("cite-lille-sud")
    follow(page.get_by_role("button", name=SAVE_TERRITORY), "Personne 001", by="Enter")
    assert "Le nouveau territoire est enregistré" in page.inner_text("main")
    rows = page.get_by_role("table").first.locator("tbody tr")
    assert rows.count() == 3
    assert "aujourd’hui" in rows.first.inner_text()


def merge_two(page: Page) -> None:
    follow(page.get_by_role("link", name="Fusionner avec un autre compte"), "Fusionner")
    page.get_by_label("Nom ou adresse").fill("p2@ville.example")
    follow(page.get_by_role("button", name="Trouver", exact=True), "Fusionner")
    looked_at(page)
    follow(page.get_by_role("link", name="Personne 002"), "Fusionner")
    looked_at(page)
    follow(page.get_by_role("button", name=MERGE_ACCOUNTS), "Personne 001")
    assert "Les deux comptes n’en font plus qu’un." in page.inner_text("main")


def test_a_site_from_nothing(site: tuple[Flask, str], browser: Browser) -> None:
    app, address = site
    context: BrowserContext = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    page: Any = context.new_page()
    open_site(app, page, address)
    import_people(page, address)
    accept_on_a_phone(app, browser, address)
    move_leave_and_come_back(page, address)
    merge_two(page)
    for path in ("", "/personnes/nouvelle", "/personnes/1/roles", "/personnes/2/informations", "/cohortes", "/actes", "/courriels", "/reglages"):
        page.goto(f"{address}/administration{path}")
        looked_at(page)
    context.close()
