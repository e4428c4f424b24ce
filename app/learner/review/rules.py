"""When a question comes back, which ones are asked today. Pure.

The forgetting curve and the intervals are those of FSRS-6, with its default weights: its optimiser needs more reviews than anybody here will have.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from fsrs import Card, Rating, Scheduler, State
from msgspec import Struct

from app.assessment.kinds.registry import kind_of
from app.content.values.quiz import Question
from app.platform.french import day_of, zone

SESSION = 10
"""Questions a day: a session is a day, however often one comes."""
NEW_A_WEEK = 10
GENTLE = 5
"""Questions of the last finished lesson with which one begins again after a long absence."""
AWAY = timedelta(days=21)
WEEK = timedelta(days=7)
MISSES = 4
"""In a row: the question, or its lesson, is at fault."""
SLOW = timedelta(seconds=90)
"""Beyond it, whoever answered right had to search."""
SECONDS = 40
"""That a question takes, about."""
RETENTION = 0.85
MAXIMUM_DAYS = 180
KEY_LENGTH = 16

_SCHEDULER = Scheduler(desired_retention=RETENTION, learning_steps=(), relearning_steps=(), maximum_interval=MAXIMUM_DAYS, enable_fuzzing=False)


# --- One card --------------------------------------------------------------------------------------------------------


class Memory(Struct, frozen=True):
    """What FSRS knows of one person and one question."""

    stability: float
    """Days after which nine in ten remember."""
    difficulty: float
    """From 1 to 10."""
    due: datetime
    last_review: datetime
    state: int


def after_answer(memory: Memory | None, rating: int, at: datetime) -> Memory:
    """Updates the memory state after an answer; `memory` is None before the first. `at` is in UTC."""
    card = Card(card_id=0, due=at) if memory is None else _card(memory)
    after, _log = _SCHEDULER.review_card(card, Rating(rating), at)
    assert after.stability is not None  # noqa: S101 — of a reviewed card, to mypy
    assert after.difficulty is not None  # noqa: S101
    return Memory(after.stability, after.difficulty, after.due, at, after.state.value)


def retrievability(memory: Memory, at: datetime) -> float:
    """The chance that it is remembered, from 0 to 1."""
    return _SCHEDULER.get_card_retrievability(_card(memory), at)


def _card(memory: Memory) -> Card:
    return Card(0, State(memory.state), None, memory.stability, memory.difficulty, memory.due, memory.last_review)


def rating_of(right: bool, hesitated: bool) -> int:
    """Right at the first try, right but sought, or wrong. A part of the answer is not the answer."""
    if not right:
        return Rating.Again.value
    return Rating.Hard.value if hesitated else Rating.Good.value


def has_hesitated(said: bool, changed: bool, shown_at: datetime | None, now: datetime) -> bool:
    """The person says so, or changed what they had chosen, or took long. A time that cannot be is no time."""
    return said or changed or (shown_at is not None and shown_at <= now and now - shown_at > SLOW)


def is_missed(rating: int) -> bool:
    return rating == Rating.Again.value


# --- The log ---------------------------------------------------------------------------------------------------------


class ReviewEntry(Struct, frozen=True):
    """One row of the log: an answer to one wording of a question."""

    at: datetime
    fingerprint: str
    rating: int
    measured: bool = False
    """Given in a quiz, before any review: it makes the memory, and is no answer of the review."""


class CardStanding(Struct, frozen=True):
    """What a card holds besides what names it."""

    memory: Memory
    """Its `due` as the answers make it: a pause since the last one puts it off."""
    fingerprint: str
    misses: int
    """In a row."""
    answers: int


def following(before: CardStanding | None, entry: ReviewEntry) -> CardStanding:
    """The card after one more answer. A question that changed starts afresh; its answers are counted on."""
    same = before if before and before.fingerprint == entry.fingerprint else None
    memory = after_answer(same.memory if same else None, entry.rating, entry.at)
    if entry.measured:
        return CardStanding(memory, entry.fingerprint, 0, 0)
    misses = (same.misses if same else 0) + 1 if is_missed(entry.rating) else 0
    return CardStanding(memory, entry.fingerprint, misses, (before.answers if before else 0) + 1)


def replay_entries(entries: Iterable[ReviewEntry]) -> CardStanding | None:
    standing = None
    for entry in entries:
        standing = following(standing, entry)
    return standing


# --- Before any review ------------------------------------------------------------------------------------------------


class QuizAnswer(Struct, frozen=True):
    """A quiz's answer to one wording of a question; `right` is None while nobody knows."""

    at: datetime
    fingerprint: str
    right: bool | None


def measure(answers: Iterable[QuizAnswer], fingerprint: str) -> ReviewEntry | None:
    """What the answers to this wording say of the memory of it: those of the last day, right if all of them were.

    What was missed, explained, then answered right within the hour is not known yet. None where nothing was corrected.
    """
    told = [answer for answer in answers if answer.fingerprint == fingerprint and answer.right is not None]
    if not told:
        return None
    last = max(answer.at for answer in told)
    right = all(answer.right for answer in told if day_of(answer.at) == day_of(last))
    return ReviewEntry(last, fingerprint, rating_of(right, hesitated=False), measured=True)


LOOKED_BACK = timedelta(days=7)
"""Answers of a quiz older than it put no first review off: the longest interval after one answer is shorter."""


# --- What is asked ---------------------------------------------------------------------------------------------------


class ReviewItem(Struct, frozen=True):
    """A question of a finished lesson or of its quiz, with the person's card if they have answered it."""

    document_id: str
    """The lesson or the quiz that holds it."""
    lesson_id: str
    finished_at: datetime
    question: Question
    standing: CardStanding | None = None
    """None of a question that was never answered, or has changed since."""
    answers: int = 0
    """Over all its wordings: what the form of a page was shown for is answered once."""
    set_aside: bool = False
    withdrawn: bool = False
    met_at: datetime | None = None
    """When it was last met outside the review: its quiz answered, its lesson read."""
    measure: ReviewEntry | None = None
    """What the quiz of the last days says of it, of a question that the review never asked."""

    @property
    def place(self) -> tuple[str, str]:
        return self.document_id, self.question.id

    @property
    def key(self) -> str:
        return key_of(*self.place)

    @property
    def mark(self) -> str:
        """What a page shows: this wording, so many answers ago."""
        return f"{self.question.fingerprint[:KEY_LENGTH]}-{self.answers}"

    @property
    def asked(self) -> bool:
        return not self.set_aside and not self.withdrawn

    def is_left(self, begins: datetime, ends: datetime) -> bool:
        """May be asked on that day: not answered nor met since it began, nor known so well by the quiz that it can wait."""
        met = max((at for at in (self.met_at, self.memory.last_review if self.memory else None) if at), default=None)
        first = following(None, self.measure).memory if self.measure and self.standing is None else None
        return self.asked and (met is None or met < begins) and (first is None or first.due < ends)

    @property
    def memory(self) -> Memory | None:
        return self.standing.memory if self.standing else None


def is_asked(question: Question) -> bool:
    """What one writes for oneself has no right answer to remember."""
    return not kind_of(question).unmarked


@lru_cache(maxsize=4_000)
def key_of(document_id: str, question_id: str) -> str:
    """Returns a key that names a question in a page: its id often gives the answer away."""
    return hashlib.sha256(f"{document_id}\0{question_id}".encode()).hexdigest()[:KEY_LENGTH]


class Deck(Struct, frozen=True):
    """All that one person may be asked, in the order in which it was finished."""

    items: tuple[ReviewItem, ...]
    introduced: tuple[datetime, ...] = ()
    """When each question was answered first."""
    paused_until: date | None = None
    zone: str = ""

    def is_paused(self, on: date) -> bool:
        return self.paused_until is not None and on < self.paused_until

    def at(self, key: str) -> ReviewItem | None:
        return next((item for item in self.items if item.key == key), None)


def plan(deck: Deck, now: datetime) -> tuple[ReviewItem, ...]:
    """What is left of today's session, in order: after a long absence the last finished lesson first, then what is nearest to being forgotten, then what is new.

    Nothing that was learned or answered today: what is fresh in the mind needs no reminder.
    """
    begins, ends = bounds(day_of(now))
    done = answered_since(deck, begins)
    if deck.is_paused(day_of(now)) or done >= SESSION:
        return ()
    left = [item for item in deck.items if item.is_left(begins, ends)]
    due = sorted((item for item in left if item.standing and item.standing.memory.due < ends), key=lambda item: _strength(item, now))
    quota = new_left(deck, now)
    first = _last_lesson(left, quota)[: max(0, GENTLE - done)] if is_back(deck, now) else []
    fresh = list({item.place: item for item in (*first, *left) if item.standing is None}.values())[:quota]
    return tuple({item.place: item for item in (*first, *due, *fresh)}.values())[: SESSION - done]


def bounds(on: date) -> tuple[datetime, datetime]:
    """When a day begins and ends, in Paris: what is compared with many moments is worked out once."""
    begins = datetime.combine(on, time(), zone())
    return begins.astimezone(UTC), datetime.combine(on + timedelta(days=1), time(), zone()).astimezone(UTC)


def answered_since(deck: Deck, begins: datetime) -> int:
    return sum(1 for item in deck.items if item.standing and item.standing.memory.last_review >= begins)


def new_left(deck: Deck, now: datetime) -> int:
    return max(0, NEW_A_WEEK - sum(1 for at in deck.introduced if at > now - WEEK))


def is_back(deck: Deck, now: datetime) -> bool:
    """The last day of review before today is three weeks old or more."""
    begins, _ends = bounds(day_of(now))
    before = [item.standing.memory.last_review for item in deck.items if item.standing and item.standing.memory.last_review < begins]
    return bool(before) and now - max(before) >= AWAY


def _last_lesson(left: Sequence[ReviewItem], quota: int) -> list[ReviewItem]:
    """Of the last finished lesson of which something is left: all that is known, and of what is new as much as the week allows."""
    last = max(left, key=lambda item: item.finished_at, default=None)
    lesson = [item for item in left if last and item.lesson_id == last.lesson_id]
    new = {item.place for item in [item for item in lesson if item.standing is None][:quota]}
    return [item for item in lesson if item.standing or item.place in new]


def _strength(item: ReviewItem, now: datetime) -> float:
    """Sorts as the chance of remembering does, which falls with the days since the last answer measured in stabilities."""
    memory = item.memory
    return -(now - memory.last_review).days / memory.stability if memory else 0.0


def practice(deck: Deck, now: datetime) -> tuple[ReviewItem, ...]:
    """Everything, the nearest to being forgotten first; what was never answered after it. It writes nothing."""
    return tuple(sorted((item for item in deck.items if item.asked), key=lambda item: (item.memory is None, _strength(item, now))))


def minutes_of(questions: int) -> int:
    return math.ceil(questions * SECONDS / 60)
