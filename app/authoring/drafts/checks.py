"""What is wrong with texts before they are published: in themselves, and between them and the rest of the course.

While the course is not all read, what lies between files is not judged, and the page says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.readings import CourseReadings, between, reading_of
from app.content.checks.course import check_alone, check_timeless, stale_sources
from app.content.documents.index import CourseIndex, document_id
from app.content.problems.catalogue import problem
from app.content.store.queries import NewText
from app.content.values.text import Problem


class CheckedText(Struct, frozen=True):
    """A text with what is wrong at its own lines, errors first."""

    text: WorkingText
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return _errors(self.problems)


class CourseCheck(Struct, frozen=True):
    """Texts checked together, each in the place of its document."""

    texts: tuple[CheckedText, ...]
    elsewhere: tuple[Problem, ...]
    """Problems that publishing them would bring to other files."""
    complete: bool
    """False while the course is too large to have been read at once: then only the texts themselves were judged."""

    @property
    def errors_elsewhere(self) -> tuple[Problem, ...]:
        return _errors(self.elsewhere)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return (*(found for checked in self.texts for found in checked.errors), *self.errors_elsewhere)

    @property
    def publishable(self) -> bool:
        return not self.errors and all(checked.text.reading.document is not None for checked in self.texts)


def check(texts: Sequence[WorkingText], course: CourseReadings, on: date) -> CourseCheck:
    """The problems that the course would have with these texts, each in the place of its document."""
    if not course.complete:
        alone = ((text, (*text.reading.problems, *_missing_images(text))) for text in texts)
        return CourseCheck(tuple(CheckedText(text, _sorted(found)) for text, found in alone), (), False)
    replaced = {text.document_id for text in texts}
    others = [reading for identifier, reading in course.readings.items() if identifier not in replaced]
    after = between([*others, *(text.reading for text in texts)])  # of two that are alike, the one that is being written is the copy
    elsewhere = _brought(course.problems, after, {text.path for text in texts})
    return CourseCheck(tuple(CheckedText(text, _sorted(_problems_of(text, after, on))) for text in texts), _sorted(elsewhere), True)


def errors_without(course: CourseReadings, identifiers: Collection[str], rewritten: Iterable[NewText]) -> tuple[Problem, ...]:
    """Errors that the other texts would have without some documents, once those that named them are written again."""
    after = course.readings | {new.document_id: reading_of(new.path, new.text) for new in rewritten}
    return _errors(_brought(course.problems, between(reading for each, reading in after.items() if each not in identifiers)))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(found for found in problems if found.is_error)


def _problems_of(text: WorkingText, between_texts: Iterable[Problem], on: date) -> Iterator[Problem]:
    """All that is wrong at the lines of one text; `between_texts` is what lies between it and the others."""
    reading = text.reading
    yield from reading.problems
    yield from _missing_images(text)
    yield from (found for found in between_texts if found.path == reading.path)
    yield from stale_sources(((reading.path, source) for source in reading.scan.sources), on)
    yield from check_alone(reading)


def _missing_images(text: WorkingText) -> Iterator[Problem]:
    """E15, where images are kept with the draft and not on a disk."""
    hint = "Déposez-la dans l’éditeur, ou retirez cette ligne."
    missing = (image for image in text.reading.scan.images if image.name not in text.media)
    return (problem(text.path, image.line, "E15", f"Image « {image.name} » introuvable.", hint) for image in missing)


def _brought(before: Iterable[Problem], after: Iterable[Problem], own: Collection[str] = ()) -> list[Problem]:
    """Of the problems between texts, those that were not there before, outside the paths of one's own. Lines may move: the words count."""
    known = {(found.path, found.code, found.message) for found in before}
    return [found for found in after if found.path not in own and (found.path, found.code, found.message) not in known]


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda found: (not found.is_error, found.path, found.line, found.code)))


_latest_counts: list[tuple[tuple[int, date], dict[str, tuple[int, int]]]] = []
"""The last ones that this process made, put in their place at once: another thread may be reading them."""


def problem_counts(published: CourseReadings, generation: int, on: date) -> dict[str, tuple[int, int]]:
    """Document id → (errors, advice) of everything published; empty while it is not all read. Counted once for each generation and day."""
    if not published.complete:
        return {}
    for known, counts in _latest_counts:
        if known == (generation, on):
            return counts
    counts = _count_problems(published, on)
    _latest_counts[:] = [((generation, on), counts)]
    return counts


def _count_problems(published: CourseReadings, on: date) -> dict[str, tuple[int, int]]:
    readings = published.readings
    ids = {reading.path: identifier for identifier, reading in readings.items()}
    sources = ((reading.path, source) for reading in readings.values() for source in reading.scan.sources)
    problems = [found for reading in readings.values() for found in reading.problems]
    problems += [*check_timeless(CourseIndex(readings.values())), *stale_sources(sources, on)]
    counts = dict.fromkeys(readings, (0, 0))
    for found in problems:
        errors, advice = counts[ids[found.path]]
        counts[ids[found.path]] = (errors + found.is_error, advice + (not found.is_error))
    return counts


def renamed(text: WorkingText) -> bool:
    """True when the text names itself otherwise than the document that it is."""
    found = text.reading.scan.id if text.reading.document is None else document_id(text.reading)
    return bool(found) and found != text.document_id
