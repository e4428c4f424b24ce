"""Meetings → the file that calendars read (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from icalendar import Event

MIMETYPE = "text/calendar"
NAME = "rencontre.ics"
REFRESHED = timedelta(hours=6)
"""How often a calendar that follows an address should ask again."""


class Dated(Struct, frozen=True):
    """What a calendar is told of a meeting. `address`: of its page."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    link: str
    address: str
    edition: int
    cancelled: bool


def write_calendar(meetings: Iterable[Dated], name: str, host: str, now: datetime) -> bytes:
    """`host` makes the numbers of meetings unique in the world: a calendar then replaces the entry that it has."""
    from icalendar import Calendar  # which takes a while to come, and few ask for it

    calendar = Calendar()
    calendar.add("prodid", f"-//{name}//rencontres//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting, host, now))
    return bytes(calendar.to_ical())


def _event(meeting: Dated, host: str, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"rencontre-{meeting.id}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", meeting.title)
    event.add("sequence", meeting.edition)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    where = ", ".join(filter(None, (meeting.place, meeting.link)))
    for name, value in (("location", where), ("description", meeting.address), ("url", meeting.address)):
        if value:
            event.add(name, value)
    return event
