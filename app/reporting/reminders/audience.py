"""Finds whom a rule is about: its target, limited to its author's scope today, with the facts the rules need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.letters.week import WeeklyEmail
from app.identity.models import MailRefusal, Membership, Person, PersonRole
from app.identity.queries import SignedIn
from app.identity.rules import DECIDERS, Role
from app.platform.db import in_chunks
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.mail.outbox import reachable
from app.record.progress.models import Cohort, CohortMember
from app.reporting.grid.columns import day_if_any
from app.reporting.grid.rows import FIELD, PIECE, PeopleReport, ReportRow
from app.reporting.reminders.models import Reminder, ReminderCause, ReminderRule
from app.reporting.reminders.rules import Past, RecipientFacts, RuleTerms, Trigger
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope, readers_of, report_scopes

KIND = "relance"
"""The kind of letter, among those that a person may refuse."""


class RuleTarget(Struct, frozen=True):
    """A rule, and the scope of its author, to which it is cut."""

    row: ReminderRule
    rule: RuleTerms
    scope: ReportScope
    author: str
    address: str
    """The author's."""
    territories: frozenset[str]
    """The rule's territory and all that lies below it; empty for a rule about a cohort or about everybody."""

    def report(self, session: Session, course: Course, now: datetime) -> PeopleReport:
        """Returns the people the rule is about: only those a report would show to its author."""
        return PeopleReport(session, course, self.scope, ReportFilter(territory=self.row.territory_id or "", cohort=self.row.cohort_id), now)

    def includes(self, recipient: Recipient) -> bool:
        """What `report` asks the database, of somebody who was read already for another rule."""
        places, cohorts, scope = recipient.person.territories, recipient.cohorts, self.scope
        if not (scope.everybody or not scope.territories.isdisjoint(places) or scope.training & cohorts):
            return False
        if self.row.cohort_id is not None:
            return self.row.cohort_id in cohorts
        return not self.row.territory_id or not self.territories.isdisjoint(places)


class Recipient(Struct, frozen=True):
    """One person, as the rules and the letter need them."""

    person: ReportRow
    facts: RecipientFacts
    past: Past
    address: str
    has_password: bool
    cohorts: frozenset[int]
    """Where the person learns."""


def as_rule(row: ReminderRule) -> RuleTerms:
    return RuleTerms(row.id, Trigger(row.trigger), row.days, row.pause, row.most, row.zone)


def targets(session: Session, rows: Iterable[ReminderRule], on: date) -> dict[int, RuleTarget]:
    """Returns the targets by rule, except rules whose author has closed their account or lost the role."""
    rules = tuple(rows)
    readers = readers_of(session, {row.author_id for row in rules})
    authors = {number: reader for number, reader in readers.items() if reader.roles & DECIDERS}
    scopes = report_scopes(session, authors.values(), on)
    return {row.id: _target(row, scopes[row.author_id], authors[row.author_id]) for row in rules if row.author_id in authors}


def _target(row: ReminderRule, scope: ReportScope, author: SignedIn) -> RuleTarget:
    return RuleTarget(row, as_rule(row), scope, author.name, author.email, scope.tree.under([row.territory_id]) if row.territory_id else frozenset())


def running(session: Session) -> list[ReminderRule]:
    return list(session.scalars(select(ReminderRule).where(ReminderRule.running).order_by(ReminderRule.id)))


def audience_words(scope: ReportScope, row: ReminderRule, cohorts: Mapping[int, str]) -> str:
    """« Lille Sud (Nord) », for the head of the sentence."""
    if row.territory_id:
        return scope.tree.path_name(row.territory_id)
    return f"Cohorte « {cohorts.get(row.cohort_id, '')} »" if row.cohort_id else "Tout le réseau"


def cohort_names(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Cohort.id, Cohort.name)).all())


def is_cut(scope: ReportScope, row: ReminderRule) -> bool:
    """True when the rule's target goes beyond what its author may look at: the rule then writes to the others alone."""
    if scope.everybody:
        return False
    if row.territory_id:
        return row.territory_id not in scope.territories
    return row.cohort_id is None or row.cohort_id not in scope.training


def may_see(reader: ReportScope, row: ReminderRule) -> bool:
    """One's own rules, and those whose whole target lies within one's scope."""
    return row.author_id == reader.reader_id or not is_cut(reader, row)


def own_rule(session: Session, reader: ReportScope, rule_id: int) -> ReminderRule:
    row = session.get(ReminderRule, rule_id)
    if row is None or not may_see(reader, row):
        raise NotYours
    return row


# --- The people of a rule --------------------------------------------------------------------------------------------


def recipients_of(report: PeopleReport, people: Sequence[int] | None = None) -> Iterator[Recipient]:
    """Everybody in the report (of `people`, where their numbers are at hand), in its order, with its figures: a thousand at a time, so that a rule about
    a whole country holds no country in memory."""
    for some in in_chunks(report.people() if people is None else people, PIECE):
        details, past = _details(report, some), _past(report, some)
        yield from [_recipient(row, details[row.id], past.get(row.id, {})) for row in report.everything(people=some) if row.id in details]


def _recipient(row: ReportRow, detail: Any, past: Past) -> Recipient:
    facts = RecipientFacts(
        progress=row.figures.path,
        last_on=day_if_any(row.last_at),
        since_on=day_of(max(row.since, row.figures.enrolled_at or row.since)),
        due_on=row.figures.next_due_on,
        learns=detail.learns,
        departed=detail.left and not row.territories,
        wants=not detail.refuses,
        reachable=bool(reachable(detail.email)),
        lettered_on=detail.lettered_on,
    )
    cohorts = frozenset(map(int, detail.cohorts.split(FIELD))) if detail.cohorts else frozenset[int]()
    return Recipient(row, facts, past, detail.email, detail.has_password, cohorts)


def _details(report: PeopleReport, people: Sequence[int]) -> dict[int, Any]:
    """One SELECT: address, cohorts, and what stops a letter."""
    on = report.scope.on
    learns = exists().where(PersonRole.person_id == Person.id, PersonRole.name == Role.LEARNER)
    refuses = exists().where(MailRefusal.person_id == Person.id, MailRefusal.kind == KIND)
    left = exists().where(Membership.person_id == Person.id, Membership.ended_on <= on)
    cohorts = select(func.aggregate_strings(cast(CohortMember.cohort_id, String), FIELD)).where(CohortMember.person_id == Person.id, ~CohortMember.trainer)
    columns = (
        Person.id, Person.email, Person.password.is_not(None).label("has_password"),
        learns.label("learns"), refuses.label("refuses"), left.label("left"),
        cohorts.scalar_subquery().label("cohorts"), WeeklyEmail.sent_on.label("lettered_on"),
    )  # fmt: skip
    query = select(*columns).outerjoin(WeeklyEmail, WeeklyEmail.person_id == Person.id)
    return {row.id: row for row in report.session.execute(query.where(Person.id.in_(people)))}


def _past(report: PeopleReport, people: Sequence[int]) -> dict[int, dict[int, list[date]]]:
    """Person → rule → days. A letter whose rules were deleted still counts as the day's one."""
    rows = report.session.execute(
        select(Reminder.person_id, ReminderCause.rule_id, Reminder.sent_on)
        .outerjoin(ReminderCause, ReminderCause.reminder_id == Reminder.id)
        .where(Reminder.person_id.in_(people))
    )
    past: dict[int, dict[int, list[date]]] = {}
    for person_id, rule_id, day in rows:
        past.setdefault(person_id, {}).setdefault(rule_id or 0, []).append(day)
    return past


def refuses_reminders(session: Session, person_id: int) -> bool:
    """True when no letter may go to the person whatever the rules: said again in the transaction that writes."""
    refuses = exists().where(MailRefusal.person_id == Person.id, MailRefusal.kind == KIND)
    return session.scalar(select(Person.id).where(Person.id == person_id, Person.active, ~refuses)) is None
