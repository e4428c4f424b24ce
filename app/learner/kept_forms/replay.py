"""Sending again what was kept or refused: the form of a person who came back, or an operator's command once a defect is mended."""

from __future__ import annotations

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from app.assessment.attempts import save
from app.identity.sessions import browsers
from app.learner.kept_forms import quarantine, services
from app.learner.kept_forms.queries import sent_fields, target
from app.platform.errors import DomainError
from app.record.progress.models import Submission


class NothingToReplay(DomainError):
    sentence = "Il n’y a pas de saisie refusée sous cet identifiant, ou elle n’est pas la réponse à une question."


def close_replayed(session: Session, person_id: int, now: datetime) -> None:
    """Close the kept submission that the present form sends again, if it does: call it when what it holds is saved."""
    if submission_id := request.form.get(quarantine.REPLAYED):
        services.close(session, submission_id, person_id, browsers.this_browser(), now)


def replay_refused(session: Session, submission_id: str, now: datetime) -> str:
    """Save a quarantined answer as its author sent it. Gives the answer as a person reads it. Raises what saving raises."""
    row = session.get(Submission, submission_id, with_for_update=True)
    endpoint, values = target(row.path) if row else ("", {})
    if row is None or row.person_id is None or row.replayed_at is not None or endpoint != "quiz.save_answer":
        raise NothingToReplay
    fields = sent_fields(row)
    key = (fields.get("key") or [""])[0] or row.id
    saved = save.save_answer(session, row.person_id, values["attempt_id"], values["position"], fields, key=key, now=now)
    row.replayed_at = now
    session.flush()
    return saved.readable
