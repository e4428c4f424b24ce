"""What the API answers about people: their accounts, progress, enrolments, attestations and meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, String, cast, func, select

from app.content.values.course import Course
from app.exchange.api.queries import ApiAnswer, ApiReading, Item
from app.exchange.api.rules import code, stage_code
from app.identity.audit import AdministrativeAct
from app.identity.models import Person
from app.identity.rules import TerritoryTree
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import MeetingStage, Presence, Seat, announced_minutes
from app.platform.french import day_of
from app.record.attestations import validity_of
from app.record.progress.models import MODULE, Attestation, ElementState, Enrolment, PersonFigures
from app.record.progress.path_progress import title_of
from app.record.progress.rules import Progress, ProgressState
from app.reporting.grid.columns import COLUMNS
from app.reporting.grid.rows import ReportRow
from app.reporting.scope_rules import percentage

# --- People of a territory, and where each of them stands ---
# The very columns of the grid.


def people(reading: ApiReading) -> ApiAnswer:
    rows, following = _rows(reading)
    numbers = [row.id for row in rows]
    addresses: dict[int, str] = dict(reading.session.execute(select(Person.id, Person.email).where(Person.id.in_(numbers))).all())
    return ApiAnswer([_person(row, addresses[row.id], reading.scope.tree) for row in rows], numbers, following)


def progress(reading: ApiReading) -> ApiAnswer:
    rows, following = _rows(reading)
    return ApiAnswer([standing_of(row) for row in rows], [row.id for row in rows], following)


def person_progress(reading: ApiReading) -> ApiAnswer:
    """Returns the progress of one person, with each element of the course that concerns them."""
    told = progress(reading)
    return ApiAnswer([{**item, "elements": _elements(reading, item["person_id"])} for item in told.items], told.people)


def _rows(reading: ApiReading) -> tuple[Sequence[ReportRow], int | str | None]:
    """By number: a person who comes is at the end, one who changes name stays where they were."""
    found, following = reading.piece(reading.report.select_people(), PersonFigures.person_id, _touched_conditions)
    return tuple(reading.report.everything(people=[row.key for row in found])), following


def _touched_conditions(since: datetime) -> Sequence[ColumnElement[bool]]:
    figures = PersonFigures
    return figures.last_at >= since, figures.completed_at >= since, figures.enrolled_at >= since


def _person(row: ReportRow, address: str, tree: TerritoryTree) -> Item:
    return {
        "id": row.id,
        "name": row.name,
        "email": address,
        "employer": code(row.side) if row.side else None,
        "territories": [{"id": node, "name": tree.path_name(node)} for node in row.territories],
        "cohorts": list(row.cohorts),
        "account_opened_on": day_of(row.since),
    }


def standing_of(row: ReportRow) -> dict[str, Any]:
    """What the grid and its files show of a person's path, under the names of the API, and each module."""
    told = {column.key: code(column.code(row)) if column.code else column.value(row) for column in COLUMNS if column.key}
    return {"person_id": row.id, **told, "modules": [_module(module, counts) for module, counts in row.figures.modules.items()]}


def _module(module_id: str, counts: Progress) -> Mapping[str, Any]:
    return {"id": module_id, "done": counts.done, "waived": counts.waived, "required": counts.required, "percentage": percentage(counts)}


def _elements(reading: ApiReading, person_id: int) -> Sequence[Item]:
    """In the order of the course; states and days, never a mark nor an answer."""
    query = select(ElementState.element_id, ElementState.state, ElementState.completed_at).where(ElementState.person_id == person_id)
    stored = {row.element_id: row for row in reading.session.execute(query)}
    known = (key for module in reading.course.modules.values() for key in reading.course.elements_of(module))
    return [_element(reading.course, stored[key]) for key in known if key in stored]


def _element(course: Course, row: Any) -> Item:
    state = ProgressState(row.state)
    kind = "lesson" if row.element_id in course.lessons else "quiz"
    return {"id": row.element_id, "kind": kind, "state": code(state), "completed_on": day_of(row.completed_at) if state.done and row.completed_at else None}


# --- Their enrolments and attestations ---


def enrolments(reading: ApiReading) -> ApiAnswer:
    query = select(Enrolment.id, Enrolment.person_id, Enrolment.path_id, Enrolment.enrolled_at).where(reading.within(Enrolment.person_id))
    rows, following = reading.piece(query, Enrolment.id, lambda since: (Enrolment.enrolled_at >= since,))
    return ApiAnswer([_enrolment(reading.course, row) for row in rows], {row.person_id for row in rows}, following)


def _enrolment(course: Course, row: Any) -> Item:
    """On a path, or on a module alone."""
    alone = row.path_id.startswith(MODULE)
    subject = row.path_id.removeprefix(MODULE)
    return {
        "id": row.id,
        "person_id": row.person_id,
        "kind": "module" if alone else "path",
        "subject_id": subject,
        "title": title_of(course, subject),
        "enrolled_at": row.enrolled_at,
    }


def attestations(reading: ApiReading) -> ApiAnswer:
    query = select(Attestation).where(reading.within(Attestation.person_id))
    rows, following = reading.piece(query, Attestation.id, _touched_attestations)
    return ApiAnswer([_attestation(reading.course, row[0]) for row in rows], {row[0].person_id for row in rows}, following)


def _touched_attestations(since: datetime) -> Sequence[ColumnElement[bool]]:
    """Issued or revoked since; and, since their rows do not say when, all that were ever refreshed, and those of whoever had one given back since."""
    back = select(AdministrativeAct.subject_id).where(AdministrativeAct.act == "attestation_restored", AdministrativeAct.at >= since)
    return Attestation.issued_at >= since, Attestation.revoked_at >= since, cast(Attestation.renewals, String) != "[]", Attestation.person_id.in_(back)


def _attestation(course: Course, row: Attestation) -> Item:
    valid = None if row.revoked_at else validity_of(course, row)
    return {
        "id": row.id,
        "person_id": row.person_id,
        "subject_id": row.subject_id,
        "title": row.title,
        "completed_at": row.completed_at,
        "issued_at": row.issued_at,
        "revoked_at": row.revoked_at,
        "valid_until": valid.until if valid else None,
        "page": url_for("attestations.attestation", attestation_id=row.id),
    }


# --- Meetings that a territory has to do with, and who of its people was there ---

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
