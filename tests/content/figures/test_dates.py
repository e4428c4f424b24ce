"""What the dates of a chronology cover."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.figures.figure import span_of
from app.platform.french import MONTHS


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("1981", 1981, 1982),
        ("Vers 2016", 2016, 2017),
        ("Octobre 2017", 2017 + 9 / 12, 2017 + 10 / 12),
        ("Fin août 1992", 1992 + 7 / 12, 1992 + 8 / 12),
        ("1er juillet 1981", 1981.5, 1981.5 + 1 / 372),
        ("31 décembre 1981", 1982 - 1 / 372, 1982),
        ("99 mars 1999", 1999 + 2 / 12, 1999 + 3 / 12),
        ("1998-07", 1998.5, 1998 + 7 / 12),
        ("1998-07-02", 1998.5 + 1 / 372, 1998.5 + 2 / 372),
        ("Années 1980", 1980, 1990),
        ("Début des années 2020", 2020, 2024),
        ("Milieu des années 2010", 2014, 2017),
        ("Fin des années 1970", 1977, 1980),
        ("2014-2015", 2014, 2016),
        ("De 1990 à 1993", 1990, 1994),
        ("Après la relance de 1997–1999", 1997, 2000),
        ("1999-1990", 1999, 2000),
        ("Début 2019", 2019, 2019.25),
        ("Rentrée de 2017", 2017 + 8 / 12, 2017.75),
        ("Été 1981", 1981.5, 1981.75),
        ("2025 (environ)", 2025, 2026),
    ],
)
def test_what_a_date_covers(label: str, start: float, end: float) -> None:
    span = span_of(label)
    assert span is not None
    assert (span.start, span.end) == pytest.approx((start, end))


@pytest.mark.parametrize("label", ["", "D’abord", "Années 80", "12345", "Octobre", "Milieu des années"])
def test_without_a_year_of_four_figures_nothing_is_placed(label: str) -> None:
    assert span_of(label) is None


@given(st.integers(1000, 9999), st.sampled_from(MONTHS), st.integers(1, 31))
def test_a_day_is_in_its_month_and_a_month_in_its_year(year: int, month: str, day: int) -> None:
    whole, part, moment = (span_of(label) for label in (str(year), f"{month} {year}", f"{day} {month} {year}"))
    assert whole is not None
    assert part is not None
    assert moment is not None
    assert whole.start <= part.start <= moment.start < moment.middle < moment.end <= part.end + 1e-9 <= whole.end + 2e-9


@given(st.text(alphabet="anéesdbutmilfr 0129-à/"))
def test_whatever_is_written_goes_forward(label: str) -> None:
    span = span_of(label)
    assert span is None or span.start < span.end
