"""All that the site holds on a person, read by the register: nothing is exported by hand, so nothing can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, FromClause, Table, func, literal, or_, select
from sqlalchemy.orm import Session

from app.administration.privacy.register.tables import TREATMENTS, PublicLine, treatment, treatments
from app.administration.privacy.register.treatment import Treatment
from app.identity.models import Person
from app.platform.db import Base
from app.platform.site import offers

Words = Callable[[str, Any], Any]


def as_stored(_column: str, value: Any) -> Any:
    return value


SET = "oui, non lisible"
"""What the export says of a password: that there is one."""
PRIVATE = "lisible par la personne seule"
"""What stands in place of what nobody else reads."""


class TableExtract(Struct, frozen=True):
    """What one table holds on the person. Each row: label → plain value."""

    title: str
    data: str
    purpose: str
    retention: str
    rows: tuple[Mapping[str, Any], ...]
    acted: tuple[Mapping[str, Any], ...]
    """What the person did in their work; on whom is not theirs to read."""
    offered: bool = True
    """Does the site have the feature that writes it?"""


class DataPage(Struct, frozen=True):
    """`/compte/mes-donnees`, and the same for an administrator who answers a request."""

    name: str
    person_id: int
    own: bool
    at: datetime
    held: tuple[TableExtract, ...]
    learning: bool = False
    """Of one's own data, what is about learning alone."""


def treatments_here() -> tuple[Treatment, ...]:
    """Lists the treatments of the register whose tables exist on this site: a feature that is left out has none."""
    return tuple(one for one in treatments() if one.table in Base.metadata.tables)


def public_lines(session: Session) -> tuple[PublicLine, ...]:
    """The register as everybody reads it. Of a feature that is off: only what its tables still hold."""
    told = (one for one in treatments_here() if offers(one.feature) or session.scalar(select(literal(1)).select_from(table_of(one)).limit(1)))
    return tuple(PublicLine(one.title, one.data, one.purpose, one.retention, one.erasure) for one in told)


def table_of(one: Treatment) -> Table:
    return Base.metadata.tables[one.table]


def about(one: Treatment, *people: Person) -> ColumnElement[bool] | None:
    """The condition on rows that are about one of these people; None where no row can be."""
    table = table_of(one)
    if one.through:
        column, parent = one.through
        upper = treatment(parent)
        inside = about(upper, *people) if upper else None
        return None if inside is None else table.c[column].in_(select(Base.metadata.tables[parent].c.id).where(inside))
    conditions = [table.c[one.subject].in_([person.id for person in people])] if one.subject else []
    conditions += [table.c[one.addressed].in_([person.email for person in people])] if one.addressed else []
    return or_(*conditions) if conditions else None


def acting_condition(one: Treatment, person: Person) -> ColumnElement[bool] | None:
    """The condition on rows where the person did something about somebody else."""
    table = table_of(one)
    if not one.actors:
        return None
    mine = or_(*(table.c[column] == person.id for column in one.actors))
    return mine & table.c[one.subject].is_distinct_from(person.id) if one.subject else mine


def extract_all(
    session: Session, person: Person, words: Words = as_stored, chosen: Iterable[Treatment] = TREATMENTS, *, to_themselves: bool = True
) -> tuple[TableExtract, ...]:
    """Every treatment, those that hold nothing included: « rien » is an answer too, but of a feature that is off. `words` says a value as people know it.

    Not `to_themselves`: what is private is only said to exist.
    """
    found = (
        TableExtract(
            one.title,
            one.data,
            one.purpose,
            one.retention,
            tuple(_rows(session, one, person, words if to_themselves else _hiding(one, words))),
            tuple(_acts(session, one, person, words)),
            offers(one.feature),
        )
        for one in chosen
    )
    return tuple(each for each in found if each.offered or each.rows or each.acted)


def counts(session: Session, person: Person) -> tuple[tuple[Treatment, int], ...]:
    """How many rows each treatment holds about the person, those with none left out."""
    found = []
    for one in treatments_here():
        condition = about(one, person)
        number = session.scalar(select(func.count()).select_from(table_of(one)).where(condition)) if condition is not None else 0
        if number:
            found.append((one, number))
    return tuple(found)


ACT_COLUMNS = frozenset(
    {
        "element_id",
        "quiz_id",
        "document_id",
        "lesson_id",
        "module_id",
        "event",
        "what",
        "act",
        "ground",
        "change",
        "granted",
        "at",
        "asked_at",
        "granted_at",
        "created_at",
        "changed_at",
        "decided_at",
        "sent_at",
        "published_at",
    }
)
"""What an act says of whoever did it."""


def _rows(session: Session, one: Treatment, person: Person, words: Words) -> Iterator[dict[str, Any]]:
    condition = about(one, person)
    if condition is not None:
        yield from _select_rows(session, one, one.labels, condition, words)


def _hiding(one: Treatment, words: Words) -> Words:
    return lambda column, value: PRIVATE if column in one.private else words(column, value)


def _acts(session: Session, one: Treatment, person: Person, words: Words) -> Iterator[dict[str, Any]]:
    """What was done, without what would tell of somebody else: their marks, the reason written for them."""
    condition = acting_condition(one, person)
    if condition is not None:
        shown = {column: label for column, label in one.labels.items() if column in ACT_COLUMNS}
        yield from _select_rows(session, one, shown, condition, words)


def _select_rows(session: Session, one: Treatment, labels: Mapping[str, str], condition: ColumnElement[bool], words: Words) -> Iterator[dict[str, Any]]:
    table = table_of(one)
    joined: FromClause = table
    columns = [(column, label, table.c[column]) for column, label in labels.items()]
    if one.beside and labels == one.labels:
        key, parent, told = one.beside
        beside = Base.metadata.tables[parent]
        joined = table.join(beside, beside.c.id == table.c[key])
        columns += [(column, label, beside.c[column]) for column, label in told.items()]
    query = select(*(column for _name, _label, column in columns)).select_from(joined).where(condition).order_by(*table.primary_key.columns)
    for row in session.execute(query):
        yield {label: _plain(name, words(name, _mask_personal_link(one, name, value))) for (name, label, _column), value in zip(columns, row, strict=True)}


def _mask_personal_link(one: Treatment, column: str, value: Any) -> Any:
    """Without what would open a door to whoever reads the copy."""
    return _KEY.sub(r"\1[lien personnel]", value) if column in one.opening and isinstance(value, str) else value


_KEY = re.compile(r"(https?://[^/\s]+/[a-z-]+/)\S+")
"""In an email, an address of more than one step may hold what opens it in its end."""


def _plain(column: str, value: Any) -> Any:
    """As the page and the file can hold it; the file writes dates in ISO 8601. A password is only said to exist."""
    if column == "password":
        return SET if value else None
    if isinstance(value, Enum):
        return value.value
    return float(value) if isinstance(value, Fraction) else value


def as_json(page: DataPage) -> dict[str, Any]:
    """Returns the page of personal data as plain nested values."""
    return {
        "personne": page.person_id,
        "produit": page.at.isoformat(),
        "traitements": [
            {"titre": one.title, "données": one.data, "raison": one.purpose, "durée": one.retention, "lignes": list(one.rows), "actes": list(one.acted)}
            for one in page.held
        ],
    }
