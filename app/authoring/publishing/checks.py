"""What the course would say of texts if they stood in it: their own Problems, and those that they make elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.checks import between, brought, problems_of, published_readings, reading_of
from app.authoring.drafts.services import published_revision
from app.authoring.models import Draft, PlannedPublication
from app.content.documents.index import document_id
from app.content.documents.reader import Reading
from app.content.store.models import MAJOR, Publication, Revision
from app.content.store.queries import Candidate
from app.content.store.services import NewText, change_between, new_text
from app.content.text.normalise import fingerprint, normalise
from app.content.values.course import Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import Problem

SINGLE_TITLES = {"paths": "Parcours", "glossary": "Glossaire", "timeline": "Frise", "confusables": "Mots à ne pas confondre", "network": "Réseau"}
"""What the files that a course has once are called."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is checked: a draft, a planned publication, an old revision."""

    document_id: str
    path: str
    text: str
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """One text, read, with what is wrong at its own lines."""

    source: Text
    reading: Reading
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return _errors(self.problems)

    @property
    def media(self) -> dict[str, str]:
        """Of the images at hand, those that the text shows: what its revision keeps."""
        return {image.name: self.source.media[image.name] for image in self.reading.facts.images if image.name in self.source.media}

    @property
    def title(self) -> str:
        return title_of(self.reading.document, self.source.document_id)

    def candidate(self, change: str) -> Candidate:
        return Candidate(self.source.document_id, self.reading.document, self.reading.fingerprint, self.media, change)

    def new_text(self, change: str | None) -> NewText:
        new = new_text(self.reading, self.source.text, self.media)
        return NewText(new.document_id, new.kind, new.path, new.text, new.fingerprint, new.media, new.value, change)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of texts that would be published together."""

    texts: tuple[Checked, ...]
    elsewhere: tuple[Problem, ...]
    """Errors that they would make in other texts."""

    @property
    def publishable(self) -> bool:
        return not self.elsewhere and all(text.reading.publishable and not text.errors for text in self.texts)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return (*(found for text in self.texts for found in text.errors), *self.elsewhere)


def check(session: Session, texts: Sequence[Text], on: date) -> Verdict:
    """Read texts and check them among what is published, each in the place of its document."""
    published = everything_published(session)
    replaced = {text.document_id for text in texts}
    others = [reading for reading in published if document_id(reading) not in replaced]
    mine = [reading_of(text.path, text.text) for text in texts]
    after = between([*others, *mine])
    elsewhere = _errors(brought(between(published), after, {text.path for text in texts}))
    return Verdict(tuple(_checked(text, reading, after, on) for text, reading in zip(texts, mine, strict=True)), elsewhere)


def errors_without(session: Session, identifier: str) -> tuple[Problem, ...]:
    """Errors that the other texts would have without a document."""
    published = everything_published(session)
    return _errors(brought(between(published), between(reading for reading in published if document_id(reading) != identifier)))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(found for found in problems if found.is_error)


def _checked(text: Text, reading: Reading, between_texts: Sequence[Problem], on: date) -> Checked:
    found = dict.fromkeys(problems_of(reading, text.media, between_texts, on))
    return Checked(text, reading, tuple(sorted(found, key=lambda each: (each.line, each.code))))


def everything_published(session: Session) -> list[Reading]:
    """Everything published, read: what decides a publication has looked at all of it.

    The first time may take seconds: whoever takes the lock of publications calls this before, so that nobody waits meanwhile.
    """
    found, before = published_readings(session), -1
    while not found.complete and len(found.readings) > before:
        found, before = published_readings(session), len(found.readings)
    return list(found.readings.values())


def title_in(path: str, text: str, identifier: str) -> str:
    """What a document is called, by its text."""
    return title_of(reading_of(path, text).document, identifier)


def title_of(document: object, identifier: str) -> str:
    if isinstance(document, Module | Lesson | Quiz):
        return document.title
    return SINGLE_TITLES.get(identifier, identifier)


def text_of(source: Draft | PlannedPublication) -> Text:
    return Text(source.document_id, source.path, source.text, source.media)


def has_moved(session: Session, source: Draft | PlannedPublication) -> bool:
    """Whether another text than the one it began from is published. Asked under the lock, it is still true at the end."""
    current = session.execute(
        select(Revision.id, Revision.fingerprint, Revision.media)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(Publication.document_id == source.document_id)
    ).one_or_none()
    if current is None or current.id == source.base_revision_id:
        return False
    return bool(current.fingerprint != fingerprint(normalise(source.text)))


def proposed_change(session: Session, document_id: str, text: str) -> str:
    """MINOR or MAJOR, by how much of the published text changes."""
    current = published_revision(session, document_id)
    return change_between(current.text, normalise(text)) if current else MAJOR
