"""What `make faults` does for ten minutes, in one: processes killed under load, a disk that fills, a database that goes away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.faults.away import away
from tests.bench.faults.house import house
from tests.bench.faults.killing import Kills, killing
from tests.bench.faults.room import fill_up, small_disk
from tests.bench.faults.table import Line, said
from tests.databases import fresh_database

pytestmark = [pytest.mark.proof, pytest.mark.long, pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are read in /proc: Linux only")]


def well(name: str, lines: list[Line]) -> None:
    assert all(line.well for line in lines), said(name, lines)


def test_killed_on_sqlite(tmp_path: Path) -> None:
    with house(tmp_path / "instance", learners=24) as made:
        well("SQLite", killing(made, Kills(workers=5, first=1, jobs=1, commands=2)))


@pytest.mark.postgres
def test_killed_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with house(tmp_path / "instance", postgres_url, learners=24) as made:
        well("PostgreSQL", killing(made, Kills(workers=4, first=0, jobs=1, commands=0)))


@pytest.mark.postgres
def test_the_database_away(tmp_path: Path, postgres_server: str) -> None:
    with fresh_database(postgres_server) as database, house(tmp_path / "instance", database, learners=2) as made:
        well("PostgreSQL, stopped", away(made, postgres_server, 2))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it mounts a small disk")
def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, house(disk, learners=2) as made:
        well("SQLite, a full disk", fill_up(made))
