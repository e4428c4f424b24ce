"""What `flask exchange export` writes: the name of each format, and who writes it. A format of another room is one more line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.exchange.banks import queries
from app.exchange.banks.formats import FORMATS

Writer = Callable[[Session, str, Path], tuple[bytes, tuple[str, ...]]]
"""The id of what leaves, the folder of images → the file, and in sentences what it does not say."""


def _of_bank(name: str, session: Session, identifier: str, media_folder: Path) -> tuple[bytes, tuple[str, ...]]:
    exported = queries.published_file(session, identifier, FORMATS[name], media_folder)
    return exported.data, tuple(f"{loss.title} : {said}" if loss.title else said for loss in exported.losses for said in loss.said)


WRITERS: Mapping[str, Writer] = {name: partial(_of_bank, name) for name in FORMATS}
