"""Files that come in: their forms, how large they may be, and where they wait for a decision."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from flask_wtf.file import FileField, FileRequired
from sqlalchemy import func
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired

from app.authoring.incoming.limits import LARGEST_FILE
from app.content.values.library import FILE_TYPES
from app.identity.forms import Form
from app.platform.db import alone, db
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.storage.folder import Store, StoreAway
from app.platform.web.edge import at_most, one_line

# --- Forms -----------------------------------------------------------------------------------------------------------

ALTERNATIVE_LENGTH = 300
"""Characters of what is said of an image to whoever does not see it."""


class ImageForm(Form):
    file = FileField(
        "Image",
        description="PNG, JPEG, WebP ou GIF fixe, 15 Mo au plus. Elle est réduite à 1600 points de large ; le lieu et la date de la prise de vue sont effacés.",
        validators=[FileRequired("Choisissez une image.")],
        render_kw={"accept": ".png,.jpg,.jpeg,.webp,.gif"},
    )
    alternative = StringField(
        "Ce que montre l’image",
        description="Lu à voix haute à qui ne voit pas l’image : dites ce qu’elle apporte, en une phrase.",
        filters=[one_line],
        validators=[DataRequired("Dites en une phrase ce que montre l’image."), at_most(ALTERNATIVE_LENGTH)],
    )
    append = BooleanField("L’ajouter à la fin du texte", default=True)


class FileForm(Form):
    file = FileField(
        "Fichier",
        description=f"PDF, texte ODT ou DOCX, tableur XLSX, image, son MP3, OGG, OPUS ou M4A, {LARGEST_FILE // 1_000_000} Mo au plus. Sans macro ni mot de passe. "
        "Plus lourd, il se dépose dans modules/bibliotheque/, avec les fichiers du cours.",
        validators=[FileRequired("Choisissez un fichier.")],
        render_kw={"accept": ",".join(FILE_TYPES)},
    )


class ArchiveForm(Form):
    file = FileField(
        "Archive du cours (.zip)",
        description="Les dossiers modules/ et quizzes/, ou une partie d’entre eux, 60 Mo au plus. Rien n’est changé avant que vous ayez lu ce que l’archive ferait.",
        validators=[FileRequired("Choisissez une archive.")],
        render_kw={"accept": ".zip"},
    )


# --- Sizes and places ------------------------------------------------------------------------------------------------

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
        form.refuse(getattr(form, "file", None) or form.files, error)
        return None


def sent_bytes(file: FileStorage | None) -> bytes:
    """What was uploaded; empty without a file."""
    if not file or not file.filename:
        return b""
    with file.stream as stream:
        return stream.read()


# --- Files that wait -------------------------------------------------------------------------------------------------
# An archive for its « Importer », a text that was read for its merge: each its sender's, seen by every host, forgotten after some days.

KEPT = timedelta(days=2)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(waiting: Store, author_id: int, data: bytes, now: datetime) -> str:
    """The digest by which its sender finds it again: the same file twice waits once."""
    forget(waiting, now)
    digest = hashlib.sha256(data).hexdigest()
    waiting.put(_name(digest, author_id), data)
    return digest


def read_pending(waiting: Store, digest: str, author_id: int) -> bytes:
    """Raises NotYours for what was not sent by this person, or too long ago."""
    if _DIGEST.fullmatch(digest):
        with suppress(FileNotFoundError):
            return waiting.read(_name(digest, author_id))
    raise NotYours


@contextmanager
def turn(waiting: Store, digest: str, author_id: int) -> Iterator[bytes | None]:
    """What waits, for one request at a time: None for one that waited while another took it. Raises NotYours as `read_pending` does.

    On one host, all takes follow one another; on several, those of one file.
    """
    if not _DIGEST.fullmatch(digest) or waiting.size(_name(digest, author_id)) is None:
        raise NotYours
    with alone(func.hashtextextended(f"pending {digest}-{author_id}", 0), current_settings().instance_path / "imports.lock"):
        data = None
        with suppress(FileNotFoundError):
            data = waiting.read(_name(digest, author_id))
        yield data


def rewrite(waiting: Store, digest: str, author_id: int, data: bytes) -> None:
    """Other bytes under the name by which their sender finds them, within a `turn`: a store keeps what is there already."""
    waiting.delete(_name(digest, author_id))
    waiting.put(_name(digest, author_id), data)


def drop(waiting: Store, digest: str, author_id: int) -> None:
    waiting.delete(_name(digest, author_id))


def forget(waiting: Store, now: datetime) -> None:
    """Deletes the files that nobody imported in time. Two workers may run this at once."""
    before = (now - KEPT).timestamp()
    for entry in waiting.entries():
        if entry.kept_at < before:
            waiting.delete(entry.name)
    waiting.sweep(before)


def _name(digest: str, author_id: int) -> str:
    return f"{digest}-{author_id}.zip"
