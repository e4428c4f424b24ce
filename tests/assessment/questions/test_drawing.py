"""Draws and shuffles: whole situations, each objective while the number allows, the same for the same seed, telling nothing of the key."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.assessment.kinds.choices import options_shown
from app.assessment.kinds.gaps import menu_shown
from app.assessment.kinds.matching import pairs_shown, targets_shown
from app.assessment.kinds.ordering import items_shown
from app.assessment.kinds.responses import QuestionLayout, shuffle_items
from app.assessment.questions.draw import DrawCandidate, candidates, draw, pool_of
from app.content.values.quiz import Choices, Matching, Ordering
from tests import builders

SEEDS = st.integers(0, 2**63 - 1)


def singles(*objectives: str) -> list[DrawCandidate]:
    return [DrawCandidate(f"q{place}", objective) for place, objective in enumerate(objectives)]


@given(SEEDS, st.lists(st.sampled_from(["", "O1", "O2", "O3", "O4"]), min_size=1, max_size=14), st.integers(1, 14), st.booleans())
def test_a_draw_of_single_questions_is_exact_and_covers_objectives(seed: int, objectives: list[str], count: int, shuffle: bool) -> None:
    pool = singles(*objectives)
    drawn = draw(pool, count, seed, shuffle)
    assert len(drawn) == len(set(drawn)) == min(count, len(pool))
    covered = {one.objective for one in pool if one.id in drawn} - {""}
    assert len(covered) == min(count, len(set(objectives) - {""}))
    assert shuffle or list(drawn) == sorted(drawn, key=[one.id for one in pool].index)


GROUPS = st.lists(st.tuples(st.integers(1, 4), st.lists(st.sampled_from(["", "O1", "O2", "O3"]), min_size=4, max_size=4)), min_size=1, max_size=6)


def pool_from(groups: list[tuple[int, list[str]]]) -> list[DrawCandidate]:
    return [
        DrawCandidate(f"g{place}-{item}", objectives[item], f"s{place}" if size > 1 else "")
        for place, (size, objectives) in enumerate(groups)
        for item in range(size)
    ]


@given(SEEDS, GROUPS, st.integers(1, 12), st.booleans())
def test_a_situation_is_drawn_whole_in_order_and_in_one_piece(seed: int, groups: list[tuple[int, list[str]]], count: int, shuffle: bool) -> None:
    pool = pool_from(groups)
    drawn = draw(pool, count, seed, shuffle)
    assert drawn
    for group in {one.group for one in pool} - {""}:
        members = [one.id for one in pool if one.group == group]
        if set(members) & set(drawn):
            start = drawn.index(members[0])
            assert list(drawn[start : start + len(members)]) == members


@given(SEEDS, GROUPS, st.integers(1, 12))
def test_the_number_is_reached_where_any_choice_reaches_it(seed: int, groups: list[tuple[int, list[str]]], count: int) -> None:
    pool = pool_from(groups)
    sizes = [size for size, _ in groups]
    reachable = {0}
    for size in sizes:
        reachable |= {total + size for total in reachable}
    drawn = draw(pool, count, seed, True)
    fitting = [total for total in reachable if 0 < total <= count]
    assert len(drawn) == (max(fitting) if fitting else min(sizes))


def test_an_objective_that_only_a_situation_has_brings_the_situation() -> None:
    pool = [*singles("O1", "O1", "O1", "O1"), DrawCandidate("s-1", "O2", "s"), DrawCandidate("s-2", "O1", "s")]
    assert all({"s-1", "s-2"} <= set(draw(pool, 3, seed, True)) for seed in range(40))


def test_every_question_comes_with_about_the_same_chance() -> None:
    pool = singles(*["O1"] * 5, *["O2"] * 5)
    seen = Counter(question for seed in range(2_000) for question in draw(pool, 4, seed, True))
    assert all(650 < seen[one.id] < 950 for one in pool)
    first = Counter(draw(pool, 4, seed, True)[0] for seed in range(2_000))
    assert all(120 < first[one.id] < 300 for one in pool)


def test_many_situations_still_fill_the_number() -> None:
    pool = [DrawCandidate(f"s{group}-{item}", "", f"s{group}") for group in range(15) for item in range(4)]
    assert len(draw(pool, 44, 7, True)) == 44


def test_without_a_draw_all_questions_come() -> None:
    pool = singles("O1", "O2", "O3")
    assert draw(pool, None, 1, False) == ("q0", "q1", "q2")
    assert draw(pool, 9, 1, False) == ("q0", "q1", "q2")
    assert draw([], None, 1, True) == ()


@given(SEEDS)
def test_the_same_seed_gives_the_same_attempt(seed: int) -> None:
    pool = pool_from([(3, ["O1", "O2", "", ""]), (1, ["O1"] * 4), (1, ["O3"] * 4), (2, ["O2"] * 4), (1, [""] * 4)])
    assert draw(pool, 5, seed, True) == draw(list(pool), 5, seed, True)


def test_shuffles_never_change_from_one_version_to_the_next() -> None:
    """A change here would lay out every attempt under way anew: the order is stored by its seed alone."""
    assert shuffle_items("abcdefgh", 42, "question", str) == tuple("deafgbhc")
    assert draw(singles(*["O1", "O2", "O3", "O4"] * 3), 6, 42, True) == ("q3", "q10", "q2", "q1", "q5", "q4")


def test_seeds_and_questions_have_orders_of_their_own() -> None:
    orders = {shuffle_items("abcdefgh", seed, scope, str) for seed in range(5) for scope in ("q1", "q2")}
    assert len(orders) == 10


# --- Layouts ---------------------------------------------------------------------------------------------------------


def test_options_keep_their_order_where_it_means_something() -> None:
    last = builders.choices("a", "b", "x c", "d", "Aucune de ces réponses")
    fixed = builders.choices("a", "b", "x c", fixed_order=True)
    for seed in range(20):
        layout = QuestionLayout(seed, "q")
        assert options_shown(layout, last)[-1].text.text == "Aucune de ces réponses"
        assert options_shown(layout, fixed) == fixed.options
        assert options_shown(layout, builders.true_false(True)) == builders.true_false(True).options
        assert options_shown(QuestionLayout(seed, "q", shuffle=False), last) == last.options
    assert len({options_shown(QuestionLayout(seed, "q"), last) for seed in range(20)}) > 5


@given(SEEDS, st.integers(0, 3))
def test_the_order_of_options_tells_nothing_of_the_key(seed: int, right: int) -> None:
    texts = ["le maire", "le préfet", "le recteur", "le président"]
    answer: Choices = builders.choices(*(f"x {text}" if place == right else text for place, text in enumerate(texts)))
    plain: Choices = builders.choices(*texts)
    assert [option.text.text for option in options_shown(QuestionLayout(seed, "q"), answer)] == [
        option.text.text for option in options_shown(QuestionLayout(seed, "q"), plain)
    ]


@given(SEEDS, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_items_and_targets_tells_nothing_of_the_key(seed: int, chance: random.Random, shuffle: bool) -> None:
    layout = QuestionLayout(seed, "q", shuffle)
    texts = ["a", "b", "c", "d"]
    mixed = chance.sample(texts, 4)
    ordered: tuple[Ordering, Ordering] = (builders.ordering(*texts), builders.ordering(*mixed))
    assert [item.text.text for item in items_shown(layout, ordered[0])] == [item.text.text for item in items_shown(layout, ordered[1])]
    matched: tuple[Matching, Matching] = (
        builders.matching(*(f"g{n} => {right}" for n, right in enumerate(texts))),
        builders.matching(*(f"g{n} => {right}" for n, right in enumerate(mixed))),
    )
    assert targets_shown(layout, matched[0]) == targets_shown(layout, matched[1])
    assert [pair.left for pair in pairs_shown(layout, matched[0])] == [pair.left for pair in pairs_shown(layout, matched[1])]
    menu = builders.gaps(f"[[({mixed[0]}) | {' | '.join(mixed[1:])}]]").gaps[0]
    assert menu_shown(layout, menu, 0) == menu_shown(layout, replace(menu, menu=tuple(texts)), 0)


def test_equal_targets_are_one() -> None:
    answer = builders.matching("a => X", "b => X", "c => Y", distractors=("Z", "Y"))
    assert sorted(targets_shown(QuestionLayout(1, "q"), answer)) == ["X", "Y", "Z"]


# --- The pool --------------------------------------------------------------------------------------------------------


def test_a_quiz_takes_questions_from_others_with_their_situation() -> None:
    other = builders.quiz(
        builders.question(builders.true_false(True), "q-a", situation_id="s", objective="O1"),
        builders.question(builders.true_false(True), "q-b", situation_id="s"),
        id="autre",
        lesson_id="lecon",
        situations=(builders.situation("s", "q-a", "q-b"),),
    )
    mine = builders.quiz(builders.question(builders.true_false(True), "q-1", objective="x/O1"), reuses=("q-a", "inconnue", "q-a", "q-1"))
    course = builders.course(mine, other)
    pool = pool_of(course, mine)
    assert [(one.question.id, one.quiz.id) for one in pool] == [("q-1", "quiz"), ("q-a", "autre")]
    assert pool[1].situation == other.situations[0]
    assert candidates(pool) == (DrawCandidate("q-1", "x/O1", ""), DrawCandidate("q-a", "lecon/O1", "autre/s"))


@pytest.mark.parametrize("shuffle", [True, False])
def test_candidates_of_one_quiz_are_its_questions(shuffle: bool) -> None:
    quiz = builders.quiz(*builders.one_of_each())
    pool = candidates(pool_of(builders.course(quiz), quiz))
    assert sorted(draw(pool, None, 3, shuffle)) == sorted(question.id for question in quiz.questions)
