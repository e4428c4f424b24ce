"""The person's own export: all that is kept on their learning, as plain values under French keys, for JSON and for a page to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, RegradedAttempt, Regrading, Response
from app.content.values.course import Course
from app.learning.error_reports.models import ErrorReport
from app.learning.progress.cards import STATE_WORDS
from app.learning.progress.models import Attestation, Cohort, CohortMember, LearningEvent, ReadingPlace, Submission
from app.learning.progress.queries import standing
from app.learning.progress.rules import EventType, Progress
from app.learning.progress.standing import PathProgress

Row = dict[str, Any]


EVENT_WORDS = {
    EventType.VIEWED: "ouvert",
    EventType.READ: "lu",
    EventType.SUBMITTED: "envoyé",
    EventType.PASSED: "réussi",
    EventType.FAILED: "non réussi",
    EventType.WAIVED: "dispensé",
    EventType.OVERRIDE_SET: "validé par décision",
    EventType.OVERRIDE_REVOKED: "décision retirée",
    EventType.REGRADED: "note revue",
    EventType.REGRADED_PASS: "note revue, réussi",
}


@dataclass(frozen=True, slots=True)
class ExportPage:
    data: dict[str, Any]
    """Nested values under French keys; dates are dates."""
    computed_at: datetime


def learning_export(session: Session, course: Course, person_id: int) -> dict[str, Any]:
    """The figures that the pages show, then every row that names the person, table by table."""
    mine = standing(session, course, person_id)
    return {
        "parcours": {"id": mine.path.id, "titre": mine.path.title, **_figures(mine.path_progress())},
        "modules": [{"id": module.id, "titre": module.title, **_figures(mine.module_progress(module.id))} for module in mine.modules()],
        "éléments": _elements(mine),
        "journal": [_event(row) for row in session.scalars(select(LearningEvent).filter_by(person_id=person_id).order_by(LearningEvent.id))],
        "tentatives": [_attempt(row) for row in session.scalars(select(Attempt).filter_by(person_id=person_id).order_by(Attempt.id))],
        "réponses": [_response(row) for row in _responses(session, person_id)],
        "demandes de tentative": [_request(row) for row in session.scalars(select(AttemptRequest).filter_by(person_id=person_id).order_by(AttemptRequest.id))],
        "tentatives ajoutées": [_extra(row) for row in session.scalars(select(ExtraAttempt).filter_by(person_id=person_id).order_by(ExtraAttempt.id))],
        "notes revues": _regrades(session, person_id),
        "signalements d’erreur": [_report(row) for row in session.scalars(select(ErrorReport).filter_by(person_id=person_id).order_by(ErrorReport.id))],
        "repères de lecture": [
            {"leçon": row.lesson_id, "titre atteint": row.anchor, "le": row.at} for row in session.scalars(select(ReadingPlace).filter_by(person_id=person_id))
        ],
        "groupes de formation": _cohorts(session, person_id),
        "attestations": [
            {"id": row.id, "titre": row.title, "terminé": row.completed_at, "délivrée": row.issued_at, "version": row.content_version}
            for row in session.scalars(select(Attestation).filter_by(person_id=person_id).order_by(Attestation.issued_at))
        ],
        "saisies gardées ou refusées": [
            _submission(row) for row in session.scalars(select(Submission).filter_by(person_id=person_id).order_by(Submission.at, Submission.id))
        ],
    }


def _figures(progress: Progress) -> Row:
    return {"faits": progress.done, "demandés": progress.required}


def _elements(mine: PathProgress) -> list[Row]:
    return [
        {
            "id": progress.element_id,
            "état": STATE_WORDS[progress.state],
            "commencé": progress.first_at,
            "terminé": progress.completed_at,
            "essais": progress.attempts,
            "meilleure note": _float(progress.best),
            "version du contenu": progress.earned_on,
        }
        for progress in mine.progress.values()
    ]


def _event(row: LearningEvent) -> Row:
    return {
        "élément": row.element_id,
        "fait": EVENT_WORDS[EventType(row.event)],
        "le": row.at,
        "critère": row.criterion,
        "tentative": row.attempt_id,
        "note": row.score_raw,
        "sur": row.score_max,
        "essais restants": row.tries_left,
        "raison": row.reason,
        "source": row.source,
        "version du contenu": row.content_fingerprint,
    }


def _attempt(row: Attempt) -> Row:
    return {
        "id": row.id,
        "quiz": row.quiz_id,
        "titre": row.title,
        "numéro": row.number,
        "entraînement": row.practice,
        "commencée": row.started_at,
        "envoyée": row.submitted_at,
        "note": _float(row.score_raw),
        "sur": _float(row.score_max),
        "réussie": row.passed,
    }


def _responses(session: Session, person_id: int) -> Iterable[Response]:
    return session.scalars(select(Response).join(Attempt, Attempt.id == Response.attempt_id).where(Attempt.person_id == person_id).order_by(Response.id))


def _response(row: Response) -> Row:
    return {
        "tentative": row.attempt_id,
        "question": row.question_id,
        "réponse": row.readable,
        "enregistrée": row.saved_at,
        "part obtenue": _float(row.fraction),
    }


def _request(row: AttemptRequest) -> Row:
    return {
        "quiz": row.quiz_id,
        "message": row.message,
        "demandée": row.asked_at,
        "traitée": row.answered_at,
        "accordée": row.granted,
        "raison": row.reason,
    }


def _extra(row: ExtraAttempt) -> Row:
    return {"quiz": row.quiz_id, "le": row.granted_at, "raison": row.reason}


def _regrades(session: Session, person_id: int) -> list[Row]:
    query = (
        select(RegradedAttempt, Regrading).join(Regrading, Regrading.id == RegradedAttempt.regrading_id).join(Attempt, Attempt.id == RegradedAttempt.attempt_id)
    )
    rows = session.execute(query.where(Attempt.person_id == person_id).order_by(RegradedAttempt.id))
    return [
        {"tentative": row.attempt_id, "le": act.at, "note": _float(row.score_raw), "réussie": row.passed, "maintenue": row.maintained, "raison": act.reason}
        for row, act in rows
    ]


def _report(row: ErrorReport) -> Row:
    return {
        "élément": row.element_id,
        "question": row.question_id,
        "passage": row.passage,
        "message": row.message,
        "signalé": row.reported_at,
        "répondu": row.answered_at,
        "corrigé": row.fixed,
        "réponse": row.answer,
    }


def _cohorts(session: Session, person_id: int) -> list[Row]:
    rows = session.execute(select(Cohort, CohortMember.trainer).join(CohortMember).where(CohortMember.person_id == person_id).order_by(Cohort.starts_on))
    return [{"nom": cohort.name, "début": cohort.starts_on, "échéance": cohort.due_on, "formateur": trainer} for cohort, trainer in rows]


def _submission(row: Submission) -> Row:
    typed = ", ".join(f"{name} : {value}" for name, value in row.fields)
    return {"adresse": row.path, "saisie": typed, "le": row.at, "raison": row.reason, "envoyée de nouveau": row.replayed_at}


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def plain(data: Any) -> Any:
    """The same with dates as ISO 8601, for JSON."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data
