"""The register of treatments: one declaration for each table that holds a person's key. Pure.

It is the one source of the public list (`/donnees-personnelles`), of the export (`/compte/mes-donnees`), of what an erasure does and of
how long each thing is kept. A test compares it with the tables: a table or a column that is not declared fails the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Ending(Enum):
    """What an erasure does with the rows about the person."""

    KEPT = "les lignes restent, sans rien qui vous nomme"
    DELETED = "les lignes sont supprimées"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What one table holds on people."""

    table: str
    title: str
    data: str
    purpose: str
    retention: str
    ending: Ending
    subject: str = ""
    """Column whose key is the person whom the rows are about; empty when the table only says who acted."""
    actors: tuple[str, ...] = ()
    """Columns whose key is somebody who did something in their work."""
    others: tuple[str, ...] = ()
    """Columns whose key is somebody else, for whom another table keeps what was done."""
    through: tuple[str, str] | None = None
    """(own column, table) when the rows are about a person by way of another declared table."""
    addressed: str = ""
    """Column that holds a mail address: rows with the person's are about them, whatever the keys say."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Column → how the export calls it."""
    inner: tuple[str, ...] = ()
    """Columns that the export leaves out: keys, digests, secrets, what says nothing of the person."""
    emptied: Mapping[str, object] = field(default_factory=dict)
    """Column → its value after an erasure."""
    typed: tuple[str, ...] = ()
    """JSON columns of answers: an erasure takes what was typed out of them and leaves what was ticked or ranked, which counts need."""
    free_text: tuple[str, ...] = ()
    """Columns that people write in: an erased name or address is removed from everybody's rows."""
    redrawn: tuple[str, ...] = ()
    """Columns drawn again at random by an erasure, so that an address given before leads nowhere."""
    kept_days: int | None = None
    """`flask privacy purge` deletes older rows."""
    dated: str = ""
    """The column that says how old a row is."""

    @property
    def erasure(self) -> str:
        """What an erasure does, in words."""
        lost = [self.labels[column] for column in self.emptied if column in self.labels]
        return f"{self.ending.value}\u202f; effacé\u202f: {', '.join(lost)}" if lost else self.ending.value


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One line of `/donnees-personnelles`."""

    title: str
    data: str
    purpose: str
    retention: str
    erasure: str


def treatments() -> tuple[Treatment, ...]:
    from app.people.register_tables import TREATMENTS

    return TREATMENTS


def treatment(table: str) -> Treatment | None:
    return next((one for one in treatments() if one.table == table), None)


def public_lines() -> tuple[PublicLine, ...]:
    return tuple(PublicLine(one.title, one.data, one.purpose, one.retention, one.erasure) for one in treatments())


def undeclared(keys: Mapping[str, frozenset[str]], columns: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What the register forgets. `keys`: table → its columns that hold a person's key; `columns`: table → all its columns."""
    declared = {one.table: one for one in treatments()}
    for table in sorted(keys.keys() - declared.keys()):
        yield f"la table «\u202f{table}\u202f» désigne des personnes et n’est pas déclarée dans app/people/register_tables.py"
    for one in declared.values():
        yield from _wrong(one, keys.get(one.table, frozenset()), columns.get(one.table, frozenset()))


def _wrong(one: Treatment, keys: frozenset[str], columns: frozenset[str]) -> Iterator[str]:
    if not columns:
        yield f"«\u202f{one.table}\u202f» est déclarée et n’existe pas"
        return
    said = {name for name in (one.subject, *one.actors, *one.others) if name and one.table != "person"}
    if said != keys:
        yield f"«\u202f{one.table}\u202f»\u202f: personnes désignées par {sorted(keys)}, déclaré {sorted(said)}"
    named = said | {one.subject} - {""} | one.labels.keys() | set(one.inner)
    if forgotten := columns - named:
        yield f"«\u202f{one.table}\u202f»\u202f: colonnes ni exportées ni écartées\u202f: {sorted(forgotten)}"
    if unknown := (named | one.emptied.keys() | set(one.free_text) | set(one.typed) | set(one.redrawn) | {one.dated, one.addressed} - {""}) - columns:
        yield f"«\u202f{one.table}\u202f»\u202f: colonnes inconnues\u202f: {sorted(unknown)}"
