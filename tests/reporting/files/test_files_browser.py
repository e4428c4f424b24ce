"""« Vos fichiers » in a real browser: the bar moves by itself, what is ready is said and taken; the pages in each size."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import update

from app.operations.demonstration.accounts import stored_accounts
from app.platform import clock
from app.platform.db import writing
from app.reporting.files import rules
from app.reporting.files.models import LargeFile
from tests.browsers import arrive, press
from tests.platform.web.test_axe import complaints_in_each_size

pytestmark = [pytest.mark.proof, pytest.mark.browser]

READER = "aurelie.dussart@croisee.example"


def change(app: Flask, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(LargeFile).values(values))


def test_a_file_is_followed_and_taken(app: Flask, context: BrowserContext, live: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LARGE", 2)
    password = next(account.password for account in stored_accounts(app.config["CROISEE"]) if account.email == READER)
    tab = arrive(context, f"{live}/connexion?next=/pilotage/grille.xlsx", READER, password)
    assert complaints_in_each_size(tab) == []
    press(tab, "Préparer ce fichier")
    change(app, total=100_000, done=12_400, claim=1, claimed_until=clock.now() + timedelta(minutes=5))
    expect(tab.get_by_role("progressbar")).to_have_attribute("value", "12400", timeout=15_000)
    expect(tab.get_by_text("12 400 personnes sur 100 000")).to_be_visible()
    assert complaints_in_each_size(tab) == []
    change(app, claimed_until=None)
    app.test_cli_runner().invoke(args=["files", "make"], catch_exceptions=False)
    expect(tab.locator("#pret")).to_have_text("Grille (XLSX) : prêt.", timeout=15_000)
    with tab.expect_download() as taken:
        tab.get_by_role("link", name="Télécharger").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    assert complaints_in_each_size(tab) == []
