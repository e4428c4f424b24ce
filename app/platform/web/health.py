"""Liveness and readiness, for whatever watches this process. Both are public, and say nothing of people.

`/healthz/live` answers without the database: no answer means that the process must be started again. `/healthz/ready` (and `/healthz`, its
older name) says whether pages can be served and kept: the database writes, its file is sound, its schema is the code's or that of a later version, the disk has room.
A database that is busy writing is ready.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import text, update
from sqlalchemy.exc import SQLAlchemyError

from app.platform.db import db
from app.platform.db.engines import Trouble, trouble
from app.platform.hooks import Slot
from app.platform.settings import Settings, current_settings
from app.platform.storage import places
from app.platform.web.endpoints import PUBLIC, page
from app.platform.web.migrations import VERSIONS, schema_state

blueprint = Blueprint("health", __name__)

PATIENCE = 200
"""Milliseconds that a probe waits for the writer's turn: whoever holds it shows that writing works."""
LEAST_FREE = 32 * 1024 * 1024
"""Bytes of free disk: less than SQLite's journal and a few images need."""
WRITTEN_FOR = 60
"""Seconds for which a commit is believed. What is taken back never reaches the disk: on one that only reads since an error, all else still answers."""
SOUND_FOR = 600
"""Seconds for which a check of the whole SQLite file is believed: it reads every page. By a clock that nobody sets."""


@dataclass(slots=True)
class FileCheck:
    """When SQLite's file was last read through, and what was found. One thread at a time reads; the others take what is known."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    at: float | None = None
    sound: bool = True

    def check_file(self) -> bool:
        now = time.monotonic()
        if (self.at is None or now - self.at >= SOUND_FOR) and self.turn.acquire(blocking=False):
            try:
                self.sound = db.session.scalar(text("PRAGMA quick_check(1)")) == "ok"
                self.at = now
            finally:
                self.turn.release()
        return self.sound


@dataclass(slots=True)
class DiskCheck:
    """When something was last written down to the disk. One that failed is tried again by the next probe."""

    at: float | None = None

    def due(self) -> bool:
        return self.at is None or time.monotonic() - self.at >= WRITTEN_FOR


@blueprint.get("/healthz/live")
@page(who=PUBLIC)
def live() -> Response:
    return jsonify(status="ok")


@blueprint.get("/healthz")
@blueprint.get("/healthz/ready")
@page(who=PUBLIC)
def ready() -> tuple[Response, int]:
    database, migrations, disk = *_database(), _disk(current_settings().instance_path)
    well = database in ("ok", "busy") and disk == "ok"
    status = ("behind" if migrations in ("pending", "unknown") else "ok") if well else "unavailable"
    said = {"status": status, "database": database, "migrations": migrations, "disk": disk, **_bucket(current_settings())}
    return jsonify(said), 200 if status == "ok" else 503


ANSWERS = {None: "unknown", True: "ok", False: "unreachable"}


def _bucket(settings: Settings) -> dict[str, str]:
    """As this process last found it, without asking: who probes waits for nobody else. It is no reason to send nobody here: every host shares it,
    and pages are read without their images."""
    return {"bucket": ANSWERS[places.bucket(settings, places.MEDIA).answers]} if settings.bucket else {}


def _database() -> tuple[str, str]:
    """(database, migrations), each one word."""
    migrations = "unknown"
    try:
        migrations = str(schema_state(db.session.connection()))
        if db.engine.dialect.name == "sqlite" and not FILE_CHECK.here().check_file():
            return "damaged", migrations
        db.session.rollback()
        write_nothing(PATIENCE)
        disk = DISK_CHECK.here()
        if disk.due():
            db.session.commit()
            disk.at = time.monotonic()
    except SQLAlchemyError as error:
        return TROUBLES.get(trouble(error), "unreachable"), migrations
    finally:
        db.session.rollback()
    return "ok", migrations


TROUBLES = {Trouble.BUSY: "busy", Trouble.FULL: "full", Trouble.READ_ONLY: "read_only", Trouble.DAMAGED: "damaged"}


def write_nothing(patience: int) -> None:
    """A row written over by itself: whoever calls takes it back, or commits it to be sure of the disk too. Waits `patience` milliseconds for whoever writes there, then raises what is BUSY."""
    connection = db.session.connection(execution_options={"croisee_patience": patience})
    if connection.dialect.name == "postgresql":  # while it is migrated, the row is held for as long as that takes
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
    db.session.execute(update(VERSIONS).values(version_num=VERSIONS.c.version_num))


def _disk(folder: Path) -> str:
    try:
        state = os.statvfs(folder)
    except OSError:
        return "unreachable"
    if state.f_flag & os.ST_RDONLY:
        return "read_only"
    return "ok" if state.f_bavail * state.f_frsize >= LEAST_FREE else "full"


FILE_CHECK = Slot[FileCheck](FileCheck)
"""The last check of the database's file."""
DISK_CHECK = Slot[DiskCheck](DiskCheck)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
