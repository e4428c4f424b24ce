"""What a check found is kept. Flushes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import asdict
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.learner.reference.library.links import LinkReport, LinkState
from app.learner.reference.library.watch.models import CourseLink
from app.learner.reference.library.watch.queries import digest
from app.learner.reference.library.watch.rules import SAID, LinkCheck, LinkHistory, after
from app.platform.french import day_of


def keep(session: Session, reports: Sequence[LinkReport], now: datetime) -> None:
    for report in reports:
        number = digest(report.address)
        row = session.get(CourseLink, number)
        known = LinkHistory(row.since, row.failed_days, row.failed_on, row.next_at) if row else None
        found = LinkCheck(report.state is LinkState.DEAD, report.state is LinkState.ALIVE)
        kept = asdict(after(known, found, now, day_of(now)))
        session.merge(CourseLink(digest=number, address=report.address, state=report.state.value, said=report.said[:SAID], checked_at=now, **kept))
    session.flush()


def forget_others(session: Session, addresses: Collection[str]) -> None:
    """The course gives these alone."""
    session.execute(delete(CourseLink).where(CourseLink.digest.not_in([digest(address) for address in addresses])))
