"""The images of a draft: added and taken away. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import draft_of, published_revision
from app.authoring.drafts.services import open_draft, save_draft
from app.authoring.incoming.images.images import CleanImage
from app.authoring.incoming.images.queries import find_images
from app.authoring.models import Draft
from app.content.store import media
from app.content.store.queries import course
from app.content.values.course import Course
from app.platform.errors import DomainError, NotYours
from app.platform.log import event
from app.platform.storage.store import Store


class StillShown(DomainError):
    sentence = "Cette image est encore dans le texte : effacez-y d’abord sa ligne."


def add(
    session: Session, document_id: str, author_id: int, picture: CleanImage, media_store: Store, now: datetime, base_id: int | None = None
) -> tuple[Draft, str]:
    """Keep a picture for the author's draft; gives the draft, and the name under which the text shows it.

    `base_id`: an editor that was shown this revision, and no draft, asks: its next save goes on from a draft of version 0.
    """
    begun = draft_of(session, document_id, author_id) is None
    if begun and published_revision(session, document_id) is None:
        raise NotYours
    digest = media.store(media_store, picture.name, picture.data)  # before the database is written to: a disk may be slow
    published = course(session)  # before too: a new process reads the whole of it
    draft = open_draft(session, document_id, author_id, now, base_id)
    session.refresh(draft, with_for_update=True)  # of two images at once, neither forgets the other
    if begun and base_id:
        draft.version = 0
    name = _free(picture.name, digest, _names(session, published))
    draft.media = {**draft.media, name: digest}
    session.flush()
    event("image_added", document=document_id, author=author_id)
    return draft, name


def append(session: Session, draft: Draft, name: str, alternative: str, now: datetime) -> Draft:
    """Show an image at the end of the draft's text, for who writes without a script: above its notes and what closes it is theirs to do."""
    return save_draft(session, draft, f"{draft.text.rstrip()}\n\n{markdown(name, alternative)}\n", version=draft.version, now=now)


def markdown(name: str, alternative: str) -> str:
    """How a text shows an image. The alternative is one line, without what would end it."""
    return f"![{' '.join(alternative.split()).translate(str.maketrans('[]', '()'))}](images/{name})"


def remove(session: Session, document_id: str, author_id: int, name: str, now: datetime) -> None:
    """Take an image from the draft. Raises StillShown where the text shows it. Its file goes later, when nothing names it."""
    draft = open_draft(session, document_id, author_id, now)
    session.refresh(draft, with_for_update=True)
    if name in find_images(draft.text):
        raise StillShown
    draft.media = {each: digest for each, digest in draft.media.items() if each != name}
    session.flush()


def _names(session: Session, published: Course) -> dict[str, set[str]]:
    """Every image's name that is in use, and for which bytes: a module's texts share one folder of images."""
    found: dict[str, set[str]] = {}
    used: list[Mapping[str, str]] = [*published.media.values(), *session.scalars(select(Draft.media))]
    for names in used:
        for name, digest in names.items():
            found.setdefault(name, set()).add(digest)
    return found


def _free(name: str, digest: str, used: Mapping[str, set[str]]) -> str:
    """`plan.png`, or `plan-2.png` where that name means another image."""
    path = PurePosixPath(name)
    wanted = (name, *(f"{path.stem}-{count}{path.suffix}" for count in range(2, 10_000)))
    return next(each for each in wanted if used.get(each, {digest}) == {digest})
