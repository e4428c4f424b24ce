"""The list's filters and order, and which part of a file a `Range` asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learner.reference.library import LibraryFilter, LibraryLine, in_order, menus, one_range

SIZE = 1000
LINES = [
    LibraryLine("compte rendu", "Une séance", "/1", 640_800, "2022-06-09", ("éducation", "ville"), ("Hauts-de-France",)),
    LibraryLine("guide", "École", "/2", date="2023", themes=("ville",), territories=("France",)),
    LibraryLine("guide", "Atlas", "/3"),
]


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


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        (LibraryFilter(), ["/1", "/2", "/3"]),
        (LibraryFilter(kind="guide"), ["/2", "/3"]),
        (LibraryFilter(year="2022"), ["/1"]),
        (LibraryFilter(theme="ville"), ["/1", "/2"]),
        (LibraryFilter(theme="education", territory="hauts-de-france"), ["/1"]),
        (LibraryFilter(kind="guide", year="2022"), []),
        (LibraryFilter(kind="inconnu"), []),
    ],
)
def test_a_filter_keeps_what_answers_to_all_of_it(wish: LibraryFilter, kept: list[str]) -> None:
    assert [line.href for line in LINES if wish.keeps(line)] == kept


def test_the_newest_comes_first_and_menus_say_what_there_is() -> None:
    assert [line.href for line in in_order(reversed(LINES))] == ["/2", "/1", "/3"]
    offered = menus(LINES)
    assert offered.kinds == (("compte-rendu", "Compte rendu"), ("guide", "Guide"))
    assert offered.years == (("2023", "2023"), ("2022", "2022"))
    assert [value for value, _ in offered.themes] == ["education", "ville"]
    assert [words for _, words in offered.territories] == ["France", "Hauts-de-France"]
