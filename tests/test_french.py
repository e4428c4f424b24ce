"""French typography."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.french import french

_SHOWN = str.maketrans({"\u202f": "_", "\u00a0": "~"})


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Quoi ? Oui ! Un ; deux : trois", "Quoi_? Oui_! Un_; deux_: trois"),
        ("Quoi? Oui! Note: a", "Quoi_? Oui_! Note_: a"),
        ("« mot » et «mot»", "«_mot_» et «_mot_»"),
        ('"mot"', "«_mot_»"),
        ("l'école, aujourd'hui, d'", "l’école, aujourd’hui, d’"),
        ("1 362 élèves, 150 000 €, 12,5 %, 30%", "1_362 élèves, 150_000_€, 12,5_%, 30_%"),
        ("3 millions, 12 ans", "3~millions, 12~ans"),
        ("n° 81-238, art. 12, M. Savary", "n°~81-238, art.~12, M.~Savary"),
        ("et cetera...", "et cetera…"),
        ("à 12:30, http://a.b?c:d", "à 12:30, http://a.b?c:d"),
        (" : suite", "_: suite"),
        ("« »", "«_»"),
        ("rien", "rien"),
        ("(?) [!]", "(?) [!]"),
    ],
)
def test_rules(typed: str, set_: str) -> None:
    assert french(typed).translate(_SHOWN) == set_


@given(st.text(alphabet="aé1 .'\"«»;:!?%€°nM\u00a0\u202f()-"))
def test_setting_twice_is_setting_once(text: str) -> None:
    assert french(french(text)) == french(text)


@given(st.text(alphabet="aé1 ;:!?%€«»\u00a0"))
def test_only_spaces_change(text: str) -> None:
    def bare(words: str) -> str:
        return "".join(letter for letter in words if not letter.isspace())

    assert bare(french(text)) == bare(text)
