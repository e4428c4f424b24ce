"""What several tests share: broken and hostile texts: refused with a line, or read, checked and rendered inert, in bounded time and memory."""

from __future__ import annotations

import pytest

from app.content.values.text import MAX_CHARACTERS

SIZES = (12_000, pytest.param(MAX_CHARACTERS - 1000, marks=pytest.mark.proof))
"""A thirtieth of the largest file for those who wait, where what explodes explodes already, the largest for `make proofs`."""
