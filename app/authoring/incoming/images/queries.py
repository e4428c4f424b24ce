"""The images of a draft, or the library's files, each with the places of the text where it stands; and the files that nothing shows any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText
from app.authoring.models import Draft, PlannedPublication
from app.content.store import media
from app.content.store.models import Revision
from app.content.values.addresses import media_name, of_media
from app.platform.site.models import SiteRevision
from app.platform.storage.store import Store

_SHOWN = re.compile(r"!\[([^\]]*)\]\(\s*<?images/([^\s)>]+)")

_NAMED = re.compile(r"\s*fichier\s*:\s*(\S+)\s*", re.IGNORECASE)


class ImagePlace(Struct, frozen=True):
    """A place of the text where an image stands, or where a file of the library is named."""

    line: int
    alternative: str
    """Empty for a file of the library."""


class ImageLine(Struct, frozen=True):
    name: str
    address: str
    bytes: int
    """0 when its file is not here."""
    places: tuple[ImagePlace, ...]


def lines(text: WorkingText, media_store: Store) -> tuple[ImageLine, ...]:
    """The images that a document may show, or the files that the library may give, by name."""
    places = find_images(text.text)
    return tuple(
        ImageLine(name, of_media(name, digest), media.weight(media_store, media_name(name, digest)) or 0, tuple(places.get(name, ())))
        for name, digest in sorted(text.media.items())
    )


def find_images(text: str) -> dict[str, list[ImagePlace]]:
    """Where each image of a text stands, by name; and where the library names a file."""
    found: dict[str, list[ImagePlace]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for match in _SHOWN.finditer(line):
            found.setdefault(match[2], []).append(ImagePlace(number, match[1].strip()))
        if named := _NAMED.fullmatch(line):
            found.setdefault(named[1], []).append(ImagePlace(number, ""))
    return found


def forgotten(session: Session, media_store: Store, before: datetime) -> Iterator[str]:
    """Files of images that no revision, no draft, no planned publication and no setting of the site names, and that nothing has touched since `before`."""
    texts = (Revision.media, Draft.media, PlannedPublication.media)
    named = {digest for source in texts for shown_there in session.scalars(select(source)) for digest in shown_there.values()}
    named |= {Path(str(values.get("logo", ""))).stem for values in session.scalars(select(SiteRevision.values))}
    for entry in media_store.entries():
        if media.is_media_name(entry.name) and entry.name.partition(".")[0] not in named and entry.kept_at < before.timestamp():
            yield entry.name
