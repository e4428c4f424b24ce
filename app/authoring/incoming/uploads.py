"""What comes in by a file: how large it may be, where it is read, where its images are kept, where it waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from werkzeug.datastructures import FileStorage

from app.identity.forms import Form
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.storage.store import Store, StoreAway

T = TypeVar("T")
ROOM = 1_000_000
"""Bytes of a form besides its file."""
LONGEST_PASTE = 8_000_000


def instance() -> Path:
    folder: Path = current_settings().instance_path
    return folder


def media_store() -> Store:
    return places.media(current_settings())


def waiting() -> Store:
    """Where what was sent waits for a decision."""
    return places.imports(current_settings())


def keeping(form: Form, work: Callable[[], T]) -> T | None:
    """What `work` gives; None where the store is away, which the form then says beside its file."""
    try:
        return work()
    except StoreAway as error:
        db.session.rollback()
        form.refuse(form.file, error)
        return None


def sent_bytes(file: FileStorage | None) -> bytes:
    """What was uploaded; empty without a file."""
    if not file or not file.filename:
        return b""
    with file.stream as stream:
        return stream.read()
