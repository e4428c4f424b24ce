"""Reminders: saves a rule, sends the day's emails, records an answer. Flushes; sending has short transactions of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity import audit, email_preferences, emails
from app.identity.emails import ENDING, REASONS
from app.platform import log
from app.platform.db import db, insert_once, writing
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import Settings
from app.record.figures.store import begin_report
from app.record.progress.queries import path_progress_of
from app.reporting.reminders.models import Reminder, ReminderAnswer, ReminderCause, ReminderRule, ReminderRun
from app.reporting.reminders.plan import KIND, Mailing, MailingPlan, plan, refuses_reminders


def save(session: Session, row: ReminderRule | None, author_id: int, values: Mapping[str, Any], now: datetime) -> ReminderRule:
    """A new rule waits for its author to have read whom it reaches. Whoever saves one answers for it from then on."""
    kept = row or ReminderRule(running=False)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.author_id, kept.changed_at = author_id, now
    session.add(kept)
    session.flush()
    audit.record(session, author_id, "reminder_changed" if row else "reminder_created", None, now, règle=kept.id)
    return kept


def set_running(session: Session, row: ReminderRule, running: bool, actor_id: int, now: datetime) -> None:
    row.running = running
    audit.record(session, actor_id, "reminder_started" if running else "reminder_paused", None, now, règle=row.id)


def delete(session: Session, row: ReminderRule, actor_id: int, now: datetime) -> None:
    """The emails that it caused stay written: they are why nobody gets two on one day."""
    audit.record(session, actor_id, "reminder_deleted", None, now, règle=row.id)
    session.delete(row)
    session.flush()


# --- Sending ---


class Sending(Struct, frozen=True):
    """What one run did. `kept`: emails that became needless, or were written by another run, between the plan and their turn."""

    queued: int
    kept: int


def send(settings: Settings, now: datetime) -> Sending:
    """Queue the emails of the day. The row that says so and the row of the outbox are written together: run twice, or cut off, it writes none twice."""
    published = begin_report(db.session, now)
    today = plan(db.session, published, now)
    due = today.due()
    people = {number for some in due.values() for number in some}
    lines = emails.gather_lines(db.session, now, people) if people else {}
    db.session.close()  # that reading is over: each email has its own short transaction, and whom it is for is read again before it
    queued = 0
    for mailing in today.mailings(due):
        db.session.close()
        queued += _send(settings, published, today, mailing, lines.get(mailing.recipient.person.id, ()), now)
    db.session.close()
    with writing() as session:
        insert_once(session, ReminderRun, {"day": today.on})
    log.event("reminders_queued", queued=queued, planned=len(people))
    return Sending(queued, len(people) - queued)


def _send(settings: Settings, published: Course, today: MailingPlan, mailing: Mailing, lines: Sequence[WeekLine], now: datetime) -> bool:
    """It takes the person's week, and its lines along."""
    person_id, on = mailing.recipient.person.id, today.on
    with writing() as session:
        outbox.hold_back(session)
        if (
            not _still(session, published, mailing)
            or not emails.claim(session, [person_id], now)
            or not insert_once(session, Reminder, {"person_id": person_id, "sent_on": on, "sent_at": now})
        ):
            return False
        number = session.scalars(select(Reminder.id).where(Reminder.person_id == person_id, Reminder.sent_on == on)).one()
        session.add_all(ReminderCause(reminder_id=number, rule_id=rule_id) for rule_id in mailing.rule_ids)
        outbox.queue(session, today.message(settings, published, mailing, also=emails.items(session, lines)), now)
    return True


def _still(session: Session, published: Course, mailing: Mailing) -> bool:
    """Said again in the transaction that writes: the person has not finished nor refused meanwhile, and the rules still run."""
    person_id = mailing.recipient.person.id
    if refuses_reminders(session, person_id) or path_progress_of(session, published, person_id).path_progress().complete:
        return False
    running = select(ReminderRule.id).where(ReminderRule.id.in_(mailing.rule_ids), ReminderRule.running)
    return set(session.scalars(running)) == set(mailing.rule_ids)


# --- Answers ---


def answer(session: Session, person_id: int, reason: str, now: datetime, *, to_tell: bool = False) -> None:
    """The last answer counts. Whoever is no longer concerned is not written to again; what somebody can help with is given to them."""
    if reason not in REASONS:
        raise ValueError(f"unknown reason: {reason}")
    if not insert_once(session, ReminderAnswer, {"person_id": person_id, "reason": reason, "at": now}):
        session.execute(update(ReminderAnswer).where(ReminderAnswer.person_id == person_id).values(reason=reason, at=now))
    if reason in ENDING:
        email_preferences.refuse(session, person_id, KIND, now)
    emails.record_answer(session, person_id, reason, to_tell, now)
    log.event("reminder_answered", person=person_id)


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """Two accounts become one: days, answer and rules follow, where the kept account has none of its own."""
    session.execute(update(ReminderRule).where(ReminderRule.author_id == gone).values(author_id=kept))
    days = select(Reminder.sent_on).where(Reminder.person_id == kept)
    session.execute(update(Reminder).where(Reminder.person_id == gone, Reminder.sent_on.not_in(days)).values(person_id=kept), execution_options=_UNSYNCHRONISED)
    if session.get(ReminderAnswer, kept) is None:
        session.execute(update(ReminderAnswer).where(ReminderAnswer.person_id == gone).values(person_id=kept))


_UNSYNCHRONISED: dict[str, Any] = {"synchronize_session": False}
"""The condition is the database's to evaluate."""
