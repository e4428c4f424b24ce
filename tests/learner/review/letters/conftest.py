"""Somebody who asked for the weekly letter, and a site that may send one."""

from __future__ import annotations

from tests.learner.review.conftest import either_reviewer, reviewer
from tests.record.conftest import clock, either, empty, world

__all__ = ["clock", "either", "either_reviewer", "empty", "reviewer", "world"]
