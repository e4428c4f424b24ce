"""When a rule of reminders writes to somebody, and why it does not: sentences, verdicts, days. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from app.identity.rules import is_taken
from app.platform.french import day_and_month, plural
from app.platform.holidays import Calendar, Obstacle
from app.record.progress.rules import Progress

HORIZON = 60
"""Days that a preview looks ahead."""


class Trigger(StrEnum):
    """What makes a rule write. The words of the form are the values."""

    INACTIVE = "inactif"
    NOT_STARTED = "pas-commence"
    DUE = "echeance"
    OVERDUE = "echeance-passee"


DATED = frozenset({Trigger.DUE, Trigger.OVERDUE})
"""About a due date."""


class RuleTerms(Struct, frozen=True):
    """`days`: what the trigger counts. `pause`: least days between two emails of the rule to one person. `most`: emails without a reaction."""

    id: int
    trigger: Trigger
    days: int
    pause: int
    most: int
    zone: str
    """School holidays of « A », « B » or « C » are kept free; of none when empty."""


class RecipientFacts(Struct, frozen=True):
    """What is known of a person on the day."""

    progress: Progress
    last_on: date | None
    """The day of the last thing that they did on the course; None for whoever never did anything."""
    since_on: date
    """Enrolled, or else invited, on that day."""
    due_on: date | None
    """The nearest day by which something is left to do, past or not (`DueDates.next_on` in `app/record/progress/due.py`)."""
    learns: bool
    departed: bool
    wants: bool
    reachable: bool
    lettered_on: date | None = None
    """The day of their last email of the week, a reminder or another."""


Past = Mapping[int, Sequence[date]]
"""Rule → the days when it wrote to the person. 0 stands for rules that were deleted."""


class RuleDecision(StrEnum):
    SENDS = "écrit"
    NO_LEARNER = "n’est pas apprenant"
    NOTHING_ASKED = "rien ne lui est demandé"
    FINISHED = "a terminé"
    DEPARTED = "a quitté ses territoires"
    REFUSES = "ne souhaite plus de rappels"
    UNREACHABLE = "n’a pas d’adresse de courriel"
    NOT_YET = "la règle ne s’applique pas encore"
    ENOUGH = "n’a pas réagi aux rappels précédents"
    RECENTLY = "a reçu ce rappel il y a peu"
    WEEK = "a déjà reçu une lettre cette semaine"
    WEEKEND = "pas le week-end"
    PUBLIC_HOLIDAY = "pas un jour férié"
    SCHOOL_HOLIDAYS = "pas pendant les vacances scolaires"
    UNKNOWN_DAY = "vacances scolaires inconnues à cette date"


FOR_GOOD = frozenset(
    {
        RuleDecision.NO_LEARNER,
        RuleDecision.NOTHING_ASKED,
        RuleDecision.FINISHED,
        RuleDecision.DEPARTED,
        RuleDecision.REFUSES,
        RuleDecision.UNREACHABLE,
        RuleDecision.ENOUGH,
    }
)
"""What waiting does not change: something must happen first."""

_OBSTACLES = {
    Obstacle.WEEKEND: RuleDecision.WEEKEND,
    Obstacle.PUBLIC_HOLIDAY: RuleDecision.PUBLIC_HOLIDAY,
    Obstacle.SCHOOL_HOLIDAYS: RuleDecision.SCHOOL_HOLIDAYS,
    Obstacle.UNKNOWN: RuleDecision.UNKNOWN_DAY,
}


def rule_decision(rule: RuleTerms, facts: RecipientFacts, past: Past, on: date, calendar: Calendar) -> RuleDecision:
    """Does the rule write to this person on this day? What holds for good is said before what a few days change."""
    if (stop := _stop(facts)) is not None:
        return stop
    mine = past.get(rule.id, ())
    if sum(day > (facts.last_on or date.min) for day in mine) >= rule.most:
        return RuleDecision.ENOUGH
    if not applies(rule, facts, on):
        return RuleDecision.NOT_YET
    if is_taken(facts.lettered_on, on):
        return RuleDecision.WEEK
    if any((on - day).days < rule.pause for day in mine):
        return RuleDecision.RECENTLY
    obstacle = calendar.obstacle(on, rule.zone)
    return _OBSTACLES[obstacle] if obstacle else RuleDecision.SENDS


def stop_today(facts: RecipientFacts, on: date) -> str | None:
    """Why somebody who chooses the person may not write to them on that day; None where they may."""
    if (stop := _stop(facts)) is not None:
        return stop.value
    return RuleDecision.WEEK.value if is_taken(facts.lettered_on, on) else None


def _stop(facts: RecipientFacts) -> RuleDecision | None:
    """Finished when something was asked and all of it is done: a waiver counts, as everywhere."""
    known = (
        (not facts.learns, RuleDecision.NO_LEARNER),
        (not facts.progress.required, RuleDecision.NOTHING_ASKED),
        (facts.progress.complete, RuleDecision.FINISHED),
        (facts.departed, RuleDecision.DEPARTED),
        (not facts.wants, RuleDecision.REFUSES),
        (not facts.reachable, RuleDecision.UNREACHABLE),
    )
    return next((stop for true, stop in known if true), None)


def applies(rule: RuleTerms, facts: RecipientFacts, on: date) -> bool:
    """The first half of the sentence. Whoever has never begun is not « inactif »: another rule is for them."""
    if rule.trigger is Trigger.INACTIVE:
        return facts.last_on is not None and (on - facts.last_on).days >= rule.days
    if rule.trigger is Trigger.NOT_STARTED:
        return facts.last_on is None and (on - facts.since_on).days >= rule.days
    if facts.due_on is None:
        return False
    ahead = (facts.due_on - on).days
    return 0 <= ahead <= rule.days if rule.trigger is Trigger.DUE else -ahead >= rule.days


def writing(rules: Iterable[RuleTerms], facts: RecipientFacts, past: Past, on: date, calendar: Calendar) -> tuple[RuleTerms, ...]:
    """The rules that write to somebody on a day: together they make one email."""
    return tuple(rule for rule in rules if rule_decision(rule, facts, past, on, calendar) is RuleDecision.SENDS)


def next_day(rule: RuleTerms, facts: RecipientFacts, past: Past, on: date, calendar: Calendar) -> date | None:
    """The first day from `on`, within the horizon, when the rule writes if nothing changes until then."""
    if rule_decision(rule, facts, past, on, calendar) in FOR_GOOD:
        return None
    first = _applies_from(rule, facts)
    if first is None:
        return None
    rested = max((day + timedelta(days=rule.pause) for day in past.get(rule.id, ())), default=on)
    start, last = max(on, first, rested), on + timedelta(days=HORIZON)
    days = (start + timedelta(days=ahead) for ahead in range((last - start).days + 1))
    return next((day for day in days if rule_decision(rule, facts, past, day, calendar) is RuleDecision.SENDS), None)


def _applies_from(rule: RuleTerms, facts: RecipientFacts) -> date | None:
    """The first day when the rule applies, if it ever does as things are: a preview of thousands need not try each day for each."""
    span = timedelta(days=rule.days)
    if rule.trigger is Trigger.DUE:
        return facts.due_on - span if facts.due_on else None
    if rule.trigger is Trigger.OVERDUE:
        return facts.due_on + span if facts.due_on else None
    if rule.trigger is Trigger.INACTIVE:
        return facts.last_on + span if facts.last_on else None
    return facts.since_on + span if facts.last_on is None else None


# --- In words ---


def sentence(rule: RuleTerms, audience: str) -> str:
    """The rule as its readers say it, made of the stored values alone."""
    triggers = {
        Trigger.INACTIVE: f"inactif depuis {plural(rule.days, 'jour')} et parcours non terminé",
        Trigger.NOT_STARTED: f"parcours pas commencé {plural(rule.days, 'jour')} après l’inscription",
        Trigger.DUE: f"échéance dans {plural(rule.days, 'jour')} ou moins et parcours non terminé",
        Trigger.OVERDUE: f"échéance passée depuis {plural(rule.days, 'jour')} et parcours non terminé",
    }
    zone = f"pendant les vacances de la zone {rule.zone}, " if rule.zone else ""
    most = "un seul rappel" if rule.most == 1 else f"{rule.most} rappels au plus"
    return (
        f"{audience} : {triggers[rule.trigger]}, au plus une fois par {plural(rule.pause, 'jour')}, {most} sans réaction, "
        f"jamais {zone}le week-end ni un jour férié."
    )


def reason(rule: RuleTerms, facts: RecipientFacts, past: Past, on: date, given: RuleDecision) -> str:
    """Why the person receives the email, or does not, in a few words that their manager may read."""
    mine = past.get(rule.id, ())
    if given is RuleDecision.RECENTLY:
        return f"a reçu ce rappel le {day_and_month(max(mine))}"
    if given is RuleDecision.ENOUGH:
        return f"n’a pas réagi à {plural(rule.most, 'rappel')}"
    if given is RuleDecision.NOT_YET:
        return _not_yet(rule, facts, on)
    return _why(rule, facts, on) if given is RuleDecision.SENDS else given.value


def _why(rule: RuleTerms, facts: RecipientFacts, on: date) -> str:
    left = facts.progress.required - facts.progress.done
    if rule.trigger is Trigger.NOT_STARTED or facts.last_on is None:
        begun = f"n’a pas commencé, inscription il y a {plural((on - facts.since_on).days, 'jour')}"
    else:
        begun = f"rien fait depuis {plural((on - facts.last_on).days, 'jour')}, {plural(left, 'étape')} à faire"
    return f"échéance le {day_and_month(facts.due_on)}, {begun}" if rule.trigger in DATED and facts.due_on else begun


def _not_yet(rule: RuleTerms, facts: RecipientFacts, on: date) -> str:
    if rule.trigger in DATED:
        return f"échéance le {day_and_month(facts.due_on)}" if facts.due_on else "aucune échéance"
    if rule.trigger is Trigger.INACTIVE:
        return "n’a pas encore commencé" if facts.last_on is None else f"dernière activité le {day_and_month(facts.last_on)}"
    return "a commencé" if facts.last_on is not None else f"inscription il y a {plural((on - facts.since_on).days, 'jour')}"


# --- What an author adds ---

LONGEST = 600


def words_fault(text: str) -> str | None:
    """Why a text may not go into an email; None when it may."""
    if len(text) > LONGEST:
        return f"{LONGEST} caractères au plus."
    if re.search(r"https?:|www\.|://", text, re.IGNORECASE):
        return "Pas d’adresse dans ce mot : le courriel porte déjà le lien utile, un autre le ferait prendre pour un piège."
    if re.search(r"<\s*[a-z/!]", text, re.IGNORECASE):
        return "Pas de balise : ce mot est envoyé tel quel."
    if any(unicodedata.category(letter) in ("Cc", "Cf") and letter not in "\n\u200d" for letter in text):
        return "Ce mot contient un caractère invisible. Recopiez-le sans mise en forme."
    return None
