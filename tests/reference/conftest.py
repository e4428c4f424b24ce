"""The world of learning: these pages belong to the course that its people read."""

from tests.learning.conftest import clock, empty, world

__all__ = ["clock", "empty", "world"]
