"""The register of treatments: one declaration for each table that holds a person's key. Pure.

It is the one source of the public list (`/donnees-personnelles`), of the export (`/compte/mes-donnees`), of what an erasure does and of
how long each thing is kept. A test compares it with the tables: a table or a column that is not declared fails the build.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from app.administration.privacy.register.treatment import Treatment


class PublicLine(Struct, frozen=True):
    """One line of `/donnees-personnelles`."""

    title: str
    data: str
    purpose: str
    retention: str
    erasure: str


def treatments() -> tuple[Treatment, ...]:
    from app.administration.privacy.register.tables import TREATMENTS

    return TREATMENTS


def treatment(table: str) -> Treatment | None:
    return next((one for one in treatments() if one.table == table), None)


def retention_of(table: str) -> timedelta:
    """How long its rows are kept. Raises KeyError for a table that declares no duration."""
    return timedelta(days={one.table: one.kept_days for one in treatments() if one.kept_days}[table])


def public_lines() -> tuple[PublicLine, ...]:
    return tuple(PublicLine(one.title, one.data, one.purpose, one.retention, one.erasure) for one in treatments())
