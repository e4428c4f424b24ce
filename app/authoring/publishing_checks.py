"""What the course would say of texts if they stood in it: their own Problems, and those that they make elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.authoring.checking import between, published_readings, reading_of
from app.content.checks import stale_sources
from app.content.didactics import check_quiz
from app.content.index import document_id
from app.content.parsing import Reading
from app.content.problems import problem
from app.content.queries import Candidate
from app.content.services import NewText, new_text
from app.content.values import Lesson, Module, Problem, Quiz

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
    published = everything_published(session)
    replaced = {text.document_id for text in texts}
    others = [reading for reading in published if document_id(reading) not in replaced]
    mine = [reading_of(text.path, text.text) for text in texts]
    before = {_key(found) for found in between(published)}
    after = between([*others, *mine])
    own_paths = {text.path for text in texts}
    elsewhere = tuple(found for found in after if found.is_error and found.path not in own_paths and _key(found) not in before)
    return Verdict(tuple(_checked(text, reading, after, on) for text, reading in zip(texts, mine, strict=True)), elsewhere)


def errors_without(session: Session, identifier: str) -> tuple[Problem, ...]:
    """Errors that the other texts would have without a document."""
    published = everything_published(session)
    before = {_key(found) for found in between(published)}
    after = between(reading for reading in published if document_id(reading) != identifier)
    return tuple(found for found in after if found.is_error and _key(found) not in before)


def _checked(text: Text, reading: Reading, between_texts: Sequence[Problem], on: date) -> Checked:
    found = [*reading.problems, *(each for each in between_texts if each.path == text.path), *_missing_images(reading, text.media)]
    found += stale_sources(((reading.path, source) for source in reading.facts.sources), on)
    found += check_quiz(reading.document) if isinstance(reading.document, Quiz) else ()
    return Checked(text, reading, tuple(sorted(dict.fromkeys(found), key=lambda each: (each.line, each.code))))


def everything_published(session: Session) -> list[Reading]:
    """Everything published, read: what decides a publication has looked at all of it.

    The first time may take seconds: whoever takes the lock of publications calls this before, so that nobody waits meanwhile.
    """
    found, before = published_readings(session), -1
    while not found.complete and len(found.readings) > before:
        found, before = published_readings(session), len(found.readings)
    return list(found.readings.values())


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
