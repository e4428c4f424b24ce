"""What a cohort's target says of itself, day by day: reached, on the way with the pace that is needed, missed by so many. Tables of cases, no database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reporting.targets import TargetState, pace_words, target_state, target_words

TODAY = date(2026, 12, 1)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("done", "wanted", "by", "whole", "words"),
    [
        (7, 20, 35, True, "en chemin : 7 personnes ont terminé sur 20 visées pour le 5 janvier 2027 ; il en faut 13 de plus en 35 jours, soit 3 par semaine."),
        (19, 20, 1, True, "en chemin : 19 personnes ont terminé sur 20 visées pour le 2 décembre 2026 ; il en faut 1 de plus en 1 jour."),
        (19, 20, 0, True, "en chemin : 19 personnes ont terminé sur 20 visées pour le 1er décembre 2026 ; il en faut 1 de plus aujourd’hui."),
        (20, 20, 30, True, "atteint : 20 personnes ont terminé sur 20 visées pour le 31 décembre 2026."),
        (21, 20, -30, True, "atteint : 21 personnes ont terminé sur 20 visées pour le 1er novembre 2026."),
        (1, 20, -1, True, "manqué de 19 : 1 personne a terminé sur 20 visées pour le 30 novembre 2026."),
        (3, 20, 30, False, "3 personnes ont terminé parmi celles que vous suivez ; la cohorte entière en vise 20 pour le 31 décembre 2026."),
        (3, 20, -1, False, "3 personnes ont terminé parmi celles que vous suivez ; la cohorte entière en visait 20 pour le 30 novembre 2026, qui est passé."),
        (20, 20, -1, False, "atteint : 20 personnes ont terminé sur 20 visées pour le 30 novembre 2026."),
    ],
)
def test_what_a_target_says(done: int, wanted: int, by: int, whole: bool, words: str) -> None:
    assert plain(target_words(done, wanted, TODAY + timedelta(days=by), TODAY, whole=whole)) == words


@pytest.mark.parametrize(
    ("left", "days", "words"),
    [
        (3, 13, "il en faut 3 de plus en 13 jours"),
        (2, 14, "il en faut 2 de plus en 14 jours, soit une par semaine"),
        (1, 28, "il en faut 1 de plus en 28 jours, soit une toutes les 4 semaines"),
        (15, 14, "il en faut 15 de plus en 14 jours, soit 8 par semaine"),
    ],
)
def test_the_pace_that_is_needed(left: int, days: int, words: str) -> None:
    assert plain(pace_words(left, days)) == words


@given(st.integers(0, 50), st.integers(1, 50), st.integers(-60, 60))
def test_a_target_has_one_state_and_the_day_after_it_is_reached_or_missed(done: int, wanted: int, ahead: int) -> None:
    by = TODAY + timedelta(days=ahead)
    state = target_state(done, wanted, by, TODAY, whole=True)
    assert (state is TargetState.REACHED) == (done >= wanted)
    assert (state is TargetState.MISSED) == (done < wanted and by < TODAY)
    part = target_state(done, wanted, by, TODAY, whole=False)
    assert part in (TargetState.REACHED, TargetState.IN_PART), "whoever sees a part is told nothing of the others"
    assert target_words(done, wanted, by, TODAY, whole=True).startswith(state.value)


@given(st.integers(1, 200), st.integers(14, 400))
def test_who_keeps_the_pace_gets_there(left: int, days: int) -> None:
    words = plain(pace_words(left, days)).rpartition("soit ")[2]
    if words.startswith("une toutes les"):
        assert left * int(words.split()[3]) * 7 <= days
    else:
        a_week = 1 if words.startswith("une") else int(words.split()[0])
        assert a_week * days >= left * 7
