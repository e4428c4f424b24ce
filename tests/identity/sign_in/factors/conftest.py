"""Time is told: codes last thirty seconds."""

from __future__ import annotations

import pytest

from app.platform import clock
from tests.record.world import Clock


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    return told
