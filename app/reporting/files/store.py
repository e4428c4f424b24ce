"""Where large files wait: an area of the site's store, which every host sees. While one is made, its folder is of the host that makes it.

All that reads or writes them stands here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from app.platform.settings import Settings
from app.platform.storage import places

PEOPLE = ".people"
"""How the name ends of the numbers of whom a file names."""
UNFINISHED_FOR = timedelta(days=1)
"""What was begun in the store and never finished goes after that."""


def write(settings: Settings, key: str, fill: Callable[[IO[bytes]], object], people: Sequence[int]) -> int:
    """Write a file whole, then keep it under its key, after whom it names. Gives its bytes."""
    kept = places.files(settings)
    with _apart(_tries(settings) / key) as folder:
        made = folder / "file"
        with made.open("wb") as file:
            fill(file)
            size = file.tell()
        forget(settings, [key])  # a restored site counts its tries again, and what has a name is never written over
        kept.put(key + PEOPLE, array("q", people).tobytes())
        kept.put(key, made)
    return size


def _tries(settings: Settings) -> Path:
    return settings.instance_path / "fichiers-en-cours"


@contextmanager
def _apart(folder: Path) -> Iterator[Path]:
    before = tempfile.tempdir
    folder.mkdir(mode=0o700, parents=True)
    tempfile.tempdir = str(folder)  # what a library sets aside is gone with it, and /tmp may be of memory
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def opened(settings: Settings, key: str) -> IO[bytes]:
    """To be sent piece by piece. Raises FileNotFoundError."""
    return places.files(settings).open(key)


def people_of(settings: Settings, key: str) -> Sequence[int]:
    """The numbers of whom a file names. Raises FileNotFoundError."""
    people = array("q")
    people.frombytes(places.files(settings).read(key + PEOPLE))
    return people


def keys(settings: Settings) -> set[str]:
    """Of all that is kept. The whole area is listed: once a run, never at each poll."""
    return {entry.name.removesuffix(PEOPLE) for entry in places.files(settings).entries()}


def forget(settings: Settings, gone: Collection[str]) -> None:
    """The file first: nobody is ever given one that says nothing of whom it names."""
    kept = places.files(settings)
    for key in gone:
        kept.delete(key)
        kept.delete(key + PEOPLE)


def sweep(settings: Settings, now: datetime) -> None:
    places.files(settings).sweep((now - UNFINISHED_FOR).timestamp())


def tries(settings: Settings) -> Sequence[str]:
    """Keys of what this host makes, or was making when it was stopped."""
    with suppress(FileNotFoundError):
        return os.listdir(_tries(settings))  # noqa: PTH208 — asked every few seconds
    return ()


def drop_tries(settings: Settings, gone: Collection[str]) -> None:
    for key in gone:
        shutil.rmtree(_tries(settings) / key, ignore_errors=True)
