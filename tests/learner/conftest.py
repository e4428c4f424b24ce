"""The worlds of the record, for the pages that show them."""

from __future__ import annotations

from tests.record.conftest import clock, either, empty, world

__all__ = ["clock", "either", "empty", "world"]
