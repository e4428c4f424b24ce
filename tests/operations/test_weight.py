"""What `flask doctor` says that the site weighs, of a pretended `/proc`."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.operations import weight
from app.platform.settings import Settings
from tests.making import make_settings

PAGES = ("python", "-m", "gunicorn", "--config", "app/operations/serving.py", "app:create_app()")
JOBS = ("python", "-m", "flask", "--app", "app", "jobs", "run")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A master, its worker and the jobs, of 100 MiB each, in a group that is bounded inside of one that is not."""
    monkeypatch.setattr(weight, "PROCESSES", tmp_path / "proc")
    monkeypatch.setattr(weight, "GROUPS", tmp_path / "groups")
    known = make_settings(tmp_path / "instance")
    for pid, words in ((10, PAGES), (11, PAGES), (9, JOBS)):
        process(tmp_path, pid, words, known.instance_path)
    (tmp_path / "proc" / "meminfo").write_text("MemTotal:        2000000 kB\nMemFree: 4 kB\n", encoding="ascii")
    (tmp_path / "groups" / "system.slice" / "croisee.service").mkdir(parents=True)
    set_limit(tmp_path, "max")
    return known


def process(tmp_path: Path, pid: int, words: tuple[str, ...], instance: Path) -> None:
    folder = tmp_path / "proc" / f"{pid}"
    folder.mkdir(parents=True)
    (folder / "cmdline").write_bytes(b"\0".join(word.encode() for word in (*words, "")))
    (folder / "environ").write_bytes(f"LANG=C.UTF-8\0CROISEE_INSTANCE={instance}\0".encode())
    (folder / "cwd").symlink_to(tmp_path)
    (folder / "smaps_rollup").write_text("Rss:  999999 kB\nPss:  102400 kB\nSwapPss:  0 kB\n", encoding="ascii")
    (folder / "cgroup").write_text("4:memory:/elsewhere\n0::/system.slice/croisee.service\n", encoding="ascii")


def set_limit(tmp_path: Path, most: str) -> None:
    (tmp_path / "groups" / "system.slice" / "croisee.service" / "memory.max").write_text(f"{most}\n", encoding="ascii")


def findings_of(settings: Settings) -> list[tuple[bool, str]]:
    return [(well, said.replace("\u202f", " ").replace("\u00a0", " ")) for well, said in weight.check_weight(settings)]


def test_what_it_weighs_by_what_its_processes_do(settings: Settings) -> None:
    ((well, said),) = findings_of(settings)
    assert well
    assert "315 Mo (travaux : 105, en 1 processus ; pages : 210, en 2 processus) sur 2 048 Mo" in said


@pytest.mark.parametrize(("most", "well"), [(360_000_000, True), (340_000_000, False), (300_000_000, False)])
def test_a_site_that_fills_its_group_is_told_before_it_is_killed(settings: Settings, tmp_path: Path, most: int, well: bool) -> None:
    set_limit(tmp_path, f"{most}")
    ((found, said),) = findings_of(settings)
    assert (found, f"sur {most // 1_000_000} Mo" in said) == (well, True)


def test_gunicorn_under_a_title_of_its_own(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process(tmp_path, 30, ("gunicorn: worker [gunicorn]   ",), settings.instance_path)
    (tmp_path / "proc" / "30" / "environ").write_bytes(b"\0\0")
    assert "315 Mo" in findings_of(settings)[0][1], "it runs another version"
    monkeypatch.setattr(weight, "ROOT", tmp_path)
    assert "pages : 315, en 3 processus" in findings_of(settings)[0][1]


def test_another_site_of_this_machine_and_other_programs_are_not_counted(settings: Settings, tmp_path: Path) -> None:
    process(tmp_path, 20, PAGES, tmp_path / "another")
    process(tmp_path, 21, ("vim", "app/operations/serving.py"), settings.instance_path)
    (tmp_path / "proc" / "22").mkdir()  # gone meanwhile
    assert "315 Mo" in findings_of(settings)[0][1]
    assert findings_of(replace(settings, instance_path=tmp_path / "nobody-serves")) == []
