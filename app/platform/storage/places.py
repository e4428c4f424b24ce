"""Which store holds what: a folder of the instance each, or the beginning of the names in one bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.platform.settings import Settings
from app.platform.storage.folder import FolderStore
from app.platform.storage.store import Store

if TYPE_CHECKING:
    from app.platform.storage.bucket import BucketStore

MEDIA, IMPORTS, ERASURES = "media", "imports", "effacements"
AREAS = {MEDIA: "Images et fichiers", IMPORTS: "Fichiers envoyés qui attendent", ERASURES: "Effacements"}


def media(settings: Settings) -> Store:
    return store(settings, MEDIA)


def imports(settings: Settings) -> Store:
    return store(settings, IMPORTS)


def erasures(settings: Settings) -> Store:
    return store(settings, ERASURES)


def store(settings: Settings, area: str) -> Store:
    return bucket(settings, area) if settings.bucket else folder(settings, area)


def folder(settings: Settings, area: str) -> FolderStore:
    return FolderStore(settings.instance_path / area)


def bucket(settings: Settings, area: str) -> BucketStore:
    """Opens the bucket of an area; the S3 library is imported only then."""
    from app.platform.storage.bucket import store_of

    return store_of(settings, area, lasting=area == MEDIA)


def place(settings: Settings, area: str) -> str:
    """Says where an area is stored, for whoever runs the site."""
    return f"seau {settings.bucket}, {area}" if settings.bucket else str(settings.instance_path / area)
