"""Enrolments and attestations of the people of a territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, String, cast, select

from app.content.values.course import Course
from app.exchange.api.reading import ApiAnswer, ApiReading, Item
from app.identity.audit.acts import AdministrativeAct
from app.record.attestations.queries import validity_of
from app.record.progress.models import MODULE, Attestation, Enrolment
from app.record.progress.path_progress import title_of


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
    rows, following = reading.piece(query, Attestation.id, _touched)
    return ApiAnswer([_attestation(reading.course, row[0]) for row in rows], {row[0].person_id for row in rows}, following)


def _touched(since: datetime) -> Sequence[ColumnElement[bool]]:
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
