"""The weekly summary that a reader of reports may ask for: their scope in figures, whom to call, nothing when nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.audit import access
from app.identity.letters import preferences, week
from app.identity.letters.sending import send as send_email
from app.identity.models import MailRefusal
from app.identity.queries import SignedIn
from app.platform import log
from app.platform.db import db, writing
from app.platform.french import day_of, french_date, number
from app.platform.holidays import calendar
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.mail.emails import DIGEST
from app.platform.mail.wordings import LinkedItem, Value
from app.platform.settings import Settings
from app.platform.web.edge import path_of
from app.record.figures.store import begin_report
from app.reporting.calls.queries import CallLine
from app.reporting.overview.queries import OverviewPage, overview_page
from app.reporting.reminders.models import Digest
from app.reporting.scope.queries import reader_of, report_scope

KIND = "bilan"
WHAT = "reporting.digest"
"""How the access journal calls the summary, for the people whom it names."""


def choose(session: Session, person_id: int, weekday: int | None, now: datetime) -> None:
    """Every week on this day; None: no more. Flushes."""
    row = session.get(Digest, person_id)
    if weekday is None:
        if row:
            session.delete(row)
    elif row is None:
        session.add(Digest(person_id=person_id, weekday=weekday, since=day_of(now), handled_on=None, said=""))
    else:
        row.weekday = weekday
    if weekday is not None:
        preferences.accept(session, person_id, KIND, now)
    session.flush()


def chosen_weekday(session: Session, person_id: int) -> int | None:
    """The weekday; None for whoever asked for nothing, or refused it since by the link of a letter."""
    row = session.get(Digest, person_id)
    return row.weekday if row and preferences.wants(session, person_id, KIND) else None


def is_due(weekday: int, since: date, handled_on: date | None, on: date) -> bool:
    """True from the chosen day of the week until it was handled: a day without a run, or a public holiday, only puts it off."""
    if calendar().obstacle(on, "") is not None:
        return False
    last = on - timedelta(days=(on.weekday() - weekday) % 7)
    return last >= since and (handled_on is None or handled_on < last)


def send(settings: Settings, now: datetime) -> int:
    """Queue the summaries that are due, each with the row that says so in one transaction. Returns how many."""
    published, session, on = begin_report(db.session, now), db.session, day_of(now)
    due = [row.person_id for row in session.scalars(select(Digest).order_by(Digest.person_id)) if is_due(row.weekday, row.since, row.handled_on, on)]
    lines = week.gather_lines(session, now, due) if due else {}
    prepared = [(person_id, _prepared(session, published, person_id, now)) for person_id in due]
    session.rollback()  # the reading is over: each letter has its own short transaction
    queued = sum(_send(settings, one, lines.get(person_id, ()), now) for person_id, one in prepared if one is not None)
    log.event("digests_queued", queued=queued)
    return queued


class _Prepared(Struct, frozen=True):
    reader: SignedIn
    page: OverviewPage


def _prepared(session: Session, published: Course, person_id: int, now: datetime) -> _Prepared | None:
    """The letter; None for whoever may not read reports any more, has no address, or does not want it."""
    reader = reader_of(session, person_id)
    if reader is None or not preferences.wants(session, person_id, KIND) or not outbox.reachable(reader.email):
        return None
    return _Prepared(reader, overview_page(session, published, report_scope(session, reader, day_of(now)), now))


def fingerprint(page: OverviewPage) -> str:
    """Returns a digest of the scope, the figures and who is to be called; passing days alone do not change it."""
    called = sorted(call.person.id for call in page.calls)
    facts = [page.scope + page.path, *(f"{count.words}={count.value}" for count in page.counts), *map(str, called)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def summary(settings: Settings, page: OverviewPage, now: datetime, also: Sequence[LinkedItem] = ()) -> dict[str, Value]:
    """`also`: the lines of the reader's own week. Figures of a scope and names within it, which its reader may see anyway: no average, whatever the size."""
    base = outbox.base(settings)
    return {
        "date": french_date(day_of(now)),
        "périmètre": f"{page.scope}, parcours « {page.path} »" if page.path else page.scope,
        "chiffres": tuple(LinkedItem(f"{count.words} : {number(count.value)}") for count in page.counts),
        "appels": tuple(_call(base, call) for call in page.calls) or (LinkedItem("Personne n’attend d’appel."),),
        "pilotage": base + path_of("reporting.overview"),
        "semaine": tuple(also),
    }


def _call(base: str, call: CallLine) -> LinkedItem:
    where = f", {call.person.places}" if call.person.places else ""
    return LinkedItem(f"{call.person.name}{where} : {call.sentence}.", base + path_of("reporting.person", person_id=call.person.id))


def _send(settings: Settings, one: _Prepared, lines: Sequence[WeekLine], now: datetime) -> bool:
    """It takes the reader's week, and its lines along; where the week is taken, it waits until it is not."""
    person_id, on, said = one.reader.id, day_of(now), fingerprint(one.page)
    with writing() as session:
        outbox.hold_back(session)
        row = session.get(Digest, person_id, with_for_update=True)
        if row is None or row.handled_on == on:
            return False
        if row.said == said:
            row.handled_on = on
            return False
        if not week.claim(session, [person_id], now):
            return False
        row.handled_on, row.said = on, said
        send_email(session, DIGEST, one.reader, summary(settings, one.page, now, week.items(session, lines)), now)
        access.record(session, person_id, [call.person.id for call in one.page.calls], WHAT, now)
    return True


def on_another_day(session: Session, now: datetime) -> set[int]:
    """Returns whose summary is the weekly email, on a day other than today."""
    on, refused = day_of(now), select(MailRefusal.person_id).where(MailRefusal.kind == KIND)
    rows = session.execute(select(Digest.person_id, Digest.weekday, Digest.handled_on).where(Digest.person_id.not_in(refused)))
    return {person_id for person_id, weekday, handled_on in rows if handled_on != on and weekday != on.weekday()}
