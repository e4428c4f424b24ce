"""What the pages of reminders receive: the rules of a reader, one rule with whom it reaches, the answers, the summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.emails import HELPED
from app.identity.models import Person
from app.platform.holidays import calendar
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.reporting.grid.rows import PeopleReport
from app.reporting.reminders.models import AnswerCounts, Reminder, ReminderAnswer, ReminderCause, ReminderRule, ReminderRun, answer_counts
from app.reporting.reminders.plan import PERSONAL, MailingPlan, Outlook, RuleTarget, as_rule, audience_words, cohort_names, is_cut, may_see, plan, targets
from app.reporting.reminders.rules import RuleDecision, RuleTerms, reason, sentence
from app.reporting.scope import ReportScope
from app.reporting.selection import ReportFilter

SOON = timedelta(days=120)
"""How long before the known school holidays end the pages begin to say so."""

MOST_SHOWN = 500


class RuleLine(Struct, frozen=True):
    id: int
    sentence: str
    running: bool
    author: str
    cut: bool
    orphan: bool
    """Nobody answers for it any more: it writes to nobody."""
    sent: int
    """Emails over the last thirty days."""


class RulesPage(Struct, frozen=True):
    lines: tuple[RuleLine, ...]
    answers: AnswerCounts | None
    known_until: date | None
    """Said when the end is near, or past."""
    mail_works: bool
    computed_at: datetime


class PersonLine(Struct, frozen=True):
    id: int
    name: str
    url: str
    places: str
    on: date | None
    reason: str
    shared: bool
    """The email speaks for another rule too."""


class PersonList(Struct, frozen=True):
    """The first lines, and how many there are."""

    lines: tuple[PersonLine, ...]
    total: int
    first_on: date | None
    """The day of the first emails, and how many they are."""
    first: int


class EmailPreview(Struct, frozen=True):
    """The email as its first reader will get it, personal links left out."""

    name: str
    subject: str
    text: str
    html: Markup


class RulePage(Struct, frozen=True):
    line: RuleLine
    receiving: PersonList
    spared: PersonList
    letter: EmailPreview | None
    today: date
    known_until: date | None
    mail_works: bool
    named: tuple[int, ...]
    """For the access journal."""
    computed_at: datetime


def _known_until(rows: Sequence[ReminderRule], on: date) -> date | None:
    """Of interest only to rules that keep a zone's holidays free."""
    end = calendar().known_until
    return end if any(row.zone for row in rows) and on + SOON > end else None


def rules_page(session: Session, course: Course, scope: ReportScope, now: datetime) -> RulesPage:
    """The reader's own rules, and those whose target lies within their scope."""
    rows = [row for row in session.scalars(select(ReminderRule).order_by(ReminderRule.id)) if may_see(scope, row)]
    cohorts = cohort_names(session)
    sent = _count_sent(session, now)
    cut, names = targets(session, rows, scope.on), _authors(session, rows)
    lines = tuple(_line(scope, row, cut.get(row.id), names[row.author_id], cohorts, sent.get(row.id, 0)) for row in rows)
    return RulesPage(
        lines,
        answer_counts(_answers(PeopleReport(session, course, scope, ReportFilter(), now))),
        _known_until(rows, scope.on),
        outbox.available(current_settings()),
        now,
    )


def _count_sent(session: Session, now: datetime) -> dict[int, int]:
    query = select(ReminderCause.rule_id, func.count()).join(Reminder, Reminder.id == ReminderCause.reminder_id)
    return dict(session.execute(query.where(Reminder.sent_at >= now - timedelta(days=30)).group_by(ReminderCause.rule_id)).all())


def _authors(session: Session, rows: Sequence[ReminderRule]) -> dict[int, str]:
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({row.author_id for row in rows}))).all())


def _line(scope: ReportScope, row: ReminderRule, target: RuleTarget | None, author: str, cohorts: dict[int, str], sent: int) -> RuleLine:
    cut, orphan = (is_cut(target.scope, row), target.scope.empty) if target else (False, True)
    return RuleLine(row.id, sentence(as_rule(row), audience_words(scope, row, cohorts)), row.running, author, cut and not orphan, orphan, sent)


def _answers(report: PeopleReport) -> dict[str, int]:
    """Without those that are given, with their name, to whoever can help: what is hidden is not worked out from what is told."""
    query = (
        select(ReminderAnswer.reason, func.count())
        .where(ReminderAnswer.reason.not_in(HELPED), ReminderAnswer.person_id.in_(report.select_people()))
        .group_by(ReminderAnswer.reason)
    )
    return dict(report.session.execute(query).all())


# --- One rule --------------------------------------------------------------------------------------------------------


def rule_page(session: Session, course: Course, scope: ReportScope, row: ReminderRule, now: datetime) -> RulePage:
    """Exactly who will get what and when, by the function that sends. A paused rule is shown as it would write if it ran."""
    today = plan(session, course, now, only=row, on=_next_run(session, scope.on))
    rule = as_rule(row)
    receiving, spared = _First(), _First()
    for outlook in today.outlooks(rule):
        (receiving if outlook.next_on else spared).add(outlook)
    shown = [one.person_list(lambda outlook: _person(rule, outlook, today)) for one in (receiving, spared)]
    return RulePage(
        line=_line(scope, row, today.targets.get(row.id), _authors(session, [row])[row.author_id], today.cohorts, _count_sent(session, now).get(row.id, 0)),
        receiving=shown[0],
        spared=shown[1],
        letter=_preview_email(course, today, receiving.first()),
        today=scope.on,
        known_until=_known_until([row], scope.on),
        mail_works=outbox.available(current_settings()),
        named=tuple(line.id for one in shown for line in one.lines),
        computed_at=now,
    )


@dataclass(slots=True)
class _First:
    """Of many outlooks, those that a page shows: the nearest days first, then the order in which people come. All are counted, few are held."""

    days: Counter[date | None] = field(default_factory=Counter)
    kept: list[Outlook] = field(default_factory=list)

    def add(self, outlook: Outlook) -> None:
        self.days[outlook.next_on] += 1
        self.kept.append(outlook)
        if len(self.kept) >= 4 * MOST_SHOWN:
            self._keep_nearest()

    def _keep_nearest(self) -> None:
        self.kept = sorted(self.kept, key=lambda outlook: outlook.next_on or date.max)[:MOST_SHOWN]

    def first(self) -> Outlook | None:
        self._keep_nearest()
        return self.kept[0] if self.kept else None

    def person_list(self, line: Callable[[Outlook], PersonLine]) -> PersonList:
        first = self.first()
        first_on = first.next_on if first else None
        return PersonList(tuple(line(outlook) for outlook in self.kept), self.days.total(), first_on, self.days[first_on])


def _next_run(session: Session, today: date) -> date:
    """The timer comes once a day: today, unless it did."""
    return today + timedelta(days=1) if session.get(ReminderRun, today) else today


def _person(rule: RuleTerms, outlook: Outlook, today: MailingPlan) -> PersonLine:
    recipient, person, mailing = outlook.recipient, outlook.recipient.person, today.mailing(outlook.recipient, today.on)
    decision = RuleDecision.SENDS if outlook.next_on else outlook.decision
    why = reason(rule, recipient.facts, recipient.past, outlook.next_on or today.on, decision)
    url = url_for("reporting.person", person_id=person.id)
    shared = mailing is not None and len(mailing.targets) > 1
    return PersonLine(person.id, person.name, url, person.places, outlook.next_on, why, shared)


def _preview_email(course: Course, today: MailingPlan, first: Outlook | None) -> EmailPreview | None:
    """To the first who will get one, on that day."""
    mailing = today.mailing(first.recipient, first.next_on) if first and first.next_on else None
    if mailing is None:
        return None
    letter = today.message(current_settings(), course, mailing, preview=True)
    return EmailPreview(mailing.recipient.person.name, letter.subject, letter.text, _inner(letter.html))


def _inner(html: str) -> Markup:
    """The body alone, personal addresses made plain words: they would lead nowhere."""
    body = html.partition("<body>")[2].rpartition("</body>")[0]
    return Markup(re.sub(rf'<a href="[^"]*{PERSONAL}[^"]*">(.*?)</a>', r"<u>\1</u>", body))  # noqa: S704 — our own template, escaped when it was rendered
