"""Which part of a file a `Range` asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learner.reference.library import one_range

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-499", "bytes=0-499"),
        ("bytes=0-0", "bytes=0-0"),
        ("bytes=500-", "bytes=500-999"),
        ("bytes=500-9999", "bytes=500-999"),
        ("bytes=-200", "bytes=800-999"),
        ("bytes=-5000", "bytes=0-999"),
        ("Bytes = 0 - 9", "bytes=0-9"),
        ("bytes=999-", "bytes=999-999"),
        ("bytes=1000-", "bytes=1000-"),
        ("bytes=1000-2000", "bytes=1000-"),
        ("bytes=-0", "bytes=1000-"),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-5", None),
        ("bytes=a-b", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=--5", None),
        ("bytes=1-2-3", None),
        ("0-5", None),
        ("bytes=" + "9" * 400 + "-", None),
        ("bytes=٣-٥", None),
    ],
)
def test_a_range_is_one_and_exact_or_the_whole_is_answered(header: str, expected: str | None) -> None:
    assert one_range(header, SIZE) == expected


@given(st.text(max_size=40), st.integers(1, 10**12))
def test_no_header_raises_nor_leads_outside(header: str, size: int) -> None:
    for asked in (header, f"bytes={header}"):
        kept = one_range(asked, size)
        if kept and kept != f"bytes={size}-":
            first, last = map(int, kept.removeprefix("bytes=").split("-"))
            assert 0 <= first <= last < size
