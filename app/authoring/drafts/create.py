"""New documents from a model: where they will stand, under which identifier, and what remains to be done elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts import services
from app.authoring.drafts.readings import reading_of
from app.authoring.models import Draft
from app.content.store import skeletons
from app.content.store.models import Document
from app.content.store.queries import course
from app.content.text.markdown import slug
from app.content.values.course import Document as ParsedDocument
from app.content.values.course import Lesson, Module

_LONGEST = 48
TITLE_LENGTH = 150
"""Characters of a title typed in a field."""


def homes(session: Session, author_id: int, kind: type[Module] | type[Lesson]) -> dict[str, tuple[str, str]]:
    """Id → (title, path) of the modules or lessons that there are: published, or drafted by this author."""
    published = course(session)
    stored = published.modules if kind is Module else published.lessons
    found = {identifier: (one.title, one.path) for identifier, one in stored.items()}
    for document in _drafted(session, author_id):
        if isinstance(document, kind):
            found.setdefault(document.id, (document.title, document.path))
    return found


def _drafted(session: Session, author_id: int) -> Iterator[ParsedDocument | None]:
    rows = session.execute(select(Draft.path, Draft.text).where(Draft.author_id == author_id, Draft.base_revision_id.is_(None)))
    return (reading_of(path, text).document for path, text in rows)


def identifier_of(title: str) -> str:
    """A well-formed id made of a title's first words, where it has enough letters."""
    words = slug(title)
    return (words[:_LONGEST].rpartition("-")[0] or words[:_LONGEST]) if len(words) > _LONGEST else words


def module(session: Session, author_id: int, title: str, identifier: str, history: str, now: datetime) -> tuple[Draft, str]:
    return _begun(session, skeletons.module(identifier, title, history, course(session).histories), author_id, now)


def lesson(session: Session, author_id: int, title: str, identifier: str, module_id: str, now: datetime) -> tuple[Draft, str]:
    return _in_module(skeletons.lesson, session, author_id, title, identifier, module_id, now)


def situation(session: Session, author_id: int, title: str, identifier: str, module_id: str, now: datetime) -> tuple[Draft, str]:
    return _in_module(skeletons.situation, session, author_id, title, identifier, module_id, now)


def _in_module(make: skeletons.InModule, session: Session, author_id: int, title: str, identifier: str, module_id: str, now: datetime) -> tuple[Draft, str]:
    found = homes(session, author_id, Module).get(module_id)
    if found is None:
        raise skeletons.NotMade("Choisissez un module.")
    return _begun(session, make(paths(session), found[1].rpartition("/")[0], identifier, title), author_id, now)


def quiz(session: Session, author_id: int, title: str, identifier: str, lesson_id: str, now: datetime) -> tuple[Draft, str]:
    if lesson_id not in homes(session, author_id, Lesson):
        raise skeletons.NotMade("Choisissez une leçon.")
    return _begun(session, skeletons.quiz(lesson_id, identifier, title), author_id, now)


def tool(session: Session, author_id: int, title: str, identifier: str, _: str, now: datetime) -> tuple[Draft, str]:
    return _begun(session, skeletons.tool(paths(session), identifier, title), author_id, now)


def survey(session: Session, author_id: int, title: str, identifier: str, _: str, now: datetime) -> tuple[Draft, str]:
    return _begun(session, skeletons.survey(identifier, title), author_id, now)


def paths(session: Session) -> list[str]:
    """Every path that a document or a draft has."""
    return [*session.scalars(select(Document.path)), *session.scalars(select(Draft.path))]


def _begun(session: Session, made: skeletons.Skeleton, author_id: int, now: datetime) -> tuple[Draft, str]:
    """The draft, and what remains to be done elsewhere, in a sentence."""
    return services.new_draft(session, made.path, made.text, author_id, now), made.advice
