"""Somebody who asked for the weekly letter, and a site that may send one."""

from __future__ import annotations

from tests.learning.conftest import clock, either, empty, world
from tests.review.conftest import either_reviewer, reviewer

__all__ = ["clock", "either", "either_reviewer", "empty", "reviewer", "world"]
