"""Two texts of one document merged: a draft and what is published, a file of the course and what is published. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.authoring.drafts.services import save_draft
from app.authoring.models import Draft
from app.authoring.versions.merging.files_queries import FileSides
from app.authoring.versions.services import begin_on
from app.content.store import media, services
from app.content.store.models import MINOR, Publication, Revision
from app.platform.errors import DomainError
from app.platform.storage.store import Store


class FileMoved(DomainError):
    """The file or the published text changed since the page was shown."""

    status = 409
    sentence = "Le fichier ou le texte publié vient de changer : voici la comparaison telle qu’elle est maintenant."


def rebase(session: Session, draft: Draft, text: str, revision: Revision, *, version: int, now: datetime) -> Draft:
    """The merged text becomes the draft, which now begins from `revision`. Raises DraftConflict where the draft moved meanwhile."""
    base = session.get(Revision, draft.base_revision_id) if draft.base_revision_id else None
    images = merged_media(base.media if base else {}, draft.media, revision.media)
    save_draft(session, draft, text, version=version, now=now)
    session.execute(update(Draft).where(Draft.id == draft.id).values(media=images, base_revision_id=revision.id))
    session.refresh(draft)
    return draft


def merge_file(session: Session, media_store: Store, sides: FileSides, text: str, author_id: int, now: datetime) -> Draft:
    """The two texts, merged, as the author's draft. Raises DraftInTheWay, FileMoved.

    The file's own text becomes a revision, and the last one that both had in common: what `content sync --garder navigateur` does. Nothing
    of either is lost, and once the draft is published `content export` writes it in the file.
    """
    document, published = sides.document, sides.published
    services.locked_state(session)
    images = merged_media(sides.common.media if sides.common else {}, published.media, sides.file.media)
    draft = begin_on(session, document, author_id, text, now, images, published.id)
    publication = session.get_one(Publication, document.id, populate_existing=True)
    if publication.revision_id != published.id:
        raise FileMoved
    for image in sides.images:
        media.keep(media_store, image)
    revision = services.add_revision(session, sides.file, None, now, MINOR)
    session.flush()
    publication.file_revision_id = revision.id
    session.flush()
    return draft


def merged_media(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """Images by name: theirs where I left the base's alone, mine elsewhere. None is taken out: what no text shows is not kept anyway."""
    names = {**theirs, **mine}
    return {name: theirs[name] if name in theirs and mine.get(name) in (None, base.get(name)) else mine[name] for name in sorted(names)}
