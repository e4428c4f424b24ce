"""Meetings: whom one is for, who gets a place, when presences are taken and a code works, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from app.platform.french import NO_BREAK, WEEKDAYS, capital, day_and_month, day_of, french_date, join_words, zone

TITLE_LENGTH, PLACE_LENGTH, LINK_LENGTH, LINE_LENGTH, TEXT_LENGTH, WORD_LENGTH = 160, 300, 500, 500, 20_000, 500
"""Characters of a title, a place, an address, a line (themes, speakers), a text (programme, synthesis), and of the word that goes with a cancellation."""
MOST_PLACES = 2_000
CODE_LASTS = timedelta(minutes=5)
CODE_DIGITS = 6


class MeetingStage(StrEnum):
    """Where the announcement of a meeting stands."""

    DRAFT = "brouillon"
    ANNOUNCED = "annoncée"
    CANCELLED = "annulée"


class Seat(StrEnum):
    """What somebody has of a meeting's places."""

    NONE = "aucune"
    """They withdrew, or came without having asked."""
    TAKEN = "inscrite"
    WAITING = "en attente"


class Presence(StrEnum):
    UNKNOWN = ""
    PRESENT = "présent"
    ABSENT = "absent"
    EXCUSED = "excusé"


PRESENCE_WORDS = {
    Presence.PRESENT: "Présence notée",
    Presence.ABSENT: "Absence notée",
    Presence.EXCUSED: "Absence excusée",
}
"""To the person."""


class Means(StrEnum):
    """How a presence was recorded."""

    LIST = "liste"
    CODE = "code"
    LINK = "lien"


class MeetingAudience(Struct, frozen=True):
    """The territories and cohorts that a meeting is for; everybody where neither is named."""

    territories: frozenset[str] = frozenset()
    """With all that lies below them."""
    cohorts: frozenset[int] = frozenset()

    def holds(self, territories: Collection[str], cohorts: Collection[int]) -> bool:
        """Somebody who belongs to these."""
        return not (self.territories or self.cohorts) or bool(self.territories & set(territories) or self.cohorts & set(cohorts))


def free(places: int | None, taken: int) -> int | None:
    """Places left; None where they are not counted."""
    return None if places is None else max(0, places - taken)


def seat_for(places: int | None, taken: int) -> Seat:
    """What the next one to ask is given."""
    return Seat.TAKEN if places is None or taken < places else Seat.WAITING


def let_in(places: int | None, taken: int, waiting: Sequence[int]) -> Sequence[int]:
    """Returns who of the waiting list gets a place now, in the order in which they asked."""
    return waiting if places is None else waiting[: max(0, places - taken)]


def is_open(stage: MeetingStage, starts_at: datetime, now: datetime) -> bool:
    """May one still ask for a place, or give it back?"""
    return stage is MeetingStage.ANNOUNCED and now < starts_at


def code_works(given: str, code: str, until: datetime | None, now: datetime) -> bool:
    return bool(code) and until is not None and now < until and typed_code(given) == code


def typed_code(given: str) -> str:
    """« 123 456 » and « 123-456 » are what the screen shows."""
    return "".join(letter for letter in given if letter.isascii() and letter.isdigit()) if len(given) <= 20 else ""


def day_before(starts_at: datetime) -> date:
    """The day on which those who have a place are reminded."""
    return day_of(starts_at) - timedelta(days=1)


def hour_words(moment: datetime) -> str:
    """« 14 h », « 9 h 30 »."""
    local = moment.astimezone(zone())
    return minute_words(moment) if local.minute else f"{local.hour}{NO_BREAK}h"


def minute_words(moment: datetime) -> str:
    """« 14 h 05 »: until when a code works."""
    local = moment.astimezone(zone())
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02d}"


def when_words(starts_at: datetime, ends_at: datetime) -> str:
    """« Jeudi 9 juin 2022, de 9 h 30 à 12 h »; over several days, both are told."""
    first, last = day_of(starts_at), day_of(ends_at)
    begun = f"{WEEKDAYS[first.weekday()]} {french_date(first)}"
    if first == last:
        return capital(f"{begun}, de {hour_words(starts_at)} à {hour_words(ends_at)}")
    return capital(f"du {begun} à {hour_words(starts_at)} au {WEEKDAYS[last.weekday()]} {french_date(last)} à {hour_words(ends_at)}")


def audience_words(territories: Sequence[str], cohorts: Sequence[str]) -> str:
    """Names of both, in words."""
    if not territories and not cohorts:
        return "Tout le réseau"
    return capital(join_words([*territories, *(f"cohorte « {name} »" for name in cohorts)]))


# --- Attendance ------------------------------------------------------------------------------------------------------

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
