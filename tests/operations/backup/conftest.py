"""Sites with their migrations, made as the tests of people make them."""

from __future__ import annotations

from tests.administration.conftest import make

__all__ = ["make"]
