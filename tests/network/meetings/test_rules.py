"""Places, audiences, codes and words, without anything else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.network.meetings.rules import MeetingAudience, MeetingStage, Seat, audience_words, code_may_be_shown, code_works, halves, let_in, seat_for, when_words
from tests.words import WHOLE_NETWORK

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@given(st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 12), st.lists(st.integers(), max_size=9, unique=True))
def test_places_are_never_given_twice_and_the_first_comes_first(places: int | None, taken: int, waiting: list[int]) -> None:
    entering = let_in(places, taken, waiting)
    assert list(entering) == waiting[: len(entering)]
    if places is None:
        assert list(entering) == waiting
        assert seat_for(places, taken) is Seat.TAKEN
    else:
        assert taken + len(entering) <= max(places, taken)
        assert len(entering) == len(waiting) or taken + len(entering) >= places
        assert (seat_for(places, taken) is Seat.TAKEN) == (taken < places)


@pytest.mark.parametrize(
    ("audience", "holds"),
    [
        (MeetingAudience(), True),
        (MeetingAudience(frozenset({"departement-nord"})), True),
        (MeetingAudience(frozenset({"departement-oise"})), False),
        (MeetingAudience(cohorts=frozenset({3})), True),
        (MeetingAudience(cohorts=frozenset({4})), False),
        (MeetingAudience(frozenset({"departement-oise"}), frozenset({3})), True),
    ],
)
def test_who_a_meeting_is_for(audience: MeetingAudience, holds: bool) -> None:
    assert audience.holds({"cite-lens", "departement-nord"}, {3}) is holds


@pytest.mark.parametrize(
    ("given_code", "code", "until", "works"),
    [
        ("123456", "123456", 1, True),
        ("123 456", "123456", 1, True),
        ("123456", "123456", 0, False),
        ("123457", "123456", 1, False),
        ("", "", 1, False),
        ("١٢٣٤٥٦", "123456", 1, False),
        ("12345612345612345612345", "123456", 1, False),
    ],
)
def test_a_code(given_code: str, code: str, until: int, works: bool) -> None:
    assert code_works(given_code, code, NOW + timedelta(seconds=until), NOW) is works
    assert not code_works(given_code, code, None, NOW)


@pytest.mark.parametrize(
    ("hours", "days", "said", "columns"),
    [
        ((9, 11), 0, "Mardi 24 novembre 2026, de 10 h à 12 h", ["Signature"]),
        ((8, 15), 0, "Mardi 24 novembre 2026, de 9 h à 16 h", ["Matin", "Après-midi"]),
        ((13, 10), 1, "Du mardi 24 novembre 2026 à 14 h au mercredi 25 novembre 2026 à 11 h", ["24 novembre, après-midi", "25 novembre, matin"]),
    ],
)
def test_when_and_what_is_signed(hours: tuple[int, int], days: int, said: str, columns: list[str]) -> None:
    begins, ends = NOW.replace(hour=hours[0]), NOW.replace(hour=hours[1]) + timedelta(days=days)
    assert when_words(begins, ends).replace("\u00a0", " ") == said
    assert [each.replace("\u00a0", " ") for each in halves(begins, ends)] == columns


def test_a_code_is_shown_around_the_meeting_alone() -> None:
    begins, ends = NOW, NOW + timedelta(hours=2)
    shown = [code_may_be_shown(MeetingStage.ANNOUNCED, begins, ends, NOW + timedelta(hours=each)) for each in (-2, -1, 0, 13, 14)]
    assert shown == [False, True, True, True, False]
    assert not code_may_be_shown(MeetingStage.CANCELLED, begins, ends, NOW)


def test_audiences_in_words() -> None:
    assert audience_words([], []) == WHOLE_NETWORK
    assert audience_words(["Nord", "Oise"], ["Automne"]) == "Nord, Oise et cohorte « Automne »"
