"""Verbs of the learner's record: append to the ledger, enrol, take the news in, attest. They flush, never commit."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.assessment.services import Outcome
from app.content.values import Course, LearningPath
from app.errors import DomainError
from app.identity.models import Person
from app.learning import rules
from app.learning.models import Attestation, ElementState, Enrolment, LearningEvent, PathDemand, ReadingPlace
from app.learning.queries import Standing, default_path, ledger_rows, required_elements, standing
from app.learning.rules import ElementProgress, EventType


class ReasonMissing(DomainError):
    sentence = "Donnez la raison : la personne la lira dans sa progression."


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    """INSERT that a repeat leaves without effect. True when the row is new. Works the same on SQLite and PostgreSQL."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    result = session.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
    return bool(result.rowcount)  # type: ignore[attr-defined]


def append(session: Session, person_id: int, element_id: str, event: EventType, now: datetime, key: str, **details: Any) -> bool:
    """Append one row and bring the projection up to date with it. False when `key` was there already: a repeat changes nothing.

    `details` are the other columns of `LearningEvent`. The person's row is locked, so that two events at once project one after the other.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    row = {"person_id": person_id, "element_id": element_id, "event": event.value, "at": now, "idempotency_key": key, **details}
    if not insert_once(session, LearningEvent, row):
        return False
    store_projection(session, person_id, rules.element_progress(element_id, ledger_rows(session, person_id, element_id)))
    return True


def store_projection(session: Session, person_id: int, progress: ElementProgress) -> None:
    """Write one row of the projection, whether or not it exists."""
    key = {"person_id": person_id, "element_id": progress.element_id}
    values = projection_values(progress)
    if not insert_once(session, ElementState, {**key, **values}):
        session.execute(update(ElementState).filter_by(**key).values(**values))


def projection_values(progress: ElementProgress) -> dict[str, Any]:
    """The columns of `ElementState` for a progress, its key left out."""
    return {
        "state": progress.state.value,
        "first_at": progress.first_at,
        "completed_at": progress.completed_at,
        "last_at": progress.last_at,
        "attempts": progress.attempts,
        "best": None if progress.best is None else str(progress.best),
        "earned_on": progress.earned_on,
        "manual": progress.manual,
    }


def _in_force(course: Course, element_id: str) -> dict[str, Any]:
    """The criterion and the fingerprints that a row records."""
    lesson, quiz = course.lessons.get(element_id), course.quizzes.get(element_id)
    element = lesson or quiz
    if element is None:
        raise DomainError("Cet élément n’est plus publié.")
    version = course.versions.get(element_id)
    return {
        "criterion": element.criterion.value,
        "content_fingerprint": version.fingerprint if version else "",
        "rules_fingerprint": rules.rules_fingerprint(element.criterion, quiz.policy if quiz else None),
    }


def record_view(session: Session, course: Course, person_id: int, element_id: str, now: datetime) -> bool:
    """The first opening of an element."""
    return append(session, person_id, element_id, EventType.VIEWED, now, f"viewed:{person_id}:{element_id}", **_in_force(course, element_id))


def mark_read(session: Session, course: Course, person_id: int, lesson_id: str, now: datetime) -> bool:
    """« J'ai lu cette leçon ». Once for each version of the lesson, so that a changed one can be read again."""
    details = _in_force(course, lesson_id)
    key = f"read:{person_id}:{lesson_id}:{details['content_fingerprint']}"
    return append(session, person_id, lesson_id, EventType.READ, now, key, **details)


def record_outcome(session: Session, course: Course, person_id: int, outcome: Outcome, now: datetime) -> None:
    """A submitted attempt: `submitted`, then `passed` or `failed` (by the mark that counts over all attempts). Harmless when repeated."""
    details = _in_force(course, outcome.quiz_id) | {"attempt_id": outcome.attempt_id}
    marks = {"score_raw": str(outcome.mark.raw), "score_max": str(outcome.mark.maximum)}
    append(session, person_id, outcome.quiz_id, EventType.SUBMITTED, now, f"submitted:{outcome.attempt_id}", **details)
    verdict = EventType.PASSED if outcome.passed else EventType.FAILED
    append(session, person_id, outcome.quiz_id, verdict, now, f"graded:{outcome.attempt_id}", tries_left=outcome.tries_left, **details, **marks)


def decide(session: Session, course: Course, person_id: int, element_id: str, event: EventType, now: datetime, *, actor_id: int, reason: str) -> bool:
    """A waiver, a manual completion, or the revocation of either, by a person with a reason that the learner reads."""
    if not reason.strip():
        raise ReasonMissing
    version = course.versions.get(element_id)
    key = f"{event.value}:{person_id}:{element_id}:{now.isoformat()}"
    fingerprint = version.fingerprint if version else ""
    return append(session, person_id, element_id, event, now, key, actor_id=actor_id, reason=reason.strip(), content_fingerprint=fingerprint, source="decision")


# --- Enrolment -------------------------------------------------------------------------------------------------------


def enrol(session: Session, course: Course, person_id: int, now: datetime, path: LearningPath | None = None) -> bool:
    """Enrol a person once in a path (the default one), pinning what it asks for today. False when they already are."""
    path = path or default_path(course)
    pins = [[element, module, now.isoformat()] for element, module in required_elements(course, path)]
    return insert_once(session, Enrolment, {"person_id": person_id, "path_id": path.id, "enrolled_at": now, "pins": pins})


def take_news_in(session: Session, standing_: Standing, now: datetime) -> int:
    """Add what came since to the person's set, by their own decision. Returns how many elements entered."""
    modules = dict(standing_.required)
    added = [item.element_id for item in standing_.news if item.added]
    enrolment = session.scalars(select(Enrolment).filter_by(person_id=standing_.person_id, path_id=standing_.path.id).with_for_update()).one()
    kept = [pin for pin in enrolment.pins if pin[0] not in added]
    enrolment.pins = kept + [[element_id, modules[element_id], now.isoformat()] for element_id in added]
    session.flush()
    return len(added)


def refresh_paths(session: Session, course: Course, now: datetime) -> None:
    """After a publication: what each path asks for, keeping since when (see `rules.advance`)."""
    for path in course.paths.paths or (default_path(course),):
        row = session.get(PathDemand, path.id) or PathDemand(path_id=path.id, asked=[])
        before = {element: datetime.fromisoformat(since) for element, since in row.asked}
        since = rules.advance(before, (element for element, _ in required_elements(course, path)), now)
        row.asked = [[element, moment.isoformat()] for element, moment in since.items()]
        session.add(row)
    session.flush()


def keep_place(session: Session, person_id: int, lesson_id: str, anchor: str, now: datetime) -> None:
    """Remember the heading where the person is."""
    key = {"person_id": person_id, "lesson_id": lesson_id}
    if not insert_once(session, ReadingPlace, {**key, "anchor": anchor, "at": now}):
        session.execute(update(ReadingPlace).filter_by(**key).values(anchor=anchor, at=now))


# --- Attestations ----------------------------------------------------------------------------------------------------


def attest(session: Session, course: Course, person_id: int, now: datetime) -> list[Attestation]:
    """Issue every attestation that the person has earned and does not hold yet: each complete module, and the path if it gives one."""
    mine = standing(session, course, person_id)
    held = set(session.scalars(select(Attestation.subject_id).filter_by(person_id=person_id)))
    issued = []
    for subject_id, title, completed_at, elements in _earned(mine):
        if subject_id in held:
            continue
        version = rules.version_fingerprint(mine.progress[element].earned_on for element in elements)
        row = Attestation(
            id=secrets.token_urlsafe(24),
            person_id=person_id,
            subject_id=subject_id,
            title=title,
            completed_at=completed_at,
            content_version=version,
            issued_at=now,
        )
        session.add(row)
        issued.append(row)
    session.flush()
    return issued


def _earned(mine: Standing) -> list[tuple[str, str, datetime, tuple[str, ...]]]:
    """(id, title, completed at, elements) of each complete module, then of the path."""
    earned = []
    for module in mine.modules():
        when = rules.completed_on(mine.pins_of(module.id), mine.since_of(module.id), mine.progress)
        if when:
            earned.append((module.id, module.title, when, rules.effective_pins(mine.pins_of(module.id), mine.since_of(module.id), mine.progress)))
    if mine.path.attestation and (when := mine.path_completed_on()):
        earned.append((mine.path.id, mine.path.title, when, mine.path_elements()))
    return earned


# --- Rebuild and verify ----------------------------------------------------------------------------------------------


def rebuild(session: Session) -> int:
    """Write the whole projection again from the ledger. Returns the number of rows."""
    session.execute(delete(ElementState))
    count = 0
    for person_id in session.scalars(select(LearningEvent.person_id).distinct()).all():
        for progress in rules.project(ledger_rows(session, person_id)).values():
            store_projection(session, person_id, progress)
            count += 1
    return count
