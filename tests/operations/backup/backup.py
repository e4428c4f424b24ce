"""What several tests share: backup and restore: the same archive on both databases, whole or refused."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app.content.values.addresses import media_name
from app.operations.backup import restore
from app.operations.backup import write as backup
from app.platform.db import db
from tests.administration.filled import fill
from tests.identity.builders import NOW

PICTURE = b"\x89PNG not really"
PICTURE_NAME = media_name("a.png", hashlib.sha256(PICTURE).hexdigest())


def lived_in(app: Flask) -> int:
    """A site where people did things; the id of one of them."""
    media = app.config["CROISEE"].instance_path / "media"
    media.mkdir(parents=True)
    (media / PICTURE_NAME).write_bytes(PICTURE)
    with app.app_context():
        person, _ = fill(db.session)
        db.session.commit()
        return person.id


def save(app: Flask, path: Path) -> backup.BackupReport:
    with app.app_context():
        return backup.write(app.config["CROISEE"], path, NOW)


def put_back(app: Flask, path: Path, replace: bool = False) -> tuple[backup.BackupReport, int]:
    with app.app_context():
        return restore.restore(app.config["CROISEE"], path, replace=replace, now=NOW)


def altered(path: Path, name: str, change: Callable[[bytes], bytes | None], extra: str = "") -> Path:
    """A copy of an archive with one part changed, or removed."""
    target = path.with_name(f"altered-{len(list(path.parent.iterdir()))}.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            data = change(old.read(entry)) if entry == name else old.read(entry)
            if data is not None:
                new.writestr(entry, data)
        if extra:
            new.writestr(extra, b"x")
    return target
