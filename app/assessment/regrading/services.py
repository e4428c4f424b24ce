"""Marking the answers to a quiz again once a key was corrected. Reads and writes people by turns, so that ten thousand attempts fit in memory.

Marks only rise (`grading.regraded`). The whole is one transaction of the caller's; two at once wait for each other on the quiz's document, and
the second finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.assessment.models import RegradedAttempt, Regrading
from app.assessment.regrading.comparison import Keys, PersonRemarked, Remarked, corrected_keys, keys_of, new_keys, remarked
from app.content.store.models import Document
from app.content.values.course import Course
from app.platform.errors import DomainError
from app.platform.log import event


class NothingToRegrade(DomainError):
    sentence = "Il n’y a rien à reprendre : chaque tentative a déjà été notée avec les clés d’aujourd’hui."


@dataclass
class RegradingRun:
    """A regrading as it goes on. `row` exists once there is something to write."""

    session: Session
    quiz_id: str
    actor_id: int
    reason: str
    now: datetime
    course: Course
    row: Regrading | None = None

    def run(self) -> Iterator[tuple[Regrading, list[PersonRemarked]]]:
        """Write people after people; gives each lot once written, for what hangs on it. Raises NothingToRegrade at the end of an empty one."""
        lock_quiz(self.session, self.quiz_id)
        keys = keys_of(self.session, self.course, self.quiz_id)
        for people in remarked(self.session, keys, self.quiz_id):
            if people:
                yield self._write(people), people
        self._close(keys)

    def ensure_row(self) -> Regrading:
        if self.row is None:
            self.row = Regrading(quiz_id=self.quiz_id, actor_id=self.actor_id, reason=self.reason, at=self.now, keys={}, raised=0, maintained=0, passing=0)
            self.session.add(self.row)
            self.session.flush()
        return self.row

    def _write(self, people: Sequence[PersonRemarked]) -> Regrading:
        row = self.ensure_row()
        attempts = [one for person in people for one in person.attempts]
        self.session.execute(insert(RegradedAttempt), [_columns(row.id, one) for one in attempts])
        row.raised += sum(one.rises for one in attempts)
        row.maintained += sum(one.kept.maintained for one in attempts)
        row.passing += sum(person.passes for person in people)
        return row

    def _close(self, keys: Keys) -> None:
        if self.row is None and not new_keys(self.session, self.course, keys, self.quiz_id):
            raise NothingToRegrade
        row = self.ensure_row()
        row.keys = corrected_keys(self.course, keys)
        self.session.flush()
        event("quiz_regraded", quiz=self.quiz_id, actor=self.actor_id, regrading=row.id, raised=row.raised, maintained=row.maintained)


def lock_quiz(session: Session, quiz_id: str) -> None:
    """Two regradings of one quiz take turns."""
    session.execute(select(Document.id).where(Document.id == quiz_id).with_for_update())


def _columns(regrading_id: int, one: Remarked) -> dict[str, Any]:
    return {
        "attempt_id": one.attempt_id,
        "regrading_id": regrading_id,
        "found_raw": one.found.raw,
        "score_raw": one.kept.mark.raw,
        "passed": one.kept.passed,
        "maintained": one.kept.maintained,
    }
