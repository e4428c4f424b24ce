"""Inès, whom most tests of identity need."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.identity.builders import stored_person


@pytest.fixture
def ines(app: Flask) -> int:
    """Her id: a learner with a password, at the address `builders.INES`."""
    return stored_person(app)
