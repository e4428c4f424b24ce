"""Where one person stands on their path: loaded once a request, read by every page, export and attestation that shows a figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from msgspec import Struct, field

from app.assessment.policy import AttemptWait, allowed_attempts, attempts_left
from app.content.values.course import Course, LearningPath, Module
from app.content.values.paths import asked_by, element_of, is_optional, minutes_of, modules_in_order, required_elements
from app.content.values.text import CompletionCriterion
from app.record.progress import rules
from app.record.progress.rules import ElementNews, ElementProgress, Progress, ProgressState


def title_of(course: Course, subject_id: str) -> str | None:
    """Returns the title of a module or path; None for what is no longer published."""
    module = course.modules.get(subject_id)
    return module.title if module else next((path.title for path in course.paths.paths if path.id == subject_id), None)


def may_wait(course: Course, progress: Mapping[str, ElementProgress]) -> tuple[str, ...]:
    """Quizzes that are not done, though as many attempts were sent as they give: an attempt that was added is not known here."""
    tried = ((course.quizzes.get(element_id), mine) for element_id, mine in progress.items() if not mine.state.done)
    return tuple(quiz.id for quiz, mine in tried if quiz and attempts_left(allowed_attempts(quiz.policy, granted=0), mine.attempts) == 0)


def moments(stored: Iterable[Sequence[str]]) -> dict[str, datetime]:
    """Element id → the moment that ends its stored row."""
    return {row[0]: datetime.fromisoformat(row[-1]) for row in stored}


NEVER_BEFORE = datetime.max.replace(tzinfo=UTC)
"""A pin of this moment counts whatever the path asks for today."""


class EarnedSubject(Struct, frozen=True):
    """A complete module or path: its id and title, when its last needed element was done, its elements."""

    subject_id: str
    title: str
    completed_at: datetime
    elements: tuple[str, ...]


class CourseStanding(Struct, frozen=True, kw_only=True):
    """What one person did with the elements of a course: the ledger's projection, whatever their path asks for."""

    course: Course
    progress: Mapping[str, ElementProgress]
    waiting: Mapping[str, AttemptWait] = field(default_factory=dict)
    """Quizzes that only somebody else can open again. Of one person's pages; whoever counts many people leaves it empty."""

    def state(self, element_id: str) -> ProgressState:
        mine = self.progress.get(element_id)
        return mine.state if mine else ProgressState.NOT_STARTED

    def to_read_again(self, element_id: str) -> bool:
        """Whether it changed, in a way to read again, since the person did it."""
        return rules.to_read_again(self.progress.get(element_id), self._changed_on(element_id))

    def _changed_on(self, element_id: str) -> datetime | None:
        """When an element last changed in a way to read again, unless the person earned it on the very text that is published."""
        version, mine = self.course.versions.get(element_id), self.progress.get(element_id)
        if version is None or not version.major_at or (mine and mine.earned_on == version.fingerprint):
            return None
        return datetime.fromisoformat(version.major_at)


class PathProgress(CourseStanding, frozen=True, kw_only=True, dict=True):
    """One person, one path, and where they stand on it."""

    person_id: int
    path: LearningPath
    enrolment_id: int | None
    """None for whoever is not enrolled yet, as `enrolled_at`."""
    enrolled_at: datetime | None
    pinned: Sequence[Sequence[str]]
    """[element id, module id, when it entered (ISO 8601)] of each pinned element, as stored."""
    asked: Sequence[Sequence[str]]
    """[element id, since when (ISO 8601)] of what the path asks for, as stored."""
    asked_anywhere: Sequence[Sequence[str]]
    """The same for the whole course, on which modules are counted."""
    joined: Mapping[str, Sequence[Sequence[str]]]
    """By module outside the pinned path: what was pinned when the person first did something there, as `pinned`."""

    @cached_property
    def pins(self) -> rules.Pins:
        return moments(self.pinned)

    @cached_property
    def since(self) -> rules.Since:
        return moments(self.asked)

    @cached_property
    def _since_anywhere(self) -> rules.Since:
        return moments(self.asked_anywhere)

    @cached_property
    def _pin_modules(self) -> dict[str, str]:
        rows = (row for stored in (*self.joined.values(), self.pinned) for row in stored)
        return {element_id: module_id for element_id, module_id, _at in rows}

    @cached_property
    def required_pairs(self) -> tuple[tuple[str, str], ...]:
        """(element id, module id) that the path asks for today."""
        return required_elements(self.course, self.path)

    def modules(self) -> list[Module]:
        return modules_in_order(self.course, self.path)

    def is_optional(self, element_id: str) -> bool:
        """Whether the path does without it."""
        if self.path.only_ids and self.pins:
            return element_id not in self._pin_modules
        return is_optional(self.course, element_id)

    @property
    def begun_at(self) -> datetime | None:
        """The person's first act, wherever it was; None before it."""
        return min((one.first_at for one in self.progress.values() if one.first_at), default=None)

    @property
    def last_at(self) -> datetime | None:
        """The person's last act, wherever it was; None before the first."""
        return max((one.last_at for one in self.progress.values() if one.last_at), default=None)

    def module_of(self, element_id: str) -> str:
        """The module where an element was when it was pinned (so that moving it lowers no module's figure), else where it is today."""
        if element_id in self._pin_modules:
            return self._pin_modules[element_id]
        module = self.course.module_of(element_id)
        return module.id if module else ""

    def module_pins(self, module_id: str) -> rules.Pins:
        """The pinned set, narrowed to one module.

        A module of which the path pinned nothing, because it stands outside or came later, has what was pinned when the person first did
        something there; before that, what it asks for today. What counts elsewhere, where it was pinned, does not count here again.
        A module that somebody joined asks for all that it asked then, though their path keeps less of it.
        """
        mine = {element_id: at for element_id, at in self.pins.items() if self.module_of(element_id) == module_id}
        if mine or module_id in self.joined:
            joined = moments(self.joined.get(module_id, ()))
            return joined if mine.keys() < joined.keys() else mine
        return {element_id: NEVER_BEFORE for element_id in asked_by(self.course, module_id) if element_id not in self._pin_modules}

    def module_elements(self, module_id: str) -> tuple[str, ...]:
        """The denominator of one module."""
        return rules.effective_pins(self.module_pins(module_id), self._since_anywhere, self.progress)

    def module_progress(self, module_id: str) -> Progress:
        return rules.progress_of(self.module_pins(module_id), self._since_anywhere, self.progress)

    def open_modules(self, among: Iterable[str]) -> frozenset[str]:
        """Returns those of these modules in which a required element is not done."""
        return frozenset(module for module in among if not self.module_progress(module).complete)

    def module_completed_on(self, module_id: str) -> datetime | None:
        return rules.completed_on(self.module_pins(module_id), self._since_anywhere, self.progress)

    def next_of(self, module_id: str) -> str | None:
        """What comes next in a module."""
        return rules.next_element(self._elements_left(self.module_elements(module_id)), self.waiting)

    def path_progress(self) -> Progress:
        return rules.progress_of(self.pins, self.since, self.progress)

    def path_elements(self) -> tuple[str, ...]:
        """The denominator: pinned elements that count for this person."""
        return rules.effective_pins(self.pins, self.since, self.progress)

    def path_completed_on(self) -> datetime | None:
        return rules.completed_on(self.pins, self.since, self.progress)

    @cached_property
    def earned_subjects(self) -> tuple[EarnedSubject, ...]:
        """What attestations may be given for: each complete module, then the path if it gives one. What was only waived attests nothing.

        A module of which the path keeps a part is attested when all of it is done.
        """
        whole = [module for module in self.modules() if not self.path.only_ids or all(map(self._is_done, asked_by(self.course, module.id)))]
        found = [(module.id, module.title, self.module_completed_on(module.id), self.module_elements(module.id)) for module in whole]
        if self.path.attestation:
            found.append((self.path.id, self.path.title, self.path_completed_on(), self.path_elements()))
        return tuple(EarnedSubject(subject, title, when, elements) for subject, title, when, elements in found if when and self._did_some(elements))

    def has_earned(self, subject_id: str) -> bool:
        """Whether an attestation may be given for a module or the path."""
        return any(earned.subject_id == subject_id for earned in self.earned_subjects)

    def _is_done(self, element_id: str) -> bool:
        return rules.is_done(element_id, self.progress)

    def _did_some(self, elements: Iterable[str]) -> bool:
        return any(self.state(element_id) != ProgressState.WAIVED for element_id in elements)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every element of the course, optional ones included, in today's order: the path's first."""
        return tuple(element_id for module in self.modules() for element_id in self.course.elements_of(module))

    def _elements_left(self, asked: Iterable[str]) -> Iterator[str]:
        return rules.elements_left(self.order, asked, self.progress)

    @cached_property
    def next_id(self) -> str | None:
        """What comes next on the path; None when all is done, or all that is left waits."""
        return rules.next_element(self._elements_left(self.path_elements()), self.waiting)

    @property
    def first_left(self) -> str | None:
        """The first element left, even where it waits: what reports store."""
        return rules.next_element(self._elements_left(self.path_elements()))

    def waiting_in(self, elements: Iterable[str]) -> tuple[str, ...]:
        """Returns those of these elements that wait for somebody else, in the order of the path."""
        return tuple(element_id for element_id in self._elements_left(elements) if element_id in self.waiting)

    def minutes_left(self, elements: Iterable[str]) -> int:
        """How long the rest of these elements takes, about."""
        return sum(minutes_of(element) for left in self._elements_left(elements) if (element := element_of(self.course, left)))

    def steps_within(self, minutes: int) -> int:
        """How many of the next steps of the path fit in so many minutes; one at least, where one is left that does not wait."""
        fitting = 0
        for left in self._elements_left(self.path_elements()):
            element = element_of(self.course, left)
            minutes -= minutes_of(element) if element else 0
            if left in self.waiting or (fitting and minutes < 0):
                break
            fitting += 1
        return fitting

    def minutes_learned(self, elements: Iterable[str]) -> int:
        """The announced duration of those of these elements that were learned here: of attestations and certificates alike."""
        learned = (key for key in elements if key in self.progress and self.progress[key].learned)
        return sum(minutes_of(element) for key in learned if (element := element_of(self.course, key)))

    @cached_property
    def news(self) -> tuple[ElementNews, ...]:
        return rules.news(self.order, self.pins, self.since, self.progress, self._changed_at())

    @cached_property
    def changes_since_learned(self) -> dict[str, datetime]:
        """Returns what the person learned and that changed since in a way to read again, and when."""
        found = self._changed_at()
        learned = ((key, self.progress[key]) for key in self.path_elements() if key in found and key in self.progress)
        return {key: found[key] for key, mine in learned if mine.learned and mine.completed_at and found[key] > mine.completed_at}

    def _changed_at(self) -> dict[str, datetime]:
        """Of what the person did something of."""
        return {key: moment for key in self.progress if (moment := self._changed_on(key))}

    @cached_property
    def new_ids(self) -> frozenset[str]:
        return frozenset(item.element_id for item in self.news)


CRITERION_SENTENCES = {
    CompletionCriterion.READ: "Cette leçon est terminée quand vous cliquez sur « J’ai lu cette leçon ».",
    CompletionCriterion.PRESENCE: "Cette étape est terminée quand votre présence à la rencontre est notée.",
    CompletionCriterion.SUBMITTED: "Ce quiz est terminé quand vous l’avez envoyé, quel que soit le résultat.",
    CompletionCriterion.PASSED: "Ce quiz est terminé quand vous l’avez réussi.",
}
