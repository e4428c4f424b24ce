"""What changed of what people learned: read from the few changes of facts, the ledger and what was seen, and written nowhere when a text is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, ForeignKey, String, Text, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.assessment.attempts.sheet import LATEST
from app.assessment.models import Attempt, Response
from app.content.store.facts import TOLD_FOR, Change, changes_of, key_asked, key_words
from app.content.values.course import Course
from app.content.values.facts import KEY, key_question, told_facts
from app.content.values.text import ID_LENGTH
from app.identity.models import Person
from app.platform.db import Base, UtcDateTime, in_chunks, insert_over
from app.record.fact_rules import LearnedValue, is_same, is_told, known_until, value_at, value_held
from app.record.progress.models import LearningEvent
from app.record.progress.rules import Event, EventType, without_revoked

FINISHING = (EventType.READ, EventType.ATTENDED, EventType.ATTENDANCE_REVOKED)
"""What tells that somebody finished a lesson: being spared it, or a decision, teaches nobody."""


class FactSeen(Base):
    """The last change of a fact that a person saw, or answered a question on: one row a person and fact."""

    __tablename__ = "fact_seen"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    fact_id: Mapped[str] = mapped_column(String(2 * ID_LENGTH + 1), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class _Rows(NamedTuple):
    """What is read of some people, each statement built once."""

    finished: Any
    answered: Any
    seen: Any


def _rows_of(among: Callable[[Any], ColumnElement[bool]]) -> _Rows:
    finished = select(LearningEvent.person_id, LearningEvent.element_id, LearningEvent.event, LearningEvent.at).order_by(LearningEvent.id)
    finished = finished.where(LearningEvent.element_id.in_(bindparam("elements", expanding=True)), LearningEvent.event.in_([each.value for each in FINISHING]))
    answered = select(Attempt.person_id, Response.question_id, Attempt.started_at, Attempt.submitted_at, Response.fraction)
    answered = answered.join(Response, Response.attempt_id == Attempt.id).where(LATEST, Attempt.submitted_at.is_not(None), ~Attempt.practice)
    answered = answered.where(Response.question_id.in_(bindparam("questions", expanding=True)))
    seen = select(FactSeen.person_id, FactSeen.fact_id, FactSeen.value, FactSeen.at)
    return _Rows(finished.where(among(LearningEvent.person_id)), answered.where(among(Attempt.person_id)), seen.where(among(FactSeen.person_id)))


ONE = _rows_of(lambda person: person == bindparam("person"))
SOME = _rows_of(lambda person: person.in_(bindparam("people", expanding=True)))
COUNTED = _rows_of(lambda person: person.in_(select(Person.id).where(Person.active)))
"""Everybody whose account is open."""


class ToldChange(Struct, frozen=True):
    """A fact that somebody learned and that is another now."""

    fact_id: str
    before: str
    """What they hold."""
    after: str
    why: str
    at: datetime
    """When what is true now was published."""
    place: str
    """The document that tells it now."""
    sentence: str
    """In which it does; of a key, the question."""


class FactStanding(Struct, frozen=True):
    """How many know what changed, without anybody's name."""

    change: ToldChange
    concerned: int
    """They learned another value before."""
    knowing: int
    """Of these, those who hold the present one."""


class FactKnowledge(Struct, frozen=True):
    """Of the facts that changed in the last year: fact → person → what they learned, in no order."""

    course: Course
    changes: Mapping[str, tuple[Change, ...]]
    learned: Mapping[str, Mapping[int, Sequence[LearnedValue]]]

    def told_to(self, person_id: int) -> Iterator[ToldChange]:
        for fact_id, people in self.learned.items():
            if person_id in people and (told := self.change_told(fact_id, people[person_id])):
                yield told

    def change_told(self, fact_id: str, learned: Sequence[LearnedValue]) -> ToldChange | None:
        held, present = value_held(learned), present_fact(self.course, fact_id)
        return _told_change(self.changes[fact_id], held, present) if is_told(fact_id, held, present.value) else None


def _told_change(changes: Sequence[Change], held: str, present: PresentFact) -> ToldChange:
    """The change that brought the present value: its sentence is the one that is read."""
    made = [change for change in changes if change.after and is_same(change.fact_id, change.after, present.value)] or list(changes)
    return ToldChange(changes[0].fact_id, held, present.value, made[-1].why, made[-1].at, present.place, present.sentence)


class PresentFact(NamedTuple):
    """A fact, or a key, as the published course tells it; all empty where it tells it no more."""

    value: str = ""
    place: str = ""
    """The document that tells it."""
    sentence: str = ""
    """In which it does; of a key, the question."""


def present_fact(course: Course, fact_id: str) -> PresentFact:
    if KEY in fact_id:
        question = key_question(course, fact_id)
        return PresentFact(key_words(question.answer), fact_id.partition(KEY)[0], key_asked(question)) if question else PresentFact()
    tellings = told_facts(course).get(fact_id, ())
    return PresentFact(tellings[0].fact.value, tellings[0].document_id, tellings[0].fact.sentence) if tellings else PresentFact()


def recent_changes(session: Session, course: Course, now: datetime) -> dict[str, tuple[Change, ...]]:
    """Fact → its changes of the last year, in order: of those that somebody may have learned otherwise, and that the course still tells."""
    found: dict[str, list[Change]] = {}
    for change in changes_of(session, course):
        if change.at > now - TOLD_FOR:
            found.setdefault(change.fact_id, []).append(change)
    return {fact_id: tuple(changes) for fact_id, changes in found.items() if any(change.before for change in changes) and present_fact(course, fact_id).value}


def told_to(session: Session, course: Course, person_id: int, now: datetime) -> tuple[ToldChange, ...]:
    """What is to be told to one person, the latest first. No SELECT where nothing changed; else two or three."""
    changes = recent_changes(session, course, now)
    if not changes:
        return ()
    known = knowledge(session, course, changes, ONE, person=person_id)
    return tuple(sorted(known.told_to(person_id), key=lambda told: told.at, reverse=True))


def told_together(session: Session, course: Course, people: Collection[int], now: datetime) -> Iterator[tuple[int, ToldChange]]:
    """The same of many."""
    changes = recent_changes(session, course, now)
    for some in in_chunks(sorted(people)) if changes else ():
        known = knowledge(session, course, changes, SOME, people=some)
        yield from ((person_id, told) for person_id in some for told in known.told_to(person_id))


def standings(session: Session, course: Course, now: datetime, among: Collection[int] | None = None) -> tuple[FactStanding, ...]:
    """Each fact that changed in the last year, the latest first: how many of those who had learned it know. `among`: these people alone."""
    changes = recent_changes(session, course, now)
    known = knowledge(session, course, changes, COUNTED) if changes else None
    found = (_standing(known, fact_id, among) for fact_id in known.learned) if known else ()
    return tuple(sorted((each for each in found if each), key=lambda each: each.change.at, reverse=True))


def _standing(known: FactKnowledge, fact_id: str, among: Collection[int] | None) -> FactStanding | None:
    present = present_fact(known.course, fact_id)
    changes = known.changes[fact_id]
    others = {person_id: mine for person_id, mine in known.learned[fact_id].items() if among is None or person_id in among}
    concerned = {number: mine for number, mine in others.items() if any(is_told(fact_id, each.value, present.value) for each in mine)}
    before = next((change.before for change in reversed(changes) if is_told(fact_id, change.before, present.value)), "")
    if not before:
        return None
    knowing = sum(is_same(fact_id, value_held(mine), present.value) for mine in concerned.values())
    return FactStanding(_told_change(changes, before, present), len(concerned), knowing)


def count_holders(session: Session, course: Course, values: Mapping[str, str]) -> dict[str, int]:
    """Fact → how many hold another value than the one that a publication would give it, in `values`."""
    if not values:
        return {}
    changes = {fact_id: tuple(change for change in changes_of(session, course) if change.fact_id == fact_id) for fact_id in values}
    known = knowledge(session, course, changes, COUNTED)
    return {fact_id: sum(is_told(fact_id, value_held(mine), values[fact_id]) for mine in known.learned.get(fact_id, {}).values()) for fact_id in values}


# --- What people learned ---------------------------------------------------------------------------------------------


def knowledge(session: Session, course: Course, changes: Mapping[str, tuple[Change, ...]], rows: _Rows, **people: Any) -> FactKnowledge:
    """What these people learned of the facts that changed. `people`: what `rows` asks for."""
    learned: dict[str, defaultdict[int, list[LearnedValue]]] = {fact_id: defaultdict(list) for fact_id in changes}
    _from_texts(session, course, changes, learned, rows.finished, people)
    _from_keys(session, course, changes, learned, rows.answered, people)
    if any(learned.values()):
        for person_id, fact_id, value, at in session.execute(rows.seen, people):
            if person_id in learned.get(fact_id, ()):
                learned[fact_id][person_id].append(LearnedValue(at, value))
    return FactKnowledge(course, changes, learned)


_Found = Mapping[str, defaultdict[int, list[LearnedValue]]]
_Changes = Mapping[str, tuple[Change, ...]]


def _from_texts(session: Session, course: Course, changes: _Changes, found: _Found, query: Any, people: dict[str, Any]) -> None:
    """What lessons told whoever finished them, when they did."""
    told = _present_texts(course, changes)
    rows: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in (change for mine in changes.values() for change in mine):
        rows[change.fact_id, change.document_id].append(change)
    for person_id, element_id, at in _readings(session.execute(query, {**people, "elements": sorted(told)})) if told else ():
        for fact_id, present in told[element_id].items():
            found[fact_id][person_id].append(LearnedValue(at, value_at(rows[fact_id, element_id], at, present)))


def _present_texts(course: Course, changes: _Changes) -> Mapping[str, dict[str, str]]:
    """Document → fact → what it tells of it now, empty for what it tells no more: of all that told one of these facts."""
    told: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for fact_id, mine in changes.items():
        if KEY in fact_id:
            continue
        for change in mine:
            told[change.document_id][fact_id] = ""
        for telling in told_facts(course).get(fact_id, ()):
            told[telling.document_id][fact_id] = telling.fact.value
    return told


def _readings(rows: Iterable[Any]) -> Iterator[tuple[int, str, datetime]]:
    """(person, element, when) each time that somebody finished one; presences noted by mistake left out."""
    turns: defaultdict[tuple[int, str], list[Event]] = defaultdict(list)
    for person_id, element_id, event, at in rows:
        turns[person_id, element_id].append(Event(element_id, EventType(event), at, None))
    for (person_id, element_id), events in turns.items():
        yield from ((person_id, element_id, event.at) for event in without_revoked(events))


def _from_keys(session: Session, course: Course, changes: _Changes, found: _Found, query: Any, people: dict[str, Any]) -> None:
    """What was right for whoever answered rightly, by the key that their attempt pinned when it began."""
    asked = {fact_id.partition(KEY)[2]: fact_id for fact_id in changes if KEY in fact_id}
    if not asked:
        return
    for person_id, question_id, started_at, submitted_at, fraction in session.execute(query, {**people, "questions": sorted(asked)}):
        if fraction == 1 and submitted_at:
            fact_id = asked[question_id]
            value = value_at(changes[fact_id], started_at, present_fact(course, fact_id).value)
            found[fact_id][person_id].append(LearnedValue(submitted_at, value))


# --- What is seen, and until when one is up to date ------------------------------------------------------------------


def see(session: Session, course: Course, person_id: int, fact_ids: Iterable[str], now: datetime) -> None:
    """They saw what is true now. Harmless when repeated, and for a fact that the course tells no more."""
    rows = [{"person_id": person_id, "fact_id": name, "value": value, "at": now} for name in fact_ids if (value := present_fact(course, name).value)]
    insert_over(session, FactSeen, rows)


def up_to_date_on(session: Session, course: Course, person_id: int, elements: Collection[str], completed_at: datetime) -> datetime | None:
    """Until when somebody knows what changed in these lessons and quizzes since they completed them; None where nothing that they learned there changed."""
    concerned = {change.fact_id for change in changes_of(session, course) if change.before and change.document_id in elements}
    told = {fact_id for fact_id in concerned if present_fact(course, fact_id).value}
    changes = {fact_id: tuple(change for change in changes_of(session, course) if change.fact_id == fact_id) for fact_id in told}
    if not changes:
        return None
    known = knowledge(session, course, changes, ONE, person=person_id)
    mine = {fact_id: people[person_id] for fact_id, people in known.learned.items() if people.get(person_id)}
    until = known_until((_last_moved(changes[fact_id]), known.change_told(fact_id, learned) is None) for fact_id, learned in mine.items())
    return max(until or completed_at, completed_at) if mine else None


def _last_moved(changes: Sequence[Change]) -> datetime:
    return max(change.at for change in changes if change.before)


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """Two accounts of one person: what either saw is seen, the later of both."""
    rows = {row.fact_id: row for row in session.scalars(select(FactSeen).where(FactSeen.person_id == gone))}
    known = {row.fact_id: row.at for row in session.scalars(select(FactSeen).where(FactSeen.person_id == kept))}
    later = [row for row in rows.values() if row.fact_id not in known or row.at > known[row.fact_id]]
    insert_over(session, FactSeen, [{"person_id": kept, "fact_id": row.fact_id, "value": row.value, "at": row.at} for row in later])
    session.execute(delete(FactSeen).where(FactSeen.person_id == gone))
