"""What every store of media promises, and the store that is a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from msgspec import Struct

from app.platform.errors import DomainError
from app.platform.files import UNFINISHED, copy_whole, write_whole

# --- What every store promises ---
#
# A name says what it holds (images and files of the library are called by the digest of their bytes), so that what is there is never written over.
# Whatever stops a process, a client or the store, a name means a whole file or none.

Source = bytes | Path
"""What is kept: bytes, or a file of the disk, however large."""


class StoreAway(DomainError):
    """The store does not answer, or refuses: nothing was kept. `why` is for whoever runs the site."""

    status = 503
    sentence = (
        "Les images et les fichiers du site sont hors d’atteinte en ce moment. Ce qui était enregistré n’est pas perdu ; "
        "ce que vous envoyez n’est pas encore gardé. Patientez une minute, puis recommencez."
    )

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class StoreEntry(Struct, frozen=True):
    name: str
    bytes: int
    kept_at: float
    """When it was kept, or asked to be kept again: seconds of the epoch."""


class Store(Protocol):
    """Each verb may raise StoreAway, or OSError from a disk."""

    def put(self, name: str, source: Source) -> None:
        """Keep it. What is there already is the same: it is only marked as used again."""

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""

    def open(self, name: str) -> IO[bytes]:
        """To be read piece by piece, from any place of it. Raises FileNotFoundError."""

    def size(self, name: str) -> int | None:
        """Returns the size of a file; None where it does not exist."""

    def delete(self, name: str) -> None:
        """What is not there is no trouble."""

    def entries(self) -> Iterator[StoreEntry]:
        """Whole files alone, in the order of their names."""

    def sweep(self, before: float) -> int:
        """Take away what was begun and never finished, if that was before then. How many."""


# --- A folder of the instance: for one host, or a share that several mount ---


class FolderStore(Struct, frozen=True):
    folder: Path

    def path(self, name: str) -> Path:
        if name in ("", ".", "..") or "/" in name:
            raise FileNotFoundError(name)
        return self.folder / name

    def put(self, name: str, source: Source) -> None:
        target = self.path(name)
        with suppress(FileNotFoundError):
            os.utime(target)
            return
        if isinstance(source, bytes):
            write_whole(target, source)
        else:
            with source.open("rb") as opened:
                copy_whole(target, opened)

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def open(self, name: str) -> IO[bytes]:
        return self.path(name).open("rb")

    def size(self, name: str) -> int | None:
        path = self.path(name)
        return path.stat().st_size if path.is_file() else None

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def entries(self) -> Iterator[StoreEntry]:
        for path in self._paths():
            with suppress(FileNotFoundError):  # two processes may clean up together
                if path.suffix != UNFINISHED and path.is_file():
                    state = path.stat()
                    yield StoreEntry(path.name, state.st_size, state.st_mtime)

    def sweep(self, before: float) -> int:
        gone = 0
        for path in self._paths():
            with suppress(FileNotFoundError):
                if path.suffix == UNFINISHED and path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*")) if self.folder.is_dir() else []
