"""The atelier is tried on the small course of the learner's record."""

from __future__ import annotations

from tests.record.conftest import clock, either, empty, world

__all__ = ["clock", "either", "empty", "world"]
