"""The help of signing in: open to all, with the rule of passwords and pictures that say what they show."""

from __future__ import annotations

import re

from flask import Flask
from msgspec.structs import replace

from app.identity.passwords import WANTED
from tests.identity.sign_in.institutions.stub import PROVIDER
from tests.strict import StrictClient


def test_it_says_the_rule_and_its_pictures_have_words(app: Flask, client: StrictClient) -> None:
    page = client.see("/aide/connexion")
    assert WANTED.partition(" :")[0] in page.text
    assert [len(words) > 80 for words in re.findall(r'<svg role="img" aria-label="([^"]+)"', page.html)] == [True] * 3
    assert "institution" not in page.text
    app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(PROVIDER, replace(PROVIDER, name="rectorat", kind="", label="Le rectorat")))
    assert "par ProConnect ou Le rectorat" in client.see("/aide/connexion").text
