"""Does the projection say what the ledger says? Read by `flask learning verify` and by tests."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values import Course
from app.learning import rules
from app.learning.models import ElementState, Enrolment, LearningEvent
from app.learning.queries import element_states, ledger_rows, standing


def differences(session: Session, course: Course) -> list[str]:
    """One French line for each disagreement; none when all is well. People appear by number."""
    found = []
    people = sorted(set(session.scalars(select(LearningEvent.person_id))) | set(session.scalars(select(ElementState.person_id))))
    for person_id in people:
        replayed, stored = rules.project(ledger_rows(session, person_id)), element_states(session, person_id)
        wrong = [element_id for element_id in sorted(replayed.keys() | stored.keys()) if replayed.get(element_id) != stored.get(element_id)]
        found += [f"Personne {person_id}, élément {element_id} : le registre et la projection diffèrent." for element_id in wrong]
    for person_id in session.scalars(select(Enrolment.person_id).distinct()):
        progress = standing(session, course, person_id).path_progress()
        if not 0 <= progress.done <= progress.required:
            found.append(f"Personne {person_id} : {progress.done} éléments faits sur {progress.required} demandés.")
    return found


def ledger_digest(session: Session) -> str:
    """SHA-256 over every row of the ledger in order: equal before and after a migration, a backup, a move to another database."""
    digest = hashlib.sha256()
    columns = list(LearningEvent.__table__.columns)
    for row in session.execute(select(*columns).order_by(LearningEvent.id)):
        digest.update("|".join("" if value is None else str(value) for value in row).encode())
        digest.update(b"\n")
    return digest.hexdigest()
