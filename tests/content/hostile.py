"""What several tests share: broken and hostile texts: refused with a line, or read, checked and rendered inert, in bounded time and memory."""

from __future__ import annotations

import pytest

from app.content.values.text import MAX_CHARACTERS

SIZES = (40_000, pytest.param(MAX_CHARACTERS - 1000, marks=pytest.mark.proof))
"""A tenth of the largest file for those who wait, the largest for `make proofs`."""
