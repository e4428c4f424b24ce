"""Who gets what and when: the one function that the page shows and the timer carries out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import day_of
from app.holidays import calendar
from app.mail import letters
from app.mail.originals import REMINDER
from app.mail.outbox import Letter
from app.mail.wordings import Item
from app.reporting.reminders.audience import Recipient, Target, cohort_names, recipients, running, targets
from app.reporting.reminders.letters import compose
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.rules import RuleDecision, RuleTerms, next_day, rule_decision, writing
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Mailing:
    """One letter that leaves on the day of the plan, for one rule or several."""

    recipient: Recipient
    targets: tuple[Target, ...]

    @property
    def rule_ids(self) -> tuple[int, ...]:
        return tuple(target.rule.id for target in self.targets)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One person under one rule: what the rule decides today, and the next day when it writes if nothing changes."""

    recipient: Recipient
    decision: RuleDecision
    next_on: date | None


@dataclass(frozen=True, slots=True)
class MailingPlan:
    """What the rules make of the people who were read, on a day and on those that follow if nothing changes."""

    on: date
    recipients: Mapping[int, Recipient]
    targets: Mapping[int, Target]
    """Of the rules that run, and of the one that is looked at, by number."""
    cohorts: dict[int, str]
    only: int | None
    words: tuple[str, str]
    """Of the letters: subject and text."""

    def mailings(self) -> tuple[Mailing, ...]:
        """The letters of the plan's day."""
        return tuple(mailing for recipient in self.recipients.values() if (mailing := self.mailing(recipient, self.on)) is not None)

    def mailing(self, recipient: Recipient, on: date) -> Mailing | None:
        """The letter that somebody gets on a day, if one leaves, and if the rule that is looked at speaks in it."""
        rules = (target.rule for target in self.targets.values() if target.includes(recipient))
        writers = writing(rules, recipient.facts, recipient.past, on, calendar())
        mailing = Mailing(recipient, tuple(self.targets[rule.id] for rule in writers))
        return mailing if writers and (self.only is None or self.only in mailing.rule_ids) else None

    def outlooks(self, rule: RuleTerms) -> tuple[Outlook, ...]:
        days = calendar()
        return tuple(
            Outlook(each, rule_decision(rule, each.facts, each.past, self.on, days), next_day(rule, each.facts, each.past, self.on, days))
            for each in self.recipients.values()
        )

    def letter(self, settings: Settings, course: Course, mailing: Mailing, *, preview: bool = False, also: Sequence[Item] = ()) -> Letter:
        return compose(settings, course, mailing.recipient, mailing.targets, self.cohorts, self.words, preview=preview, also=also)


def plan(session: Session, course: Course, now: datetime, *, only: ReminderRule | None = None, on: date | None = None) -> MailingPlan:
    """All running rules and whom they are about, for the letters of a day (today, unless `on` looks ahead).

    `only`: one rule, running or not, and its people; the other rules matter for the letters that they share with it.
    """
    today = day_of(now)
    rows = {row.id: row for row in (*running(session), *([only] if only else ()))}
    cut = targets(session, (rows[number] for number in sorted(rows)), today)
    everybody: dict[int, Recipient] = {}
    for target in cut.values():
        if only is None or target.row is only:
            everybody.update(recipients(session, course, target, now))
    return MailingPlan(on or today, everybody, cut, cohort_names(session), only.id if only else None, letters.current(session, REMINDER))
