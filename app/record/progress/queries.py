"""Reads the ledger and what derives from it: due dates, one person's standing, how long an attestation is fresh."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import fields
from sqlalchemy import Date, Select, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.assessment.attempts.queries import waiting
from app.content.values.course import Course
from app.content.values.paths import default_path, required_elements
from app.content.values.text import CompletionCriterion
from app.platform.french import day_of, french_date, plural, zone
from app.record.progress.due import CohortTerm, DueDates, DueTerms, due_dates
from app.record.progress.models import EVERYTHING, MODULE, Attestation, Cohort, CohortMember, ElementState, Enrolment, LearningEvent, PathDemand, ReadingPlace
from app.record.progress.path_progress import NEVER_BEFORE, CourseStanding, PathProgress, may_wait
from app.record.progress.rules import ElementProgress, Event, EventType, ProgressState

_PEOPLE: Any = bindparam("people", expanding=True)
_PATHS: Any = bindparam("paths", expanding=True)
_GROUPS = (
    select(CohortMember.person_id, Cohort.path_id, Cohort.starts_on, Cohort.due_on, literal(0).label("number"))
    .join(Cohort, Cohort.id == CohortMember.cohort_id)
    .where(CohortMember.person_id.in_(_PEOPLE), ~CohortMember.trainer)
)
_MOVES = select(LearningEvent.person_id, LearningEvent.element_id, cast(null(), Date), LearningEvent.due_on, LearningEvent.id).where(
    LearningEvent.person_id.in_(_PEOPLE), LearningEvent.element_id.in_(_PATHS), LearningEvent.event == EventType.DUE_MOVED.value
)
_TERMS = union_all(_GROUPS, _MOVES).order_by("number")


def due_terms(session: Session, person_ids: Collection[int], path_ids: Collection[str]) -> dict[int, DueTerms]:
    """Returns what sets due dates, by person. `path_ids`: the published paths, by which the ledger's index is used."""
    cohorts: dict[int, list[CohortTerm]] = {}
    moved: dict[int, dict[str, Any]] = {}
    for person_id, path_id, starts_on, due_on, number in session.execute(_TERMS, {"people": list(person_ids), "paths": sorted(path_ids)}):
        if number:
            moved.setdefault(person_id, {})[path_id] = due_on
        else:
            cohorts.setdefault(person_id, []).append(CohortTerm(path_id, starts_on, due_on))
    return {number: DueTerms(tuple(cohorts.get(number, ())), moved.get(number, {})) for number in cohorts.keys() | moved.keys()}


def due_dates_of(session: Session, mine: PathProgress) -> DueDates:
    return dates_by(mine, terms_of(session, mine))


def terms_of(session: Session, mine: PathProgress) -> DueTerms:
    return due_terms(session, [mine.person_id], [mine.path.id]).get(mine.person_id, DueTerms())


def dates_by(mine: PathProgress, terms: DueTerms) -> DueDates:
    return due_dates(mine.path, day_of(mine.enrolled_at) if mine.enrolled_at else None, terms)


# --- The ledger's rows, and one person's standing --------------------------------------------------------------------

_LEDGER = LearningEvent.__table__.c
_EVENTS = select(
    *(
        _LEDGER[name]
        for name in ("person_id", "element_id", "event", "at", "criterion", "tries_left", "attempt_id", "score_raw", "score_max", "content_fingerprint")
    )
)
"""What the rules read of a row: asked of the table, as the states below."""
_OF_ELEMENTS = _LEDGER.event != EventType.DUE_MOVED.value
"""A due date is no step of any element."""
_ALL_OF_ONE = _EVENTS.where(_LEDGER.person_id == bindparam("person_id"), _OF_ELEMENTS).order_by(_LEDGER.id)
_OF_ONE = _ALL_OF_ONE.where(_LEDGER.element_id == bindparam("element_id"))


def _fetch_rows(session: Session, statement: Select[*tuple[Any, ...]], **values: Any) -> Sequence[Any]:
    """The rows of a statement of tables, which does not see to it by itself that all is written before it is asked."""
    session.flush()
    return session.execute(statement, values).all()


def ledger_rows(session: Session, person_id: int, element_id: str | None = None) -> list[Event]:
    """A person's rows of the ledger in order (of one element, if named), as the rules read them."""
    if element_id is None:
        return [_event(row) for row in _fetch_rows(session, _ALL_OF_ONE, person_id=person_id)]
    return [_event(row) for row in _fetch_rows(session, _OF_ONE, person_id=person_id, element_id=element_id)]


def ledger_rows_mixed(session: Session, person_ids: Collection[int]) -> list[Event]:
    """The rows of several accounts in order, as if they were one person's."""
    return [_event(row) for row in _fetch_rows(session, _EVENTS.where(_LEDGER.person_id.in_(person_ids), _OF_ELEMENTS).order_by(_LEDGER.id))]


def ledger_rows_together(session: Session, person_ids: Collection[int], element_id: str) -> dict[int, list[Event]]:
    """The rows of several people about one element, each person's in order."""
    found: dict[int, list[Event]] = {}
    for row in _fetch_rows(session, _EVENTS.where(_LEDGER.person_id.in_(person_ids), _LEDGER.element_id == element_id).order_by(_LEDGER.id)):
        found.setdefault(row.person_id, []).append(_event(row))
    return found


def _event(row: Sequence[Any]) -> Event:
    """Columns by their places: to ask a row for a name takes as long as to read one."""
    _person_id, element_id, event, at, criterion, tries_left, attempt_id, raw, whole, fingerprint = row
    return Event(
        element_id, EventType(event), at, CompletionCriterion(criterion) if criterion else None, tries_left, attempt_id, _share(raw, whole), fingerprint
    )


def _share(raw: str | None, whole: str | None) -> Fraction | None:
    return Fraction(raw) / Fraction(whole) if raw is not None and whole and Fraction(whole) else None


STATE_COLUMNS = tuple(getattr(ElementState, field.name) for field in fields(ElementProgress))
"""The projection's columns in the order of the value's fields: read as plain rows, twice as fast as entities, on every page."""

_STATES = ElementState.__table__.c
_STATES_OF_ONE = select(*(_STATES[field.name] for field in fields(ElementProgress))).where(_STATES.person_id == bindparam("person_id"))
_STATES_OF_TWO = _STATES_OF_ONE.where(_STATES.element_id.in_((bindparam("element_id"), bindparam("other_id"))))
"""Written once, and of the table, as what every page asks: building a SELECT takes longer than SQLite does to answer it."""


def element_states(session: Session, person_id: int) -> dict[str, ElementProgress]:
    """The projection of one person."""
    return {row[0]: state_value(*row) for row in _fetch_rows(session, _STATES_OF_ONE, person_id=person_id)}


def element_state(session: Session, person_id: int, element_id: str) -> ElementProgress | None:
    """Returns the progress of one person in one element."""
    rows = _fetch_rows(session, _STATES_OF_TWO, person_id=person_id, element_id=element_id, other_id=element_id)
    return state_value(*rows[0]) if rows else None


def state_value(
    element_id: str, state: str, first_at: Any, completed_at: Any, last_at: Any, attempts: int, best: str | None, earned_on: str, manual: bool
) -> ElementProgress:
    """One row of the projection as the value that rules make."""
    mark = None if best is None else Fraction(best)
    return ElementProgress(element_id, ProgressState(state), first_at, completed_at, last_at, attempts, mark, earned_on, manual)


def standing_of(session: Session, course: Course, person_id: int, element_id: str, other_id: str | None = None) -> CourseStanding:
    """What a person did with one element, or with two, for a page that shows no more. One SELECT; a second one where the attempts at a quiz may be used up."""
    rows = _fetch_rows(session, _STATES_OF_TWO, person_id=person_id, element_id=element_id, other_id=other_id or element_id)
    return _standing(session, course, person_id, {row[0]: state_value(*row) for row in rows})


def _standing(session: Session, course: Course, person_id: int, progress: Mapping[str, ElementProgress]) -> CourseStanding:
    """With what waits for somebody else."""
    used_up = may_wait(course, progress)
    return CourseStanding(course=course, progress=progress, waiting=waiting(session, course, person_id, used_up) if used_up else {})


def path_progress_of(session: Session, course: Course, person_id: int) -> PathProgress:
    """Where a person stands: their enrolment with what its path asks for, in one SELECT, and all that they did.

    Whoever is not enrolled yet stands on the default path as if they joined it now. Whoever is on a path that was withdrawn keeps what it asked
    them, under the name of the default path.
    """
    paths = {path.id: path for path in course.paths.paths or (default_path(course),)}
    found = _enrolments(session, person_id)
    mine = counting(found, paths) or _not_enrolled(session, course)
    standing = _standing(session, course, person_id, element_states(session, person_id))
    return PathProgress(
        person_id=person_id,
        course=course,
        path=paths.get(mine.path_id, default_path(course)),
        enrolment_id=mine.id,
        enrolled_at=mine.enrolled_at,
        pinned=mine.pins,
        asked=mine.asked or (),
        asked_anywhere=mine.anywhere or (),
        joined=joined_modules(found),
        progress=standing.progress,
        waiting=standing.waiting,
    )


Demands = Mapping[str, Sequence[Sequence[str]]]
"""Path → what it asks for and since when, as stored."""


def stored_demands(session: Session) -> Demands:
    """Returns what every path requires. One SELECT."""
    return dict(session.execute(select(PathDemand.path_id, PathDemand.asked)).all())


class OnPath(Protocol):
    """An enrolment, as whoever reads it holds it."""

    @property
    def path_id(self) -> str: ...
    @property
    def pins(self) -> Sequence[Sequence[str]]: ...


E = TypeVar("E", bound=OnPath)


def counting(enrolments: Iterable[E], published: Container[str]) -> E | None:
    """Returns the enrolment whose figures count: the first on a published path; never on a module alone."""
    own = [one for one in enrolments if not one.path_id.startswith(MODULE)]
    return next((one for one in own if one.path_id in published), next(iter(own), None))


def joined_modules(enrolments: Iterable[OnPath]) -> dict[str, Sequence[Sequence[str]]]:
    """Returns what was pinned for each module that the person joined outside their path."""
    return {one.path_id.removeprefix(MODULE): one.pins for one in enrolments if one.path_id.startswith(MODULE)}


class _Enrolment(NamedTuple):
    id: int | None
    """None for whoever is not enrolled, as `enrolled_at`."""
    enrolled_at: datetime | None
    path_id: str
    pins: list[list[str]]
    asked: list[list[str]] | None
    """What its path asks for; None for a path that was never published."""
    anywhere: list[list[str]] | None


_ENROLMENT, _DEMAND, _ANYWHERE = Enrolment.__table__, PathDemand.__table__, PathDemand.__table__.alias()
_ENROLMENTS_OF_ONE = (
    select(*(_ENROLMENT.c[name] for name in ("id", "enrolled_at", "path_id", "pins")), _DEMAND.c.asked, _ANYWHERE.c.asked)
    .select_from(_ENROLMENT.outerjoin(_DEMAND, _DEMAND.c.path_id == _ENROLMENT.c.path_id).outerjoin(_ANYWHERE, _ANYWHERE.c.path_id == EVERYTHING))
    .where(_ENROLMENT.c.person_id == bindparam("person_id"))
    .order_by(_ENROLMENT.c.id)
)


def _enrolments(session: Session, person_id: int) -> list[_Enrolment]:
    """A person's enrolments, the first one first."""
    return [_Enrolment._make(row) for row in _fetch_rows(session, _ENROLMENTS_OF_ONE, person_id=person_id)]


def _not_enrolled(session: Session, course: Course) -> _Enrolment:
    path = default_path(course)
    pins = [[element_id, module_id, NEVER_BEFORE.isoformat()] for element_id, module_id in required_elements(course, path)]
    wanted = select(PathDemand.path_id, PathDemand.asked).where(PathDemand.path_id.in_((path.id, EVERYTHING)))
    demands: dict[str, list[list[str]]] = dict(session.execute(wanted).all())
    return _Enrolment(None, None, path.id, pins, demands.get(path.id), demands.get(EVERYTHING))


_PLACES = ReadingPlace.__table__.c
_PLACES_OF_ONE = select(_PLACES.lesson_id, _PLACES.anchor).where(_PLACES.person_id == bindparam("person_id"))
_ATTESTATIONS = Attestation.__table__.c
_ATTESTATIONS_OF_ONE = select(_ATTESTATIONS.subject_id, _ATTESTATIONS.id).where(_ATTESTATIONS.person_id == bindparam("person_id"))


def reading_places(session: Session, course: Course, person_id: int) -> dict[str, str]:
    """Lesson → the heading where the person stopped, where the lesson still has it. One SELECT."""
    rows = _fetch_rows(session, _PLACES_OF_ONE, person_id=person_id)
    return {lesson_id: anchor for lesson_id, anchor in rows if anchor in _anchors(course, lesson_id)}


def _anchors(course: Course, lesson_id: str) -> Collection[str]:
    lesson = course.lessons.get(lesson_id)
    return [heading.anchor for heading in lesson.headings] if lesson else ()


def attestations_held(session: Session, person_id: int) -> dict[str, str]:
    """Module or path id → attestation id."""
    return dict(_fetch_rows(session, _ATTESTATIONS_OF_ONE, person_id=person_id))


# --- How long an attestation is fresh (pure) -------------------------------------------------------------------------
# Having obtained it stays true for ever.

EARLY = timedelta(days=60)
"""Before the last day, from when one may refresh: nobody has to wait until it is over."""
RENEWING = {
    CompletionCriterion.READ: frozenset({EventType.READ}),
    CompletionCriterion.PRESENCE: frozenset({EventType.ATTENDED, EventType.READ}),
    CompletionCriterion.SUBMITTED: frozenset({EventType.SUBMITTED, EventType.PASSED}),
    CompletionCriterion.PASSED: frozenset({EventType.PASSED, EventType.REGRADED_PASS}),
}
"""What does an element again, by its criterion: this renews an attestation."""


class Validity(Struct, frozen=True):
    until: date
    """The last day on which it is fresh."""
    renewed_at: datetime | None = None
    reread: int = 0
    """How many elements had changed, and were done again, when it was renewed."""

    @property
    def renewal_words(self) -> str:
        """« 3 mai 2028, après avoir revu 2 étapes qui avaient changé »; empty where it never was renewed."""
        if self.renewed_at is None:
            return ""
        told = f"après avoir revu {plural(self.reread, 'étape nouvelle ou changée', 'étapes nouvelles ou changées')}"
        return f"{french_date(self.renewed_at)}, {told if self.reread else 'rien n’ayant changé : la personne déclare avoir relu l’essentiel'}"

    @property
    def stale_from(self) -> date:
        return self.until + timedelta(days=1)

    @property
    def ends_at(self) -> datetime:
        """The moment at which the last day ends, where the site is."""
        return datetime.combine(self.stale_from, time.min, zone())

    def is_stale(self, today: date) -> bool:
        return today > self.until

    def may_refresh(self, today: date) -> bool:
        return today >= self.until - EARLY


def validity(obtained_at: datetime, renewals: Sequence[tuple[datetime, int]], months: int) -> Validity | None:
    """Counts the validity from the last renewal, or from completion. `renewals`: when, and how many elements. None if `months` is 0."""
    if not months:
        return None
    last, reread = max(renewals, default=(None, 0))
    return Validity(months_later(day_of(last or obtained_at), months), last, reread)


def months_later(day: date, months: int) -> date:
    """Returns the same day some months later, or the month's last day: 31 January gives 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class ElementChange(Struct, frozen=True):
    """What an element that changed asks for today."""

    at: datetime
    criterion: CompletionCriterion
    text: str
    """The fingerprint of what is published."""
    pass_mark: Fraction = Fraction(0)
    """Of a quiz to be passed: its new attempt's own mark counts, not the best of all."""

    def met_by(self, event: Event) -> bool:
        """Does this event show that the element was done after the change, or on today's text?"""
        enough = event.score is None or event.score >= self.pass_mark
        return event.type in RENEWING[self.criterion] and enough and (event.at > self.at or event.content_fingerprint == self.text)


def done_again(events: Iterable[Event], changed: Mapping[str, ElementChange]) -> frozenset[str]:
    """Returns the changed elements that the person has done again since."""
    return frozenset(event.element_id for event in events if event.element_id in changed and changed[event.element_id].met_by(event))
