"""Restores an archive: checks it and the target, writes in one transaction, verifies, then migrates; and the drill that does so for practice."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.administration.privacy import erasure
from app.content.search import services
from app.identity.models import Person, SignIn
from app.operations.backup.write import Archive, BackupRefused, BackupReport, TableMark, content_digest, current_revision, mark_of, row_of, stored_tables
from app.operations.shell import own_command
from app.platform.db import db, writing
from app.platform.settings import Settings
from app.platform.storage import places
from app.platform.storage.places import pour
from app.platform.web import migrations
from app.record.badges import prepare_key, signing_key
from app.record.ledger import ledger_digest

BATCH = 500


def restore(settings: Settings, path: Path, *, replace: bool, now: datetime) -> tuple[BackupReport, int]:
    """Put an archive in place of an empty database, or with `replace` of any. Returns what is there, and how many erasures were done again.

    Raises DomainError, BackupRefused mostly, and then the database is as it was. Whatever else stops it: run it again with `replace`. The erasures that only
    the replaced database knew are noted beside it before anything is written.
    """
    archive = Archive(path)
    archive.validate()
    signing_key(settings.instance_path)  # one that was cut short is told before anything is written
    prepare_schema(archive.manifest.revision)
    erased = erasure.erased_accounts(settings)
    _keep_images(settings, archive)
    for one in erased:
        erasure.note(settings, one)
    with load_database(archive, replace=replace) as connection:
        report = _verify_archive(connection, archive)
    migrations.upgrade()
    with writing() as session:
        services.refresh(session)
        prepare_key(session, settings.instance_path, now)  # this host's, which the backup may not know
        session.execute(delete(SignIn))  # a session that was closed since the backup must not open again
        again = _erase_again(session, settings, erased, now)
    return report, again


def _erase_again(session: Session, settings: Settings, erased: frozenset[erasure.ErasedAccount], now: datetime) -> int:
    """Whoever came back. Returns how many."""
    back: dict[str, list[Person]] = {}
    for one in sorted(erased, key=lambda one: one.person_id):
        person = session.get(Person, one.person_id)
        if person is not None and person.created_at == one.opened:
            back.setdefault(one.ground, []).append(person)
    return sum(erasure.erase_together(session, settings, people, ground=ground, now=now) for ground, people in back.items())


def prepare_schema(revision: str) -> None:
    """The tables as they were when the archive was made."""
    if revision not in migrations.revisions():
        raise BackupRefused("Cette sauvegarde vient d’une version plus récente de Croisée : mettez d’abord le logiciel à jour.")
    present = current_revision()
    if present is None:
        migrations.upgrade(revision)
    elif present != revision:
        raise BackupRefused("La base d’arrivée n’est pas à la version de la sauvegarde : restaurez dans une base vide, elle sera ensuite mise à jour.")


class BackupSource(Protocol):
    """Whole tables, from wherever they come."""

    @property
    def marks(self) -> Mapping[str, TableMark]: ...

    def rows(self, table: str) -> Iterator[list[Any]]: ...


@contextmanager
def load_database(source: BackupSource, *, replace: bool, told: Callable[[int], object] = int) -> Iterator[Connection]:
    """Everything, in one transaction, read back and compared, for a last look before it is kept: a failure leaves the database as it was.

    `told`: how many rows more are written.
    """
    with db.engine.connect().execution_options(croisee_immediate=True) as connection, connection.begin():
        tables = stored_tables(connection)
        _check_target(connection, tables, source.marks, replace)
        for table in reversed(tables):
            connection.execute(table.delete())
        for table in tables:
            _insert(connection, table, source, told)
        _advance_numbers(connection, tables)
        wrong = [table.name for table in tables if mark_of(connection, table) != source.marks[table.name]]
        if wrong:
            raise BackupRefused(f"Ce qui a été écrit n’est pas ce qui a été lu ({', '.join(wrong)}) : rien n’a été gardé.")
        yield connection


def full_tables(connection: Connection, tables: Sequence[Table]) -> list[str]:
    return [table.name for table in tables if connection.scalar(select(func.count()).select_from(table))]


def _check_target(connection: Connection, tables: Sequence[Table], marks: Mapping[str, TableMark], replace: bool) -> None:
    if {table.name: tuple(sorted(table.columns.keys())) for table in tables} != {name: mark.columns for name, mark in marks.items()}:
        raise BackupRefused("Les tables de la base d’arrivée ne sont pas celles de la sauvegarde : restaurez dans une base vide.")
    full = full_tables(connection, tables)
    if full and not replace:
        raise BackupRefused(f"La base d’arrivée n’est pas vide ({', '.join(full[:3])}…) : ajoutez --replace pour remplacer tout ce qu’elle contient.")


def _insert(connection: Connection, table: Table, source: BackupSource, told: Callable[[int], object]) -> None:
    columns = source.marks[table.name].columns
    rows = _parents_first(table, (row_of(table, columns, values) for values in source.rows(table.name)))
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(table), batch)
        told(len(batch))


def _parents_first(table: Table, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of a tree, each after the one that it hangs on. Other tables pass as they are."""
    links = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not links:
        yield from rows
        return
    key, waiting, placed = next(iter(table.primary_key.columns)).name, list(rows), {None}
    while waiting:
        ready = [row for row in waiting if all(row[link] in placed for link in links)]
        if not ready:
            raise BackupRefused(f"La table « {table.name} » se désigne elle-même en rond. Rien n’a été écrit.")
        yield from ready
        placed |= {row[key] for row in ready}
        waiting = [row for row in waiting if row[key] not in placed]


def _advance_numbers(connection: Connection, tables: Sequence[Table]) -> None:
    """PostgreSQL numbers new rows by sequences, which know nothing of rows that came with their number."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name})
            last = connection.scalar(select(func.max(column))) if sequence else None
            if last:
                connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _verify_archive(connection: Connection, archive: Archive) -> BackupReport:
    """What else the archive says of itself."""
    ledger = archive.manifest.ledger
    if archive.manifest.revision in migrations.heads():
        with Session(connection) as session:
            ledger = ledger_digest(session)
        if ledger != archive.manifest.ledger:
            raise BackupRefused("Le registre des apprentissages n’a pas l’empreinte annoncée : rien n’a été gardé.")
    marks, media = archive.marks, archive.manifest.media
    return BackupReport(sum(mark.rows for mark in marks.values()), len(media), ledger, content_digest(marks, media))


def _keep_images(settings: Settings, archive: Archive) -> None:
    """Images first: each is called by its digest, so that one too many does no harm and one missing would."""
    kept = places.media(settings)
    here = {entry.name for entry in kept.entries()}
    for name in archive.manifest.media:
        if name not in here:
            with archive.image(name) as opened:
                pour(kept, name, opened)


# --- The restore drill ---
# The newest backup is restored in a folder of its own, by the very command of the guide, examined, and thrown away.

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
