"""Who gets what and when: the one function that the page shows and the timer carries out; then the pages of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import day_of
from app.mail.outbox import Letter
from app.reporting.reminders.audience import Aim, Known, aims, cohort_names, known, people_of, running
from app.reporting.reminders.calendar import calendar
from app.reporting.reminders.letters import compose
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.rules import Rule, Verdict, next_day, verdict, writing
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Mailing:
    """One letter that leaves on the day of the plan, for one rule or several."""

    person: Known
    aims: tuple[Aim, ...]

    @property
    def rule_ids(self) -> tuple[int, ...]:
        return tuple(one.rule.id for one in self.aims)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One person under one rule: what the rule says today, and the next day when it writes if nothing changes."""

    person: Known
    verdict: Verdict
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules make of the people who were read, on a day and on those that follow if nothing changes."""

    on: date
    people: Mapping[int, Known]
    aims: Mapping[int, Aim]
    """Of the rules that run, and of the one that is looked at, by number."""
    reached: Mapping[int, frozenset[int]]
    """Rule → its people."""
    cohorts: dict[int, str]
    only: int | None

    def mailings(self) -> tuple[Mailing, ...]:
        """The letters of the plan's day."""
        found = (self.mailing(person, self.on) for person in self.people.values())
        return tuple(one for one in found if one is not None)

    def mailing(self, person: Known, on: date) -> Mailing | None:
        """The letter that somebody gets on a day, if one leaves, and if the rule that is looked at speaks in it."""
        mine = (one.rule for one in self.aims.values() if person.line.id in self.reached[one.rule.id])
        writers = writing(mine, person.facts, person.past, on, calendar())
        told = Mailing(person, tuple(self.aims[rule.id] for rule in writers))
        return told if writers and (self.only is None or self.only in told.rule_ids) else None

    def outlooks(self, rule: Rule) -> tuple[Outlook, ...]:
        known_days = calendar()
        return tuple(
            Outlook(one, verdict(rule, one.facts, one.past, self.on, known_days), next_day(rule, one.facts, one.past, self.on, known_days))
            for one in self.people.values()
        )

    def letter(self, settings: Settings, course: Course, mailing: Mailing, *, preview: bool = False) -> Letter:
        return compose(settings, course, mailing.person, mailing.aims, self.cohorts, preview=preview)


def plan(session: Session, course: Course, now: datetime, *, only: ReminderRule | None = None, on: date | None = None) -> Plan:
    """All running rules and whom they reach, for the letters of a day (today, unless `on` looks ahead).

    `only`: one rule, running or not, and its people; the other rules matter for the letters that they share with it.
    """
    today = day_of(now)
    rows = {row.id: row for row in (*running(session), *([only] if only else ()))}
    wanted = aims(session, (rows[number] for number in sorted(rows)), today)
    people: dict[int, Known] = {}
    reached: dict[int, frozenset[int]] = {}
    for number, one in wanted.items():
        mine = known(session, course, one, now) if only is None or one.row is only else None
        reached[number] = people_of(session, one) if mine is None else frozenset(mine)
        people.update(mine or {})
    return Plan(on or today, people, wanted, reached, cohort_names(session), only.id if only else None)
