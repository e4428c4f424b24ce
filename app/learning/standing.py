"""Where one person stands on their path: loaded once a request, read by every page, export and attestation that shows a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.content.values import Course, Criterion, LearningPath, Lesson, Module, Quiz
from app.learning import rules
from app.learning.rules import ElementProgress, News, Progress, State


def element_of(course: Course, element_id: str) -> Lesson | Quiz | None:
    return course.lessons.get(element_id) or course.quizzes.get(element_id)


def is_optional(course: Course, element_id: str) -> bool:
    """A lesson says so itself; a lesson's quiz is optional with its lesson."""
    quiz = course.quizzes.get(element_id)
    lesson = course.lessons.get((quiz.lesson_id or "") if quiz else element_id)
    return lesson is not None and lesson.optional


def default_path(course: Course) -> LearningPath:
    """The path marked « défaut », or, where the course names none, every module in turn."""
    marked = course.paths.default or next(iter(course.paths.paths), None)
    modules = tuple(course.modules)
    return marked or LearningPath(id="cours", title="Le cours", module_ids=modules, required_ids=modules, attestation=True, default=True, line=0)


def required_elements(course: Course, path: LearningPath) -> tuple[tuple[str, str], ...]:
    """(element id, module id) of all that a path asks for today, in order: the non-optional elements of its required modules."""
    found = []
    for module_id in path.module_ids:
        module = course.modules.get(module_id)
        if module is None or module_id not in (path.required_ids or path.module_ids):
            continue
        found += [(element_id, module_id) for element_id in course.elements_of(module) if not is_optional(course, element_id)]
    return tuple(found)


@dataclass(frozen=True)
class Standing:
    """One person, one path, and the ledger's projection for them."""

    person_id: int
    course: Course
    path: LearningPath
    pins: rules.Pins
    pin_modules: Mapping[str, str]
    since: rules.Since
    progress: Mapping[str, ElementProgress]

    @cached_property
    def required(self) -> tuple[tuple[str, str], ...]:
        """(element id, module id) that the path asks for today."""
        return required_elements(self.course, self.path)

    def state(self, element_id: str) -> State:
        mine = self.progress.get(element_id)
        return mine.state if mine else State.NOT_STARTED

    def modules(self) -> list[Module]:
        """The path's modules in order, then the published ones outside it."""
        ids = [*self.path.module_ids, *(m for m in self.course.modules if m not in self.path.module_ids)]
        return [self.course.modules[module_id] for module_id in ids if module_id in self.course.modules]

    def module_of(self, element_id: str) -> str:
        """The module where an element was when it was pinned (so that moving it lowers no module's figure), else where it is today."""
        if element_id in self.pin_modules:
            return self.pin_modules[element_id]
        module = self.course.module_of(element_id)
        return module.id if module else ""

    def _is_on_path(self, module_id: str) -> bool:
        return module_id in (self.path.required_ids or self.path.module_ids)

    def pins_of(self, module_id: str) -> rules.Pins:
        """The pinned set, narrowed to one module. Outside the path, what the module asks for today."""
        mine = {element_id: at for element_id, at in self.pins.items() if self.module_of(element_id) == module_id}
        return mine if mine or self._is_on_path(module_id) else dict.fromkeys(self._asked_outside(module_id), EPOCH)

    def since_of(self, module_id: str) -> rules.Since:
        return self.since if self._is_on_path(module_id) else dict.fromkeys(self._asked_outside(module_id), EPOCH)

    def _asked_outside(self, module_id: str) -> list[str]:
        module = self.course.modules.get(module_id)
        return [element for element in self.course.elements_of(module) if not is_optional(self.course, element)] if module else []

    def module_progress(self, module_id: str) -> Progress:
        return rules.progress_of(self.pins_of(module_id), self.since_of(module_id), self.progress)

    def path_progress(self) -> Progress:
        return rules.progress_of(self.pins, self.since, self.progress)

    def path_elements(self) -> tuple[str, ...]:
        """The denominator: pinned elements that count for this person."""
        return rules.effective_pins(self.pins, self.since, self.progress)

    def path_completed_on(self) -> datetime | None:
        return rules.completed_on(self.pins, self.since, self.progress)

    def order(self) -> tuple[str, ...]:
        """Every element of the path, optional ones included, in today's order."""
        return tuple(element_id for module in self.modules() if module.id in self.path.module_ids for element_id in self.course.elements_of(module))

    @cached_property
    def next_id(self) -> str | None:
        """The first element of the path that is left to do."""
        return rules.next_element(self.order(), self.path_elements(), self.progress)

    @cached_property
    def news(self) -> tuple[News, ...]:
        return rules.news(self.order(), self.pins, self.since, self.progress, self._changed_at())

    def _changed_at(self) -> dict[str, datetime]:
        """When each element last changed in a way to read again, unless the person earned it on the very text that is published."""
        earned = {element_id: mine.earned_on for element_id, mine in self.progress.items()}
        changed = {key: version.major_at for key, version in self.course.versions.items() if version.major_at and version.fingerprint != earned.get(key)}
        return {key: datetime.fromisoformat(moment) for key, moment in changed.items()}

    @cached_property
    def new_ids(self) -> frozenset[str]:
        return frozenset(item.element_id for item in self.news)


EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

CRITERION_SENTENCES = {
    Criterion.READ: "Cette leçon est terminée quand vous cliquez sur « J’ai lu cette leçon ».",
    Criterion.SUBMITTED: "Ce quiz est terminé quand vous l’avez envoyé, quel que soit le résultat.",
    Criterion.PASSED: "Ce quiz est terminé quand vous l’avez réussi.",
}
