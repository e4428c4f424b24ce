"""What changed on a path since somebody finished it: what they read and pass again to have their attestation fresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.policy import allowed_attempts, attempts_left
from app.content.values.course import Course, Lesson
from app.content.values.quiz import Quiz
from app.content.values.text import CompletionCriterion
from app.record.attestations.queries import validity_of
from app.record.progress.models import Attestation
from app.record.progress.path_progress import PathProgress, element_of, minutes_of
from app.record.progress.queries import ledger_rows, path_progress_of
from app.record.progress.rules import ElementProgress, version_fingerprint
from app.record.progress.validity import ElementChange, Validity, done_again


class RefreshItem(Struct, frozen=True):
    id: str
    title: str
    is_quiz: bool
    minutes: int
    added: bool
    """New on the path; otherwise it changed."""
    done: bool
    used_up: bool
    """A quiz that gives no attempt more: nobody is asked for what they cannot do."""


class Refresher(Struct, frozen=True):
    attestation_id: str
    title: str
    obtained_at: datetime
    validity: Validity
    items: tuple[RefreshItem, ...]
    """What changed, or came, since the attestation was last fresh, and what of older changes was not read again."""
    content_version: str
    """Of what the path asks for today."""

    @property
    def items_left(self) -> int:
        return sum(not item.done for item in self.items)

    @property
    def minutes(self) -> int:
        """Returns about how many minutes the rest takes."""
        return sum(item.minutes for item in self.items if not item.done)

    def may_finish(self, today: date) -> bool:
        return self.validity.may_refresh(today) and not self.items_left


def attestation_validity(session: Session, course: Course, attestation_id: str) -> Validity | None:
    """Returns the validity of an attestation; None if it was revoked or its path gives none. One SELECT."""
    row = session.get(Attestation, attestation_id)
    return validity_of(course, row) if row and not row.revoked_at else None


def refresher(session: Session, course: Course, person_id: int) -> Refresher | None:
    """Returns the refresher of the person's path; None without a validity rule or an attestation of it."""
    mine = path_progress_of(session, course, person_id)
    if not mine.path.validity:
        return None
    held = (Attestation.person_id == person_id, Attestation.subject_id == mine.path.id, Attestation.revoked_at.is_(None))
    row = session.scalars(select(Attestation).where(*held)).first()
    found = validity_of(course, row) if row else None
    if row is None or found is None:
        return None
    fresh_at = found.renewed_at or row.completed_at
    texts = [version.fingerprint for key in mine.path_elements() if (version := course.versions.get(key))]
    return Refresher(row.id, row.title, row.completed_at, found, tuple(_items(session, mine, fresh_at)), version_fingerprint(texts))


def _items(session: Session, mine: PathProgress, fresh_at: datetime) -> Iterator[RefreshItem]:
    """In the order of the path."""
    elements = {key: element for key in mine.order if (element := element_of(mine.course, key))}
    changed = {key: _change_of(mine, elements[key], at) for key, at in mine.changes_since_learned.items() if key in elements}
    again = done_again(ledger_rows(session, mine.person_id), changed) if changed else frozenset()
    for key, element in elements.items():
        came = _came_since(mine, key, fresh_at)
        if came or (key in changed and (key not in again or changed[key].at > fresh_at)):
            used_up = key in mine.progress and _used_up(element, mine.progress[key])
            done = mine.state(key).done and (key not in changed or key in again or used_up)
            yield RefreshItem(key, element.title, isinstance(element, Quiz), minutes_of(element), came, done, used_up)


def _change_of(mine: PathProgress, element: Lesson | Quiz, at: datetime) -> ElementChange:
    pass_mark = Fraction(element.policy.pass_mark) if isinstance(element, Quiz) and element.criterion is CompletionCriterion.PASSED else Fraction(0)
    return ElementChange(at, element.criterion, mine.course.versions[element.id].fingerprint, pass_mark)


def _used_up(element: Lesson | Quiz, progress: ElementProgress) -> bool:
    return isinstance(element, Quiz) and attempts_left(allowed_attempts(element.policy, granted=0), progress.attempts) == 0


def _came_since(mine: PathProgress, key: str, fresh_at: datetime) -> bool:
    """Asked for by the path today, taken in by the person or not, and not done when the attestation was last fresh."""
    done_at = mine.progress[key].completed_at if mine.state(key).done else None
    return key in mine.since and (key not in mine.pins or mine.pins[key] > fresh_at) and (done_at is None or done_at > fresh_at)
