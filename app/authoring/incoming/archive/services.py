"""A zip that comes in: all that was planned in one publication, or nothing. Flushes, never commits.

Images are kept first, under their digests: whatever stops the rest, the course is the old one or the new one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.authoring.incoming.archive.queries import ImportPlan
from app.content.store import media, services
from app.content.store.models import ContentState
from app.identity.audit import acts
from app.platform.errors import DomainError
from app.platform.storage.store import Store


class CourseMoved(DomainError):
    status = 409
    sentence = "Le cours a changé pendant que vous lisiez ces verdicts. Rien n’est importé : les voici, à jour."


class Unacceptable(DomainError):
    sentence = "Un fichier de cette archive est refusé : rien n’est importé."


def import_archive(session: Session, plan: ImportPlan, media_store: Store, author_id: int, now: datetime) -> int:
    """Publish all that was planned, in one generation; how many documents. Raises CourseMoved when the course is no longer the one judged."""
    if not plan.acceptable:
        raise Unacceptable
    for name, data in plan.pictures:
        media.store(media_store, name, data)
    state = session.get(ContentState, 1, with_for_update=True, populate_existing=True)
    if (state.generation if state else 0) != plan.generation:
        raise CourseMoved
    services.store(session, plan.texts, author_id=author_id, now=now)
    acts.record(session, author_id, "archive_imported", None, now, documents=len(plan.texts), images=len(plan.pictures))
    return len(plan.texts)
