"""Who gets which reminder on which day, and the words of the email."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.content.values.paths import element_of
from app.identity import email_preferences
from app.identity.emails import REASONS, WeeklyEmail, message
from app.identity.models import MailRefusal, Membership, Person, PersonRole
from app.identity.rules import DECIDERS, Role
from app.identity.services import SignedIn
from app.platform.db import in_chunks
from app.platform.errors import NotYours
from app.platform.french import day_and_month, day_of, plural
from app.platform.holidays import calendar
from app.platform.mail import outbox
from app.platform.mail.emails import REMINDER
from app.platform.mail.outbox import Message, current_words, reachable
from app.platform.mail.wordings import LinkedItem, Value
from app.platform.settings import Settings
from app.platform.site import current_site
from app.platform.web.edge import path_of
from app.record.progress.cards import element_page
from app.record.progress.models import Cohort, CohortMember
from app.reporting.grid.columns import day_if_any, element_title
from app.reporting.grid.rows import FIELD, PIECE, PeopleReport, ReportRow
from app.reporting.reminders.models import Reminder, ReminderCause, ReminderRule
from app.reporting.reminders.rules import Past, RecipientFacts, RuleDecision, RuleTerms, Trigger, next_day, rule_decision, sentence, writing
from app.reporting.scope import ReportScope, readers_of, report_scopes
from app.reporting.selection import ReportFilter

# --- Whom a rule is about ---
# Its target, limited to its author's scope today, with the facts the rules need.

KIND = "relance"
"""The kind of email, among those that a person may refuse."""


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
    """One person, as the rules and the email need them."""

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


# --- The people of a rule ---


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
    """One SELECT: address, cohorts, and what stops an email."""
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
    """Person → rule → days. An email whose rules were deleted still counts as the day's one."""
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
    """True when no email may go to the person whatever the rules: said again in the transaction that writes."""
    refuses = exists().where(MailRefusal.person_id == Person.id, MailRefusal.kind == KIND)
    return session.scalar(select(Person.id).where(Person.id == person_id, Person.active, ~refuses)) is None


# --- The email of a reminder ---
# In the words of the site: the same for the preview and for the outbox.

PERSONAL = "lien-personnel"
"""What a preview shows in place of a signed link: whoever reads it could otherwise answer in somebody's name."""


class ReminderReader(Struct, frozen=True):
    id: int
    name: str
    email: str


class AuthorNote(Struct, frozen=True):
    """What the author of a rule adds, paragraph by paragraph."""

    author: str
    paragraphs: tuple[str, ...]


def compose(
    settings: Settings,
    course: Course,
    recipient: Recipient,
    targets: Sequence[RuleTarget],
    cohorts: dict[int, str],
    words: tuple[str, str],
    *,
    preview: bool,
    notes: Sequence[AuthorNote] = (),
    why: Sequence[str] = (),
    writer: str = "",
    also: Sequence[LinkedItem] = (),
) -> Message:
    """One email for all the rules that write to the person that day, or for somebody who chose to (`notes`, `why`, their address as `writer`); `also`: the lines of their week.

    A preview has neither address nor signed link. `words`: subject and text, as `current_words` gives them.
    """
    token = PERSONAL if preview else email_preferences.make_token(settings.keys, recipient.person.id)
    values = _values(settings, course, recipient, targets, token)
    values["mot"] = _notes_text((*_notes(targets), *notes))
    values["semaine"] = tuple(also)
    values["règles"] = tuple(map(LinkedItem, (*(sentence(target.rule, audience_words(target.scope, target.row, cohorts)) for target in targets), *why)))
    reader = ReminderReader(recipient.person.id, recipient.person.name, recipient.address)
    written = message(settings, REMINDER, words, reader, values, reply_to=reply_to(targets, writer))
    return replace(written, recipient="", unsubscribe="") if preview else written


def _values(settings: Settings, course: Course, recipient: Recipient, targets: Sequence[RuleTarget], token: str) -> dict[str, Value]:
    base = outbox.base(settings)
    answer = base + path_of("reminders.answer", token=token)
    return {
        "objet": _subject(recipient, targets),
        "avancement": _opening(recipient, targets),
        "suite": _button(course, recipient),
        "lien": base + _next_path(course, _clear_next(recipient)),
        "mot de passe": "" if recipient.has_password else base + path_of("identity.forgotten_password"),
        "raisons": tuple(LinkedItem(words, f"{answer}?raison={code}") for code, words in REASONS.items()),
        "arrêt": base + path_of("preferences.stop", token=token, kind=KIND),
    }


def _subject(recipient: Recipient, targets: Sequence[RuleTarget]) -> str:
    due = recipient.facts.due_on
    if due and _about(Trigger.OVERDUE, targets):
        return f"votre parcours était à terminer pour le {day_and_month(due)}"
    if due and _about(Trigger.DUE, targets):
        return f"votre parcours est à terminer pour le {day_and_month(due)}"
    return "votre parcours vous attend" if recipient.facts.last_on is None else "reprendre votre parcours"


def reply_to(targets: Sequence[RuleTarget], writer: str) -> str:
    """Returns the addresses that answers go to: those whose words the email carries or who sent it. Empty if none."""
    signed = dict.fromkeys([*(target.address for target in targets if target.row.words), writer])
    return ", ".join(filter(None, map(outbox.reachable, signed)))


def _about(trigger: Trigger, targets: Sequence[RuleTarget]) -> bool:
    return any(target.rule.trigger is trigger for target in targets)


def _opening(recipient: Recipient, targets: Sequence[RuleTarget]) -> str:
    facts = recipient.facts
    if facts.last_on is None:
        opening = f"Vous êtes inscrit(e) dans {current_site().name} depuis le {day_and_month(facts.since_on)}, et votre parcours n’est pas commencé."
    else:
        done = f"{plural(facts.progress.done, 'étape faite', 'étapes faites')} sur {facts.progress.required}"
        opening = f"Votre parcours dans {current_site().name} : {done}, la dernière fois le {day_and_month(facts.last_on)}."
    if facts.due_on and _about(Trigger.OVERDUE, targets):
        return f"{opening} L’échéance était le {day_and_month(facts.due_on)}. Si cette date ne vous convient plus, dites-le à qui suit votre parcours : elle se déplace."
    return f"{opening} Il est à terminer pour le {day_and_month(facts.due_on)}." if facts.due_on and _about(Trigger.DUE, targets) else opening


def _notes(targets: Sequence[RuleTarget]) -> tuple[AuthorNote, ...]:
    """What the authors of the rules add, each once and signed, paragraph by paragraph."""
    notes = dict.fromkeys((target.author, target.row.words) for target in targets if target.row.words)
    return tuple(AuthorNote(author, paragraphs(words)) for author, words in notes)


def _notes_text(notes: Sequence[AuthorNote]) -> str:
    return "\n\n".join("\n".join((f"{note.author} vous écrit :", *note.paragraphs)) for note in notes)


def paragraphs(words: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in words.split("\n\n") if part.strip())


def _button(course: Course, recipient: Recipient) -> str:
    verb = "Commencer" if recipient.facts.last_on is None else "Reprendre"
    following = _clear_next(recipient)
    return f"{verb} : {element_title(course, following)}" if following else f"{verb} mon parcours"


def _clear_next(recipient: Recipient) -> str | None:
    """What comes next; None for a quiz that was failed: it may wait for somebody's answer, which the learner's table knows when it is opened."""
    figures = recipient.person.figures
    return None if figures.next_id == figures.failing_id else figures.next_id


def _next_path(course: Course, element_id: str | None) -> str:
    """The one next thing; home where it is no longer published."""
    if element_id is None or element_of(course, element_id) is None:
        return path_of("learning.home")
    endpoint, values = element_page(course, element_id)
    return path_of(endpoint, **values)


# --- The plan ---
# The one function that the page shows and the timer carries out.


class Mailing(Struct, frozen=True):
    """One email that leaves on the day of the plan, for one rule or several."""

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
"""Numbers of the people to whom an email leaves on the day of a plan, by the rule under which they were read: eight bytes each."""


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
    """Of the emails: subject and text."""

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
        """To whom an email leaves on the plan's day."""
        found: dict[int, array[int]] = {}
        for target, recipient in self._recipients():
            if self.mailing(recipient, self.on) is not None:
                found.setdefault(target.rule.id, array("q")).append(recipient.person.id)
        return found

    def mailings(self, due: Due | None = None) -> Iterator[Mailing]:
        """The emails of the plan's day; with `due`, to these people alone, as they stand by now."""
        return (mailing for _target, recipient in self._recipients(due) if (mailing := self.mailing(recipient, self.on)) is not None)

    def mailing(self, recipient: Recipient, on: date) -> Mailing | None:
        """The email that somebody gets on a day, if one leaves, and if the rule that is looked at speaks in it."""
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
    """All running rules and whom they are about, for the emails of a day (today, unless `on` looks ahead).

    `only`: one rule, running or not, and its people; the other rules matter for the emails that they share with it.
    """
    rows = {row.id: row for row in (*running(session), *([only] if only else ()))}
    cut = targets(session, (rows[number] for number in sorted(rows)), day_of(now))
    return MailingPlan(session, course, now, on or day_of(now), cut, cohort_names(session), only.id if only else None, current_words(session, REMINDER))
