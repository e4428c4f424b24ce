"""Many people's figures at once, by the one progress function: the rows of one person become the arguments it takes, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from msgspec import Struct, field

from app.content.values.course import Course
from app.content.values.paths import asked_by, default_path, required_elements
from app.platform.french import day_of
from app.record.progress import rules
from app.record.progress.due import DueTerms, due_dates
from app.record.progress.models import EVERYTHING
from app.record.progress.path_progress import NEVER_BEFORE, moments
from app.record.progress.queries import counting, joined_modules
from app.record.progress.rules import ElementProgress, Pins, Progress, ProgressState, Since

VERSION = 7
"""Raise it when figures are worked out otherwise: all that is stored becomes stale."""

_moment = lru_cache(maxsize=20_000)(datetime.fromisoformat)
"""The pins of one person share few moments."""


@lru_cache(maxsize=20_000)
def progress_value(element_id: str, state: str, attempts: int) -> ElementProgress:
    """Equal rows are one value: a thousand people who did the same need not be a thousand times in memory."""
    return ElementProgress(element_id, ProgressState(state), attempts=attempts)


NO_TERMS = DueTerms()
StoredStates = Sequence[tuple[str, str, int, str | None]]
"""A person's rows of `element_state`: element, state, attempts, and when it was completed as the database writes it."""


class StoredEnrolment(Struct, frozen=True):
    """One enrolment as stored."""

    path_id: str
    at: datetime
    pins: Sequence[Sequence[str]]


class Figures(Struct, frozen=True):
    """One person's, in plain values."""

    path_id: str
    path: Progress
    modules: Mapping[str, Progress]
    enrolled_at: datetime | None
    completed_at: datetime | None
    next_id: str | None
    failing_id: str | None
    """The first quiz that was tried and is not passed."""
    due_on: date | None = None
    """The path's date, and the nearest one by which something is left to do (`due`)."""
    next_due_on: date | None = None
    module_dues: Mapping[str, date] = field(default_factory=dict)


class Calculator:
    """What is the same for everybody is read once; `figures` then takes one person's rows."""

    def __init__(self, course: Course, demands: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.demands = {path_id: moments(asked) for path_id, asked in demands.items()}
        paths = course.paths.paths or (default_path(course),)
        default = default_path(course)
        self.default, self.paths = default, {path.id: path for path in paths}
        required = required_elements(course, default)
        self.newcomer = StoredEnrolment(default.id, datetime.max.replace(tzinfo=UTC), [[*pair, NEVER_BEFORE.isoformat()] for pair in required])
        self.modules = module_order(course)
        self.unpinned = {module: dict.fromkeys(asked_by(course, module), NEVER_BEFORE) for module in self.modules}
        self.order = tuple(element for module in self.modules for element in course.elements_of(course.modules[module]))
        self.basis = self._digest(demands)

    def _digest(self, demands: Mapping[str, Sequence[Sequence[str]]]) -> int:
        """63 bits of all that figures depend on besides the person's own rows. Never `STALE`."""
        asked = {module: list(elements) for module, elements in self.unpinned.items()}
        parts = [VERSION, sorted(demands.items()), sorted(self.paths), self.newcomer.path_id, self.newcomer.pins, self.modules, asked, self.order]
        parts += [[path.id, path.days, path.steps] for path in (*self.paths.values(), self.default)]
        return (int.from_bytes(hashlib.sha256(json.dumps(parts).encode()).digest()[:8], "big") >> 1) or 1

    def figures(self, enrolments: Sequence[StoredEnrolment], stored: StoredStates, terms: DueTerms = NO_TERMS) -> Figures:
        chosen = counting(enrolments, self.paths)
        mine = chosen or self.newcomer
        states = {element_id: progress_value(element_id, state, attempts) for element_id, state, attempts, _completed_at in stored}
        pins: dict[str, datetime] = {row[0]: _moment(row[2]) for row in mine.pins}
        since = self.demands.get(mine.path_id, {})
        path = rules.progress_of(pins, since, states)
        modules = self._modules(mine, enrolments, states)
        followed = self.paths.get(mine.path_id, self.default)
        dates = due_dates(followed, day_of(chosen.at) if chosen else None, terms)
        effective = None if path.complete else rules.effective_pins(pins, since, states)
        return Figures(
            path_id=followed.id,
            path=path,
            modules=modules,
            enrolled_at=chosen.at if chosen else None,
            completed_at=_completed_at(pins, since, stored) if path.complete else None,
            next_id=rules.next_element(rules.elements_left(self.order, effective, states)) if effective else None,
            failing_id=self._failing(states),
            due_on=dates.due_on,
            next_due_on=dates.next_on(path, {module for module in dates.modules if module in modules and not modules[module].complete}),
            module_dues=dates.modules,
        )

    def _modules(self, mine: StoredEnrolment, enrolments: Sequence[StoredEnrolment], states: Mapping[str, ElementProgress]) -> dict[str, Progress]:
        """Each module's figure, on the pins that `PathProgress.module_pins` would give."""
        pinned: dict[str, dict[str, datetime]] = {}
        for element_id, module_id, at in mine.pins:
            pinned.setdefault(module_id, {})[element_id] = _moment(at)
        modules = joined_modules(enrolments)
        held = {row[0] for rows in (mine.pins, *modules.values()) for row in rows}
        anywhere = self.demands.get(EVERYTHING, {})
        found: dict[str, Progress] = {}
        for module in self.modules:
            kept, joined = pinned.get(module, {}), moments(modules.get(module, ()))
            here: Pins = joined if kept.keys() < joined.keys() else kept
            pins = here if kept or module in modules else self._unpinned_elements(module, held)
            found[module] = rules.progress_of(pins, anywhere, states)
        return found

    def _unpinned_elements(self, module: str, held: Collection[str]) -> Pins:
        """What a module asks for today, without what counts elsewhere."""
        return {element: at for element, at in self.unpinned[module].items() if element not in held}

    def _failing(self, states: Mapping[str, ElementProgress]) -> str | None:
        """In the course's order, then what was withdrawn from it."""
        tried = {one.element_id for one in states.values() if one.attempts and one.state in (ProgressState.IN_PROGRESS, ProgressState.COMPLETE_FAIL)}
        return next((element_id for element_id in (*self.order, *sorted(tried)) if element_id in tried), None) if tried else None


def module_order(course: Course) -> tuple[str, ...]:
    """The default path's modules in order, then the published ones outside it."""
    default = default_path(course)
    order = (*default.module_ids, *(module for module in course.modules if module not in default.module_ids))
    return tuple(module for module in order if module in course.modules)


def _completed_at(pins: Pins, since: Since, stored: StoredStates) -> datetime | None:
    dated = {
        element_id: ElementProgress(element_id, ProgressState(state), completed_at=_aware(at) if at else None) for element_id, state, _attempts, at in stored
    }
    return rules.completed_on(pins, since, dated)


def _aware(written: str) -> datetime:
    """SQLite writes UTC without saying so."""
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
