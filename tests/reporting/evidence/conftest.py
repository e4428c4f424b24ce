"""The small course rather than the demonstration: who did what is written here."""

from __future__ import annotations

from tests.conftest import app
from tests.record.conftest import clock, empty, world

__all__ = ["app", "clock", "empty", "world"]
