"""The restore drill: the newest backup is restored in a folder of its own, by the very command of the guide, examined, and thrown away."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.operations.backup.archive import Archive
from app.operations.backup.write import BackupRefused
from app.operations.shell import own_command
from app.platform.settings import Settings

FOLDER = "exercice"
"""In the instance's folder, as private as the site itself: /tmp may be of memory. What a machine that stopped left there goes first."""
ROOM = 3
"""Times the size of what the archive holds: tables, their indexes, and the journal of what is written."""
ERROR = "Error: "


def drill(settings: Settings, path: Path) -> int:
    """Restores a backup into a SQLite file with the code of today, migrations included, and compares its ledger with its figures. How many rows.

    Raises BackupRefused where it would not do in an emergency. Nothing of the site is read or written.
    """
    archive = Archive(path)
    with _alone(settings.instance_path), _folder(settings.instance_path / FOLDER) as folder:
        _check_room(archive, folder)
        _command(folder, "restore", str(path.resolve()))
        _command(folder, "learning", "verify")
    return sum(mark.rows for mark in archive.marks.values())


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """An upgrade tries its backup while that of Sunday is tried: each would throw away what the other reads."""
    holder = os.open(instance, os.O_RDONLY)  # closed by the system, whatever happens to this process
    try:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("Un autre exercice de restauration est en cours : attendez sa fin, puis recommencez.") from None
        yield
    finally:
        os.close(holder)


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _check_room(archive: Archive, folder: Path) -> None:
    needed = ROOM * sum(entry.file_size for entry in archive.file.infolist())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupRefused(f"L’exercice demande {needed // 1024**2} Mio libres dans {folder.parent}, et il en reste {free // 1024**2} : faites de la place.")


def _command(folder: Path, *words: str) -> None:
    """In a process of its own, which sees nothing but this folder."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CROISEE_")}
    there = {"CROISEE_INSTANCE": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'croisee.sqlite'}"}
    done = subprocess.run(own_command(*words), env={**environ, **there}, capture_output=True, text=True, check=False)  # noqa: S603 — our own command
    if done.returncode:
        said = [line.removeprefix(ERROR) for line in done.stderr.splitlines() if line.startswith(ERROR)] or done.stdout.splitlines()[-1:]
        raise BackupRefused(f"flask {words[0]} s’est arrêté : {' '.join(said) or f'code {done.returncode}'}")
