"""The world of learning's tests: a learner reads these pages."""

from tests.record.conftest import clock, empty, world

__all__ = ["clock", "empty", "world"]
