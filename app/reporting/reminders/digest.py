"""The weekly summary that a reader of reports may ask for: their scope in figures, whom to call, nothing when nothing changed; and `flask reminders send`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click
from flask import current_app
from flask.cli import AppGroup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity import audit, email_preferences, emails
from app.identity.emails import send as send_email
from app.identity.models import MailRefusal
from app.identity.services import SignedIn
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.french import day_of, french_date, number, plural
from app.platform.holidays import calendar
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.mail.emails import DIGEST
from app.platform.mail.wordings import LinkedItem, Value
from app.platform.settings import Settings, current_settings
from app.platform.web.edge import path_of
from app.record.figures.store import begin_report
from app.reporting.calls import FIRST_CALLS, CallLine, first_calls
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview.aggregates import population_of
from app.reporting.overview.queries import BilanFigure, figures_of, scope_words
from app.reporting.reminders import services
from app.reporting.reminders.models import Digest
from app.reporting.reminders.plan import plan
from app.reporting.scope import reader_of, report_scope
from app.reporting.selection import ReportFilter

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
        email_preferences.accept(session, person_id, KIND, now)
    session.flush()


def chosen_weekday(session: Session, person_id: int) -> int | None:
    """The weekday; None for whoever asked for nothing, or refused it since by the link of an email."""
    row = session.get(Digest, person_id)
    return row.weekday if row and email_preferences.wants(session, person_id, KIND) else None


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
    lines = emails.gather_lines(session, now, due) if due else {}
    prepared = [(person_id, _prepare_digest(session, published, person_id, now)) for person_id in due]
    session.rollback()  # the reading is over: each email has its own short transaction
    queued = sum(_send(settings, one, lines.get(person_id, ()), now) for person_id, one in prepared if one is not None)
    log.event("digests_queued", queued=queued)
    return queued


class DigestContents(Struct, frozen=True):
    """What the email tells of a scope."""

    scope: str
    path: str
    counts: tuple[BilanFigure, ...]
    calls: tuple[CallLine, ...]


def digest_page(report: PeopleReport) -> DigestContents:
    population = population_of(report)
    return DigestContents(scope_words(report.scope), population.path_title, figures_of(population), first_calls(report, FIRST_CALLS)[0])


class _PreparedDigest(Struct, frozen=True):
    reader: SignedIn
    page: DigestContents


def _prepare_digest(session: Session, published: Course, person_id: int, now: datetime) -> _PreparedDigest | None:
    """The email; None for whoever may not read reports any more, has no address, or does not want it."""
    reader = reader_of(session, person_id)
    if reader is None or not email_preferences.wants(session, person_id, KIND) or not outbox.reachable(reader.email):
        return None
    return _PreparedDigest(reader, digest_page(PeopleReport(session, published, report_scope(session, reader, day_of(now)), ReportFilter(), now)))


def fingerprint(page: DigestContents) -> str:
    """Returns a digest of the scope, the figures and who is to be called; passing days alone do not change it."""
    called = sorted(call.person.id for call in page.calls)
    facts = [page.scope + page.path, *(f"{count.words}={count.value}" for count in page.counts), *map(str, called)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def summary(settings: Settings, page: DigestContents, now: datetime, also: Sequence[LinkedItem] = ()) -> dict[str, Value]:
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


def _send(settings: Settings, one: _PreparedDigest, lines: Sequence[WeekLine], now: datetime) -> bool:
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
        if not emails.claim(session, [person_id], now):
            return False
        row.handled_on, row.said = on, said
        send_email(session, DIGEST, one.reader, summary(settings, one.page, now, emails.items(session, lines)), now)
        audit.note_access(session, person_id, [call.person.id for call in one.page.calls], WHAT, now)
    return True


def on_another_day(session: Session, now: datetime) -> set[int]:
    """Returns whose summary is the weekly email, on a day other than today."""
    on, refused = day_of(now), select(MailRefusal.person_id).where(MailRefusal.kind == KIND)
    rows = session.execute(select(Digest.person_id, Digest.weekday, Digest.handled_on).where(Digest.person_id.not_in(refused)))
    return {person_id for person_id, weekday, handled_on in rows if handled_on != on and weekday != on.weekday()}


# --- `flask reminders send`: the emails of the day ---
# A timer runs it; run again, it writes none twice.

reminders = AppGroup("reminders", help="Les rappels et le bilan hebdomadaire du pilotage.")


@reminders.command()
@click.option("--dry-run", is_flag=True, help="Dire combien de rappels partiraient, sans rien envoyer.")
def send_command(dry_run: bool) -> None:
    """Envoie les rappels et les bilans du jour. Relancée le même jour, n'envoie rien de plus."""
    now, settings = clock.now(), current_settings()
    with current_app.test_request_context(base_url=outbox.base(settings)):  # addresses of pages are asked for outside any request
        if dry_run:
            published = begin_report(db.session, now)
            due = plan(db.session, published, now).due()
            click.echo(f"{plural(sum(map(len, due.values())), 'rappel partirait', 'rappels partiraient')}. Rien n’est envoyé.")
            return
        if not outbox.available(settings):
            raise click.ClickException("Aucun rappel ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
        digests, done = send(settings, now), services.send(settings, now)  # a summary was asked for: it comes first
        delivery = outbox.send_pending(now)
    click.echo(f"{plural(done.queued, 'rappel')} et {plural(digests, 'bilan')} en file. Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter.")
    if day_of(now) > calendar().known_until:
        click.echo(
            f"Vacances scolaires connues jusqu’au {french_date(calendar().known_until)} : les règles qui en tiennent compte attendent. Mettez Croisée à jour."
        )
