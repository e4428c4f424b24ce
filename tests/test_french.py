"""French typography, dates, numbers, plurals and letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platform.french import (
    agree,
    day_and_month,
    duration,
    exact,
    fold,
    french,
    french_date,
    french_datetime,
    mark,
    month_and_year,
    nth,
    number,
    of,
    percent,
    plural,
    short,
    strip_accents,
    weight_words,
    with_french_spaces,
)

_SHOWN = str.maketrans({"\u202f": "_", "\u00a0": "~", "\u2011": "="})
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2011": "-"})
TEXTS = st.text(alphabet="aé1 .'\"«»;:!?%€°nM\u00a0\u202f()-/le")


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
        ("Répondez-vous ? Qu'a-t-il dit ? Donnez-le-moi.", "Répondez=vous_? Qu’a=t=il dit_? Donnez=le=moi."),
        ("Ce jour-là, au rendez-vous, ceux-ci", "Ce jour=là, au rendez=vous, ceux=ci"),
        ("peut-être, Aix-en-Provence, week-end, Saint-Germain-la-Blanche", "peut-être, Aix-en-Provence, week-end, Saint-Germain-la-Blanche"),
        ("https://a.fr/dites-le et dites-le@a.fr, dites-le.md", "https://a.fr/dites-le et dites-le@a.fr, dites-le.md"),
        ("rien", "rien"),
        ("(?) [!]", "(?) [!]"),
    ],
)
def test_rules(typed: str, set_: str) -> None:
    assert french(typed).translate(_SHOWN) == set_


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Rien n’est perdu : voyez « Mes essais » !", "Rien n’est perdu_: voyez «_Mes essais_»_!"),
        (" : suite", "_: suite"),
        (" %, puis 40 %", "_%, puis 40_%"),
        (" jours, ou 3 jours", "~jours, ou 3~jours"),
        ("Ligne ", "Ligne~"),
        ("Question 3, page 4", "Question~3, page~4"),
        ("n° ", "n°~"),
        ("1 362 personnes", "1_362 personnes"),
        ('l\'avis de "Léa": oui?', 'l\'avis de "Léa": oui?'),
        ("https://exemple.fr/?q=a:", "https://exemple.fr/?q=a:"),
        ("un (?) et [!]", "un (?) et [!]"),
        ("Que répondez-vous ? Le jury a-t-il, peut-être, dit oui ?", "Que répondez=vous_? Le jury a=t=il, peut-être, dit oui_?"),
    ],
)
def test_a_sentence_ends_no_line_where_french_has_none(typed: str, set_: str) -> None:
    assert with_french_spaces(typed).translate(_SHOWN) == set_


@given(st.text(alphabet="aé1 .'«»;:!?%€°nM\u00a0\u202f()-"))
def test_setting_twice_is_setting_once(text: str) -> None:
    assert french(french(text)) == french(text)


@given(TEXTS)
def test_spacing_changes_which_space_or_hyphen_stands_there_and_nothing_else(text: str) -> None:
    assert with_french_spaces(text).translate(_PLAIN) == text.translate(_PLAIN)
    assert with_french_spaces(with_french_spaces(text)) == with_french_spaces(text)


@given(TEXTS)
def test_what_is_set_is_spaced(text: str) -> None:
    assert with_french_spaces(french(text)) == french(text)


@given(st.text(alphabet="aé1 ;:!?%€«»\u00a0"))
def test_only_spaces_change(text: str) -> None:
    def bare(words: str) -> str:
        return "".join(letter for letter in words if not letter.isspace())

    assert bare(french(text)) == bare(text)


@pytest.mark.parametrize(
    ("say", "value", "said"),
    [
        (exact, 0, "0"),
        (exact, 200_000, "200_000"),
        (exact, 100, "100"),
        (exact, Decimal("1.50"), "1,5"),
        (exact, Decimal("70.00"), "70"),
        (exact, Decimal("1E+3"), "1_000"),
        (exact, Decimal("0.125"), "0,125"),
        (mark, Fraction(2, 3), "0,66"),
        (mark, Fraction(1999, 1000), "1,99"),
        (mark, Decimal("1.50"), "1,5"),
        (mark, 2, "2"),
        (number, 1362, "1_362"),
        (number, 1.5, "2"),
        (percent, Fraction(699, 1000), "69_%"),
        (percent, 1.0, "100_%"),
    ],
)
def test_numbers(say: Callable[[object], str], value: object, said: str) -> None:
    assert say(value).translate(_SHOWN) == said


def test_rounded_numbers_keep_their_decimals() -> None:
    assert [number(value, 1) for value in (12.46, Fraction(1, 2), Decimal(3))] == ["12,5", "0,5", "3,0"]


@given(st.fractions(min_value=0, max_value=100), st.integers(min_value=1, max_value=100))
def test_a_mark_is_never_told_higher_than_it_is(points: Fraction, most: int) -> None:
    assert Fraction(mark(points).replace(",", ".")) <= points
    assert points - Fraction(mark(points).replace(",", ".")) < Fraction(1, 100)
    assert mark(Fraction(most)) == str(most)


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_an_exact_number_is_the_number(value: Decimal) -> None:
    assert Decimal(exact(value).replace("\u202f", "").replace(",", ".")) == value


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("élément",), "0~élément"),
        (1, ("élément",), "1~élément"),
        (2, ("élément",), "2~éléments"),
        (Decimal("1.5"), ("point",), "1,5~point"),
        (Decimal(2), ("point",), "2~points"),
        (1200, ("mois", "mois"), "1_200~mois"),
        (3, ("autre est tu", "autres sont tus"), "3~autres sont tus"),
    ],
)
def test_plurals(count: Decimal | int, words: tuple[str, ...], said: str) -> None:
    assert plural(count, *words).translate(_SHOWN) == said
    assert plural(count, *words).endswith(agree(count, *words))


def test_dates() -> None:
    summer, winter = datetime(2022, 6, 30, 22, 5, tzinfo=UTC), datetime(2022, 12, 31, 22, 5, tzinfo=UTC)
    assert french_date(date(2022, 6, 9)).translate(_SHOWN) == "9~juin 2022"
    assert french_date(summer).translate(_SHOWN) == "1er~juillet 2022"
    assert french_datetime(summer).translate(_SHOWN) == "1er~juillet 2022 à 0~h~05"
    assert french_datetime(winter).translate(_SHOWN) == "31~décembre 2022 à 23~h~05"
    assert day_and_month(date(2022, 9, 1)).translate(_SHOWN) == "1er~septembre"
    assert month_and_year(date(2022, 8, 15)) == "août 2022"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mehdi Ouarab", "de Mehdi Ouarab"),
        ("Inès Carpentier", "d’Inès Carpentier"),
        ("Étienne Bocquillon", "d’Étienne Bocquillon"),
        ("E\u0301lodie Quignon", "d’E\u0301lodie Quignon"),
        ("Œdipe", "d’Œdipe"),
        ("Hélène Ducrocq", "d’Hélène Ducrocq"),
        ("Yves Lambert", "d’Yves Lambert"),
        ("Yolande Fiévet", "de Yolande Fiévet"),
        ("", "de "),
    ],
)
def test_the_preposition_elides_before_a_vowel(name: str, said: str) -> None:
    assert of(name) == said


@pytest.mark.parametrize(
    ("text", "plain", "folded"),
    [("Béthune", "Bethune", "bethune"), ("ŒUVRE", "ŒUVRE", "œuvre"), ("e\u0301", "e", "e"), ("ﬁn", "ﬁn", "fin"), ("10²", "10²", "102")],
)
def test_letters_without_their_accents(text: str, plain: str, folded: str) -> None:
    assert (strip_accents(text), fold(text)) == (plain, folded)


@given(st.text(), st.text())
def test_folding_is_a_comparison(one: str, other: str) -> None:
    assert fold(fold(one)) == fold(one)
    assert strip_accents(strip_accents(other)) == strip_accents(other)


@pytest.mark.parametrize(("text", "cut"), [("", ""), ("douze lettre", "douze lettre"), ("douze lettres", "douze lettr…"), ("un mot, puis", "un mot, puis")])
def test_cut_short(text: str, cut: str) -> None:
    assert short(text, 12) == cut


@given(st.text(), st.integers(min_value=1, max_value=20))
def test_what_is_cut_short_fits_and_begins_alike(text: str, most: int) -> None:
    cut = short(text, most)
    assert len(cut) <= most
    assert text.startswith(cut.removesuffix("…"))


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0~minute"), (1, "1~minute"), (40, "40~minutes"), (60, "1~heure"), (65, "1~h~05"), (330, "5~h~30"), (600, "10~heures")]
)
def test_a_duration_is_in_minutes_then_in_hours(minutes: int, words: str) -> None:
    assert duration(minutes) == words.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0, "0 Ko"),
        (1, "1 Ko"),
        (499, "1 Ko"),
        (640_800, "641 Ko"),
        (2_000, "2 Ko"),
        (999_499, "999 Ko"),
        (999_999, "1,0 Mo"),
        (12_340_000, "12,3 Mo"),
        (200_000_000, "200,0 Mo"),
    ],
)
def test_a_weight_is_said_in_ko_then_in_mo(weight: int, words: str) -> None:
    assert weight_words(weight).replace("\u00a0", " ").replace("\u202f", "") == words


@pytest.mark.parametrize(("number_", "words"), [(1, "1re"), (2, "2e"), (11, "11e"), (21, "21e")])
def test_a_rank_before_a_feminine_word(number_: int, words: str) -> None:
    assert nth(number_) == words
