"""A row of the ledger as a statement, held to the published profile; answers of stores; pauses."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.statements import rules
from app.exchange.statements.rules import PROFILE, TAKES_BACK, TESTED, VERBS, VERSION, Element, LedgerRow, QueueState, SendVerdict
from app.record.progress.rules import EventType

HOME = "https://croisee.example"
AT = datetime(2026, 11, 24, 8, 0, 0, 250_000, tzinfo=UTC)
LESSON = Element("La troïka", "lesson", "/lecons/troika", "acteurs", "Les acteurs")
SHIPPED = json.loads((Path(__file__).parents[3] / "docs/integrateurs/profil-xapi.jsonld").read_text(encoding="utf-8"))
WITH_SCORE = {EventType.PASSED, EventType.FAILED, EventType.REGRADED, EventType.REGRADED_PASS}


def row(event: EventType, **changes: Any) -> LedgerRow:
    attempt = {"attempt_id": 7} if event in WITH_SCORE | {EventType.SUBMITTED} else {}
    score = {"score": (Fraction(7, 2), Fraction(5))} if event in WITH_SCORE else {}
    undone = {"undone": (3, AT)} if event in TAKES_BACK else {}
    return LedgerRow(
        **{"id": 12, "at": AT, "element_id": "troika", "event": event, "account": "b1d0", "fingerprint": "f" * 64, **attempt, **score, **undone, **changes}
    )


def test_a_statement_whole() -> None:
    assert rules.statement(HOME, row(EventType.PASSED), LESSON) == {
        "id": rules.statement_id(HOME, 12, AT),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": "b1d0"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"fr": "a réussi"}},
        "object": {
            "objectType": "Activity",
            "id": f"{HOME}/xapi/activites/troika",
            "definition": {"type": "http://adlnet.gov/expapi/activities/lesson", "name": {"fr": "La troïka"}, "moreInfo": f"{HOME}/lecons/troika"},
        },
        "result": {"success": True, "score": {"scaled": 0.7, "raw": 3.5, "min": 0, "max": 5.0}},
        "context": {
            "platform": "Croisée",
            "language": "fr",
            "revision": "f" * 64,
            "registration": str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, HOME), "attempt:7:b1d0")),
            "contextActivities": {
                "category": [{"id": VERSION.urn, "definition": {"type": "http://adlnet.gov/expapi/activities/profile"}}],
                "parent": [{"id": f"{HOME}/xapi/modules/acteurs", "definition": {"type": "http://adlnet.gov/expapi/activities/module", "name": {"fr": "Les acteurs"}}}],
            },
        },
        "timestamp": "2026-11-24T08:00:00.250Z",
        "version": "1.0.0",
    }  # fmt: skip


def test_what_is_withdrawn_keeps_its_id() -> None:
    told = rules.statement(HOME, row(EventType.VIEWED), None)
    assert told["object"] == {"objectType": "Activity", "id": f"{HOME}/xapi/activites/troika"}


def test_one_row_has_one_id_for_ever_and_a_restored_ledger_others() -> None:
    ids = {rules.statement_id(home, number, at) for home in (HOME, "https://autre.example") for number in (1, 2) for at in (AT, AT + timedelta(microseconds=1))}
    assert len(ids) == 8
    assert {uuid.UUID(each).version for each in ids} == {5}


# --- The profile --------------------------------------------------------------------------------------------------------


def found(value: Any, location: str) -> Iterator[Any]:
    """What stands at a location of the few forms that our profile uses."""
    values = [value]
    for name, quoted, each in re.findall(r"\.(\w+)|\['([^']+)'\]|(\[\*\])", location):
        values = [item for one in values for item in one] if each else [one[name or quoted] for one in values if (name or quoted) in one]
    return iter(values)


def follows(statement: dict[str, Any], template: dict[str, Any]) -> bool:
    def holds(rule: dict[str, Any]) -> bool:
        values = list(found(statement, rule["location"]))
        return not values if rule["presence"] == "excluded" else bool(values) and ("any" not in rule or any(one in rule["any"] for one in values))

    return statement["verb"]["id"] == template["verb"] and all(map(holds, template["rules"]))


@pytest.mark.parametrize("event", [*VERBS, None])
@pytest.mark.parametrize("element", [LESSON, None])
def test_each_row_follows_its_template_and_no_other(event: EventType | None, element: Element | None) -> None:
    verb = VERBS[event] if event else TESTED
    told = rules.statement(HOME, row(event) if event else row(EventType.WAIVED, tested=True, attempt_id=4), element)
    assert [one["id"] for one in SHIPPED["templates"] if follows(told, one)] == [uuid.uuid5(PROFILE, verb.template).urn]


def test_the_profile_says_every_shape_and_is_the_one_that_statements_name() -> None:
    assert (SHIPPED["id"], SHIPPED["versions"][0]["id"]) == (PROFILE.urn, VERSION.urn)
    assert {one["id"] for one in SHIPPED["templates"]} == {uuid.uuid5(PROFILE, verb.template).urn for verb in (*VERBS.values(), TESTED)}
    assert {one["inScheme"] for one in SHIPPED["templates"]} == {VERSION.urn}
    assert set(EventType) - VERBS.keys() == {EventType.DUE_MOVED}


# --- Answers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "many", "alone", "last"), [
    (200, SendVerdict.TAKEN, SendVerdict.TAKEN, SendVerdict.TAKEN),
    (204, SendVerdict.TAKEN, SendVerdict.TAKEN, SendVerdict.TAKEN),
    (409, SendVerdict.DIVIDE, SendVerdict.TAKEN, SendVerdict.TAKEN),
    (400, SendVerdict.DIVIDE, SendVerdict.REFUSED, SendVerdict.REFUSED),
    (413, SendVerdict.DIVIDE, SendVerdict.REFUSED, SendVerdict.REFUSED),
    (422, SendVerdict.DIVIDE, SendVerdict.REFUSED, SendVerdict.REFUSED),
    (500, SendVerdict.LATER, SendVerdict.LATER, SendVerdict.REFUSED),
    (503, SendVerdict.LATER, SendVerdict.LATER, SendVerdict.REFUSED),
    *((status, SendVerdict.LATER, SendVerdict.LATER, SendVerdict.LATER) for status in (0, 201, 301, 401, 403, 404, 405, 408, 429)),
])  # fmt: skip
def test_what_an_answer_means(status: int, many: SendVerdict, alone: SendVerdict, last: SendVerdict) -> None:
    assert (rules.verdict(status, False, False), rules.verdict(status, True, False), rules.verdict(status, True, True)) == (many, alone, last)


def test_pauses_grow_from_a_minute_to_six_hours() -> None:
    assert [rules.pause(tries) // timedelta(minutes=1) for tries in range(1, 11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
    assert sum((rules.pause(tries) for tries in range(1, rules.TRIES)), timedelta()) > timedelta(days=2)


@given(st.integers(min_value=1))
def test_a_pause_is_never_longer(tries: int) -> None:
    assert timedelta(minutes=1) <= rules.pause(tries) <= timedelta(hours=6)


@pytest.mark.parametrize(("paused", "tries", "waiting", "expected"), [
    (False, 0, 0, QueueState.WELL), (False, 0, 3, QueueState.SENDING), (False, 1, 3, QueueState.RETRYING), (False, 20, 3, QueueState.STOPPED), (True, 20, 3, QueueState.PAUSED),
])  # fmt: skip
def test_where_a_store_stands(paused: bool, tries: int, waiting: int, expected: QueueState) -> None:
    assert rules.state(paused=paused, tries=tries, waiting=waiting) is expected
