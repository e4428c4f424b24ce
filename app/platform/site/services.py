"""Changing what the site says of itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.platform import log
from app.platform.errors import DomainError
from app.platform.site.models import SiteRevision
from app.platform.site.queries import forget, newest_version
from app.platform.site.rules import Site, site_as_json


class SettingsChangedMeanwhile(DomainError):
    """Somebody else saved since these settings were read."""

    sentence = (
        "Quelqu’un d’autre a enregistré ces réglages pendant que vous écriviez. Rien de ce que vous avez tapé n’est perdu : comparez avec l’historique, "
        "puis enregistrez de nouveau pour que vos réponses remplacent les siennes."
    )


def save(session: Session, site: Site, follows: int, author_id: int, now: datetime) -> SiteRevision:
    """`follows`: the version that the author read. Flushes. Raises `ChangedMeanwhile`."""
    if newest_version(session) != follows:
        raise SettingsChangedMeanwhile
    row = SiteRevision(values=site_as_json(site), follows=follows, author_id=author_id, created_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise SettingsChangedMeanwhile from error
    forget(session)
    log.event("site_changed", revision=row.id, author=author_id)
    return row
