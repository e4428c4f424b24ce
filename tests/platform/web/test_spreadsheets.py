"""What a spreadsheet would run, whatever the width of its sign."""

from __future__ import annotations

import sys
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platform.unicode import is_formula, neutral

SIGNS = "=+-@\t\r\n"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "  =1", "\u00a0-2", "\r=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "\u3000\uff1d1"])
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


def test_every_sign_that_looks_like_one_is_taken_for_it() -> None:
    look = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000 and normalize("NFKC", chr(code))[:1] in tuple(SIGNS)]
    assert {"\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\ufb29", "\ufe63", "\ufe6b", "\u207a"} <= set(look)
    assert all(is_formula(f"{sign}1") for sign in look)


def test_what_begins_with_a_letter_or_a_digit_is_none_in_any_width() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isalnum()]
    assert not [letter for letter in letters if normalize("NFKC", letter).lstrip(" ").startswith(tuple(SIGNS))]


@given(st.text())
def test_what_is_written_is_never_run_and_loses_nothing(text: str) -> None:
    written = neutral(text)
    assert not is_formula(written)
    assert written in (text, f"'{text}")


@pytest.mark.parametrize("text", ["", " ", "Lille = Nord", "Jean-Pierre", "’=1", "1+1", "é", "½"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text
