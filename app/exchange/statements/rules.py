"""A row of the ledger as an xAPI statement, what a store's answer means, and when to try again. Pure.

Verbs and extensions are those that others publish (ADL, cmi5), so that any store's reports know them; `docs/integrateurs/profil-xapi.jsonld` says each shape.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any

from msgspec import Struct

from app.record.progress.rules import EventType

BATCH = 100
"""Statements of one POST."""
TRIES = 20
"""Then nothing leaves until somebody asks."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
REFUSED_IN_A_ROW = 10
"""So many refusals with nothing taken between tell of the store, not of the statements: it is waited for."""

PROFILE = uuid.UUID("6f2c1a34-8d0e-4a57-9b63-2f1d7c50e9ab")
"""Of our statements, the same on every site of Croisée."""
VERSION = uuid.uuid5(PROFILE, "1")
"""Of the profile: what each statement says that it follows. Another one when a shape changes."""
ADL, CMI5 = "http://adlnet.gov/expapi", "https://w3id.org/xapi"
REASON = f"{CMI5}/cmi5/result/extensions/reason"


class Verb(Struct, frozen=True):
    """What one kind of row says."""

    template: str
    """Its name in the profile."""
    id: str
    display: str
    completion: bool | None = None
    success: bool | None = None
    reason: str = ""
    """One of cmi5's, of who was spared an element."""


VERBS: Mapping[EventType, Verb] = {
    EventType.VIEWED: Verb("ouverture", f"{ADL}/verbs/experienced", "a ouvert"),
    EventType.READ: Verb("lecture", f"{ADL}/verbs/completed", "a lu", completion=True),
    EventType.ATTENDED: Verb("presence", f"{ADL}/verbs/attended", "a participé à", completion=True),
    EventType.SUBMITTED: Verb("remise", f"{ADL}/verbs/attempted", "a remis"),
    EventType.PASSED: Verb("reussite", f"{ADL}/verbs/passed", "a réussi", success=True),
    EventType.FAILED: Verb("echec", f"{ADL}/verbs/failed", "n’a pas réussi", success=False),
    EventType.REGRADED: Verb("note-revue", f"{ADL}/verbs/scored", "a une note revue à"),
    EventType.REGRADED_PASS: Verb("reussite", f"{ADL}/verbs/passed", "a réussi", success=True),
    EventType.WAIVED: Verb("dispense", f"{CMI5}/adl/verbs/waived", "est dispensé de", completion=True, success=True, reason="Equivalent Outside Activity"),
    EventType.OVERRIDE_SET: Verb("validation", f"{CMI5}/adl/verbs/waived", "a par décision", completion=True, success=True, reason="Administrative"),
    EventType.OVERRIDE_REVOKED: Verb("retrait", f"{ADL}/verbs/voided", "annule"),
    EventType.ATTENDANCE_REVOKED: Verb("retrait", f"{ADL}/verbs/voided", "annule"),
}
"""A row of another kind (a due date that was moved) is no learning: it does not leave."""
TESTED = Verb("positionnement", f"{CMI5}/adl/verbs/waived", "est dispensé par son positionnement de", completion=True, success=True, reason="Tested Out")
TAKES_BACK: Mapping[EventType, frozenset[EventType]] = {
    EventType.OVERRIDE_REVOKED: frozenset({EventType.WAIVED, EventType.OVERRIDE_SET}),
    EventType.ATTENDANCE_REVOKED: frozenset({EventType.ATTENDED}),
}
"""Their statement voids that of the last such row before, as xAPI takes back what should not count."""
SCORED = frozenset({EventType.PASSED, EventType.FAILED, EventType.REGRADED, EventType.REGRADED_PASS})


class LedgerRow(Struct, frozen=True):
    """One row of the ledger, as far as its statement needs it."""

    id: int
    at: datetime
    element_id: str
    event: EventType
    account: str
    """Who, as stores know them: drawn at random, told to nobody else."""
    score: tuple[Fraction, Fraction] | None = None
    """Of how many."""
    fingerprint: str = ""
    attempt_id: int | None = None
    tested: bool = False
    """Spared by the positioning."""
    undone: tuple[int, datetime] | None = None
    """Id and time of the row that this one takes back."""


class Element(Struct, frozen=True):
    """What is published of an element today."""

    title: str
    kind: str
    """The last word of its type: lesson, assessment."""
    address: str
    module_id: str = ""
    module_title: str = ""


def statement_id(home: str, row_id: int, at: datetime) -> str:
    """Returns the permanent id of a row's statement. It includes the time, since a restored backup may reuse row numbers."""
    return str(_derive_id(home, f"row:{row_id}:{at.astimezone(UTC).isoformat()}"))


def _derive_id(home: str, name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, home), name)


def statement(home: str, row: LedgerRow, element: Element | None) -> dict[str, Any]:
    """`home`: the site's own address, without a last slash. `element`: None once it is not published any more."""
    verb = TESTED if row.tested and row.event is EventType.WAIVED else VERBS[row.event]
    said = {
        "id": statement_id(home, row.id, row.at),
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": row.account}},
        "verb": {"id": verb.id, "display": {"fr": verb.display}},
        "timestamp": row.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": "1.0.0",
    }
    if row.undone:
        taken_back = {"objectType": "StatementRef", "id": statement_id(home, *row.undone)}
        return {**said, "object": taken_back, "context": {"contextActivities": _FOLLOWS}}
    result = _result(verb, row)
    return {**said, "object": _activity(home, row.element_id, element), **({"result": result} if result else {}), "context": _context(home, row, element)}


_FOLLOWS = {"category": [{"id": VERSION.urn, "definition": {"type": f"{ADL}/activities/profile"}}]}


def _result(verb: Verb, row: LedgerRow) -> dict[str, Any]:
    told = {"completion": verb.completion, "success": verb.success, "extensions": {REASON: verb.reason} if verb.reason else None}
    found: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    if row.event in SCORED and row.score and row.score[1]:
        raw, most = row.score
        found["score"] = {"scaled": round(float(raw / most), 4), "raw": round(float(raw), 4), "min": 0, "max": round(float(most), 4)}
    return found


def _activity(home: str, element_id: str, element: Element | None) -> dict[str, Any]:
    """Its id does not hang on what is published: an element that is withdrawn stays the same."""
    activity: dict[str, Any] = {"objectType": "Activity", "id": activity_id(home, element_id)}
    if element:
        activity["definition"] = {"type": f"{ADL}/activities/{element.kind}", "name": {"fr": element.title}, "moreInfo": home + element.address}
    return activity


def activity_id(home: str, element_id: str) -> str:
    return f"{home}/xapi/activites/{element_id}"


def _context(home: str, row: LedgerRow, element: Element | None) -> dict[str, Any]:
    activities: dict[str, Any] = {**_FOLLOWS}
    if element and element.module_id:
        definition = {"type": f"{ADL}/activities/module", "name": {"fr": element.module_title}}
        activities["parent"] = [{"id": f"{home}/xapi/modules/{element.module_id}", "definition": definition}]
    context: dict[str, Any] = {"platform": "Croisée", "language": "fr", "contextActivities": activities}
    if row.fingerprint:
        context["revision"] = row.fingerprint
    if row.attempt_id is not None and not row.tested:
        context["registration"] = str(_derive_id(home, f"attempt:{row.attempt_id}:{row.account}"))
    return context


class SendVerdict(Enum):
    TAKEN = "taken"
    DIVIDE = "divide"
    """One among several is refused: each half is sent by itself."""
    REFUSED = "refused"
    LATER = "later"


OF_A_STATEMENT = frozenset({400, 409, 413, 422})
"""What tells of what was sent; everything else tells of the store, the way there or the key."""


def verdict(status: int, alone: bool, last: bool) -> SendVerdict:
    """What an answer to so many statements means. `last`: of the tries, where a fault of the store itself may come from one statement too."""
    if status in (200, 204) or (status == 409 and alone):
        return SendVerdict.TAKEN  # 409: it is there already, told otherwise (a title that changed since)
    if status in OF_A_STATEMENT or (last and status >= 500):
        return SendVerdict.REFUSED if alone else SendVerdict.DIVIDE
    return SendVerdict.LATER


def pause(tries: int) -> timedelta:
    """Returns the pause after this many failed tries: a minute, doubled each time, six hours at most."""
    doublings: int = min(tries - 1, 20)
    return min(SHORTEST * (1 << doublings), LONGEST)


def words(status: int, said: str) -> str:
    """What a store answered, for whoever can mend it."""
    told = f"Réponse {status}" if status else "Pas de réponse"
    if status in (401, 403):
        told += " : la clé ou le secret n’est pas le bon"
    elif 300 <= status < 400 or status in (404, 405):
        told += " : l’adresse n’est pas celle d’un entrepôt"
    return f"{told}. {said}".strip()


class QueueState(Enum):
    WELL = "à jour"
    SENDING = "en cours d’envoi"
    RETRYING = "sans réponse, nouvel essai prévu"
    STOPPED = "arrêté"
    PAUSED = "suspendu"


def state(*, paused: bool, tries: int, waiting: int) -> QueueState:
    if paused:
        return QueueState.PAUSED
    if tries >= TRIES:
        return QueueState.STOPPED
    if tries:
        return QueueState.RETRYING
    return QueueState.SENDING if waiting else QueueState.WELL
