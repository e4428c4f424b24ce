"""The rules of reminders as tables and properties: never on a forbidden day, never too often, never after the end, one letter a day."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.identity.emails import REASONS
from app.platform.holidays import ZONES, Obstacle, calendar, public_holidays
from app.record.progress.rules import Progress
from app.reporting.reminders.models import answer_counts
from app.reporting.reminders.rules import (
    HORIZON,
    LONGEST,
    RecipientFacts,
    RuleDecision,
    RuleTerms,
    Trigger,
    applies,
    next_day,
    reason,
    rule_decision,
    sentence,
    words_fault,
    writing,
)
from app.reporting.scope_rules import SMALL
from tests.words import WHOLE_NETWORK

CALENDAR = calendar()
MONDAY = date(2026, 11, 30)
RULE = RuleTerms(1, Trigger.INACTIVE, 14, 7, 3, "B")
FACTS = RecipientFacts(Progress(2, 6), MONDAY - timedelta(days=20), MONDAY - timedelta(days=60), None, learns=True, departed=False, wants=True, reachable=True)


def ago(days: int) -> date:
    return MONDAY - timedelta(days=days)


def asked(rule: RuleTerms = RULE, past: Mapping[int, list[date]] | None = None, on: date = MONDAY, **facts: Any) -> RuleDecision:
    return rule_decision(rule, replace(FACTS, **facts), past or {}, on, CALENDAR)


# --- The sentence ----------------------------------------------------------------------------------------------------


def test_the_sentence_is_made_of_the_stored_values() -> None:
    said = sentence(RULE, "Lens (Pas-de-Calais)").replace("\u00a0", " ").replace("\u202f", " ")
    assert said == (
        "Lens (Pas-de-Calais) : inactif depuis 14 jours et parcours non terminé, au plus une fois par 7 jours, 3 rappels au plus sans réaction, "
        "jamais pendant les vacances de la zone B, le week-end ni un jour férié."
    )
    one = sentence(RuleTerms(1, Trigger.NOT_STARTED, 1, 30, 1, ""), WHOLE_NETWORK).replace("\u00a0", " ")
    assert "parcours pas commencé 1 jour après l’inscription, au plus une fois par 30 jours, un seul rappel sans réaction, jamais le week-end" in one
    assert "échéance dans 5 jours ou moins" in sentence(replace(RULE, trigger=Trigger.DUE, days=5), "").replace("\u00a0", " ")


# --- Verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, RuleDecision.SENDS),
        ({"learns": False}, RuleDecision.NO_LEARNER),
        ({"progress": Progress(0, 0)}, RuleDecision.NOTHING_ASKED),
        ({"progress": Progress(6, 6)}, RuleDecision.FINISHED),
        ({"departed": True}, RuleDecision.DEPARTED),
        ({"wants": False}, RuleDecision.REFUSES),
        ({"reachable": False}, RuleDecision.UNREACHABLE),
        ({"last_on": ago(14)}, RuleDecision.SENDS),
        ({"last_on": ago(13)}, RuleDecision.NOT_YET),
        ({"last_on": None}, RuleDecision.NOT_YET),
        ({"progress": Progress(6, 6), "wants": False}, RuleDecision.FINISHED),
    ],
)
def test_who_is_written_to(facts: dict[str, Any], expected: RuleDecision) -> None:
    assert asked(**facts) is expected


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ({1: [ago(7)]}, RuleDecision.SENDS),
        ({1: [ago(6)]}, RuleDecision.RECENTLY),
        ({2: [ago(1)]}, RuleDecision.SENDS),
        ({2: [ago(0)], 0: [ago(0)]}, RuleDecision.SENDS),
        ({1: [ago(19), ago(13), ago(7)]}, RuleDecision.ENOUGH),
        ({1: [ago(30), ago(25), ago(20), ago(7)]}, RuleDecision.SENDS),
    ],
)
def test_how_often(past: dict[int, list[date]], expected: RuleDecision) -> None:
    """The last activity was twenty days ago: letters of before, or of that day, had their effect."""
    assert asked(past=past) is expected


@pytest.mark.parametrize(("lettered", "expected"), [(0, RuleDecision.WEEK), (6, RuleDecision.WEEK), (7, RuleDecision.SENDS), (None, RuleDecision.SENDS)])
def test_one_letter_a_week_whatever_it_was(lettered: int | None, expected: RuleDecision) -> None:
    assert asked(lettered_on=None if lettered is None else ago(lettered)) is expected


@pytest.mark.parametrize(
    ("on", "zone", "expected"),
    [
        (date(2026, 11, 28), "", RuleDecision.WEEKEND),
        (date(2026, 11, 11), "", RuleDecision.PUBLIC_HOLIDAY),
        (date(2027, 5, 6), "", RuleDecision.PUBLIC_HOLIDAY),
        (date(2026, 12, 21), "B", RuleDecision.SCHOOL_HOLIDAYS),
        (date(2027, 2, 15), "B", RuleDecision.SENDS),
        (date(2027, 2, 15), "A", RuleDecision.SCHOOL_HOLIDAYS),
        (date(2027, 2, 22), "B", RuleDecision.SCHOOL_HOLIDAYS),
        (date(2026, 12, 21), "", RuleDecision.SENDS),
        (date(2028, 9, 4), "B", RuleDecision.UNKNOWN_DAY),
        (date(2028, 9, 4), "", RuleDecision.SENDS),
    ],
)
def test_which_days(on: date, zone: str, expected: RuleDecision) -> None:
    assert asked(replace(RULE, zone=zone), on=on, last_on=on - timedelta(days=30)) is expected


@pytest.mark.parametrize(
    ("trigger", "facts", "expected"),
    [
        (Trigger.NOT_STARTED, {"last_on": None, "since_on": ago(14)}, True),
        (Trigger.NOT_STARTED, {"last_on": None, "since_on": ago(13)}, False),
        (Trigger.NOT_STARTED, {"last_on": ago(30)}, False),
        (Trigger.DUE, {"due_on": None}, False),
        (Trigger.DUE, {"due_on": MONDAY}, True),
        (Trigger.DUE, {"due_on": MONDAY + timedelta(days=14)}, True),
        (Trigger.DUE, {"due_on": MONDAY + timedelta(days=15)}, False),
        (Trigger.DUE, {"due_on": ago(1)}, False),
        (Trigger.DUE, {"due_on": MONDAY, "last_on": None}, True),
        (Trigger.OVERDUE, {"due_on": None}, False),
        (Trigger.OVERDUE, {"due_on": MONDAY}, False),
        (Trigger.OVERDUE, {"due_on": ago(13)}, False),
        (Trigger.OVERDUE, {"due_on": ago(14)}, True),
    ],
)
def test_triggers(trigger: Trigger, facts: dict[str, Any], expected: bool) -> None:
    assert applies(replace(RULE, trigger=trigger), replace(FACTS, **facts), MONDAY) is expected


def test_every_verdict_has_its_words() -> None:
    past = {1: [ago(3)]}
    for given_verdict in RuleDecision:
        for trigger in Trigger:
            assert reason(replace(RULE, trigger=trigger), FACTS, past, MONDAY, given_verdict)
    assert reason(RULE, FACTS, {}, MONDAY, RuleDecision.SENDS) == "rien fait depuis 20\u00a0jours, 4\u00a0étapes à faire"


# --- Days ------------------------------------------------------------------------------------------------------------


FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


@pytest.mark.parametrize(
    "easter", [date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2024, 3, 31), date(2027, 3, 28), date(2038, 4, 25), date(2100, 3, 28)], ids=str
)
def test_public_holidays(easter: date) -> None:
    """Easter from the tables of the Bureau des longitudes, earliest and latest; its Monday, the Ascension and Whit Monday follow."""
    moving = {easter + timedelta(days=days) for days in (1, 39, 50)}
    assert public_holidays(easter.year) == moving | {date(easter.year, month, day) for month, day in FIXED}


def test_public_holidays_are_not_loaded_before_they_are_asked_for() -> None:
    """They hold every country of the world."""
    code = "import sys, app.reporting.reminders.views; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_knows_some_years_and_says_how_many() -> None:
    assert set(CALENDAR.holidays) == set(ZONES)
    assert CALENDAR.known_until >= date(2028, 8, 31)
    assert date(2026, 12, 25) in CALENDAR.holidays["B"]
    after = CALENDAR.known_until + timedelta(days=1)
    while after.weekday() > 4:
        after += timedelta(days=1)
    assert CALENDAR.obstacle(after, "B") is Obstacle.UNKNOWN


# --- Properties ------------------------------------------------------------------------------------------------------

days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
rules = st.builds(
    RuleTerms, id=st.just(0), trigger=st.sampled_from(Trigger), days=st.integers(1, 40), pause=st.integers(1, 40), most=st.integers(1, 5), zone=st.sampled_from(("", *ZONES))
)  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> tuple[date, list[RuleTerms], RecipientFacts, dict[int, date], int]:
    """(first day, rules, facts of that day, activity by days from it, day of the end: finishing, refusing, leaving or losing the address)."""
    first = draw(days)
    kept = [replace(rule, id=number) for number, rule in enumerate(draw(st.lists(rules, min_size=1, max_size=4)), start=1)]
    due = draw(st.none() | st.integers(0, 60))
    facts = replace(FACTS, last_on=None, since_on=first, due_on=first + timedelta(days=due) if due is not None else None)
    active = draw(st.sets(st.integers(0, 100), max_size=6))
    return first, kept, facts, {offset: first + timedelta(days=offset) for offset in active}, draw(st.integers(0, 110))


ENDS: list[dict[str, Any]] = [{"progress": Progress(6, 6)}, {"wants": False}, {"departed": True}, {"reachable": False}, {"learns": False}]


def live(
    life: tuple[date, list[RuleTerms], RecipientFacts, dict[int, date], int], end: dict[str, Any]
) -> tuple[dict[date, tuple[RuleTerms, ...]], dict[int, list[date]]]:
    """A hundred and twenty mornings; each run is repeated, and must then write nothing."""
    first, kept, facts, active, ending = life
    past: dict[int, list[date]] = {}
    sent: dict[date, tuple[RuleTerms, ...]] = {}
    for offset in range(120):
        on = first + timedelta(days=offset)
        if offset == ending:
            facts = replace(facts, **end)
        writers = writing(kept, facts, past, on, CALENDAR)
        for rule in writers:
            past.setdefault(rule.id, []).append(on)
        if writers:
            sent[on] = writers
            assert not writing(kept, facts, past, on, CALENDAR)
        if offset in active:
            facts = replace(facts, last_on=on)
    return sent, past


@settings(max_examples=120)
@given(lives(), st.sampled_from(ENDS))
def test_what_no_life_ever_gets(life: tuple[date, list[RuleTerms], RecipientFacts, dict[int, date], int], end: dict[str, Any]) -> None:
    first, kept, _facts, active, ending = life
    sent, past = live(life, end)
    assert all((on - first).days < ending for on in sent), "nothing after the end"
    for on, writers in sent.items():
        assert all(CALENDAR.obstacle(on, rule.zone) is None for rule in writers)
    for rule in kept:
        mine = past.get(rule.id, [])
        assert all((later - earlier).days >= rule.pause for earlier, later in pairwise(mine))
        quiet = sorted({first - timedelta(days=1), *active.values()})
        for start, stop in zip(quiet, [*quiet[1:], date.max], strict=True):
            assert sum(start < on <= stop for on in mine) <= rule.most, "no more than so many without a reaction"


@settings(max_examples=120)
@given(rules, days, st.integers(0, 50), st.lists(st.integers(1, 60), max_size=3))
def test_the_preview_foretells_the_run(rule: RuleTerms, on: date, silent: int, letters: list[int]) -> None:
    """`next_day` is the first day when a run that comes each morning writes, if nothing changes."""
    facts = replace(FACTS, last_on=on - timedelta(days=silent), due_on=on + timedelta(days=silent))
    past = {0: [on - timedelta(days=back) for back in letters]}
    coming = (on + timedelta(days=ahead) for ahead in range(HORIZON + 1))
    found = next((day for day in coming if writing([rule], facts, past, day, CALENDAR)), None)
    assert next_day(rule, facts, past, on, CALENDAR) == found


# --- An author's words, and the answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "Bonjour à tous.\n\nAppelez-moi au 03 20 00 00 00.", "Le 3 < 5, c’est sûr", "e\u0301t\u00e9", "👩‍💻"])
def test_words_that_may_go(text: str) -> None:
    assert words_fault(text) is None


@pytest.mark.parametrize(
    "text", ["x" * (LONGEST + 1), "voir https://ailleurs.example", "WWW.ailleurs.example", "<b>gras</b>", "<!-- -->", "un\x07deux", "a\u202eb", "ftp://x"]
)
def test_words_that_may_not(text: str) -> None:
    assert words_fault(text)


def test_answers_are_told_in_totals() -> None:
    assert answer_counts({"temps": 4}) is None
    assert answer_counts({}) is None
    alone = answer_counts({"temps": 7, "acces": 2, "poste": 6})
    assert alone is not None
    assert (alone.total, alone.lines, alone.others) == (15, ((REASONS["temps"], 7),), 8)


@given(st.dictionaries(st.sampled_from(sorted(REASONS)), st.integers(0, 30)))
def test_no_answer_can_be_worked_out(counts: dict[str, int]) -> None:
    """What is shown names five people or more, and so does what is left when it is taken from the total."""
    shown = answer_counts(counts)
    if shown is None:
        assert sum(counts.values()) < SMALL
        return
    assert shown.total == sum(counts.values()) == sum(count for _words, count in shown.lines) + shown.others
    assert all(count >= SMALL for _words, count in shown.lines)
    assert shown.others == 0 or shown.others >= SMALL
    rest = [count for code, count in counts.items() if count and REASONS[code] not in dict(shown.lines)]
    assert len(rest) != 1 or rest[0] == shown.total >= SMALL
