"""Where large files wait: a folder of the instance, which hosts share as they share images. All that reads or writes it stands here."""

from __future__ import annotations

import os
import shutil
import tempfile
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from app.settings import Settings

UNDER_WAY, PEOPLE = ".d", ".people"
"""How the names end of a try that goes on, a folder with all that it writes; and of the numbers of whom a file names."""


def _folder(settings: Settings) -> Path:
    return settings.instance_path / "fichiers"


def write(settings: Settings, key: str, fill: Callable[[IO[bytes]], object], people: Sequence[int]) -> int:
    """Write a file whole, then show it under its key. Gives its bytes. Until then all of it, and what a library sets aside, is in a folder of its own."""
    target = _folder(settings) / key
    with _apart(target) as folder:
        with (folder / "file").open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        target.with_name(key + PEOPLE).write_bytes(array("q", people).tobytes())
        (folder / "file").replace(target)
    return size


@contextmanager
def _apart(target: Path) -> Iterator[Path]:
    folder, before = target.with_name(target.name + UNDER_WAY), tempfile.tempdir
    folder.mkdir(mode=0o700, parents=True)
    tempfile.tempdir = str(folder)  # what a library sets aside is gone with it, and /tmp may be of memory
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def path_of(settings: Settings, key: str) -> Path | None:
    """None for one that is no longer there."""
    target = _folder(settings) / key
    return target if target.is_file() else None


def people_of(settings: Settings, key: str) -> Sequence[int]:
    """The numbers of whom a file names; nobody where it is no longer there."""
    people = array("q")
    with suppress(OSError):
        people.frombytes((_folder(settings) / (key + PEOPLE)).read_bytes())
    return people


def entries(settings: Settings) -> dict[str, set[str]]:
    """All that is there: key → names."""
    found: dict[str, set[str]] = {}
    with suppress(FileNotFoundError):
        for name in os.listdir(_folder(settings)):  # noqa: PTH208 — asked every few seconds
            found.setdefault(name.removesuffix(UNDER_WAY).removesuffix(PEOPLE), set()).add(name)
    return found


def forget(settings: Settings, names: Collection[str]) -> None:
    for name in names:
        path = _folder(settings) / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
