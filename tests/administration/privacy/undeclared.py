"""What the register of treatments forgets of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.administration.privacy.register.tables import treatments
from app.administration.privacy.register.treatment import Treatment


def undeclared(keys: Mapping[str, frozenset[str]], columns: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What the register forgets. `keys`: table → its columns that hold a person's key; `columns`: table → all its columns."""
    declared = {one.table: one for one in treatments()}
    for table in sorted(keys.keys() - declared.keys()):
        yield f"la table « {table} » désigne des personnes et n’est pas déclarée dans app/administration/privacy/register/tables.py"
    for one in declared.values():
        yield from _wrong(one, keys.get(one.table, frozenset()), columns.get(one.table, frozenset()))


def _wrong(one: Treatment, keys: frozenset[str], columns: frozenset[str]) -> Iterator[str]:
    if not columns:
        yield f"« {one.table} » est déclarée et n’existe pas"
        return
    said = {name for name in (one.subject, *one.actors, *one.others) if name and one.table != "person"}
    if said != keys:
        yield f"« {one.table} » : personnes désignées par {sorted(keys)}, déclaré {sorted(said)}"
    named = said | {one.subject} - {""} | one.labels.keys() | set(one.inner)
    if forgotten := columns - named:
        yield f"« {one.table} » : colonnes ni exportées ni écartées : {sorted(forgotten)}"
    if (
        unknown := (
            named
            | one.emptied.keys()
            | set(one.free_text)
            | set(one.typed)
            | set(one.private)
            | set(one.opening)
            | set(one.redrawn)
            | {one.dated, one.addressed} - {""}
        )
        - columns
    ):
        yield f"« {one.table} » : colonnes inconnues : {sorted(unknown)}"
