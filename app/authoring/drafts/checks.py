"""What is wrong with a text before it is published: in itself, and between it and the rest of the course.

The whole course is read once by each process and remembered by fingerprint; a first check reads at most `MOST_READ` characters, so that
no page waits for a course of a thousand lessons: until all is read, what lies between files is not judged, and the page says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.models import Draft
from app.content.checks.course import check_ids, check_sigles, check_timeless, stale_sources
from app.content.checks.didactics import check_quiz
from app.content.checks.references import check_citations, check_links, check_objectives, check_questions, check_reach
from app.content.documents.index import CourseIndex, document_id, names
from app.content.documents.reader import Reading, read
from app.content.problems.catalogue import problem
from app.content.store.models import Publication, Revision
from app.content.text.normalise import fingerprint, normalise
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from app.db import in_chunks

MOST_READ = 3_000_000
"""Characters: about a second and a half."""
KEPT = 4000
"""Readings of what is published that a process keeps."""
KEPT_TYPED = 50
"""And of what is being typed: each letter makes another text."""


@dataclass(frozen=True, slots=True)
class Published:
    """The readings of the course, by document id; `complete` when all that is published is among them."""

    readings: dict[str, Reading]
    complete: bool

    def taken(self, but: str) -> set[str]:
        """Every id of the course but those of one document."""
        return {named.id for identifier, reading in self.readings.items() if identifier != but for named in names(reading)}


@dataclass(frozen=True, slots=True)
class Checked:
    """`own` are the problems of the text itself, errors first, by line; `elsewhere` those that publishing it would bring to other files."""

    own: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    complete: bool
    """False while the course is too large to have been read at once: then only the text itself was judged."""

    @property
    def errors(self) -> int:
        return sum(found.is_error for found in self.own)

    @property
    def advice(self) -> int:
        return len(self.own) - self.errors


class _Memory:
    """The last readings of texts, by path and fingerprint."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept: OrderedDict[tuple[str, str], Reading] = OrderedDict()
        self.lock = Lock()

    def get(self, path: str, mark: str) -> Reading | None:
        with self.lock:
            return self.kept.get((path, mark))

    def keep(self, reading: Reading) -> Reading:
        with self.lock:
            self.kept[reading.path, reading.fingerprint] = reading
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        return reading


_published, _typed = _Memory(KEPT), _Memory(KEPT_TYPED)


def reading_of(path: str, text: str) -> Reading:
    """The reading of a text that somebody types, remembered for a while: an editor asks for the same one several times."""
    mark = fingerprint(normalise(text))
    return _published.get(path, mark) or _typed.get(path, mark) or _typed.keep(read(path, text))


def published_readings(session: Session) -> Published:
    """What is published, read; texts that this process does not know are read up to a bound."""
    rows = session.execute(
        select(Publication.document_id, Revision.id, Revision.path, Revision.fingerprint)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.document_id)
    ).all()
    found = {identifier: _published.get(path, mark) for identifier, _, path, mark in rows}
    missing = [(revision, identifier) for identifier, revision, _, _ in rows if found[identifier] is None]
    known = {identifier: reading for identifier, reading in found.items() if reading}
    known |= _read_missing(session, missing)
    return Published(known, len(known) == len(rows))


def course_around(session: Session, document: str, author_id: int) -> Published:
    """What is published, and in place of the other documents what this trainer writes: a lesson and its quiz, both new, grow side by side.

    Whether each may be published, alone or together, is for the review to say.
    """
    published = published_readings(session)
    drafts = session.execute(select(Draft.document_id, Draft.path, Draft.text).where(Draft.author_id == author_id, Draft.document_id != document))
    return Published(published.readings | {identifier: reading_of(path, text) for identifier, path, text in drafts}, published.complete)


def _read_missing(session: Session, missing: Sequence[tuple[int, str]]) -> dict[str, Reading]:
    left = MOST_READ
    found: dict[str, Reading] = {}
    for some in in_chunks(missing, 200):
        names_of = dict(some)
        for number, path, text in session.execute(select(Revision.id, Revision.path, Revision.text).where(Revision.id.in_(names_of))):
            left -= len(text)
            if left < 0:
                return found
            found[names_of[number]] = _published.keep(read(path, text))
    return found


def check(published: Published, reading: Reading, media: Collection[str], on: date, document: str) -> Checked:
    """The problems of a text that would replace what is published of `document`; `media` are the names of its images."""
    if not published.complete:
        return Checked(_sorted((*reading.problems, *_missing_images(reading, media))), (), False)
    others = {identifier: other for identifier, other in published.readings.items() if identifier != document}
    after = between((reading, *others.values()))
    replaced = published.readings.get(document)
    before = between((*((replaced,) if replaced else ()), *others.values()))
    return Checked(_sorted(problems_of(reading, media, after, on)), _sorted(brought(before, after, {reading.path})), True)


def problems_of(reading: Reading, media: Collection[str], between_texts: Iterable[Problem], on: date) -> Iterator[Problem]:
    """All that is wrong at the lines of one text; `between_texts` is what lies between it and the others."""
    yield from reading.problems
    yield from _missing_images(reading, media)
    yield from (found for found in between_texts if found.path == reading.path)
    yield from stale_sources(((reading.path, source) for source in reading.facts.sources), on)
    if isinstance(reading.document, Quiz):
        yield from check_quiz(reading.document)


def _missing_images(reading: Reading, media: Collection[str]) -> Iterator[Problem]:
    """E15, where images are kept with the draft and not on a disk."""
    hint = "Déposez-la dans l’éditeur, ou retirez cette ligne."
    missing = (image for image in reading.facts.images if image.name not in media)
    return (problem(reading.path, image.line, "E15", f"Image « {image.name} » introuvable.", hint) for image in missing)


def brought(before: Iterable[Problem], after: Iterable[Problem], own: Collection[str] = ()) -> list[Problem]:
    """Of the problems between texts, those that were not there before, outside the paths of one's own. Lines may move: the words count."""
    known = {(found.path, found.code, found.message) for found in before}
    return [found for found in after if found.path not in own and (found.path, found.code, found.message) not in known]


def between(readings: Iterable[Reading]) -> list[Problem]:
    """What is wrong between texts."""
    index = CourseIndex(readings)
    checks = (check_ids, check_links, check_citations, check_reach, check_objectives, check_questions, check_sigles)
    return [found for check_one in checks for found in check_one(index)]


def _sorted(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (not one.is_error, one.path, one.line, one.code)))


_latest_counts: list[tuple[tuple[int, date], dict[str, tuple[int, int]]]] = []
"""The last ones that this process made, put in their place at once: another thread may be reading them."""


def problem_counts(published: Published, generation: int, on: date) -> dict[str, tuple[int, int]]:
    """Document id → (errors, advice) of everything published; empty while it is not all read. Counted once for each generation and day."""
    if not published.complete:
        return {}
    for known, counts in _latest_counts:
        if known == (generation, on):
            return counts
    counts = _counted(published, on)
    _latest_counts[:] = [((generation, on), counts)]
    return counts


def _counted(published: Published, on: date) -> dict[str, tuple[int, int]]:
    readings = published.readings
    ids = {reading.path: identifier for identifier, reading in readings.items()}
    sources = ((reading.path, source) for reading in readings.values() for source in reading.facts.sources)
    found = [one for reading in readings.values() for one in reading.problems]
    found += [*check_timeless(CourseIndex(readings.values())), *stale_sources(sources, on)]
    counts = dict.fromkeys(readings, (0, 0))
    for one in found:
        errors, advice = counts[ids[one.path]]
        counts[ids[one.path]] = (errors + one.is_error, advice + (not one.is_error))
    return counts


def renamed(reading: Reading, document: str) -> bool:
    """True when the text names itself otherwise than the document whose draft it is."""
    found = reading.facts.id if reading.document is None else document_id(reading)
    return bool(found) and found != document
