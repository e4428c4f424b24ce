"""Meetings, who has a place there and who came, private calendars; and the file that calendars read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.models import enum_column
from app.network.meetings.rules import LINK_LENGTH, PLACE_LENGTH, TITLE_LENGTH, Means, MeetingStage, Presence, Seat
from app.platform.db import Base, UtcDateTime

if TYPE_CHECKING:
    from icalendar import Event


class Meeting(Base):
    """One that was prepared in the browser. Those that were held before are told by the course's own file (decision 31)."""

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[MeetingStage] = mapped_column(enum_column(MeetingStage), default=MeetingStage.DRAFT)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH))
    link: Mapped[str] = mapped_column(String(LINK_LENGTH))
    """Of a meeting at a distance: shown to whoever has a place, and to nobody else."""
    themes: Mapped[str] = mapped_column(Text)
    speakers: Mapped[str] = mapped_column(Text)
    programme: Mapped[str] = mapped_column(Text)
    """Markdown, as the next."""
    synthesis: Mapped[str] = mapped_column(Text)
    places: Mapped[int | None]
    territories: Mapped[list[str]] = mapped_column(JSON)
    """Whom it is for (`rules.MeetingAudience`), as the next."""
    cohorts: Mapped[list[int]] = mapped_column(JSON)
    documents: Mapped[list[str]] = mapped_column(JSON)
    """Ids of the library."""
    element_id: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The lesson of a path that being there completes (its criterion is `présence`); empty for none."""
    edition: Mapped[int] = mapped_column(default=0)
    """One more at each change: calendars take the newest, and whoever edited an older one is told."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was cancelled, as those who had a place were told."""
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(6), default="")
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Six digits shown in the room, and until when they work."""


class MeetingPerson(Base):
    """What one person has of a meeting: a place, a turn in the waiting list, and whether they were there."""

    __tablename__ = "meeting_person"
    __table_args__ = (Index("ix_meeting_person_person_id", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    seat: Mapped[Seat] = mapped_column(enum_column(Seat))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The first waits the shortest. None for whoever came without having asked."""
    turn: Mapped[int] = mapped_column(default=0)
    """In the order of asking, within the meeting: two may ask in one instant."""
    presence: Mapped[Presence] = mapped_column(enum_column(Presence), default=Presence.UNKNOWN)
    presence_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    means: Mapped[Means | None] = mapped_column(enum_column(Means))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who ticked the list; None where the person told it."""


class MeetingCalendar(Base):
    """The private address of a person's meetings. Another mark ends the address that was given before."""

    __tablename__ = "meeting_calendar"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(40))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- The file that calendars read (RFC 5545) -------------------------------------------------------------------------

MIMETYPE = "text/calendar"
NAME = "rencontre.ics"
REFRESHED = timedelta(hours=6)
"""How often a calendar that follows an address should ask again."""


class CalendarEntry(Struct, frozen=True):
    """What a calendar is told. `address`: of its page."""

    key: str
    """Unique in this site."""
    title: str
    starts_at: datetime
    ends_at: datetime
    address: str
    place: str = ""
    link: str = ""
    edition: int = 0
    cancelled: bool = False


def write_calendar(entries: Iterable[CalendarEntry], name: str, host: str, now: datetime) -> bytes:
    """`host` makes the keys of entries unique in the world: a calendar then replaces the entry that it has."""
    from icalendar import Calendar  # which takes a while to come, and few ask for it

    calendar = Calendar()
    calendar.add("prodid", f"-//{name}//rencontres//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, host, now))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, host: str, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    event.add("sequence", entry.edition)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    where = ", ".join(filter(None, (entry.place, entry.link)))
    for name, value in (("location", where), ("description", entry.address), ("url", entry.address)):
        if value:
            event.add(name, value)
    return event
