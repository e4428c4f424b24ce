"""« Ma progression »: what a person has done, element by element, with decisions and due dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.content.values.paths import element_of
from app.platform.french import day_of
from app.record.attestations import HeldAttestation, attestations_of
from app.record.progress.cards import attestation_url, element_url, state_words
from app.record.progress.due import DueDates, Timeliness, days_late, timeliness
from app.record.progress.models import LearningEvent
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import Validity, dates_by, path_progress_of, terms_of
from app.record.progress.rules import ElementProgress, EventType, Progress
from app.record.services import DueMove, moves_of


class RecordDecision(Struct, frozen=True):
    """A waiver, a manual completion, a revocation or a mark computed again, with the reason that was given for it."""

    words: str
    at: datetime
    reason: str


class RecordRow(Struct, frozen=True):
    id: str
    title: str
    url: str | None
    """None for an element withdrawn from the course since."""
    is_quiz: bool
    progress: ElementProgress
    words: str
    """Its state."""
    current_version: bool
    """The content that it was earned on is still the published one."""
    decisions: tuple[RecordDecision, ...]

    @property
    def kind(self) -> str:
        """Told beside the title, where the title does not tell it."""
        if self.title.startswith("Quiz"):
            return ""
        return "Quiz" if self.is_quiz else "Leçon"


class RecordModule(Struct, frozen=True):
    id: str
    title: str
    history: str
    progress: Progress
    rows: tuple[RecordRow, ...]
    attestation_url: str | None


class ShownDue(Struct, frozen=True):
    """The due date and whether it has passed (`due`)."""

    dates: DueDates
    next_on: date | None
    timeliness: Timeliness
    late: int
    moves: Sequence[DueMove]
    """The latest first."""


class RecordPage(Struct, frozen=True):
    name: str
    path_title: str
    progress: Progress
    due: ShownDue
    next_title: str
    """Of what the path asks for next; empty where nothing is left, or what is left was taken out of the course."""
    begun_at: datetime | None
    """The person's first act; None before it."""
    last_at: datetime | None
    minutes: int
    """The announced duration of what the path asks for and the person learned here."""
    modules: tuple[RecordModule, ...]
    attestation_url: str | None
    validity: Validity | None
    """Of the attestation of the path."""
    attestations: tuple[HeldAttestation, ...]
    may_attest: bool
    """Something was earned by a decision or an edit, and its attestation not asked for yet."""
    computed_at: datetime

    @property
    def today(self) -> date:
        return day_of(self.computed_at)


DECISION_WORDS = {
    EventType.WAIVED.value: "Dispense",
    EventType.OVERRIDE_SET.value: "Validation manuelle",
    EventType.OVERRIDE_REVOKED.value: "Décision retirée",
    EventType.ATTENDED.value: "Présence à une rencontre",
    EventType.ATTENDANCE_REVOKED.value: "Présence notée par erreur, retirée",
    EventType.REGRADED.value: "Note revue",
    EventType.REGRADED_PASS.value: "Note revue, quiz réussi",
}


def record_page(session: Session, course: Course, person_id: int, name: str, now: datetime) -> RecordPage:
    mine = path_progress_of(session, course, person_id)
    attestations = attestations_of(session, course, person_id)
    held = {one.subject_id: one.id for one in attestations}
    decisions = _decisions(session, person_id)
    modules = tuple(
        RecordModule(
            module.id, module.title, module.history, mine.module_progress(module.id), _rows(mine, module.id, decisions), attestation_url(held, module.id)
        )
        for module in mine.modules()
    )
    following = element_of(course, mine.first_left) if mine.first_left else None
    return RecordPage(
        name=name,
        path_title=mine.path.title,
        progress=mine.path_progress(),
        due=_due(session, mine, now),
        next_title=following.title if following else "",
        begun_at=mine.begun_at,
        last_at=mine.last_at,
        minutes=mine.minutes_learned(mine.path_elements()),
        modules=modules,
        attestation_url=attestation_url(held, mine.path.id),
        validity=next((one.validity for one in attestations if one.subject_id == mine.path.id), None),
        attestations=attestations,
        may_attest=any(earned.subject_id not in held for earned in mine.earned_subjects),
        computed_at=now,
    )


def _due(session: Session, mine: PathProgress, now: datetime) -> ShownDue:
    """One SELECT, two for whoever had a date moved."""
    terms, today, path = terms_of(session, mine), day_of(now), mine.path_progress()
    dates = dates_by(mine, terms)
    next_on = dates.next_on(path, mine.open_modules(dates.modules))
    moves = moves_of(session, mine.person_id, mine.path.id) if terms.moved else ()
    return ShownDue(dates, next_on, timeliness(path.finished, next_on, today), days_late(today, next_on), moves)


def _decisions(session: Session, person_id: int) -> dict[str, list[RecordDecision]]:
    rows = session.scalars(
        select(LearningEvent).where(LearningEvent.person_id == person_id, LearningEvent.event.in_(DECISION_WORDS)).order_by(LearningEvent.id)
    )
    found: dict[str, list[RecordDecision]] = {}
    for row in rows:
        found.setdefault(row.element_id, []).append(RecordDecision(DECISION_WORDS[row.event], row.at, row.reason or ""))
    return found


def _rows(mine: PathProgress, module_id: str, decisions: dict[str, list[RecordDecision]]) -> tuple[RecordRow, ...]:
    """Today's elements in order, then those that were withdrawn or moved since they were pinned or done. Each stands where it counts."""
    module = mine.course.modules[module_id]
    today = [element_id for element_id in mine.course.elements_of(module) if mine.module_of(element_id) == module_id]
    gone = [element_id for element_id in mine.progress if element_id not in today and mine.module_of(element_id) == module_id]
    return tuple(_row(mine, element_id, decisions.get(element_id, [])) for element_id in (*today, *gone))


def _row(mine: PathProgress, element_id: str, decisions: Sequence[RecordDecision]) -> RecordRow:
    element = element_of(mine.course, element_id)
    progress = mine.progress.get(element_id) or ElementProgress(element_id)
    version = mine.course.versions.get(element_id)
    return RecordRow(
        id=element_id,
        title=element.title if element else f"Étape retirée du cours ({element_id})",
        url=element_url(mine.course, element_id) if element else None,
        is_quiz=element_id in mine.course.quizzes,
        progress=progress,
        words=state_words(progress),
        current_version=bool(version and progress.earned_on == version.fingerprint),
        decisions=tuple(decisions),
    )
