"""Who gets what and when: the one function that the page shows and the timer carries out; then the pages of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.content.values import Course
from app.reporting.remind_audience import Aim, Known, aims, cohort_names, known, people_of, running
from app.reporting.remind_calendar import calendar
from app.reporting.remind_letters import compose
from app.reporting.remind_models import ReminderRule
from app.reporting.remind_rules import Rule, Verdict, next_day, verdict, writing
from app.settings import Settings
from app.web.mail import Letter
from app.web.templating import PARIS


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
    on: date
    people: Mapping[int, Known]
    mailings: tuple[Mailing, ...]
    cohorts: dict[int, str]

    def outlooks(self, rule: Rule) -> tuple[Outlook, ...]:
        known_days = calendar()
        return tuple(
            Outlook(one, verdict(rule, one.facts, one.past, self.on, known_days), next_day(rule, one.facts, one.past, self.on, known_days))
            for one in self.people.values()
        )

    def letter(self, settings: Settings, course: Course, mailing: Mailing, *, preview: bool = False) -> Letter:
        return compose(settings, course, mailing.person, mailing.aims, self.cohorts, preview=preview)


def plan(session: Session, course: Course, now: datetime, *, only: ReminderRule | None = None, on: date | None = None) -> Plan:
    """The letters of a day (today, unless `on` looks ahead), by all running rules.

    `only`: one rule, running or not, and its people; the other rules matter for the letters that they share with it.
    """
    today = now.astimezone(PARIS).date()
    rows = {row.id: row for row in (*running(session), *([only] if only else ()))}
    wanted = aims(session, (rows[number] for number in sorted(rows)), today)
    people: dict[int, Known] = {}
    for one in wanted.values():
        if only is None or one.row is only:
            people.update(known(session, course, one, now))
    mailings = _mailings(session, list(wanted.values()), people, on or today)
    kept = tuple(one for one in mailings if only is None or only.id in one.rule_ids)
    return Plan(on or today, people, kept, cohort_names(session))


def _mailings(session: Session, aims: Sequence[Aim], people: Mapping[int, Known], on: date) -> list[Mailing]:
    reached = {one.rule.id: people_of(session, one) for one in aims}
    found = []
    for number, person in people.items():
        mine = {one.rule.id: one for one in aims if number in reached[one.rule.id]}
        writers = writing((one.rule for one in mine.values()), person.facts, person.past, on, calendar())
        if writers:
            found.append(Mailing(person, tuple(mine[rule.id] for rule in writers)))
    return found
