"""Archives of backups: one is read, everything in it checked before anything is written; one is made each day."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

from app.content.store.disk import is_media_name
from app.operations.backup.write import FORMAT, MANIFEST, VERSION, BackupRefused, BackupReport, ImagesMissing, Marker, TableMark, content_digest, write
from app.platform.french import day_of
from app.platform.settings import Settings

LARGEST_MANIFEST = 64 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024


class Manifest(Struct, frozen=True):
    made: datetime
    revision: str
    ledger: str
    content: str
    media: tuple[str, ...]
    tables: Mapping[str, TableMark]


class Archive:
    """An open archive. `validate` before using the rest."""

    def __init__(self, path: Path) -> None:
        try:
            self.file = zipfile.ZipFile(path)
            self.manifest = self._manifest()
        except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BackupRefused(f"{path} n’est pas une sauvegarde de Croisée qui puisse être lue ({type(error).__name__}).") from error

    def _manifest(self) -> Manifest:
        if self.file.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ValueError(MANIFEST)
        said = json.loads(self.file.read(MANIFEST))
        if (said["format"], said["version"]) != (FORMAT, VERSION):
            raise ValueError(said["version"])
        tables = {str(name): TableMark(tuple(map(str, one["columns"])), int(one["rows"]), str(one["digest"])) for name, one in said["tables"].items()}
        return Manifest(
            datetime.fromisoformat(said["made"]), str(said["revision"]), str(said["ledger"]), str(said["content"]), tuple(map(str, said["media"])), tables
        )

    @property
    def marks(self) -> Mapping[str, TableMark]:
        return self.manifest.tables

    def validate(self) -> None:
        """Raises BackupRefused for what is missing, added or altered."""
        manifest = self.manifest
        expected = {MANIFEST, *(f"tables/{name}.jsonl" for name in manifest.tables), *(f"media/{name}" for name in manifest.media)}
        if sorted(self.file.namelist()) != sorted(expected):
            raise BackupRefused("La sauvegarde ne contient pas exactement ce qu’elle annonce : des fichiers manquent, ou sont en trop.")
        try:
            for name, mark in manifest.tables.items():
                self._check_table(name, mark)
            for name in manifest.media:
                self._check_image(name)
        except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
            raise BackupRefused("La sauvegarde est abîmée : une de ses parties ne se lit plus. Rien n’a été écrit.") from error
        if content_digest(manifest.tables, manifest.media) != manifest.content:
            raise BackupRefused("La sauvegarde est altérée : le contenu du cours n’a pas l’empreinte annoncée. Rien n’a été écrit.")

    def _check_table(self, name: str, mark: TableMark) -> None:
        marker = Marker()
        for line in self._lines(name):
            if len(json.loads(line)) != len(mark.columns):
                raise ValueError(name)
            marker.add(line)
        if marker.mark(mark.columns) != mark:
            raise BackupRefused(f"La sauvegarde est altérée : la table « {name} » n’a pas l’empreinte annoncée. Rien n’a été écrit.")

    def _check_image(self, name: str) -> None:
        if not is_media_name(name) or self._digest(name) != Path(name).stem:
            raise BackupRefused(f"La sauvegarde est altérée : l’image « {name} » n’a pas l’empreinte annoncée. Rien n’a été écrit.")

    def _lines(self, table: str) -> Iterator[bytes]:
        with self.file.open(f"tables/{table}.jsonl") as file:
            while line := file.readline(LONGEST_LINE):
                yield line

    def rows(self, table: str) -> Iterator[list[Any]]:
        for line in self._lines(table):
            yield json.loads(line)

    def image(self, name: str) -> IO[bytes]:
        """To be read piece by piece: a file of the library may be large."""
        return self.file.open(f"media/{name}")

    def _digest(self, name: str) -> str:
        with self.image(name) as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]  # it asks for no more than reading


# --- The backup of the day ---
# By a timer: one file a day in the folder of the settings, kept for as many days as they say.

WHOLE = "croisee-????-??-??.zip"
"""Those of the night that are whole. Their names are in the order of their days."""
PATTERN = "croisee-????-??-??*.zip*"
"""Ours: whole ones, incomplete ones, and what a machine that stopped left of one. They hold the same personal data."""


def back_up(settings: Settings, now: datetime) -> BackupReport | None:
    """Writes today's file, then deletes those that are too old; None where it is there already.

    Raises `ImagesMissing` after writing what is there beside it, and then deletes nothing.
    """
    whole = Path(settings.backups) / f"croisee-{day_of(now)}.zip"
    if whole.exists():
        return None
    whole.parent.mkdir(parents=True, exist_ok=True)
    try:
        report = write(settings, whole, now)
    except ImagesMissing:
        incomplete = whole.with_stem(f"{whole.stem}-incomplete")
        if not incomplete.exists():
            write(settings, incomplete, now, whole=False)
        raise
    for path in old_archives(whole.parent, now - timedelta(days=settings.backups_days)):
        path.unlink(missing_ok=True)
    return report


def newest(settings: Settings) -> Path | None:
    """The youngest whole backup of the folder."""
    return max(Path(settings.backups).glob(WHOLE), default=None) if settings.backups else None


def old_archives(folder: Path, before: datetime) -> Iterator[Path]:
    """Files of ours last written before then; no folder, and nothing of anybody else's."""
    return (path for path in folder.glob(PATTERN) if path.is_file() and path.stat().st_mtime < before.timestamp())
