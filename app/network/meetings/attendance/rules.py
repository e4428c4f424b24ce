"""When presences are taken, and what the sheet to sign asks for. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app.network.meetings.rules import PRESENCE_WORDS, MeetingStage, Presence, Seat
from app.platform.french import day_and_month, day_of, zone

BEFORE, AFTER = timedelta(hours=1), timedelta(hours=12)
"""A code is shown from so long before the meeting begins to so long after its end."""
NOON_OVER, NOON = time(13), time(12)
MOST_HALVES = 6
"""Half days for which the sheet has a column: more do not fit a page."""


def may_note_presences(stage: MeetingStage, starts_at: datetime, now: datetime) -> bool:
    """May presences be noted?"""
    return stage is MeetingStage.ANNOUNCED and now >= starts_at - BEFORE


def code_may_be_shown(stage: MeetingStage, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    return may_note_presences(stage, starts_at, now) and now < ends_at + AFTER


def halves(starts_at: datetime, ends_at: datetime) -> list[str]:
    """What one signs for: « Signature » of a meeting within half a day, else each half day."""
    first, last = starts_at.astimezone(zone()), ends_at.astimezone(zone())
    found = []
    for number in range((day_of(ends_at) - day_of(starts_at)).days + 1):
        day = day_of(starts_at) + timedelta(days=number)
        begins = first.time() if day == first.date() else time.min
        ends = last.time() if day == last.date() else time.max
        name = f"{day_and_month(day)}, " if first.date() != last.date() else ""
        found += [f"{name}matin"] * (begins < NOON) + [f"{name}après-midi"] * (ends > NOON_OVER)
    return [each[0].upper() + each[1:] for each in found[:MOST_HALVES]] if len(found) > 1 else ["Signature"]


def announced_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """How long a meeting lasts as it is announced: over several days, from the hour of the first to that of the last, each day; 0 where that says nothing."""
    first, last = starts_at.astimezone(zone()), ends_at.astimezone(zone())
    days = (last.date() - first.date()).days + 1
    return max(0, days * (60 * (last.hour - first.hour) + last.minute - first.minute))


def had_words(stage: MeetingStage, seat: Seat, presence: Presence, *, over: bool) -> str:
    """What somebody had of a meeting, on paper."""
    if presence is not Presence.UNKNOWN:
        return PRESENCE_WORDS[presence].lower()
    if stage is MeetingStage.CANCELLED:
        return "rencontre annulée"
    if seat is Seat.WAITING:
        return "liste d’attente, sans place" if over else "en liste d’attente"
    return "place réservée, présence non relevée" if over else "place réservée"
