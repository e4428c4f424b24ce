"""What other systems send is tried on the small course of the atelier."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.authoring.atelier import Atelier


@pytest.fixture
def atelier(any_app: Flask) -> Atelier:
    return Atelier(any_app)
