"""A number means the same however it is written; what is no number is a text; what is between the two is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.quiz.answers.number import NumberDoubt, NumberReading, read_number

SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])


def written(value: Decimal, space: str, comma: str) -> str:
    """`1362.5` → `1 362,5`."""
    whole, _, rest = format(value, "f").partition(".")
    digits = f"{int(whole):,}".replace(",", space)
    return f"{digits}{comma}{rest}" if rest else digits


@given(st.decimals(0, 10**9, places=2), SPACES, st.sampled_from([",", "."]))
def test_spaces_and_comma_leave_the_value(value: Decimal, space: str, comma: str) -> None:
    read = read_number(written(value, space, comma))
    assert isinstance(read, NumberReading)
    assert (read.interval.low, read.interval.high, read.unit) == (value, value, "")


@given(st.integers(0, 10**6), st.integers(0, 10**4), SPACES, st.sampled_from(["{} ± {}", "{}±{}", "{} +/- {}", "{} (à {} près)", "{}, à {} près"]))
def test_tolerances_say_the_same(value: int, margin: int, space: str, form: str) -> None:
    read = read_number(form.format(written(Decimal(value), space, ","), written(Decimal(margin), space, ",")))
    assert isinstance(read, NumberReading)
    assert (read.interval.low, read.interval.high) == (value - margin, value + margin)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["{} à {}", "de {} à {}", "entre {} et {}", "{} .. {}", "[{} ; {}]"]))
def test_ranges_hold_their_bounds(first: int, last: int, form: str) -> None:
    read = read_number(form.format(first, last))
    if first > last:
        assert isinstance(read, NumberDoubt)
    else:
        assert isinstance(read, NumberReading)
        assert (read.interval.low, read.interval.high) == (first, last)


@given(st.text(max_size=60))
def test_any_text_is_read_or_left(text: str) -> None:
    read = read_number(text)
    assert read is None or isinstance(read, NumberReading | NumberDoubt)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("12,5 %", "%"),
        ("150 000 €", "€"),
        ("3 ans", "ans"),
        ("12km", "km"),
        ("1,5 M€", "M€"),
        ("12 °C", "°C"),
        ("10 m²", "m²"),
        ("5 habitants par km²", "habitants par km²"),
        ("90 km/h", "km/h"),
    ],
)
def test_units(text: str, unit: str) -> None:
    read = read_number(text)
    assert isinstance(read, NumberReading)
    assert read.unit == unit


@pytest.mark.parametrize("text", ["REP+", "1er", "1er juillet 1981", "4 juin 2014", "3e", "2 ans et demi", "", "± 3", "cinq", "06 12 34 56 78"])
def test_texts(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1.362",
        "2014-2016",
        "2003/2004",
        "2003 ou 2004",
        "2003, 2004",
        "environ 10",
        "≥ 10",
        "69 ± 3 %",
        "69 % (à 3 % près)",
        "3 ans ± 2 mois",
        "10 % à 12 ans",
        "5 ± beaucoup",
    ],
)
def test_doubts_tell_what_to_write(text: str) -> None:
    read = read_number(text)
    assert isinstance(read, NumberDoubt)
    assert read.message
    assert read.hint
