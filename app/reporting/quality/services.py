"""The sample that an auditor asks for: some people drawn at random by whoever administers, for a reason that is an act and that each of them reads. What a night counts."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.audit import access, acts
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.record.progress.models import PersonFigures
from app.reporting.quality.evidence import count_evidence
from app.reporting.quality.models import ONLY, QualityNight
from app.reporting.quality.queries import years_now

MOST, LEAST = 10, 3


class NobodyToDraw(DomainError):
    sentence = "Personne n’a commencé le cours : il n’y a aucun dossier à tirer."


def draw(session: Session, actor_id: int, count: int, seed: int, now: datetime) -> tuple[int, ...]:
    """Numbers of people who began, in the order of the draw. The act, and the line that each person reads, stand before anything is shown. Flushes."""
    begun = list(
        session.scalars(select(PersonFigures.person_id).where(PersonFigures.first_at.is_not(None), PersonFigures.counted).order_by(PersonFigures.person_id))
    )
    if not begun:
        raise NobodyToDraw
    drawn = tuple(Random(seed).sample(begun, min(max(LEAST, min(count, MOST)), len(begun))))  # noqa: S311 — a draw that can be done again, not a secret
    acts.record(session, actor_id, "quality_sample", None, now, personnes=len(drawn), graine=seed)
    access.record(session, actor_id, drawn, "quality.sample", now)
    session.flush()
    return drawn


def counted_now(session: Session, now: datetime) -> tuple[dict[str, int], list[dict[str, Any]]]:
    return count_evidence(session), [one.as_json() for one in years_now(session, day_of(now))]


def keep(session: Session, figures: tuple[dict[str, int], list[dict[str, Any]]], now: datetime) -> None:
    """Flushes."""
    counts, years = figures
    session.merge(QualityNight(id=ONLY, settled_at=now, counts=counts, years=years))
    session.flush()
