"""One year of a fake clock for 200 people: the timers run each morning, on some days twice; the exact list of letters is what the rules say, none after the
person has finished, and nobody gets two in a week but an answer to what they asked."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from app.platform.holidays import calendar, public_holidays
from app.reporting.scope_rules import monday
from tests.reporting.reminders.remind_year import ANSWERS, COUNTED, EXPECTED, FIRST, GROUPS, LAST, Story, ask_and_answer, crowd, kind_of, network, news
from tests.reporting.reminders.reminding import Network

__all__ = ["network"]

pytestmark = pytest.mark.proof


# --- The crowd -------------------------------------------------------------------------------------------------------


def one_a_week(sent: list[tuple[date, str, str]]) -> None:
    """Between two letters of a person, answers aside, there are seven days; whoever gets Monday's has one in a week, on its first worked day."""
    last: dict[str, date] = {}
    for day, name, subject in sent:
        if subject not in ANSWERS:
            span = monday(day) - monday(last[name]) if name in last and name.startswith("Cadre") else day - last.get(name, date.min)
            assert span >= timedelta(days=7), f"{name}, {day}: {subject}"
            last[name] = day


def test_a_year_of_letters(network: Network) -> None:
    network.at(FIRST, 6)
    story = Story(network)
    story.begin()
    crowd(story)
    acts, sent = story.acts(), list[tuple[date, str, str]]()
    for day in network.days(FIRST, LAST):
        letters = network.morning(day)
        sent += [(day, *letter) for letter in letters]
        network.at(day, 10)
        acts.get(day, lambda: None)()
        if day in (date(2026, 10, 1), date(2027, 3, 4)):
            ask_and_answer(story, day)
        if day.day == 15 or day in acts:
            network.at(day, 15)
            network.send()
            network.send(room="letters")
            assert {subject for _, subject in network.collect()} <= ANSWERS, f"a second run on {day} writes nothing more"
        news(network, day)
    told = {name for name in story.people if name.rpartition(" ")[0] not in GROUPS}
    assert [f"{day} {name:18} {subject}" for day, name, subject in sent if name in told] == EXPECTED.strip().split("\n")
    assert len(story.people) + 1 >= 200
    assert Counter((name.rpartition(" ")[0], kind_of(subject)) for _, name, subject in sent if name not in told) == COUNTED
    one_a_week(sent)
    held = calendar().holidays["B"]
    assert not [day for day, *_ in sent if day.weekday() > 4 or day in public_holidays(day.year)]
    assert not [day for day, name, _ in sent if name in told and day in held], "a rule waits for the end of the holidays of its zone"
