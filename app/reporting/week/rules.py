"""Since when a week is told, who is worth a call and in which order, and on which day the email leaves: `docs/responsables/cette-semaine.md` says it. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum, IntEnum, StrEnum

from msgspec import Struct

from app.platform.french import agree, join_words, plural
from app.platform.holidays import calendar, working_day_after
from app.reporting import words
from app.reporting.scope_rules import STUCK_AFTER, monday

# --- What moved ---

NAMES = 5
"""People named of one movement."""


def since_day(on: date) -> date:
    """The Monday from which a day's page tells: that of the week before, so that a Monday tells seven days, and the days after it go on from there."""
    return monday(on) - timedelta(weeks=1)


class WeekMove(Enum):
    FINISHED = ("a terminé", "ont terminé")
    BEGAN = ("a commencé", "ont commencé")
    LATE = (f"est passée {words.LATE.word}", f"sont passées {words.LATE.word}")
    BACK = (f"est {words.BACK.word}", f"sont {words.BACK.word}")

    def words(self, total: int) -> str:
        """« 2 personnes ont terminé »."""
        return f"{plural(total, 'personne')} {agree(total, *self.value)}"


def names_words(names: list[str], total: int) -> str:
    """« Anna, Bilal et 3 autres »: `names` are the first of `total` people."""
    others = [plural(total - len(names), "autre")] if total > len(names) else []
    return join_words([*names, *others])


# --- Who is worth a call ---

FIRST_CALLS = 5
"""How many people are proposed at once."""
HESITATES = timedelta(days=7)
"""Without anything done for so long, a last step, a due date that has gone or a quiz that was not passed is a reason to call."""
WELCOME = timedelta(days=14)
"""How long one may take to begin before somebody calls."""
LAST_STEPS = 3
"""So many steps left, or fewer: the end is in sight."""
RECENT = timedelta(days=42)
"""Whoever stopped within it has just stopped; whoever did before has been late for long."""


class CallReason(IntEnum):
    """Why somebody is worth a call; the first that holds."""

    LAST_STEPS = 1
    LATE = 2
    STUMBLES = 3
    NEVER_BEGAN = 4
    STOPPED = 5


class CallRank(IntEnum):
    """What a call can win, the most first."""

    PROMISED = 0
    """A day was agreed, and has come: a word is kept before anything is weighed."""
    LAST_STEPS = 1
    JUST_STOPPED = 2
    LONG_STOPPED = 3


class LastCall(Struct, frozen=True):
    """The last thing that was noted of a person, and the day that was agreed."""

    again_on: date | None
    back_on: date


class CallFacts(Struct, frozen=True):
    """What a call is weighed by."""

    finished: bool = False
    begun: bool = True
    done: int = 0
    left: int = 0
    quiet: timedelta = timedelta(0)
    """Since the last act or, where there is none, since the account opened."""
    late: int = 0
    """Days since the next due date; 0 before it."""
    failing: str = ""
    """The first quiz that was tried and is not passed; empty for none."""


def call_reason(facts: CallFacts) -> CallReason | None:
    """None: nothing in their progress asks for a call."""
    if facts.finished:
        return None
    if facts.quiet >= HESITATES:
        if facts.done and facts.left <= LAST_STEPS:
            return CallReason.LAST_STEPS
        if facts.late:
            return CallReason.LATE
        if facts.failing:
            return CallReason.STUMBLES
    if not facts.begun:
        return CallReason.NEVER_BEGAN if facts.quiet > WELCOME else None
    return CallReason.STOPPED if facts.quiet > STUCK_AFTER else None


def call_rank(facts: CallFacts, last: LastCall | None, on: date) -> CallRank | None:
    """None: not on the list of that day. A day that was agreed and has come holds whatever their progress says, unless they finished."""
    if facts.finished or (last is not None and last.back_on > on):
        return None
    if last is not None and last.again_on is not None:
        return CallRank.PROMISED
    reason = call_reason(facts)
    if reason is None:
        return None
    if reason is CallReason.LAST_STEPS:
        return CallRank.LAST_STEPS
    return CallRank.JUST_STOPPED if facts.quiet <= RECENT else CallRank.LONG_STOPPED


def call_order(rank: CallRank, facts: CallFacts) -> tuple[int, int, timedelta]:
    """What the list is sorted by: the rank, near the end the fewest steps left, then the shortest silence, which is the easiest to break."""
    return rank, facts.left if rank is CallRank.LAST_STEPS else 0, facts.quiet


def reason_words(facts: CallFacts, failing: str, *, promised: bool) -> str:
    """Says why to call. `failing`: the title of that quiz."""
    reason, steps, days = call_reason(facts), plural(facts.left, "étape"), plural(facts.quiet.days, "jour")
    behind = f"{words.LATE.word} de {plural(facts.late, 'jour')}"
    said = {
        CallReason.LAST_STEPS: f"plus {'qu’une étape' if facts.left == 1 else f'que {steps}'}, rien depuis {days}" + (f", {behind}" if facts.late else ""),
        CallReason.LATE: f"{behind} : {steps} à faire, rien depuis {days}",
        CallReason.STUMBLES: f"bute sur « {failing} », rien depuis {days}",
        CallReason.NEVER_BEGAN: f"{words.NOT_STARTED.word}, compte ouvert depuis {days}",
        CallReason.STOPPED: f"{words.STUCK.word} depuis {days} : {steps} à faire",
        None: f"{steps} à faire",
    }[reason]
    return f"à rappeler, comme convenu : {said}" if promised else said


# --- What becomes of a call ---

REST = timedelta(days=14)
"""After a call without a day to call again, how long nobody else calls."""
LATER = timedelta(days=7)
"""How long « pas maintenant » lasts."""
LATEST = timedelta(days=180)
"""How far ahead one may say to call again."""
AGAIN_IN = 3
"""Worked days after which one calls again: on a Monday, Thursday."""


class CallOutcome(StrEnum):
    """What the reader says of a person on the list."""

    CALLED = "appele"
    AGAIN = "rappeler"
    """Nobody was called yet: on another day."""
    LATER = "plus-tard"


def again_day(on: date) -> date:
    """The day that one click proposes to call again."""
    return working_day_after(on, AGAIN_IN)


def back_on(outcome: CallOutcome, noted_on: date, again_on: date | None) -> date:
    """The first day when the person may be on the list again."""
    return again_on or noted_on + (LATER if outcome is CallOutcome.LATER else REST)


# --- On which day the email leaves ---


def is_due(on: date, back_on: date | None, handled_on: date | None) -> bool:
    """True once a week: on the first day from Monday that is neither a week-end, nor a holiday of the site, nor before `back_on`, when its reader is back.

    `handled_on`: the day when it was last sent, or found to have nothing to say. A day on which nothing ran only puts it off, but for whoever never had one.
    """
    first = monday(on)
    days = [first + timedelta(days=ahead) for ahead in range(7)]
    free = [day for day in days if calendar().obstacle(day, "") is None and (back_on is None or day >= back_on)]
    if on not in free:
        return False
    return on == free[0] if handled_on is None else handled_on < first
