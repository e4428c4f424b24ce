"""What the course would say of texts if they stood in it: their own Problems, and those that they make elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.checks import check_course
from app.content.index import document_id
from app.content.models import Publication, Revision
from app.content.parsing import Reading, read
from app.content.problems import problem
from app.content.queries import Candidate
from app.content.services import NewText, new_text
from app.content.values import Lesson, Module, Problem, Quiz

KEPT_READINGS = 1000
"""Texts of the course that a process keeps read: checking one text needs all the others."""

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
        return tuple(found for found in self.problems if found.is_error)

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
    published = [_reading(*row) for row in _published(session)]
    replaced = {text.document_id for text in texts}
    others = [reading for reading in published if document_id(reading) not in replaced]
    mine = [read(text.path, text.text) for text in texts]
    before = {_key(found) for found in check_course(published, on)}
    after = check_course([*others, *mine], on)
    own_paths = {text.path for text in texts}
    elsewhere = tuple(found for found in after if found.is_error and found.path not in own_paths and _key(found) not in before)
    return Verdict(tuple(_checked(text, reading, after) for text, reading in zip(texts, mine, strict=True)), elsewhere)


def errors_without(session: Session, identifier: str, on: date) -> tuple[Problem, ...]:
    """Errors that the other texts would have without a document."""
    published = [_reading(*row) for row in _published(session)]
    before = {_key(found) for found in check_course(published, on)}
    after = check_course([reading for reading in published if document_id(reading) != identifier], on)
    return tuple(found for found in after if found.is_error and _key(found) not in before)


def _checked(text: Text, reading: Reading, course_problems: Sequence[Problem]) -> Checked:
    found = [*reading.problems, *(each for each in course_problems if each.path == text.path), *_missing_images(reading, text.media)]
    return Checked(text, reading, tuple(sorted(found, key=lambda each: (each.line, each.code))))


def _published(session: Session) -> list[tuple[str, str]]:
    query = select(Revision.path, Revision.text).join(Publication, Publication.revision_id == Revision.id).order_by(Revision.path)
    return [(path, text) for path, text in session.execute(query)]


@lru_cache(maxsize=KEPT_READINGS)
def _reading(path: str, text: str) -> Reading:
    return read(path, text)


def _key(found: Problem) -> tuple[str, str, str]:
    """What makes it the same error in spite of lines that move."""
    return found.path, found.code, found.message


def _missing_images(reading: Reading, media: Mapping[str, str]) -> list[Problem]:
    """E15, where images are kept with the draft and not on a disk."""
    hint = "Déposez-la dans l’éditeur, ou retirez cette ligne."
    missing = (image for image in reading.facts.images if image.name not in media)
    return [problem(reading.path, image.line, "E15", f"Image « {image.name} » introuvable.", hint) for image in missing]


def title_of(document: object, identifier: str) -> str:
    if isinstance(document, Module | Lesson | Quiz):
        return document.title
    return SINGLE_TITLES.get(identifier, identifier)
