"""What fails, fails together: readers, savers, exporters who leave, previews, imports and probes at once. `make load` does it for ten minutes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.bench.mixed import Report, mixed, say
from tests.bench.serving import BIN, ROOT
from tests.demonstrations import demonstration_in

pytestmark = [pytest.mark.proof, pytest.mark.night, pytest.mark.long]
SECONDS = 30
JOURNAL = 10_000_000
"""Bytes: from three on each worker tries every three seconds to begin it again, and some 0.4 MB are written in a second."""


def nothing_is_lost_nor_kept(report: Report) -> None:
    assert report.crashed == []
    assert report.wrong == []
    assert all(tally.times for tally in report.tallies.values()), "each kind of client was answered"
    assert sum(tally.left for tally in report.tallies.values()) > 0, "some of them left midway"
    early, late = report.files
    assert late <= early + 40, "what a client opens is closed after it: the rest is connections that are coming and going"
    assert report.journal < JOURNAL
    assert report.open_transactions == 0


def test_everything_at_once_on_sqlite(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    instance = demonstration_in(tmp_path_factory, tmp_path / "instance")
    (instance / "test.sqlite").rename(instance / "croisee.sqlite")  # where a site that is told nothing keeps it
    report = mixed(instance, SECONDS)
    say("sqlite", report)
    nothing_is_lost_nor_kept(report)


@pytest.mark.postgres
def test_everything_at_once_on_postgresql(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, postgres_url: str) -> None:
    """On the same demonstration, moved there as an operator would: it is restored in seconds, and made in a minute."""
    instance, archive = demonstration_in(tmp_path_factory, tmp_path / "instance"), str(tmp_path / "archive.zip")
    for command, database in (("backup", f"sqlite:///{instance / 'test.sqlite'}"), ("restore", postgres_url)):
        environ = {**os.environ, "CROISEE_INSTANCE": str(instance), "DATABASE_URL": database}
        subprocess.run([str(BIN / "flask"), "--app", "app", command, archive], cwd=ROOT, env=environ, check=True, capture_output=True)
    report = mixed(instance, SECONDS, postgres_url)
    say("postgresql", report)
    nothing_is_lost_nor_kept(report)
