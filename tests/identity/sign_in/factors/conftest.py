"""Time is told: codes last thirty seconds."""

from __future__ import annotations

import pytest

from app import clock
from tests.learning.world import Clock


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    return told
