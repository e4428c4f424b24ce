"""A backup: one archive that restores on SQLite or on PostgreSQL, made from one snapshot while the site serves.

A zip with `manifest.json`, `tables/<name>.jsonl` (one row a line, values in the order of the manifest's columns) and `media/<name>`. Reading
happens in one transaction that sees one moment: SQLite's journal and PostgreSQL's REPEATABLE READ both give that without stopping a writer."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from msgspec import Struct
from sqlalchemy import JSON, Connection, Date, DateTime, Engine, MetaData, Table, inspect, select
from sqlalchemy.orm import Session

from app.content.store.disk import is_media_name
from app.content.values.addresses import media_name
from app.platform.db import UtcDateTime, db
from app.platform.errors import DomainError
from app.platform.french import day_of, plural
from app.platform.settings import Settings
from app.platform.storage import places
from app.platform.storage.folder import Store
from app.platform.web import migrations
from app.record.ledger import ledger_digest

FORMAT = "croisee-sauvegarde"
VERSION = 1
MANIFEST = "manifest.json"
REVISIONS = "alembic_version"
REMADE = "search_"
"""How the names of tables begin that are made from the others, and are in no archive."""
CONTENT = ("document", "revision", "publication", "content_state")
"""Tables whose digest, with the images, is that of the content."""
MOST_LISTED = 20
"""Missing images: when their folder is not there at all, all of them are."""


class BackupRefused(DomainError):
    """Said in a terminal."""


class ImagesMissing(BackupRefused):
    def __init__(self, missing: Sequence[str]) -> None:
        more = [f"… et {plural(len(missing) - MOST_LISTED, 'autre')}"] if len(missing) > MOST_LISTED else []
        listed = "\n".join(f"  {one}" for one in (*missing[:MOST_LISTED], *more))
        advice = "Remettez ces fichiers dans le dossier des images, ou partagez-le entre les machines (docs/exploitants/plusieurs-machines.md)."
        super().__init__(f"Des textes montrent des images qui ne sont pas ici :\n{listed}\n{advice}")


class TableMark(Struct, frozen=True):
    """What proves that a table is whole. `digest` does not depend on the order of rows: databases sort letters differently."""

    columns: tuple[str, ...]
    rows: int
    digest: str


class BackupReport(Struct, frozen=True):
    """What both commands say, to be compared."""

    rows: int
    media: int
    ledger: str
    content: str


class Marker:
    """Counts lines and adds up their SHA-256."""

    def __init__(self) -> None:
        self.rows, self.total = 0, 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest(), "big")) % 2**256

    def mark(self, columns: Sequence[str]) -> TableMark:
        return TableMark(tuple(columns), self.rows, f"{self.total:064x}")


@contextmanager
def snapshot(engine: Engine | None = None) -> Iterator[Connection]:
    """A connection that goes on seeing one moment, and holds up no writer. Of the site's database, where none is given."""
    engine, options = engine or db.engine, dict[str, Any]()
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def stored_tables(connection: Connection) -> list[Table]:
    """The tables as the database has them, parents first: an archive does not depend on the models of the day. The index of the search is made again."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not name.startswith(REMADE))
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
            elif isinstance(column.type, DateTime):
                column.type = UtcDateTime()
    return [table for table in metadata.sorted_tables if table.name != REVISIONS]


def columns_of(table: Table) -> tuple[str, ...]:
    return tuple(sorted(table.columns.keys()))


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as one line of JSON."""
    query = select(*(table.c[name] for name in columns_of(table))).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=500).execute(query) as rows:
        for row in rows:
            yield json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def row_of(table: Table, columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """One line's values as the table takes them."""
    return {name: _parse_value(table.c[name].type, value) for name, value in zip(columns, values, strict=True)}


def _parse_value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def mark_of(connection: Connection, table: Table) -> TableMark:
    marker = Marker()
    for line in lines(connection, table):
        marker.add(line)
    return marker.mark(columns_of(table))


def content_digest(tables: Mapping[str, TableMark], media: Sequence[str]) -> str:
    """Returns a digest of every text and image of the course."""
    said = [tables[name].digest for name in CONTENT if name in tables] + sorted(media)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def missing_images(connection: Connection, kept: Store) -> list[str]:
    """Images that a stored text shows, be it published, older, planned or a draft, and whose file is not kept: each with its document."""
    found, metadata, columns = set(), MetaData(), inspect(connection).get_multi_columns()
    metadata.reflect(connection, only=[name for (_, name), told in columns.items() if any(one["name"] == "media" for one in told)], resolve_fks=False)
    for table in metadata.tables.values():  # not `stored_tables`: to look at all there is of each takes a third of a second
        for document, shown in connection.execute(select(table.c.document_id, table.c.media)):
            found |= {(name, document, media_name(name, digest)) for name, digest in shown.items()}
    here = {entry.name for entry in kept.entries()}
    return [f"{name}, dans « {document} » ({file})" for name, document, file in sorted(found) if file not in here]


def write(settings: Settings, target: Path, now: datetime, *, whole: bool = True) -> BackupReport:
    """Write the archive, readable by its owner alone, or none.

    Raises BackupRefused where a file is there already, and ImagesMissing unless it need not be `whole`.
    """
    if target.exists():
        raise BackupRefused(f"{target} existe déjà : donnez un autre nom, une sauvegarde n’en remplace pas une autre.")
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                report = _fill(archive, settings, now, whole)
            file.flush()
            os.fsync(file.fileno())  # before it has its name: a power cut must not leave a file that looks like a backup
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return report


def _fill(archive: zipfile.ZipFile, settings: Settings, now: datetime, whole: bool) -> BackupReport:
    revision = current_revision()
    if revision is None:
        raise BackupRefused("Cette base n’a pas de tables à sauvegarder : lancez flask prepare.")
    with snapshot() as connection:
        missing = missing_images(connection, places.media(settings))
        if missing and whole:
            raise ImagesMissing(missing)
        tables = {table.name: _write_table(archive, connection, table) for table in stored_tables(connection)}
        with Session(connection) as session:
            ledger = ledger_digest(session)
    media = _write_media(archive, places.media(settings))
    content = content_digest(tables, media)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "made": now.isoformat(),
        "revision": revision,
        "ledger": ledger,
        "content": content,
        "media": media,
        "tables": {name: {"columns": mark.columns, "rows": mark.rows, "digest": mark.digest} for name, mark in tables.items()},
    }
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return BackupReport(sum(mark.rows for mark in tables.values()), len(media), ledger, content)


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> TableMark:
    marker = Marker()
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for line in lines(connection, table):
            marker.add(line)
            file.write(line)
    return marker.mark(columns_of(table))


def _write_media(archive: zipfile.ZipFile, kept: Store) -> list[str]:
    """Images are never changed nor removed: those that came after the snapshot do no harm."""
    names = [entry.name for entry in kept.entries() if is_media_name(entry.name)]
    for name in names:
        with kept.open(name) as opened, archive.open(zipfile.ZipInfo(f"media/{name}"), "w", force_zip64=True) as file:
            shutil.copyfileobj(opened, file, 1 << 20)
    return names


def current_revision() -> str | None:
    """Returns the revision of the schema; None where there is no schema."""
    with db.engine.connect() as connection:  # of its own: what is restored or saved next must not look at this moment
        return next(iter(migrations.current(connection)), None)


# --- Archives of backups: one is read, everything in it checked before anything is written; one is made each day. ---

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
