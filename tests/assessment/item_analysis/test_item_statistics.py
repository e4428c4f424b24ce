"""The statistics of questions: the published vector, bounds and invariances, and a wrong key found in simulated cohorts."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assessment import item_analysis
from app.assessment.item_analysis import FirstAttempt, ItemFigures, ItemRemark, PickFigures, QuizFigures, RemarkBasis, remarks
from app.assessment.kinds.kind import Pick

VECTOR = ("1111", "1110", "1100", "1010", "1000", "0001")
"""Six people, four questions of one point: Moodle's documented formulas worked by hand."""


def first_attempt(row: str | list[Fraction], picks: dict[str, frozenset[str]] | None = None) -> FirstAttempt:
    marks = {f"q{place}": Fraction(mark) for place, mark in enumerate(row, 1)}
    return FirstAttempt(marks, dict.fromkeys(marks, Fraction(1)), picks or {}, {})


ATTEMPTS = [first_attempt(row) for row in VECTOR]


@pytest.mark.parametrize(
    ("item", "facility", "deviation", "index", "efficiency", "weight"),
    [
        ("q1", 83.33, 40.82, 15.81, 25.00, 21.35),
        ("q2", 50.00, 54.77, 44.72, 50.00, 31.25),
        ("q3", 50.00, 54.77, 44.72, 50.00, 31.25),
        ("q4", 33.33, 51.64, -22.09, -28.57, 16.14),
    ],
)
def test_published_vector_of_questions(item: str, facility: float, deviation: float, index: float, efficiency: float, weight: float) -> None:
    found = item_analysis.item_figures(ATTEMPTS)[item]
    assert found.people == 6
    assert found.intended_weight == pytest.approx(25)
    figures = (found.facility, found.deviation, found.discrimination, found.efficiency, found.effective_weight)
    assert figures == pytest.approx((facility, deviation, index, efficiency, weight), abs=0.005)


@pytest.mark.parametrize(("item", "shared", "greatest"), [("q1", 0.0667, 0.2667), ("q2", 0.2, 0.4), ("q4", -0.1333, 0.4667)])
def test_published_covariances(item: str, shared: float, greatest: float) -> None:
    marks = [one.marks[item] for one in ATTEMPTS]
    rests = [one.total - one.marks[item] for one in ATTEMPTS]
    assert item_analysis.covariance(marks, rests) == pytest.approx(shared, abs=0.00005)
    assert item_analysis.greatest_covariance(marks, rests) == pytest.approx(greatest, abs=0.00005)


def test_published_vector_of_the_quiz() -> None:
    found = item_analysis.quiz_figures(ATTEMPTS)
    assert found.mean == pytest.approx(100 * 2.1667 / 4, abs=0.005)
    assert found.deviation == pytest.approx(100 * 1.1690 / 4, abs=0.005)
    assert (found.alpha, found.error_ratio, found.standard_error) == pytest.approx((32.52, 82.15, 24.01), abs=0.005)
    assert (found.skewness, found.kurtosis) == pytest.approx((0.6676, -0.4462), abs=0.00005)


@pytest.mark.parametrize("rows", [["1111"] * 6, ["0000"] * 6])
def test_where_everyone_fares_alike_indices_are_undefined(rows: list[str]) -> None:
    attempts = [first_attempt(row) for row in rows]
    found = item_analysis.item_figures(attempts)["q1"]
    assert (found.discrimination, found.efficiency, found.effective_weight) == (None, None, None)
    assert found.facility == (100 if rows[0] == "1111" else 0)
    whole = item_analysis.quiz_figures(attempts)
    assert (whole.alpha, whole.skewness, whole.kurtosis, whole.error_ratio, whole.standard_error) == (None,) * 5


def test_one_person_has_a_facility_and_nothing_else() -> None:
    found = item_analysis.item_figures([first_attempt("10")])["q1"]
    assert (found.facility, found.deviation, found.discrimination, found.efficiency, found.effective_weight) == (100, None, None, None, None)


def test_one_question_has_no_consistency() -> None:
    assert item_analysis.quiz_figures([first_attempt(row) for row in "1101"]).alpha is None


def test_nobody_gives_nothing() -> None:
    assert item_analysis.item_figures([]) == {}
    assert item_analysis.quiz_figures([]) == QuizFigures(0)
    assert item_analysis.mean([]) is None


def test_a_negative_covariance_has_no_weight_and_takes_none_from_the_others() -> None:
    attempts = [first_attempt([Fraction(one), Fraction(two), Fraction(three)]) for one, two, three in ((1, 1, 0), (1, 1, 0), (1, 1, 0), (0, 0, 1), (0, 1, 1))]
    found = item_analysis.item_figures(attempts)
    assert found["q3"].effective_weight is None
    assert sum(found[item].effective_weight or 0 for item in ("q1", "q2")) == pytest.approx(100)


def test_a_draw_counts_each_question_over_those_who_had_it() -> None:
    attempts = [FirstAttempt({item: Fraction(1), "q0": Fraction(0)}, {item: Fraction(1), "q0": Fraction(1)}, {}, {}) for item in ("q1", "q1", "q2")]
    found = item_analysis.item_figures(attempts)
    assert (found["q0"].people, found["q1"].people, found["q2"].people) == (3, 2, 1)
    assert item_analysis.quiz_figures(attempts).alpha is None


MARK = st.fractions(min_value=0, max_value=1, max_denominator=6)
TABLE = st.integers(2, 5).flatmap(lambda items: st.lists(st.lists(MARK, min_size=items, max_size=items), min_size=1, max_size=12))


@given(TABLE, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_figures_keep_their_bounds_and_do_not_depend_on_the_order(rows: list[list[Fraction]], chance: random.Random) -> None:
    attempts = [first_attempt(row) for row in rows]
    found = item_analysis.item_figures(attempts)
    for figures in found.values():
        assert figures.facility is not None
        assert 0 <= figures.facility <= 100
        assert figures.discrimination is None or -100 <= figures.discrimination <= 100
        assert figures.efficiency is None or figures.efficiency <= 100
        assert figures.effective_weight is None or 0 <= figures.effective_weight <= 100.000001
        assert (figures.discrimination or 0) * (figures.efficiency or 0) >= 0
    whole = item_analysis.quiz_figures(attempts)
    assert whole.alpha is None or whole.alpha <= 100.000001
    mixed = list(attempts)
    chance.shuffle(mixed)
    assert item_analysis.item_figures(mixed) == found
    assert item_analysis.quiz_figures(mixed) == whole


@given(TABLE)
@settings(max_examples=40)
def test_everybody_once_more_in_other_units_changes_no_index(rows: list[list[Fraction]]) -> None:
    """Points count for nothing in an index: a quiz marked out of three times as much says the same."""
    tripled = [
        FirstAttempt({item: 3 * mark for item, mark in one.marks.items()}, dict.fromkeys(one.marks, Fraction(3)), {}, {})
        for one in (first_attempt(row) for row in rows)
    ]
    plain, scaled = item_analysis.item_figures([first_attempt(row) for row in rows]), item_analysis.item_figures(tripled)
    for item, figures in plain.items():
        other = scaled[item]
        assert (figures.facility, figures.discrimination, figures.efficiency) == (other.facility, other.discrimination, other.efficiency)


@given(st.lists(st.tuples(st.sampled_from("ABC"), MARK, MARK), min_size=2, max_size=15))
@settings(max_examples=60)
def test_an_option_correlates_as_a_mark_of_its_own_would(rows: list[tuple[str, Fraction, Fraction]]) -> None:
    attempts = [FirstAttempt({"q": mark, "rest": rest}, {"q": Fraction(1), "rest": Fraction(1)}, {"q": frozenset({pick})}, {}) for pick, mark, rest in rows]
    for key, figures in item_analysis.pick_figures("q", attempts).items():
        column = [Fraction(pick == key) for pick, _, _ in rows]
        assert figures.people == sum(column)
        expected = item_analysis.correlation(column, [rest for _, _, rest in rows])
        assert figures.correlation == (None if expected is None else pytest.approx(expected))


def test_of_what_people_typed_only_what_several_wrote_alike_is_looked_at() -> None:
    attempts = [
        FirstAttempt({"q": Fraction(0)}, {"q": Fraction(1)}, {"q": frozenset({f"w{number % 7}" if number < 14 else f"alone {number}"})}, {})
        for number in range(60)
    ]
    assert set(item_analysis.pick_figures("q", attempts, fewest=2)) == {f"w{number}" for number in range(7)}
    assert len(item_analysis.pick_figures("q", attempts)) == item_analysis.MOST_PICKS


def test_nothing_is_told_of_fewer_than_five_nor_an_index_of_fewer_than_twenty() -> None:
    full = ItemFigures(30, 50.0, 40.0, 30.0, 35.0, 25.0, 24.0, 40)
    few = item_analysis.publishable_figures(ItemFigures(4, 50.0, 40.0, 30.0, 35.0, 25.0, 24.0, 40))
    some = item_analysis.publishable_figures(ItemFigures(19, 50.0, 40.0, 30.0, 35.0, 25.0, 24.0, 40))
    assert few == ItemFigures(4)
    assert (some.facility, some.seconds, some.discrimination, some.efficiency, some.effective_weight) == (50.0, 40, None, None, None)
    assert item_analysis.publishable_figures(full) == full
    assert item_analysis.publishable_quiz(QuizFigures(4, 50.0)) == QuizFigures(4)
    assert item_analysis.publishable_quiz(QuizFigures(19, 50.0, 10.0, 1.0, 1.0, 60.0, 63.0, 6.0)) == QuizFigures(19, 50.0)
    assert item_analysis.publishable_pick(PickFigures(7, 40.0, 0.5), 19).correlation is None


# --- Synthetic cohorts ------------------------------------------------------------------------------------------------

ITEMS, OPTIONS = 10, "ABCD"


def cohort(seed: int, people: int, keys: dict[str, str]) -> list[FirstAttempt]:
    """People of various abilities take a quiz whose true answers are all A; `keys` is what the file says is right.

    Who does not know picks among the wrong options, some more tempting than others.
    """
    chance = random.Random(seed)
    hardness = {f"q{item}": chance.uniform(-1.2, 1.2) for item in range(ITEMS)}
    attempts = []
    for _ in range(people):
        ability = chance.gauss(0.3, 1.2)
        picked = {item: _choice(chance, ability - hard) for item, hard in hardness.items()}
        marks = {item: Fraction(pick == keys.get(item, "A")) for item, pick in picked.items()}
        attempts.append(FirstAttempt(marks, dict.fromkeys(marks, Fraction(1)), {item: frozenset({pick}) for item, pick in picked.items()}, {}))
    return attempts


def _choice(chance: random.Random, distance: float) -> str:
    knows = chance.random() < 1 / (1 + 2.718281828 ** (-1.7 * distance))
    return "A" if knows else chance.choices(OPTIONS, weights=(1, 3, 2, 1))[0]


def said(attempts: list[FirstAttempt], keys: dict[str, str]) -> dict[str, tuple[ItemRemark, ...]]:
    found = {}
    for item, figures in item_analysis.item_figures(attempts).items():
        picks = item_analysis.pick_figures(item, attempts)
        told = [(Pick(key, f"l’option {key}", key, key == keys.get(item, "A")), known) for key, known in picks.items()]
        found[item] = remarks(RemarkBasis(item_analysis.publishable_figures(figures), told, Fraction(1, 4)))
    return {item: words for item, words in found.items() if words}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("people", [120, 200])
def test_a_wrong_key_is_named_and_a_true_one_is_not(seed: int, people: int) -> None:
    keys = {"q3": "B"}
    wrong = said(cohort(seed, people, keys), keys)
    assert list(wrong) == ["q3"]
    assert wrong["q3"][0].alarm
    assert "l’option A attire les meilleurs" in wrong["q3"][0].text
    assert said(cohort(seed, people, {}), {}) == {}


def test_a_wrong_key_is_mostly_named_in_a_small_cohort() -> None:
    keys = {"q3": "B"}
    found = [said(cohort(seed, 60, keys), keys) for seed in range(20)]
    assert sum("q3" in words for words in found) >= 16
    assert {item for words in found for item in words} == {"q3"}


def test_below_twenty_people_no_word_is_said() -> None:
    keys = {"q3": "B"}
    assert said(cohort(1, 19, keys), keys) == {}


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_true_keys_are_left_in_peace(seed: int) -> None:
    assert not [word for words in said(cohort(seed, 40, {}), {}).values() for word in words if word.alarm]
