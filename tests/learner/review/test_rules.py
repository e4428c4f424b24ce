"""FSRS with our settings, what is asked and in which order, the log that makes the card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from app.learner.review import rules
from app.learner.review.deck import with_quiz_answers
from app.learner.review.queries import curve
from app.learner.review.rules import CardStanding, Deck, Memory, QuizAnswer, ReviewEntry, ReviewItem, after_answer, following, measure, plan, replay_entries
from app.platform.french import day_of
from tests.builders import choices, question

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_upstream_intervals() -> None:
    """Its own vector: default settings, no chance, each review when due."""
    scheduler, card = Scheduler(enable_fuzzing=False), Card(card_id=1, due=datetime(2022, 11, 29, 12, 30, tzinfo=UTC))
    intervals = []
    for rating in (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3):
        card, _log = scheduler.review_card(card, Rating(rating), card.due)
        assert card.last_review is not None
        intervals.append((card.due - card.last_review).days)
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_upstream_memory() -> None:
    scheduler, card, at = Scheduler(), Card(card_id=1, due=START), datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
    for rating, days in zip((1, 3, 3, 3, 3, 3), (0, 0, 1, 3, 8, 21), strict=True):
        at += timedelta(days=days)
        card, _log = scheduler.review_card(card, Rating(rating), at)
    assert card.stability == pytest.approx(53.62691, abs=1e-4)
    assert card.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_upstream_easy() -> None:
    scheduler, card = Scheduler(), Card(card_id=1, due=START)
    for _ in range(10):
        card, _log = scheduler.review_card(card, Rating.Easy, card.due)
    assert card.difficulty == 1.0


OURS = (
    (3, "2026-01-09", 2.3065, 2.1181),
    (3, "2026-02-09", 16.1773, 2.1112),
    (1, "2026-02-13", 2.0189, 7.3922),
    (3, "2026-02-27", 7.4870, 7.3801),
    (3, "2026-04-12", 23.2827, 7.3679),
    (3, "2026-08-13", 64.3426, 7.3558),
)


def test_our_settings() -> None:
    memory: Memory | None = None
    for rating, due, stability, difficulty in OURS:
        memory = after_answer(memory, rating, memory.due if memory else START)
        assert memory.due.date() == date.fromisoformat(due)
        assert memory.stability == pytest.approx(stability, abs=1e-4)
        assert memory.difficulty == pytest.approx(difficulty, abs=1e-4)


def test_nothing_waits_more_than_half_a_year() -> None:
    memory = None
    for _ in range(20):
        memory = after_answer(memory, 3, memory.due if memory else START)
    assert memory is not None
    assert (memory.due - memory.last_review).days == rules.MAXIMUM_DAYS


@pytest.mark.parametrize(
    ("right", "hesitated", "rating"), [(True, False, 3), (True, True, 2), (False, False, 1), (False, True, 1)], ids=("known", "sought", "wrong", "lost")
)
def test_ratings(right: bool, hesitated: bool, rating: int) -> None:
    assert rules.rating_of(right, hesitated) == rating


@pytest.mark.parametrize(
    ("said", "changed", "seconds", "hesitated"), [(0, 0, 5, False), (1, 0, 5, True), (0, 1, 5, True), (0, 0, 91, True), (0, 0, -50, False), (0, 0, None, False)]
)
def test_hesitation(said: int, changed: int, seconds: int | None, hesitated: bool) -> None:
    """A page that was shown in the future was not."""
    shown = None if seconds is None else START - timedelta(seconds=seconds)
    assert rules.has_hesitated(bool(said), bool(changed), shown, START) is hesitated


# --- The log ---------------------------------------------------------------------------------------------------------

ENTRIES = st.lists(st.tuples(st.integers(0, 40), st.sampled_from((1, 2, 3)), st.sampled_from("ab")), max_size=25)


@given(ENTRIES)
def test_a_log_makes_the_card_that_grew_with_it(steps: Sequence[tuple[int, int, str]]) -> None:
    """Whatever the answers and the changes of the question: replaying is the same as living it, and misses count in a row."""
    at, standing, entries = START, None, []
    misses, wording = 0, ""
    for days, rating, fingerprint in steps:
        at += timedelta(days=days, minutes=1)
        entries.append(ReviewEntry(at, fingerprint, rating))
        standing = following(standing, entries[-1])
        misses = ((misses if fingerprint == wording else 0) + 1) if rating == 1 else 0
        wording = fingerprint
        assert (standing.misses, standing.answers, standing.fingerprint) == (misses, len(entries), fingerprint)
        assert standing.memory.due > at
        assert 1 <= standing.memory.difficulty <= 10
    assert replay_entries(entries) == standing


def test_a_changed_question_starts_afresh() -> None:
    known = replay_entries(ReviewEntry(START + timedelta(days=10 * number), "a", 3) for number in range(3))
    anew = following(known, ReviewEntry(START + timedelta(days=60), "b", 3))
    assert anew.memory.stability == pytest.approx(2.3065)
    assert anew.answers == 4


# --- Before any review ------------------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 21 * 24 * 60).map(lambda minutes: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes))
"""Around the night that has twenty-three hours."""
GIVEN = st.lists(st.tuples(MOMENTS, st.booleans(), st.sampled_from("ab")), min_size=1, max_size=6)


@given(GIVEN, MOMENTS)
def test_what_was_answered_today_is_not_asked_today(given_: Sequence[tuple[datetime, bool, str]], now: datetime) -> None:
    """In Paris, whatever the answers, and to whatever wording."""
    answers = [QuizAnswer(at, wording, right) for at, right, wording in given_ if at <= now]
    asked = question(choices("x Oui", "Non"), "one")
    known = with_quiz_answers(ReviewItem("quiz", "lecon", START, asked), {("quiz", "one"): answers})
    assert day_of(now) not in {day_of(answer.at) for answer in answers} or plan(Deck((known,)), now) == ()


@given(GIVEN)
def test_the_first_interval_depends_on_the_answers(given_: Sequence[tuple[datetime, bool, str]]) -> None:
    answers = [QuizAnswer(at, "a", right) for at, right, _wording in given_]
    first = measure(answers, "a")
    assert first is not None
    last = max(answer.at for answer in answers)
    right = all(answer.right for answer in answers if day_of(answer.at) == day_of(last))
    assert (first.at, following(None, first).memory.due - last) == (last, timedelta(days=4 if right else 1))
    assert following(None, first).answers == 0
    assert timedelta(days=4) < rules.LOOKED_BACK


def test_what_nobody_corrected_or_another_wording_measures_nothing() -> None:
    assert measure([QuizAnswer(START, "a", None), QuizAnswer(START, "b", True)], "a") is None


# --- What is asked ---------------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def item(
    name: str, days_ago: int | None = None, *, due_in: int = 0, stability: float = 10, lesson: str = "", finished: int = 90, **changes: bool
) -> ReviewItem:
    standing = None
    if days_ago is not None:
        memory = Memory(stability, 5, NOW + timedelta(days=due_in), NOW - timedelta(days=days_ago), 2)
        standing = CardStanding(memory, f"fp-{name}", 0, 1)
    asked = question(choices("x Oui", "Non"), name)
    return ReviewItem("quiz", lesson or "lecon", NOW - timedelta(days=finished), asked, standing, 1 if standing else 0, **changes)


def names(deck: Deck) -> list[str]:
    return [one.question.id for one in plan(deck, NOW)]


def test_the_nearest_to_being_forgotten_comes_first() -> None:
    deck = Deck((item("fresh"), item("solid", 10, stability=50), item("frail", 10, stability=2), item("later", 3, due_in=5)))
    assert names(deck) == ["frail", "solid", "fresh"]


def test_what_is_due_later_today_is_asked_now() -> None:
    due = Memory(10, 5, NOW + timedelta(hours=9), NOW - timedelta(days=4), 2)
    one = item("one")
    assert names(Deck((ReviewItem(one.document_id, "lecon", one.finished_at, one.question, CardStanding(due, "fp-one", 0, 1), 1),))) == ["one"]


def test_a_session_and_a_week_have_an_end() -> None:
    many = tuple(item(f"new-{number}") for number in range(30))
    assert len(plan(Deck(many), NOW)) == rules.SESSION
    assert len(plan(Deck(many, (NOW - timedelta(days=2),) * 7), NOW)) == 3
    assert len(plan(Deck(many, (NOW - timedelta(days=8),) * 40), NOW)) == rules.SESSION
    due = tuple(item(f"due-{number}", 10) for number in range(40))
    assert len(plan(Deck(due), NOW)) == rules.SESSION
    answered = tuple(item(f"done-{number}", 0, due_in=3) for number in range(8))
    assert len(plan(Deck((*answered, *due)), NOW)) == 2
    assert plan(Deck((*answered, *answered, *due)), NOW) == ()


def test_what_is_set_aside_or_withdrawn_is_not_asked() -> None:
    assert names(Deck((item("aside", 10, set_aside=True), item("out", 10, withdrawn=True), item("kept", 10)))) == ["kept"]


def test_a_pause_asks_nothing_until_its_day() -> None:
    due = (item("due", 10),)
    assert plan(Deck(due, paused_until=date(2026, 3, 3)), NOW) == ()
    assert len(plan(Deck(due, paused_until=date(2026, 3, 2)), NOW)) == 1


def test_after_three_weeks_the_last_lesson_comes_first() -> None:
    old = tuple(item(f"old-{number}", 30, stability=1) for number in range(8))
    last = tuple(item(f"last-{number}", 30, due_in=60, lesson="derniere", finished=40) for number in range(7))
    deck = Deck((*old, *last))
    assert rules.is_back(deck, NOW)
    assert names(deck)[:5] == [f"last-{number}" for number in range(5)]
    assert len(names(deck)) == 10
    assert not rules.is_back(Deck((item("one", 20),)), NOW)
    assert not rules.is_back(Deck((item("one"),)), NOW)


def test_the_last_lesson_is_that_of_all_though_much_else_is_new() -> None:
    """Twelve older questions that were never asked do not use the week up."""
    old = (item("known", 30), *(item(f"old-{number}") for number in range(12)))
    last = tuple(item(f"last-{number}", lesson="derniere", finished=40) for number in range(3))
    asked = names(Deck((*old, *last)))
    assert asked[:3] == ["last-0", "last-1", "last-2"]
    assert len(asked) == 10
    assert len(set(asked) - {"known"}) == 9


def test_back_stays_back_all_day() -> None:
    """The first answer of the day does not end the gentleness of the others."""
    last = tuple(item(f"last-{number}", 30, due_in=60, lesson="derniere", finished=40) for number in range(6))
    answered = item("answered", 0, due_in=4, lesson="derniere", finished=40)
    assert names(Deck((answered, *last, *(item(f"old-{number}", 30) for number in range(9)))))[:4] == [f"last-{number}" for number in range(4)]


def test_practice_takes_everything() -> None:
    deck = Deck((item("fresh"), item("later", 1, due_in=9, stability=50), item("due", 30), item("aside", 3, set_aside=True)))
    assert [one.question.id for one in rules.practice(deck, NOW)] == ["due", "later", "fresh"]


@pytest.mark.parametrize(("questions", "minutes"), [(1, 1), (3, 2), (6, 4), (10, 7)])
def test_minutes(questions: int, minutes: int) -> None:
    assert rules.minutes_of(questions) == minutes


def test_the_curve_falls_without_review() -> None:
    histories = [[after_answer(None, 3, NOW - timedelta(weeks=5))] for _ in range(20)]
    points = curve(histories, NOW)
    assert [point.known for point in points] == [20] * 10
    assert [point.kept for point in points] == sorted((point.kept for point in points), reverse=True)
    assert points[0].kept == 20
    assert points[0].kept > points[-1].kept
    assert curve([], NOW) == ()


@given(st.lists(st.tuples(st.integers(0, 400), st.floats(0.1, 300)), max_size=12))
def test_the_order_is_that_of_the_chances_of_remembering(known: Sequence[tuple[int, float]]) -> None:
    """Though it is sorted by something cheaper."""
    deck = Deck(tuple(item(f"q-{number}", days, stability=stability) for number, (days, stability) in enumerate(known)))
    chances = [rules.retrievability(one.memory, NOW) for one in rules.practice(deck, NOW) if one.memory]
    assert chances == sorted(chances)
