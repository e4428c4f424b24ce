"""A site with the small course, and its clock."""

from __future__ import annotations

from tests.record.conftest import clock, empty, world

__all__ = ["clock", "empty", "world"]
