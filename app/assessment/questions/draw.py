"""Which questions an attempt holds, and in which order, from its seed alone; and the pool that they are drawn from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations

from msgspec import Struct

from app.assessment.kinds.responses import shuffle_items
from app.content.values.course import Course
from app.content.values.quiz import Question, Quiz, Situation

MAX_SITUATIONS_WEIGHED = 10
"""Situations whose every combination is weighed (2¹⁰); those beyond, in the seed's order, only fill up."""


class DrawCandidate(Struct, frozen=True):
    """A question that may be drawn. `group` is what it is drawn with (a situation), empty when it stands alone."""

    id: str
    objective: str = ""
    group: str = ""


class _Unit(Struct, frozen=True):
    """What is drawn whole: a question alone, or all those of a situation."""

    candidates: tuple[DrawCandidate, ...]

    @property
    def key(self) -> str:
        return self.candidates[0].group or self.candidates[0].id

    @property
    def size(self) -> int:
        return len(self.candidates)

    @property
    def objectives(self) -> frozenset[str]:
        return frozenset(candidate.objective for candidate in self.candidates if candidate.objective)


def draw(candidates: Sequence[DrawCandidate], number: int | None, seed: int, shuffle: bool) -> tuple[str, ...]:
    """The ids of an attempt's questions, in order.

    `number` of them (all when None or larger), situations whole, at least one of each objective while the number allows. Where situations
    make the number impossible, the nearest one below; where even the smallest is above, that one.
    """
    units = _units(candidates)
    if number is not None and number < len(candidates):
        units = _draw_units(units, max(number, 1), seed)
    ordered = shuffle_items(units, seed, "order", lambda unit: unit.key) if shuffle else units
    return tuple(candidate.id for unit in ordered for candidate in unit.candidates)


def _units(candidates: Sequence[DrawCandidate]) -> tuple[_Unit, ...]:
    """Situations and single questions, in the file's order, each situation where it begins."""
    groups: dict[tuple[bool, str], list[DrawCandidate]] = {}
    for candidate in candidates:
        groups.setdefault((bool(candidate.group), candidate.group or candidate.id), []).append(candidate)
    return tuple(_Unit(tuple(group)) for group in groups.values())


def _draw_units(units: tuple[_Unit, ...], number: int, seed: int) -> tuple[_Unit, ...]:
    """The units of a draw, in the file's order."""
    mixed = shuffle_items(units, seed, "draw", lambda unit: unit.key)
    singles = [unit for unit in mixed if unit.size == 1]
    situations = [unit for unit in mixed if unit.size > 1]
    taken = _best_situations(situations[:MAX_SITUATIONS_WEIGHED], singles, number, seed)
    taken += _fill(singles, taken, number)
    for unit in situations:
        if unit not in taken and _size(taken) + unit.size <= number:
            taken.append(unit)
    taken = taken or [min(situations, key=lambda unit: unit.size)]
    return tuple(unit for unit in units if unit in taken)


def _best_situations(situations: list[_Unit], singles: list[_Unit], number: int, seed: int) -> list[_Unit]:
    """The combination of situations that reaches the number most nearly, then covers the most objectives once single questions fill up.

    Equals are parted by the seed.
    """
    subsets = chain.from_iterable(combinations(situations, count) for count in range(len(situations) + 1))
    fitting = [subset for subset in subsets if _size(subset) <= number]
    ranked = shuffle_items(fitting, seed, "situations", lambda subset: "\0".join(unit.key for unit in subset))
    best = max(ranked, key=lambda subset: _worth(subset, singles, number))
    return list(best)


def _worth(subset: Sequence[_Unit], singles: list[_Unit], number: int) -> tuple[int, int]:
    size = _size(subset)
    room = number - size
    covered = _objectives(subset)
    missing = _objectives(singles) - covered
    return size + min(room, len(singles)), len(covered) + min(room, len(missing))


def _fill(singles: list[_Unit], taken: Sequence[_Unit], number: int) -> list[_Unit]:
    """Single questions up to the number: first one for each objective not covered yet, then whichever come."""
    room = number - _size(taken)
    covered = set(_objectives(taken))
    first: list[_Unit] = []
    for unit in singles:
        if unit.objectives - covered:
            first.append(unit)
            covered |= unit.objectives
    rest = [unit for unit in singles if unit not in first]
    return (first + rest)[:room]


def _size(units: Iterable[_Unit]) -> int:
    return sum(unit.size for unit in units)


def _objectives(units: Iterable[_Unit]) -> frozenset[str]:
    return frozenset().union(*(unit.objectives for unit in units))


# --- The pool: the questions of a quiz's own file, and those that it takes from others (`reprend`) ---


class PoolQuestion(Struct, frozen=True):
    """A question and the file that holds it."""

    question: Question
    quiz: Quiz

    @property
    def situation(self) -> Situation | None:
        return situation_of(self.question, self.quiz)


def pool_of(course: Course, quiz: Quiz) -> tuple[PoolQuestion, ...]:
    """Every question that an attempt at this quiz may hold: its own in order, then those that it takes from other published quizzes.

    A question that is no longer published anywhere is left out; the checker says so to the trainer.
    """
    own = [PoolQuestion(question, quiz) for question in quiz.questions]
    known = {pooled.question.id for pooled in own}
    taken = {question.id: PoolQuestion(question, other) for other in course.quizzes.values() for question in other.questions} if quiz.reuses else {}
    return (*own, *(taken[question_id] for question_id in dict.fromkeys(quiz.reuses) if question_id in taken and question_id not in known))


def candidates(pool: Sequence[PoolQuestion]) -> tuple[DrawCandidate, ...]:
    """The pool as the draw sees it. An objective written `O1` is that of the quiz's own lesson."""
    return tuple(
        DrawCandidate(one.question.id, objective_of(one), f"{one.quiz.id}/{one.question.situation_id}" if one.question.situation_id else "") for one in pool
    )


def objective_of(pooled: PoolQuestion) -> str:
    """« lecon/O1 »: what the question checks; empty where it says nothing."""
    written = pooled.question.objective
    return written if not written or "/" in written else f"{pooled.quiz.lesson_id or pooled.quiz.module_id or ''}/{written}"


def question_of(quiz: Quiz, question_id: str) -> Question | None:
    return next((question for question in quiz.questions if question.id == question_id), None)


def situation_of(question: Question, quiz: Quiz) -> Situation | None:
    return next((situation for situation in quiz.situations if situation.id == question.situation_id), None) if question.situation_id else None
