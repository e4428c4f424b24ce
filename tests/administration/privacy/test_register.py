"""The register against the tables: what holds a person's key and is not declared fails here."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import Session

from app.administration.privacy.queries import acting_condition, counts, extract_all
from app.administration.privacy.register import tables
from app.administration.privacy.register.learning import CLOSED_DAYS
from app.administration.privacy.register.treatment import duration
from app.platform.db import Base
from tests.administration.filled import NAME, fill
from tests.administration.privacy.undeclared import undeclared
from tests.strict import StrictClient
from tests.words import QUIZ_ANSWERS


def keys_and_columns(metadata: MetaData) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    keys: dict[str, set[str]] = {}
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            if key.target_fullname == "person.id":
                keys.setdefault(table.name, set()).add(key.parent.name)
    return {name: frozenset(found) for name, found in keys.items()}, {table.name: frozenset(table.columns.keys()) for table in metadata.tables.values()}


def test_every_table_that_names_a_person_is_declared(app: Flask) -> None:
    assert not list(undeclared(*keys_and_columns(Base.metadata)))


def test_a_new_table_or_column_is_noticed(app: Flask) -> None:
    keys, columns = keys_and_columns(Base.metadata)
    beside = MetaData()
    Table("diary", beside, Column("id", Integer), Column("person_id", ForeignKey("person.id")))
    Table("person", beside, Column("id", Integer, primary_key=True))
    more, _ = keys_and_columns(beside)
    assert any("diary" in line for line in undeclared({**keys, **more}, columns))
    grown = {**columns, "reading_place": columns["reading_place"] | {"thought"}}
    assert any("thought" in line for line in undeclared(keys, grown))
    shrunk = {**columns, "reading_place": columns["reading_place"] - {"anchor"}}
    assert any("anchor" in line for line in undeclared(keys, shrunk))
    assert any("reader" in line for line in undeclared({**keys, "access": frozenset({"person_id"})}, columns))


def test_the_public_page_says_each_treatment(client: StrictClient) -> None:
    page = client.see("/donnees-personnelles")
    for line in tables.treatments():
        assert " ".join(line.purpose.split()) in page.text
        assert " ".join(line.retention.split()) in page.text


def test_durations_are_said_in_words() -> None:
    assert [duration(days) for days in (7, 14, 30, 31, 365, 730, 1095)] == [
        "sept jours", "quatorze jours", "trente jours", "31 jours", "un an", "deux ans", "trois ans",
    ]  # fmt: skip
    assert [line.retention for line in tables.treatments() if line.title in ("Consultations", "Repères de lecture")] == [
        "Un an après la dernière lecture",
        "Un an",
    ]


def test_the_manual_says_the_registers_durations() -> None:
    manual = " ".join((Path(__file__).parents[3] / "docs" / "exploitants" / "donnees-personnelles.md").read_text(encoding="utf-8").split())
    assert f"auxquels rien n’est arrivé depuis {duration(CLOSED_DAYS)}." in manual
    assert f"Ces lignes vivent {duration(tables.retention_of('access').days)}." in manual


def test_the_export_holds_every_treatment(session: Session) -> None:
    """And the person of these tests has something in each, so that an erasure is tried on all."""
    person, _ = fill(session)
    found = {one.title: one for one in extract_all(session, person)}
    with_rows = {one.table for one, _number in counts(session, person)} | {
        one.table for one in tables.treatments() if acting_condition(one, person) is not None and found[one.title].acted
    }
    assert {one.table for one in tables.treatments()} - with_rows == {"erasure"}
    assert found["Compte"].rows[0]["nom"] == NAME
    assert found["Compte"].rows[0]["mot de passe"] == "oui, non lisible"
    assert "argon2" not in str(found)
    assert {row["réponse"] for row in found[QUIZ_ANSWERS].rows} >= {"Le préfet", f"Je suis {NAME}"}
    assert not any("raison donnée" in row for one in found.values() for row in one.acted), "what was written for others is theirs"
