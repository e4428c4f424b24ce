"""Files sent through the pages of the atelier, and all that a site holds, to be compared before and after."""

from __future__ import annotations

import io
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.models import Draft
from app.platform.db import Base
from tests.record.world import World
from tests.strict import Page, StrictClient
from tests.words import TAKE_WHAT_IS_TICKED


def send(client: StrictClient, words: str, name: str, data: bytes, status: int = 303, **fields: Any) -> Page:
    return client.submit(words, status=status, file=(io.BytesIO(data), name), **fields)


def rows(session: Session) -> list[str]:
    """Every row of every table."""
    return [f"{table.name}{tuple(row)}" for table in Base.metadata.sorted_tables for row in session.execute(select(table))]


def everything(world: World) -> tuple[list[str], dict[str, bytes]]:
    """Every row, and every file of the images and of what waits."""
    instance = world.app.config["CROISEE"].instance_path
    files = {path.as_posix(): path.read_bytes() for folder in ("media", "imports") for path in (instance / folder).rglob("*") if path.is_file()}
    return world.read(rows), files


def drafts(world: World) -> dict[str, Draft]:
    return world.read(lambda session: {draft.document_id: draft for draft in session.scalars(select(Draft))})


IMPORT = "/atelier/importer"


def give(client: StrictClient, name: str, data: bytes, status: int = 303) -> Page:
    """A file given to the one import, and what its page says was found."""
    client.see(IMPORT)
    return client.submit("Regarder", status=status, files=(io.BytesIO(data), name))


def take(client: StrictClient, name: str, data: bytes, **fields: Any) -> Page:
    """A file given, and all that can be kept of it taken."""
    give(client, name, data)
    return client.submit(TAKE_WHAT_IS_TICKED, **fields)
