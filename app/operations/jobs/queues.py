"""What waits to be done, outbox by outbox: how many, and since when the oldest does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.models import PlannedPublication
from app.content.store.queries import course
from app.exchange.statements.queries import statements_page
from app.learner.reference.syntheses.services import anything_missing
from app.platform.mail.models import WAITING, OutgoingMail
from app.platform.settings import Settings
from app.record.figures.store import stale_count


class Queue(Struct, frozen=True):
    name: str
    label: str
    depth: int
    oldest: datetime | None = None


def queues(session: Session, settings: Settings, now: datetime) -> tuple[Queue, ...]:
    return (
        *_mail(session),
        *(Queue(f"statements {store.name}", f"Traces vers {store.title}", store.waiting, store.oldest) for store in statements_page(session, settings).stores),
        Queue("publications", "Publications programmées", *_count_and_oldest(session, PlannedPublication.planned_at)),
        Queue("figures", "Personnes dont les chiffres sont à mettre à jour", stale_count(session, course(session), now)),
        Queue("syntheses", "Synthèses du cours à refaire", int(anything_missing(session, now))),
    )


def _mail(session: Session) -> Iterator[Queue]:
    for name, label, which in (
        ("mail", "Courriels en attente", OutgoingMail.state == WAITING),
        ("mail stopped", "Courriels arrêtés, à reprendre ou à abandonner", OutgoingMail.state != WAITING),
    ):
        yield Queue(name, label, *_count_and_oldest(session, OutgoingMail.created_at, which))


def _count_and_oldest(session: Session, since: Any, *which: Any) -> tuple[int, datetime | None]:
    count, oldest = session.execute(select(func.count(), func.min(since)).where(*which)).one()
    return count, oldest
