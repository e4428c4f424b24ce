"""The network's meetings that a territory has to do with, and who of its people was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.exchange.api.reading import ApiAnswer, ApiReading, Item
from app.exchange.api.rules import code, stage_code
from app.network.meetings.attendance.rules import announced_minutes
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import MeetingStage, Presence, Seat

Counts = Mapping[tuple[int, str], int]


def meetings(reading: ApiReading) -> ApiAnswer:
    """Announced, held or cancelled; no draft. Counts are those of the token's people alone."""
    query = select(Meeting).where(Meeting.stage != MeetingStage.DRAFT, Meeting.id.in_(_near(reading)))
    rows, following = reading.piece(query, Meeting.id)
    found = [row[0] for row in rows]
    counts = _counts(reading, [row.id for row in found])
    return ApiAnswer([_meeting(row, counts, reading.now) for row in found], following=following)


def meeting(reading: ApiReading) -> ApiAnswer:
    """One, with the people."""
    told = meetings(reading)
    people = _people(reading, [item["id"] for item in told.items])
    return ApiAnswer([{**item, "people": people} for item in told.items], [each["person_id"] for each in people])


def _near(reading: ApiReading) -> Sequence[int]:
    """For everybody, for a territory above or below the token's, or where one of its people has something. Meetings are few: their audiences are lists."""
    tree, mine = reading.scope.tree, reading.holder.territory_id
    near = {node.id for node in tree.ancestors(mine)} | reading.scope.territories
    ours = select(MeetingPerson.meeting_id).where(reading.within(MeetingPerson.person_id)).distinct()
    theirs = set(reading.session.scalars(ours))
    rows = reading.session.execute(select(Meeting.id, Meeting.territories, Meeting.cohorts))
    return [number for number, territories, cohorts in rows if number in theirs or near & set(territories) or not (territories or cohorts)]


def _counts(reading: ApiReading, ids: Sequence[int]) -> Counts:
    """(meeting, what) → how many."""
    columns = MeetingPerson.meeting_id, MeetingPerson.seat, MeetingPerson.presence
    query = select(*columns, func.count()).where(MeetingPerson.meeting_id.in_(ids), reading.within(MeetingPerson.person_id)).group_by(*columns)
    counts: dict[tuple[int, str], int] = {}
    for number, seat, presence, count in reading.session.execute(query):
        for what, holds in (("registered", seat is Seat.TAKEN), ("waiting", seat is Seat.WAITING), ("present", presence is Presence.PRESENT)):
            counts[number, what] = counts.get((number, what), 0) + count * holds
    return counts


def _meeting(row: Meeting, counts: Counts, now: datetime) -> Item:
    return {
        "id": row.id,
        "title": row.title,
        "stage": stage_code(row.stage, row.ends_at, now),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "minutes": announced_minutes(row.starts_at, row.ends_at),
        "place": row.place or None,
        "at_distance": bool(row.link),
        **{what: counts.get((row.id, what), 0) for what in ("registered", "waiting", "present")},
    }


def _people(reading: ApiReading, ids: Sequence[int]) -> list[dict[str, Any]]:
    query = (
        select(MeetingPerson.person_id, MeetingPerson.seat, MeetingPerson.presence)
        .where(MeetingPerson.meeting_id.in_(ids), reading.within(MeetingPerson.person_id))
        .order_by(MeetingPerson.person_id)
    )
    rows = reading.session.execute(query)
    return [{"person_id": number, "seat": code(seat), "presence": code(presence) if presence.value else None} for number, seat, presence in rows]
