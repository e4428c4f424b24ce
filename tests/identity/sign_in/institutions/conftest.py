"""A site that ProConnect's twin opens, at a time that is told."""

from __future__ import annotations

import pytest
from flask import Flask
from msgspec.structs import replace

from app.identity.sign_in.openid import FETCHER
from app.platform import clock
from tests.identity.sign_in.institutions.stub import PROVIDER, Institution
from tests.record.world import Clock


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    return told


@pytest.fixture
def proconnect(app: Flask, told: Clock) -> Institution:
    institution = Institution(told)
    app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(PROVIDER,))
    FETCHER.give(app, institution)
    return institution
