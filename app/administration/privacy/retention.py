"""Retention: deletes what has outlived its purpose, as the register declares. `flask privacy purge`, nightly and as often as one likes."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from flask.cli import AppGroup
from msgspec import Struct
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.administration.acts import OVER, Erasure
from app.administration.privacy import erasure
from app.administration.privacy.queries import table_of, treatments_here
from app.administration.privacy.register.learning import CLOSED_DAYS
from app.administration.privacy.register.treatment import Treatment
from app.assessment.models import Attempt
from app.identity.audit import AdministrativeAct
from app.identity.models import Person
from app.platform import clock, log
from app.platform.db import forget_removed, refresh_statistics, writing
from app.platform.french import plural
from app.platform.settings import Settings, current_settings
from app.record.progress.models import LearningEvent


class PurgeReport(Struct, frozen=True):
    """What one purge removed, or would remove. `rows`: (title, table, number)."""

    rows: tuple[tuple[str, str, int], ...]
    people: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        return not self.people and not any(number for _title, _table, number in self.rows)


def purge_old_rows(session: Session, settings: Settings, now: datetime, *, dry_run: bool) -> PurgeReport:
    """Delete old rows, erase accounts closed long ago. Flushes. With `dry_run`, only counts."""
    timed = [(one, _over(one, now)) for one in treatments_here() if one.kept_days]
    rows = tuple((one.title, one.table, session.scalar(select(func.count()).select_from(table_of(one)).where(over)) or 0) for one, over in timed)
    people = long_closed_accounts(session, now)
    if not dry_run:
        for one, over in timed:
            session.execute(delete(table_of(one)).where(over))
        erasure.erase_together(session, settings, [session.get_one(Person, number) for number in people], ground=OVER, now=now)
        log.event("purged", people=len(people), **{table: number for _title, table, number in rows if number})
    return PurgeReport(rows, people)


def _over(one: Treatment, now: datetime) -> ColumnElement[bool]:
    return table_of(one).c[one.dated] < now - timedelta(days=one.kept_days or 0)


def long_closed_accounts(session: Session, now: datetime) -> tuple[int, ...]:
    """Numbers of the accounts that are closed, not erased yet, and to which nothing has happened for `CLOSED_DAYS`."""
    limit = now - timedelta(days=CLOSED_DAYS)
    lately = [
        select(column).where(column == Person.id, at >= limit).exists()
        for column, at in (
            (LearningEvent.person_id, LearningEvent.at),
            (Attempt.person_id, Attempt.started_at),
            (AdministrativeAct.subject_id, AdministrativeAct.at),
        )
    ]
    erased = select(Erasure.person_id).where(Erasure.person_id == Person.id).exists()
    query = select(Person.id).where(Person.active.is_(False), Person.created_at < limit, ~erased, *(~happened for happened in lately)).order_by(Person.id)
    return tuple(session.scalars(query))


# --- `flask privacy purge` ---

command = AppGroup("privacy", help="Données personnelles : durées de conservation.")


@command.command()
@click.option("--dry-run", "--essai", "dry_run", is_flag=True, help="Dire ce qui serait effacé, sans rien effacer.")
def purge(dry_run: bool) -> None:
    """Efface ce qui a dépassé sa durée, et les comptes fermés depuis trois ans."""
    with writing() as session:
        done = purge_old_rows(session, current_settings(), clock.now(), dry_run=dry_run)
    for title, _table, number in done.rows:
        click.echo(f"{title} : {_erasure_words(number, 'ligne', 'effacée', dry_run)}")
    numbers = f" (numéros {', '.join(map(str, done.people))})" if done.people else ""
    click.echo(f"Comptes fermés depuis trois ans : {_erasure_words(len(done.people), 'compte', 'effacé', dry_run)}{numbers}")
    total = sum(number for _title, _table, number in done.rows)
    click.echo(f"En tout : {_erasure_words(total, 'ligne', 'effacée', dry_run)}.")
    if dry_run:
        return
    refresh_statistics()  # the moment of the night when the database is gone through anyway
    if not forget_removed(shrink=not done.nothing):
        click.echo("Quelqu’un qui lit garde encore dans le journal de SQLite ce qui vient d’être effacé : la prochaine purge l’en ôtera.")


def _erasure_words(number: int, noun: str, done: str, dry_run: bool) -> str:
    """« 3 lignes à effacer », « 3 lignes effacées »."""
    return f"{plural(number, noun)} à effacer" if dry_run else plural(number, f"{noun} {done}", f"{noun}s {done}s")
