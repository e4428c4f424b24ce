"""Whom a rule is about: its target, cut to what its author may look at today, and all that the rules must know of these people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.errors import NotYours
from app.french import day_of
from app.identity.models import MailRefusal, Membership, Person, PersonRole
from app.identity.rules import Role
from app.learning.progress.models import Cohort, CohortMember
from app.reporting.grid.rows import Line, Reader, conditions
from app.reporting.reminders.models import Reminder, ReminderCause, ReminderRule
from app.reporting.reminders.rules import Facts, Past, Rule, Trigger
from app.reporting.scope.filters import Asked
from app.reporting.scope.reach import Reach, reach_of, reader_of

KIND = "relance"
"""The kind of letter, among those that a person may refuse."""
NOWHERE = ".invalid"
"""A domain that can never exist (RFC 2606): people without an address have one there."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A rule with the eyes of its author."""

    row: ReminderRule
    rule: Rule
    reach: Reach
    author: str

    @property
    def asked(self) -> Asked:
        return Asked(territory=self.row.territory_id or "", cohort=self.row.cohort_id)

    @property
    def people(self) -> list[ColumnElement[bool]]:
        """The conditions on `Person`: the reports' own, so that nobody is written to who would not be shown."""
        return conditions(self.reach, self.asked)


@dataclass(frozen=True, slots=True)
class Known:
    """One person, as the rules and the letter need them."""

    line: Line
    facts: Facts
    past: Past
    address: str
    has_password: bool


def as_rule(row: ReminderRule) -> Rule:
    return Rule(row.id, Trigger(row.trigger), row.days, row.pause, row.most, row.zone)


def aims(session: Session, rows: Iterable[ReminderRule], on: date) -> dict[int, Aim]:
    """Rule → aim; without the rules for which nobody answers any more: their author's account is closed, or reports are no longer theirs to read."""
    kept = tuple(rows)
    eyes = {author: _eyes(session, author, on) for author in {row.author_id for row in kept}}
    return {row.id: Aim(row, as_rule(row), *found) for row in kept if (found := eyes[row.author_id]) is not None}


def _eyes(session: Session, author_id: int, on: date) -> tuple[Reach, str] | None:
    author = reader_of(session, author_id)
    return (reach_of(session, author, on), author.name) if author else None


def running(session: Session) -> list[ReminderRule]:
    return list(session.scalars(select(ReminderRule).where(ReminderRule.running).order_by(ReminderRule.id)))


def people_of(session: Session, wanted: Aim) -> frozenset[int]:
    return frozenset(session.scalars(select(Person.id).where(*wanted.people)))


def audience_words(reach: Reach, row: ReminderRule, cohorts: Mapping[int, str]) -> str:
    """« Lille Sud (Nord) », for the head of the sentence."""
    if row.territory_id:
        return reach.tree.path_name(row.territory_id)
    return f"Cohorte «\u202f{cohorts.get(row.cohort_id, '')}\u202f»" if row.cohort_id else "Tout le réseau"


def cohort_names(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Cohort.id, Cohort.name)).all())


def is_cut(reach: Reach, row: ReminderRule) -> bool:
    """True when the rule's target goes beyond what its author may look at: the rule then writes to the others alone."""
    if reach.everything:
        return False
    if row.territory_id:
        return row.territory_id not in reach.nodes
    return row.cohort_id is None or row.cohort_id not in reach.training


def may_see(reader: Reach, row: ReminderRule) -> bool:
    """One's own rules, and those whose whole target lies within one's reach."""
    return row.author_id == reader.reader_id or not is_cut(reader, row)


def own_rule(session: Session, reader: Reach, rule_id: int) -> ReminderRule:
    row = session.get(ReminderRule, rule_id)
    if row is None or not may_see(reader, row):
        raise NotYours
    return row


# --- What is known ---------------------------------------------------------------------------------------------------


def known(session: Session, course: Course, wanted: Aim, now: datetime) -> dict[int, Known]:
    """Everybody in the aim, in the order of their names; their progress by the reports' reader, hence by the one progress function."""
    details, past = _details(session, wanted), _past(session, wanted)
    lines = Reader(session, course, wanted.reach, wanted.asked, now).everything()
    return {line.id: _known(line, details[line.id], past.get(line.id, {})) for line in lines if line.id in details}


def _known(line: Line, detail: Any, past: Past) -> Known:
    facts = Facts(
        progress=line.figures.path,
        last_on=_day(line.last_at),
        since_on=max(_day(line.since), _day(line.figures.enrolled_at)) if line.figures.enrolled_at else _day(line.since),
        due_on=detail.due_on,
        learns=detail.learns,
        departed=detail.left and not line.territories,
        wants=not detail.refuses,
        reachable=not detail.email.endswith(NOWHERE),
    )
    return Known(line, facts, past, detail.email, detail.has_password)


def _day(moment: datetime | None) -> Any:
    return day_of(moment) if moment else None


def _details(session: Session, wanted: Aim) -> dict[int, Any]:
    """One SELECT: address, due date, and what stops a letter."""
    on = wanted.reach.on
    due = (
        select(func.min(Cohort.due_on))
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == Person.id, ~CohortMember.trainer, Cohort.due_on >= on)
    )
    learns = exists().where(PersonRole.person_id == Person.id, PersonRole.name == Role.LEARNER)
    refuses = exists().where(MailRefusal.person_id == Person.id, MailRefusal.kind == KIND)
    left = exists().where(Membership.person_id == Person.id, Membership.ended_on <= on)
    columns = (
        Person.id, Person.email, Person.password.is_not(None).label("has_password"),
        due.scalar_subquery().label("due_on"), learns.label("learns"), refuses.label("refuses"), left.label("left"),
    )  # fmt: skip
    return {row.id: row for row in session.execute(select(*columns).where(*wanted.people))}


def _past(session: Session, wanted: Aim) -> dict[int, dict[int, list[date]]]:
    """Person → rule → days. A letter whose rules were deleted still counts as the day's one."""
    rows = session.execute(
        select(Reminder.person_id, ReminderCause.rule_id, Reminder.sent_on)
        .outerjoin(ReminderCause, ReminderCause.reminder_id == Reminder.id)
        .where(Reminder.person_id.in_(select(Person.id).where(*wanted.people)))
    )
    found: dict[int, dict[int, list[date]]] = {}
    for person_id, rule_id, day in rows:
        found.setdefault(person_id, {}).setdefault(rule_id or 0, []).append(day)
    return found


def refused(session: Session, person_id: int) -> bool:
    """True when no letter may go to the person whatever the rules: said again in the transaction that writes."""
    refuses = exists().where(MailRefusal.person_id == Person.id, MailRefusal.kind == KIND)
    return session.scalar(select(Person.id).where(Person.id == person_id, Person.active, ~refuses)) is None
