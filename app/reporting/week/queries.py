"""What « Cette semaine » says, on its page and by email: four figures and their movement, who moved, whom to call, what waits for the reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.assessment.models import AttemptRequest
from app.content.values.course import Course
from app.identity.emails import REASONS, HelpRequest, theirs, waiting_count
from app.identity.models import Person
from app.identity.rules import WORKPLACES, Role
from app.identity.services import SignedIn
from app.identity.sign_in.guards import may
from app.platform import hooks
from app.platform.french import agree, day_and_month, day_of, plural
from app.platform.mail.outbox import reachable
from app.record.progress.due import Timeliness
from app.record.progress.models import LearningEvent, PersonFigures
from app.record.progress.rules import EventType
from app.reporting import selection, words
from app.reporting.grid.rows import PeopleReport
from app.reporting.person import quiz_title
from app.reporting.scope import ReportScope, in_scope, report_scope, scope_words
from app.reporting.scope_rules import STUCK_AFTER, PathSituation
from app.reporting.selection import ReportFilter
from app.reporting.week.calls import CallLine, first_calls
from app.reporting.week.rules import FIRST_CALLS, NAMES, WeekMove, names_words, since_day

# --- What moved ---


class NamedPerson(Struct, frozen=True):
    id: int
    name: str


class WeekFigure(Struct, frozen=True):
    """How many people stand there, and how many of them only do since the week's Monday."""

    words: str
    value: int
    moved: int
    grid: Mapping[str, str]
    """The filter of the list of these people."""


class MoveLine(Struct, frozen=True):
    """Who moved in one way; `people` are the latest, `NAMES` at most, of `total`."""

    move: WeekMove
    total: int
    people: tuple[NamedPerson, ...]

    @property
    def words(self) -> str:
        return self.move.words(self.total)

    @property
    def others(self) -> str:
        """« 3 autres », of those who are not named; empty where all are."""
        rest = self.total - len(self.people)
        return plural(rest, "autre") if rest else ""

    @property
    def sentence(self) -> str:
        """« 2 personnes ont terminé : Anna et Bilal »."""
        return f"{self.words} : {names_words([one.name for one in self.people], self.total)}"


ACTS = (EventType.VIEWED, EventType.READ, EventType.ATTENDED, EventType.SUBMITTED, EventType.PASSED, EventType.FAILED)
"""What somebody did themselves."""


def _moments(report: PeopleReport, since: date) -> dict[WeekMove, tuple[ColumnElement[bool], ColumnElement[Any]]]:
    """Movement → (who did it since that day, when), of what the figures of a person tell."""
    figures, start = PersonFigures, selection.midnight(since)
    late = and_(selection.timeliness_at(report.scope.on)[Timeliness.LATE], figures.next_due_on >= since)
    return {
        WeekMove.FINISHED: (and_(figures.finished, figures.completed_at >= start), figures.completed_at.expression),
        WeekMove.BEGAN: (figures.first_at >= start, figures.first_at.expression),
        WeekMove.LATE: (late, figures.next_due_on.expression),
    }


def _people_back(report: PeopleReport, since: date) -> tuple[NamedPerson, ...]:
    """Whoever did something again since that day after a standstill, the latest first; not whoever has finished. One SELECT over the acts of whoever is active."""
    figures, at, start = PersonFigures, LearningEvent.at, selection.midnight(since)
    before, after = func.max(case((at < start, at))), func.min(case((at >= start, at)))
    active = select(figures.person_id).where(~figures.finished, figures.first_at < start, figures.last_at >= start, *report.conditions())
    acted = (
        select(LearningEvent.person_id, before.label("before"), after.label("after"))
        .where(LearningEvent.person_id.in_(active), LearningEvent.event.in_([act.value for act in ACTS]))
        .group_by(LearningEvent.person_id)
        .having(before < report.now - STUCK_AFTER)
    ).subquery()
    query = select(acted.c.before, acted.c.after, Person.id, Person.name).join(Person, Person.id == acted.c.person_id)
    rows = report.session.execute(query.order_by(acted.c.after.desc(), Person.id))
    return tuple(NamedPerson(row.id, row.name) for row in rows if row.before and row.after and row.after - row.before > STUCK_AFTER)


def _first_people(report: PeopleReport, which: ColumnElement[bool], moment: ColumnElement[Any]) -> tuple[NamedPerson, ...]:
    query = select(Person.id, Person.name).join(PersonFigures, PersonFigures.person_id == Person.id).where(which, *report.conditions())
    return tuple(NamedPerson(*row) for row in report.session.execute(query.order_by(moment.desc(), Person.id).limit(NAMES)))


def _counts(report: PeopleReport, since: date) -> Mapping[str, int]:
    """How many stand where, and how many moved, by the value of a `PathSituation` and the name of a `WeekMove`. One SELECT."""
    figures, stands = PersonFigures, selection.situations_at(report.now)
    stuck, late = stands[PathSituation.STUCK], selection.timeliness_at(report.scope.on)[Timeliness.LATE]
    wanted: dict[str, ColumnElement[bool]] = {
        **{one.value: condition for one, condition in stands.items()},
        "late": late,
        "newly_started": and_(stands[PathSituation.STARTED], figures.first_at >= selection.midnight(since)),
        "newly_stuck": and_(stuck, figures.last_at >= selection.midnight(since - STUCK_AFTER)),
        **{move.name: condition for move, (condition, _moment) in _moments(report, since).items()},
    }
    query = select(*(func.count().filter(condition) for condition in wanted.values())).where(*report.conditions())
    return dict(zip(wanted, report.session.execute(query).one(), strict=True))


# --- What waits for the reader ---

SHOWN = 20
"""Of one kind; the others come as these are answered."""


class WaitingRequest(Struct, frozen=True):
    """One more attempt that somebody asks for: given by one button."""

    id: int
    person: NamedPerson
    title: str
    message: str
    asked_at: datetime


class WaitingReply(Struct, frozen=True):
    """What somebody answered to a reminder, which the reader can settle."""

    id: int
    person: NamedPerson
    words: str
    asked_at: datetime
    email: str
    phone: str


class WaitingList(Struct, frozen=True):
    requests: tuple[WaitingRequest, ...]
    replies: tuple[WaitingReply, ...]
    questions: tuple[tuple[str, str], ...]
    """(words, address) of what learners wrote to whoever also writes the course."""
    total: int

    @property
    def people(self) -> tuple[int, ...]:
        return (*(one.person.id for one in self.requests), *(one.person.id for one in self.replies))


def _open_requests(scope: ReportScope) -> Select[AttemptRequest, Person]:
    """One's own is somebody else's to answer."""
    query = select(AttemptRequest, Person).join(Person, Person.id == AttemptRequest.person_id)
    mine = AttemptRequest.person_id != scope.reader_id
    return query.where(AttemptRequest.answered_at.is_(None), Person.active, mine, in_scope(scope, AttemptRequest.person_id))


def waiting_list(session: Session, course: Course, scope: ReportScope, reader: SignedIn, now: datetime) -> WaitingList:
    """Requests of an attempt, answers to reminders, questions: the oldest of each first."""
    asked = session.execute(_open_requests(scope).order_by(AttemptRequest.asked_at, AttemptRequest.id)).all()
    requests = tuple(
        WaitingRequest(row.id, NamedPerson(person.id, person.name), quiz_title(course, row.quiz_id), row.message, row.asked_at) for row, person in asked[:SHOWN]
    )
    helps = may(reader.roles, "help.index")
    replies = _replies(session, scope, reader.id) if helps else ()
    questions = hooks.waiting_work.here().get(WORKPLACES[Role.TRAINER]) if Role.TRAINER in reader.roles else None
    written = questions(session, reader, now) if questions else ()
    total = len(asked) + (waiting_count(session, scope, reader.id) if helps else 0) + len(written)
    return WaitingList(requests, replies, written, total)


def _replies(session: Session, scope: ReportScope, reader_id: int) -> tuple[WaitingReply, ...]:
    query = select(HelpRequest, Person).join(Person, Person.id == HelpRequest.person_id).where(HelpRequest.closed_at.is_(None), *theirs(scope, reader_id))
    return tuple(
        WaitingReply(row.id, NamedPerson(one.id, one.name), REASONS[row.reason], row.asked_at, reachable(one.email), one.phone or "")
        for row, one in session.execute(query.order_by(HelpRequest.asked_at, HelpRequest.id).limit(SHOWN))
    )


def waiting_today(session: Session, reader: SignedIn, now: datetime) -> tuple[tuple[str, str], ...]:
    """What waits for somebody who looks after people, in a few words: on the home of whoever learns too."""
    scope = report_scope(session, reader, day_of(now))
    asked = session.scalar(select(func.count()).select_from(_open_requests(scope).subquery())) or 0
    helped = waiting_count(session, scope, reader.id) if may(reader.roles, "help.index") else 0
    said = ((asked, "demande de tentative", "demandes de tentative"), (helped, "réponse à traiter", "réponses à traiter"))
    return tuple((plural(*one), url_for("week.index", _anchor="attend")) for one in said if one[0])


# --- The whole ---


class WeekPage(Struct, frozen=True):
    scope: str
    scopeless: bool
    nobody: bool
    """The reader looks after no territory and trains no cohort."""
    total: int
    """People whom the reader follows."""
    since: date
    figures: tuple[WeekFigure, ...]
    not_begun: WeekFigure
    """The others: with those who finished, are on the way or stopped, they make the total."""
    moves: tuple[MoveLine, ...]
    """Those that happened."""
    calls: tuple[CallLine, ...]
    to_call: int
    waiting: WaitingList
    computed_at: datetime

    @property
    def since_words(self) -> str:
        return day_and_month(self.since)

    @property
    def quiet(self) -> bool:
        """Nothing moved, nobody is worth a call, nothing waits: no email leaves."""
        return not (self.moves or self.calls or self.waiting.total)

    @property
    def people(self) -> Collection[int]:
        """Whom it names."""
        moved = (one.id for line in self.moves for one in line.people)
        return dict.fromkeys([*moved, *(call.person.id for call in self.calls), *self.waiting.people])


def week_page(session: Session, course: Course, scope: ReportScope, reader: SignedIn, now: datetime) -> WeekPage:
    """A dozen SELECTs, whatever the size."""
    report, since = PeopleReport(session, course, scope, ReportFilter(), now), since_day(scope.on)
    counted, returned = _counts(report, since), _people_back(report, since)
    calls, to_call = first_calls(report, FIRST_CALLS)
    return WeekPage(
        scope=scope_words(scope),
        scopeless=scope.scopeless,
        nobody=scope.empty,
        total=sum(counted[one.value] for one in PathSituation),
        since=since,
        figures=_figures(counted, len(returned)),
        not_begun=_not_begun(counted[PathSituation.NOT_STARTED]),
        moves=_moves(report, since, counted, returned),
        calls=calls,
        to_call=to_call,
        waiting=waiting_list(session, course, scope, reader, now),
        computed_at=now,
    )


def _figures(counted: Mapping[str, int], returned: int) -> tuple[WeekFigure, ...]:
    """`returned`: how many came back."""
    finished, started, stuck = counted[PathSituation.FINISHED], counted[PathSituation.STARTED], counted[PathSituation.STUCK]
    return (
        WeekFigure(agree(finished, "a terminé", "ont terminé"), finished, counted[WeekMove.FINISHED.name], _grid(PathSituation.FINISHED)),
        WeekFigure(words.STARTED.word, started, counted["newly_started"] + returned, _grid(PathSituation.STARTED)),
        WeekFigure(words.LATE.word, counted["late"], counted[WeekMove.LATE.name], ReportFilter(timeliness=Timeliness.LATE).fields()),
        WeekFigure(words.STUCK.word, stuck, counted["newly_stuck"], _grid(PathSituation.STUCK)),
    )


def _not_begun(people: int) -> WeekFigure:
    return WeekFigure(agree(people, "n’a pas commencé", "n’ont pas commencé"), people, 0, _grid(PathSituation.NOT_STARTED))


def _grid(situation: PathSituation) -> Mapping[str, str]:
    return ReportFilter(situation=situation).fields()


def _moves(report: PeopleReport, since: date, counted: Mapping[str, int], returned: Sequence[NamedPerson]) -> tuple[MoveLine, ...]:
    happened = {move: moment for move, moment in _moments(report, since).items() if counted[move.name]}
    lines = [MoveLine(move, counted[move.name], _first_people(report, *moment)) for move, moment in happened.items()]
    back = [MoveLine(WeekMove.BACK, len(returned), tuple(returned[:NAMES]))] if returned else []
    return (*lines, *back)
