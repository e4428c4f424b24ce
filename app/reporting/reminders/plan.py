"""Who gets what and when: the one function that the page shows and the timer carries out."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.platform.french import day_of
from app.platform.holidays import calendar
from app.platform.mail.emails import REMINDER
from app.platform.mail.outbox import Message
from app.platform.mail.queries import current_words
from app.platform.mail.wordings import LinkedItem
from app.platform.settings import Settings
from app.reporting.reminders.audience import Recipient, RuleTarget, cohort_names, recipients_of, running, targets
from app.reporting.reminders.letters import compose
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.rules import RuleDecision, RuleTerms, next_day, rule_decision, writing


class Mailing(Struct, frozen=True):
    """One letter that leaves on the day of the plan, for one rule or several."""

    recipient: Recipient
    targets: tuple[RuleTarget, ...]

    @property
    def rule_ids(self) -> tuple[int, ...]:
        return tuple(target.rule.id for target in self.targets)


class Outlook(Struct, frozen=True):
    """One person under one rule: what the rule decides today, and the next day when it writes if nothing changes."""

    recipient: Recipient
    decision: RuleDecision
    next_on: date | None


Due = Mapping[int, Sequence[int]]
"""Numbers of the people to whom a letter leaves on the day of a plan, by the rule under which they were read: eight bytes each."""


class MailingPlan(Struct, frozen=True):
    """What the rules make of people, on a day and on those that follow if nothing changes. It holds nobody: people are read as they are asked for."""

    session: Session
    course: Course
    now: datetime
    on: date
    targets: Mapping[int, RuleTarget]
    """Of the rules that run, and of the one that is looked at, by number."""
    cohorts: dict[int, str]
    only: int | None
    words: tuple[str, str]
    """Of the letters: subject and text."""

    def everybody(self) -> Iterator[Recipient]:
        """Yields each person that the rules, or the one selected, are about, once."""
        return (recipient for _target, recipient in self._recipients())

    def _recipients(self, due: Due | None = None) -> Iterator[tuple[RuleTarget, Recipient]]:
        """With the first target that includes them."""
        earlier: list[RuleTarget] = []
        for number, target in self.targets.items():
            if self.only not in (None, number):
                continue
            for recipient in self._people(target, None if due is None else due.get(number, ())):
                if not any(one.includes(recipient) for one in earlier):
                    yield target, recipient
            earlier.append(target)

    def _people(self, target: RuleTarget, people: Sequence[int] | None) -> Iterator[Recipient]:
        return recipients_of(target.report(self.session, self.course, self.now), people) if people is None or len(people) else iter(())

    def due(self) -> Due:
        """To whom a letter leaves on the plan's day."""
        found: dict[int, array[int]] = {}
        for target, recipient in self._recipients():
            if self.mailing(recipient, self.on) is not None:
                found.setdefault(target.rule.id, array("q")).append(recipient.person.id)
        return found

    def mailings(self, due: Due | None = None) -> Iterator[Mailing]:
        """The letters of the plan's day; with `due`, to these people alone, as they stand by now."""
        return (mailing for _target, recipient in self._recipients(due) if (mailing := self.mailing(recipient, self.on)) is not None)

    def mailing(self, recipient: Recipient, on: date) -> Mailing | None:
        """The letter that somebody gets on a day, if one leaves, and if the rule that is looked at speaks in it."""
        rules = (target.rule for target in self.targets.values() if target.includes(recipient))
        writers = writing(rules, recipient.facts, recipient.past, on, calendar())
        mailing = Mailing(recipient, tuple(self.targets[rule.id] for rule in writers))
        return mailing if writers and (self.only is None or self.only in mailing.rule_ids) else None

    def outlooks(self, rule: RuleTerms) -> Iterator[Outlook]:
        days = calendar()
        for each in self.everybody():
            yield Outlook(each, rule_decision(rule, each.facts, each.past, self.on, days), next_day(rule, each.facts, each.past, self.on, days))

    def message(self, settings: Settings, course: Course, mailing: Mailing, *, preview: bool = False, also: Sequence[LinkedItem] = ()) -> Message:
        return compose(settings, course, mailing.recipient, mailing.targets, self.cohorts, self.words, preview=preview, also=also)


def plan(session: Session, course: Course, now: datetime, *, only: ReminderRule | None = None, on: date | None = None) -> MailingPlan:
    """All running rules and whom they are about, for the letters of a day (today, unless `on` looks ahead).

    `only`: one rule, running or not, and its people; the other rules matter for the letters that they share with it.
    """
    rows = {row.id: row for row in (*running(session), *([only] if only else ()))}
    cut = targets(session, (rows[number] for number in sorted(rows)), day_of(now))
    return MailingPlan(session, course, now, on or day_of(now), cut, cohort_names(session), only.id if only else None, current_words(session, REMINDER))
