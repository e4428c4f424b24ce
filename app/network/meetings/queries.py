"""What the pages of meetings show: past ones from the course's own file, those of the site, the list, one page, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session

from app.content.rendering import page
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.library import LibraryDocument, PastMeeting
from app.identity.models import Membership
from app.identity.rules import TRAINERS
from app.identity.services import SignedIn
from app.identity.territories import belongs_on, territory_tree
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import PRESENCE_WORDS, MeetingAudience, MeetingStage, Presence, Seat, audience_words, free, is_open, when_words
from app.platform.errors import NotYours
from app.platform.french import date_words, day_of
from app.record.progress.models import Cohort, CohortMember


class MeetingDocument(Struct, frozen=True):
    id: str
    title: str


def in_library(course: Course, ids: Iterable[str]) -> Iterator[MeetingDocument]:
    return (MeetingDocument(each, course.library.shelf[each].title) for each in ids if each in course.library.shelf)


class ToldPage(Struct, frozen=True):
    title: str
    facts: tuple[tuple[str, str], ...]
    html: Markup
    notes: Markup
    documents: tuple[MeetingDocument, ...]


def past_meeting_page(course: Course, anchor: str, on: date) -> ToldPage:
    """Date and themes are those of the first document of the library that it names. Raises NotYours."""
    told = next((each for each in course.network.meetings if each.anchor == anchor), None)
    if told is None:
        raise NotYours
    renderer = PageRenderer(course, course.network, on)
    html = renderer.html(told.body)
    return ToldPage(told.title, tuple(_facts(course, told)), html, renderer.notes(), tuple(in_library(course, told.documents)))


def _facts(course: Course, told: PastMeeting) -> Iterator[tuple[str, str]]:
    document: LibraryDocument | None = next((course.library.shelf[each] for each in told.documents if each in course.library.shelf), None)
    known = (
        ("Date", date_words(document.event) if document and document.event else ""),
        ("Intervenants", told.speakers),
        ("Thèmes", ", ".join(document.themes) if document else ""),
        ("Territoires", ", ".join(document.territories) if document else ""),
    )
    return ((name, words) for name, words in known if words)


# --- Who reads, and which meetings they see --------------------------------------------------------------------------

SHOWN_AFTER = timedelta(days=60)
"""A meeting stays in a private calendar for so long once it is over."""


class MeetingReader(Struct, frozen=True):
    """Who reads, and what the audience of a meeting is asked about."""

    id: int
    hosts: bool
    """They prepare meetings (`TRAINERS`), and see all of them."""
    territories: frozenset[str] = frozenset()
    """Where they belong, and all that stands above."""
    cohorts: frozenset[int] = frozenset()


def reader_of(session: Session, person: SignedIn, on: date) -> MeetingReader:
    if person.roles & TRAINERS:
        return MeetingReader(person.id, True)
    return MeetingReader(person.id, False, *places_of(session, person.id, on))


_OWN_TERRITORIES = select(Membership.territory_id).where(Membership.person_id == bindparam("person_id"), belongs_on(bindparam("on", type_=Date)))
_OWN_COHORTS = select(CohortMember.cohort_id).where(CohortMember.person_id == bindparam("person_id"))


def places_of(session: Session, person_id: int, on: date) -> tuple[frozenset[str], frozenset[int]]:
    """Territories and cohorts of one person, as `MeetingAudience.holds` is asked."""
    own = session.scalars(_OWN_TERRITORIES, {"person_id": person_id, "on": on}).all()
    tree = territory_tree(session) if own else None
    above = frozenset(node.id for each in own for node in tree.ancestors(each)) if tree else frozenset()
    return above, frozenset(session.scalars(_OWN_COHORTS, {"person_id": person_id}))


def audience_of(row: Meeting) -> MeetingAudience:
    return MeetingAudience(frozenset(row.territories), frozenset(row.cohorts))


def own_meeting(session: Session, reader: MeetingReader, meeting_id: int) -> Meeting:
    """One that this reader may see. Raises NotYours."""
    row = session.get(Meeting, meeting_id)
    if row is None or not (reader.hosts or _is_visible(session, row, reader)):
        raise NotYours
    return row


def _is_visible(session: Session, row: Meeting, reader: MeetingReader) -> bool:
    """Whoever has something of a meeting goes on seeing it when they change territory."""
    if row.stage is MeetingStage.DRAFT:
        return False
    return audience_of(row).holds(reader.territories, reader.cohorts) or session.get(MeetingPerson, (row.id, reader.id)) is not None


# --- The list --------------------------------------------------------------------------------------------------------


class MeetingLine(Struct, frozen=True):
    id: int
    title: str
    starts_at: datetime
    when: str
    where: str
    mark: str
    """What is to be known at once: « Votre place est réservée », « Annulée »; empty for nothing."""


class ToldLine(Struct, frozen=True):
    title: str
    anchor: str


class MeetingsPage(Struct, frozen=True):
    coming: tuple[MeetingLine, ...]
    """The next one first."""
    held: tuple[MeetingLine, ...]
    """The last one first."""
    told: tuple[ToldLine, ...]
    """By the course's own file."""
    hosts: bool
    known: bool
    """The reader has an account."""


def meetings_page(session: Session, course: Course, reader: MeetingReader | None, now: datetime) -> MeetingsPage:
    rows = list(_rows(session, reader)) if reader else []
    mine = _mine(session, reader) if rows and reader else {}
    lines = [(row.ends_at > now, meeting_line(row, mine.get(row.id), now)) for row in rows]
    told = tuple(ToldLine(each.title, each.anchor) for each in course.network.meetings)
    coming, held = ([line for later, line in lines if later is ahead] for ahead in (True, False))
    return MeetingsPage(tuple(coming), tuple(reversed(held)), told, bool(reader and reader.hosts), reader is not None)


def meetings_of(session: Session, person: SignedIn, territory_id: str, now: datetime) -> tuple[MeetingLine, ...]:
    """Lists the meetings for a territory or one above it that the person may see: the next first, then the last."""
    reader, tree = reader_of(session, person, day_of(now)), territory_tree(session)
    near = {node.id for node in tree.ancestors(territory_id)}
    rows = [row for row in _rows(session, reader) if near & set(row.territories) and row.stage is not MeetingStage.DRAFT]
    coming, held = [row for row in rows if row.ends_at > now], [row for row in rows if row.ends_at <= now]
    mine = _mine(session, reader) if rows else {}
    return tuple(meeting_line(row, mine.get(row.id), now) for row in (*coming, *reversed(held)))


def _rows(session: Session, reader: MeetingReader) -> Iterator[Meeting]:
    """Those that the reader may see, in the order of their dates."""
    query = select(Meeting).order_by(Meeting.starts_at, Meeting.id)
    if not reader.hosts:
        query = query.where(Meeting.stage != MeetingStage.DRAFT)
    rows = session.scalars(query).all()
    mine = set() if reader.hosts or not rows else set(_mine(session, reader))
    return (row for row in rows if reader.hosts or row.id in mine or audience_of(row).holds(reader.territories, reader.cohorts))


def lines_for(session: Session, reader: MeetingReader, rows: Iterable[Meeting], now: datetime) -> Iterator[MeetingLine]:
    """Yields the lines of those meetings that the reader may see."""
    mine = _mine(session, reader)
    return (
        meeting_line(row, mine.get(row.id), now) for row in rows if reader.hosts or row.id in mine or audience_of(row).holds(reader.territories, reader.cohorts)
    )


def upcoming(session: Session, now: datetime) -> Sequence[Meeting]:
    """Announced, whomever they are for, in the order of their dates."""
    return session.scalars(select(Meeting).where(Meeting.stage == MeetingStage.ANNOUNCED, Meeting.ends_at > now).order_by(Meeting.starts_at, Meeting.id)).all()


def _mine(session: Session, reader: MeetingReader) -> dict[int, MeetingPerson]:
    return {row.meeting_id: row for row in session.scalars(select(MeetingPerson).where(MeetingPerson.person_id == reader.id))}


def meeting_line(row: Meeting, mine: MeetingPerson | None, now: datetime) -> MeetingLine:
    return MeetingLine(row.id, row.title, row.starts_at, when_words(row.starts_at, row.ends_at), where_words(row), _mark(row, mine, now))


def where_words(row: Meeting) -> str:
    return row.place or "À distance"


def _mark(row: Meeting, mine: MeetingPerson | None, now: datetime) -> str:
    if row.stage is not MeetingStage.ANNOUNCED:
        return row.stage.value.capitalize()
    if mine and mine.presence in PRESENCE_WORDS:
        return PRESENCE_WORDS[mine.presence]
    words = {Seat.TAKEN: "Votre place est réservée", Seat.WAITING: "Sur liste d’attente"}
    return words.get(mine.seat, "") if mine and now < row.ends_at else ""


# --- One meeting -----------------------------------------------------------------------------------------------------


class MeetingPage(Struct, frozen=True):
    id: int
    title: str
    stage: MeetingStage
    when: str
    starts_at: datetime
    place: str
    link: str
    """Empty for whoever has no place."""
    at_distance: bool
    themes: str
    speakers: str
    audience: str
    programme: Markup
    synthesis: Markup
    documents: tuple[MeetingDocument, ...]
    reason: str
    places: int | None
    taken: int
    waiting: int
    seat: Seat
    rank: int
    """In the waiting list, the first is 1; 0 outside."""
    presence: Presence
    presence_words: str
    open: bool
    """One may ask for a place, or give it back."""
    code_open: bool
    """A code is being shown in the room."""
    hosts: bool
    step: tuple[str, str] | None
    """(lesson, title) of the step of a path that it completes."""

    @property
    def places_left(self) -> int | None:
        return free(self.places, self.taken)


def meeting_page(session: Session, course: Course, reader: MeetingReader, meeting_id: int, now: datetime) -> MeetingPage:
    row = own_meeting(session, reader, meeting_id)
    mine, today = session.get(MeetingPerson, (row.id, reader.id)), day_of(now)
    seat = mine.seat if mine else Seat.NONE
    counts = seats(session, row.id)
    return MeetingPage(
        id=row.id,
        title=row.title,
        stage=row.stage,
        when=when_words(row.starts_at, row.ends_at),
        starts_at=row.starts_at,
        place=row.place,
        link=row.link if seat is Seat.TAKEN or reader.hosts else "",
        at_distance=bool(row.link),
        themes=row.themes,
        speakers=row.speakers,
        audience=_audience(session, row),
        programme=page.render_notice(course, row.programme, today),
        synthesis=page.render_notice(course, row.synthesis, today),
        documents=tuple(in_library(course, row.documents)),
        reason=row.reason,
        places=row.places,
        taken=counts.get(Seat.TAKEN, 0),
        waiting=counts.get(Seat.WAITING, 0),
        seat=seat,
        rank=_rank(session, mine) if mine and seat is Seat.WAITING else 0,
        presence=mine.presence if mine else Presence.UNKNOWN,
        presence_words=PRESENCE_WORDS.get(mine.presence, "") if mine else "",
        open=is_open(row.stage, row.starts_at, now),
        code_open=bool(row.code and row.code_until and now < row.code_until),
        hosts=reader.hosts,
        step=(row.element_id, course.lessons[row.element_id].title) if row.element_id in course.lessons else None,
    )


def seats(session: Session, meeting_id: int) -> dict[Seat, int]:
    """How many people have each."""
    query = select(MeetingPerson.seat, func.count()).where(MeetingPerson.meeting_id == meeting_id).group_by(MeetingPerson.seat)
    return {row[0]: row[1] for row in session.execute(query)}


def _rank(session: Session, mine: MeetingPerson) -> int:
    before = select(func.count()).where(MeetingPerson.meeting_id == mine.meeting_id, MeetingPerson.seat == Seat.WAITING, MeetingPerson.turn < mine.turn)
    return 1 + (session.scalar(before) or 0)


def _audience(session: Session, row: Meeting) -> str:
    tree = territory_tree(session) if row.territories else None
    territories = [tree.path_name(each) for each in row.territories if each in tree.nodes] if tree else []
    cohorts = session.scalars(select(Cohort.name).where(Cohort.id.in_(row.cohorts)).order_by(Cohort.name)).all() if row.cohorts else []
    return audience_words(territories, cohorts)


# --- Calendars -------------------------------------------------------------------------------------------------------


def in_calendar(session: Session, person_id: int, now: datetime) -> list[Meeting]:
    """Lists the meetings where a person has a place, cancelled ones too, so that a calendar is told."""
    query = (
        select(Meeting)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(MeetingPerson.person_id == person_id, MeetingPerson.seat == Seat.TAKEN, Meeting.ends_at > now - SHOWN_AFTER)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return list(session.scalars(query))
