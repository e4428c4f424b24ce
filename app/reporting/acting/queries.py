"""The page that confirms: for how many, for whom, and for whom not."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from app.content.values.course import Course
from app.identity.forms import Form
from app.platform.errors import NotYours
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.reporting.acting.rules import ActOutcome, GroupAct, everybody_but, outcome
from app.reporting.grid.queries import ACTS, filter_in_words
from app.reporting.grid.rows import PeopleReport
from app.reporting.reminders.audience import Recipient, recipients_of
from app.reporting.reminders.rules import stop_today
from app.reporting.scope.filters import ReportFilter, read_filter, read_people
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import MOST_CHOSEN

SHOWN = 100


class ChoicePage(Struct, frozen=True):
    act: GroupAct
    words: str
    asked: tuple[str, ...]
    total: int
    too_many: int
    """The most that one act takes, where these are more; else 0."""
    outcome: ActOutcome
    names: tuple[tuple[int, str], ...]
    """Of the first of those concerned."""
    fields: Mapping[str, str]
    """The filter, as the address of the grid writes it."""
    changed: bool
    """They are not as many as when the sender read this page."""
    mail_works: bool
    form: Form | None

    @property
    def people(self) -> tuple[int, ...]:
        return tuple(number for number, _name in self.names)


def act_of(arguments: Mapping[str, str]) -> GroupAct:
    """Raises NotYours for what is no act."""
    given = arguments.get("acte", GroupAct.REMIND.value)
    if given not in set(GroupAct):
        raise NotYours
    return GroupAct(given)


def chosen_filter(arguments: MultiDict[str, str], scope: ReportScope, course: Course) -> ReportFilter:
    """The whole filter, or the people that were ticked, or those of the page: then these alone, whatever the filter says meanwhile."""
    wanted = replace(read_filter(arguments, scope, course).understood(), after="")
    who = arguments.get("qui", "")
    if who not in ("coches", "page"):
        return wanted
    people = read_people(arguments.getlist("p") if who == "coches" else arguments.get("page", "").split(","))
    return ReportFilter(people=people, module=wanted.module, order=wanted.order)


def named_people(report: PeopleReport, *, named: bool) -> list[int]:
    """Everybody chosen. Whoever was named and is not the reader's to see does not exist: NotYours."""
    people = list(report.people())
    if named and len(people) != len(report.filter.people):
        raise NotYours
    return people


def nobody(wanted: ReportFilter, arguments: Mapping[str, str]) -> bool:
    """Was nobody ticked?"""
    return arguments.get("qui", "") in ("coches", "page") and not wanted.people


def outcome_of(report: PeopleReport, act: GroupAct, people: list[int]) -> tuple[ActOutcome, Mapping[int, Recipient]]:
    """Returns for whom the act can be done and, for reminders, what the emails are written from."""
    reasons = everybody_but(report.scope.reader_id, people)
    if act is GroupAct.FILE:
        return outcome(dict.fromkeys(people)), {}
    if act is not GroupAct.REMIND:
        return outcome(reasons), {}
    known = {one.person.id: one for one in recipients_of(report, people)}
    for person in people:
        if person in known and reasons[person] is None:
            reasons[person] = stop_today(known[person].facts, report.scope.on)
    return outcome(reasons), known


def choice_page(report: PeopleReport, act: GroupAct, people: list[int], form: Form | None, *, changed: bool = False) -> ChoicePage:
    too_many = MOST_CHOSEN if len(people) > MOST_CHOSEN and act is not GroupAct.FILE else 0
    found = ActOutcome((), ()) if too_many else outcome_of(report, act, people)[0]
    shown = list(found.concerned[:SHOWN])
    return ChoicePage(
        act=act,
        words=ACTS[act.value],
        asked=filter_in_words(report.course, report.scope, report.filter),
        total=len(people),
        too_many=too_many,
        outcome=found,
        names=tuple((row.id, row.name) for row in report.everything(people=shown)),
        fields=report.filter.fields(),
        changed=changed,
        mail_works=outbox.available(current_settings()),
        form=form,
    )
