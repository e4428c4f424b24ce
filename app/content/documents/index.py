"""All the documents of a course together: the ids that a text lacks, what each id leads to, how much there is of each kind. Pure."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypedDict, cast

from msgspec import Struct

from app.content.documents.reader import DocumentReading
from app.content.quiz.sections import strip_number
from app.content.text.head import SINGLE_FILES, is_id
from app.content.text.markdown import inline_tokens, plain, slug
from app.content.values.course import Course, Cover, Document, Glossary, LearningPath, Lesson, Module, Paths, Sources, Timeline, Titled
from app.content.values.library import Library, LibraryDocument, Network, Survey, Tool
from app.content.values.paths import element_of, minutes_of, required_elements
from app.content.values.quiz import KIND_NAMES, Question, QuestionType, Quiz
from app.content.values.text import CROSSING, DocumentKind, Source, SourceKind, SourceRead

# --- Ids that a text lacks ---
#
# `id : …` is written in its head, `{#…}` at the end of its headings; every other character stays.

_HEADING = re.compile(r" {0,3}(#{1,6})\s*(.*?)[\s#]*$")
_CLOSING = re.compile(r"\s+#+$")
_UNDERLINE = re.compile(r" {0,3}(?:-{2,}|=+)\s*$")
_WORDED = re.compile(r" {0,3}(?:\*\*|__)?\s*(?:question|exercice)\b.*\d", re.IGNORECASE)
_TITLE = re.compile(r"\s*titre\s*:\s*(.+)", re.IGNORECASE)
_EMPTY_ID = re.compile(r"\s*id\s*:\s*", re.IGNORECASE)
_ID = re.compile(r"\{#\s*([^{}\s]+)\s*\}")
_LONGEST = 48
"""Characters of an id drawn from a title: long enough to be told apart, short enough to be read."""


class AddedId(Struct, frozen=True):
    line: int
    """Of the text given."""
    id: str


def write_ids(text: str, path: str, lines: Iterable[int], taken: Iterable[str], within: str = "") -> tuple[str, tuple[AddedId, ...]]:
    """The text with an id at each of `lines` (those of its problems E06), and the ids written, in the order of the text.

    `taken` are the ids of the rest of the course; those of this text are avoided too. A line where none can be written is left as it is.
    `within` begins those of its headings: what tells them from the ids of a course that is not at hand.
    """
    writer = _IdWriter(text, path, {*taken, *_ID.findall(text)}, within)
    # From the last line up, so that a line put in the head moves none of those still to be changed.
    written = [found for number in sorted(set(lines), reverse=True) if (found := writer.write(number))]
    return "\n".join(writer.lines), tuple(reversed(written))


class _IdWriter:
    def __init__(self, text: str, path: str, taken: set[str], within: str) -> None:
        self.lines = text.split("\n")
        self.path = path
        self.taken, self.within = taken, within
        self.head_end = self._end_of_head()

    def _end_of_head(self) -> int:
        """The index of the line that closes the head; -1 without one."""
        opening = next((index for index, line in enumerate(self.lines) if line.strip("\ufeff\r ")), None)
        if opening is None or not self.lines[opening].lstrip("\ufeff").startswith("---"):
            return -1
        return next((index for index in range(opening + 1, len(self.lines)) if self.lines[index].startswith("---")), -1)

    def write(self, number: int) -> AddedId | None:
        index = number - 1
        if not 0 <= index < len(self.lines):
            return None
        identifier = self._in_head() if index <= self.head_end else self._at_heading(index)
        if identifier:
            self.taken.add(identifier)
        return AddedId(number, identifier) if identifier else None

    def _at_heading(self, index: int) -> str:
        """`## Titre` → `## Titre {#titre}`. A heading that says nothing takes its id from the text under it."""
        line = self.lines[index].rstrip()
        found = _HEADING.fullmatch(line)
        underlined = index + 1 < len(self.lines) and bool(_UNDERLINE.match(self.lines[index + 1].rstrip("\r")))
        if found is None and not underlined and not _WORDED.match(line):
            return ""
        said = found[2] if found else line
        words = strip_number(said.strip("*_ ")) or self._below(index)
        identifier = self._free(f"{self.within} {words}")
        closing = _CLOSING.search(line) if found and found[2] else None
        end = closing.start() if closing else len(line)
        self._replace(index, f"{line[:end]} {{#{identifier}}}{line[end:]}")
        return identifier

    def _below(self, index: int) -> str:
        return next((line for line in self.lines[index + 1 :] if line.strip()), "")

    def _in_head(self) -> str:
        """`id : …` in the place of an empty one, or as the first line of the head."""
        inside = range(self._opening() + 1, self.head_end)
        name = self.path.rpartition("/")[2].removesuffix(".md")
        title = next((found[1] for index in inside if (found := _TITLE.match(self.lines[index]))), name)
        identifier = self._free(title)
        empty = next((index for index in inside if _EMPTY_ID.fullmatch(self.lines[index])), None)
        if empty is None:
            self.lines.insert(inside.start, f"id : {identifier}{self._ending(inside.start - 1)}")
        else:
            self._replace(empty, f"id : {identifier}")
        return identifier

    def _opening(self) -> int:
        return next(index for index, line in enumerate(self.lines) if line.strip("\ufeff\r "))

    def _replace(self, index: int, text: str) -> None:
        self.lines[index] = text + self._ending(index)

    def _ending(self, index: int) -> str:
        return "\r" if self.lines[index].endswith("\r") else ""

    def _free(self, title: str) -> str:
        """A well-formed id, from the words of a title, that nothing has."""
        words = slug(plain(inline_tokens(title.strip())))
        if len(words) > _LONGEST:
            words = words[:_LONGEST].rpartition("-")[0] or words[:_LONGEST]
        wanted = words if is_id(words) else f"element-{words}".strip("-")
        identifier, count = wanted, 1
        while identifier in self.taken:
            count += 1
            identifier = f"{wanted}-{count}"
        return identifier


# --- The index: what a link may lead to, which questions there are, who names whom ---

MOST_COMPARED = 20_000
"""Ids compared with one another to propose the nearest, at most: a quarter of a second."""


class DeclaredId(Struct, frozen=True):
    """An id of the repository, and where it is given."""

    id: str
    path: str
    line: int
    what: str


class CourseIndex:
    """The readings in the order given; where an id is given twice, the first one holds it."""

    def __init__(self, readings: Iterable[DocumentReading], unreadable: bool = False) -> None:
        self.readings = tuple(readings)
        self.modules: dict[str, Module] = {}
        self.lessons: dict[str, Lesson] = {}
        self.quizzes: dict[str, Quiz] = {}
        self.by_id: dict[str, DocumentReading] = {}
        self.questions: dict[str, Question] = {}
        self.broken: set[str] = set()
        """Ids of files that exist and could not be read: whoever names them is not at fault."""
        self.unreadable = unreadable
        """Some file hides even its id: an id that is unknown may be that one."""
        self.compared = 0
        for reading in self.readings:
            self._add(reading)
        singles = {reading.kind: reading.document for reading in self.readings if reading.document is not None}
        self.glossary = cast(Glossary | None, singles.get(DocumentKind.GLOSSARY))
        self.paths = cast(Paths | None, singles.get(DocumentKind.PATHS))
        self.cover = cast(Cover | None, singles.get(DocumentKind.COVER))
        home = next((reading.document for reading in self.readings if isinstance(reading.document, Sources)), None)
        self.has_sources = home is not None
        self.sources: dict[str, Source] = {source.label: source for source in home.entries} if home else {}
        """Those of sources.md, by label."""
        kept = next((reading.document for reading in self.readings if isinstance(reading.document, Library)), Library())
        self.shelf: dict[str, LibraryDocument] = kept.shelf
        """The documents of the library, by id."""

    def _add(self, reading: DocumentReading) -> None:
        document = reading.document
        if isinstance(document, Module):
            self.modules.setdefault(document.id, document)
        elif isinstance(document, Lesson):
            self.lessons.setdefault(document.id, document)
        elif isinstance(document, Quiz):
            self.quizzes.setdefault(document.id, document)
            for question in document.questions:
                self.questions.setdefault(question.id, question)
        if document is None:
            self.broken.add(reading.scan.id)
            self.unreadable = self.unreadable or not reading.scan.id
        self.by_id.setdefault(document_id(reading), reading)

    @property
    def histories(self) -> tuple[str, ...]:
        """What a module or a date may write; empty where no cours.md says so, and any word is a line."""
        return (*(line.id for line in self.cover.lines), CROSSING) if self.cover else ()

    def may_exist(self, identifier: str) -> bool:
        """Whether an id that nothing gives may be that of a file which could not be read. Its own error is enough."""
        return self.unreadable or identifier in self.broken

    def of(self, kind: DocumentKind) -> Iterator[DocumentReading]:
        return (reading for reading in self.readings if reading.kind is kind)

    def steps_of(self, module_ids: Iterable[str]) -> frozenset[str]:
        """The lessons of some modules, with their quizzes."""
        modules = [self.modules[each] for each in module_ids if each in self.modules]
        lessons = [self.lessons[each] for module in modules for each in module.lesson_ids if each in self.lessons]
        found = {each.id for each in lessons} | {each.quiz_id for each in lessons} | {module.final_quiz_id for module in modules}
        return frozenset(each for each in found if each)

    def reading(self, target: str) -> DocumentReading | None:
        """What a link's target names: a document by its id, a single file by its name, the library by what it holds."""
        found = self.by_id.get(SINGLE_FILES[target].value if target in SINGLE_FILES else target)
        return found or (self.by_id.get(DocumentKind.LIBRARY.value) if target in self.shelf else None)

    def nearest(self, identifier: str, among: Collection[str]) -> str:
        """A sentence that proposes the nearest id, or nothing; nothing more once too many were compared."""
        self.compared += len(among)
        near = difflib.get_close_matches(identifier[:60], among, n=1, cutoff=0.7) if self.compared <= MOST_COMPARED else []
        return f"Vouliez-vous dire « {near[0]} » ?" if near else ""


def document_id(reading: DocumentReading) -> str:
    """The id under which a reading is stored; empty when it has none yet."""
    document = reading.document
    if isinstance(document, Titled):
        return document.id
    return reading.kind.value if document is not None else ""


def anchors(reading: DocumentReading, target: str = "") -> set[str]:
    """What may follow `#` in a link to this document, or to that one of the library."""
    found = {heading.anchor for heading in reading.scan.headings}
    document = reading.document
    if isinstance(document, Library):
        return {heading.anchor for each in document.documents if each.id == target for heading in each.headings}
    if isinstance(document, Quiz):
        found |= {question.id for question in document.questions} | {situation.id for situation in document.situations}
    elif isinstance(document, Glossary):
        found |= {entry.anchor for entry in document.entries}
    elif isinstance(document, Timeline):
        found |= {event.anchor for event in document.events}
    elif isinstance(document, Network):
        found |= {meeting.anchor for meeting in document.meetings}
    return found


def names(reading: DocumentReading) -> Iterator[DeclaredId]:
    """Every id that a reading gives, in the one space that they all share."""
    document = reading.document
    if isinstance(document, Titled):
        yield DeclaredId(document.id, reading.path, reading.scan.cited.get("id", 1), "document")
    if isinstance(document, Quiz):
        for question in document.questions:
            yield DeclaredId(question.id, reading.path, question.line, "question")
        for situation in document.situations:
            yield DeclaredId(situation.id, reading.path, situation.text.line, "situation")
    yield from (DeclaredId(each.id, reading.path, each.line, what) for what, each in _entries_with_ids(document))


def _entries_with_ids(document: Document | None) -> Iterator[tuple[str, LearningPath | LibraryDocument]]:
    """The lines of a file that have an id each."""
    if isinstance(document, Paths):
        yield from (("parcours", path) for path in document.paths)
    elif isinstance(document, Library):
        yield from (("document", each) for each in document.documents)


# --- Counts: modules, lessons with their words and sources, questions by type, entries, events ---


class LessonCount(TypedDict):
    module: str
    id: str
    words: int
    sources: int
    questions: int
    """Of its own quiz."""
    lesson_questions: int
    """That it asks by the way."""


class SourceCount(TypedDict):
    sources: int
    notes: int
    """A note is a source that a lesson calls, however many times: the same one in two lessons is two notes."""
    read: dict[str, int]
    """Of these notes, how many were read whole at their publisher's, in part, in a copy, in a summary."""


class PathCount(TypedDict):
    id: str
    title: str
    steps: int
    """That it asks for."""
    words: int
    minutes: int


class Count(TypedDict):
    modules: int
    lessons: list[LessonCount]
    questions: dict[str, int]
    """By type, every one, most used first."""
    questions_by_level: dict[str, int]
    glossary: int
    events: int
    figures: dict[str, int]
    """Drawn by the engine, by kind, most used first."""
    tools: int
    surveys: int
    situations: int
    """Lessons told as a case with choices."""
    words: int
    """Of the lessons."""
    quiz_questions: int
    lesson_questions: int
    paths: list[PathCount]
    sources: int
    """Distinct ones, over the whole course."""
    sources_by_kind: dict[str, SourceCount]
    """By category, in the order of the guide; those without any last."""


def count(readings: Iterable[DocumentReading]) -> Count:
    """Readable documents only."""
    kept = [reading for reading in readings if reading.document is not None]
    documents = [reading.document for reading in kept]
    modules = [document for document in documents if isinstance(document, Module)]
    quizzes = {document.id: document for document in documents if isinstance(document, Quiz)}
    homes = {lesson_id: module.id for module in modules for lesson_id in module.lesson_ids}
    order = {lesson_id: place for place, lesson_id in enumerate(homes)}
    lessons = sorted((document for document in documents if isinstance(document, Lesson)), key=lambda lesson: (order.get(lesson.id, len(order)), lesson.id))
    kinds = Counter(question.kind.value for quiz in quizzes.values() for question in quiz.questions)
    levels = Counter(question.level for quiz in quizzes.values() for question in quiz.questions)
    return {
        "modules": len(modules),
        "lessons": [_lesson(lesson, homes.get(lesson.id, ""), quizzes.get(lesson.quiz_id or "")) for lesson in lessons],
        "questions": dict(sorted(((kind.value, kinds[kind.value]) for kind in QuestionType), key=lambda pair: -pair[1])),
        "questions_by_level": {str(level): number for level, number in sorted(levels.items())},
        "glossary": sum(len(document.entries) for document in documents if isinstance(document, Glossary)),
        "events": sum(len(document.events) for document in documents if isinstance(document, Timeline)),
        "figures": dict(Counter(kind for reading in kept for kind in reading.scan.figures).most_common()),
        "tools": sum(isinstance(document, Tool) for document in documents),
        "surveys": sum(isinstance(document, Survey) for document in documents),
        "situations": sum(lesson.situation is not None for lesson in lessons),
        "words": sum(lesson.words for lesson in lessons),
        "quiz_questions": sum(kinds.values()),
        "lesson_questions": sum(len(lesson.questions) for lesson in lessons),
        "paths": [_count_path(path, modules, lessons, quizzes) for document in documents if isinstance(document, Paths) for path in document.paths],
        "sources": len({source.address or source.text for reading in kept for source in reading.scan.sources}),
        "sources_by_kind": _by_kind(documents),
    }


def _count_path(path: LearningPath, modules: Sequence[Module], lessons: Sequence[Lesson], quizzes: Mapping[str, Quiz]) -> PathCount:
    course = Course(0, modules={each.id: each for each in modules}, lessons={each.id: each for each in lessons}, quizzes=quizzes)
    steps = [step for element_id, _ in required_elements(course, path) if (step := element_of(course, element_id))]
    words = sum(step.words for step in steps if isinstance(step, Lesson))
    return {"id": path.id, "title": path.title, "steps": len(steps), "words": words, "minutes": sum(map(minutes_of, steps))}


def _by_kind(documents: Sequence[Document | None]) -> dict[str, SourceCount]:
    central = next((document for document in documents if isinstance(document, Sources)), Sources())
    course = Course(0, sources=central)
    notes = [source for document in documents if isinstance(document, Lesson) for source in course.sources_of(document)]
    counted = {str(kind or "sans catégorie"): _count_kind(kind, central.entries, notes) for kind in (*SourceKind, None)}
    return {kind: found for kind, found in counted.items() if found["sources"] or found["notes"]}


def _count_kind(kind: SourceKind | None, entries: Sequence[Source], notes: Sequence[Source]) -> SourceCount:
    called = [source for source in notes if source.kind is kind]
    return {
        "sources": sum(source.kind is kind for source in entries),
        "notes": len(called),
        "read": {read.value: sum(source.read is read for source in called) for read in SourceRead},
    }


def _lesson(lesson: Lesson, module_id: str, quiz: Quiz | None) -> LessonCount:
    questions = len(quiz.questions) if quiz else 0
    return {
        "module": module_id,
        "id": lesson.id,
        "words": lesson.words,
        "sources": len(lesson.calls),
        "questions": questions,
        "lesson_questions": len(lesson.questions),
    }


def lines(counted: Count) -> Iterator[str]:
    """Describes the counts of the course in words."""
    lessons = counted["lessons"]
    words = counted["words"]
    yield f"{counted['modules']} modules, {len(lessons)} leçons, {words} mots ({words // max(1, len(lessons))} par leçon)."
    for lesson in lessons:
        asked = f"{lesson['questions']} questions et {lesson['lesson_questions']} dans la leçon"
        yield f"  {lesson['module'] or '—'} / {lesson['id']} : {lesson['words']} mots, {lesson['sources']} sources, {asked}"
    kinds = " ; ".join(f"{KIND_NAMES[QuestionType(kind)]}, {number}" for kind, number in counted["questions"].items())
    yield f"{counted['quiz_questions']} questions : {kinds}."
    yield f"{counted['lesson_questions']} questions dans les leçons."
    yield from (f"Parcours « {path['title']} » : {path['steps']} étapes, {path['words']} mots, {path['minutes']} minutes." for path in counted["paths"])
    levels = " ; ".join(f"niveau {level}, {number}" for level, number in counted["questions_by_level"].items())
    yield f"Niveaux : {levels}."
    yield from (
        f"  {kind} : {each['sources']} sources, {each['notes']} notes, lues : {' ; '.join(f'{read}, {number}' for read, number in each['read'].items())}"
        for kind, each in counted["sources_by_kind"].items()
    )
    figures = " ; ".join(f"{kind}, {number}" for kind, number in counted["figures"].items())
    yield f"{sum(counted['figures'].values())} figures{f' : {figures}' if figures else ''}."
    yield f"{counted['glossary']} entrées du glossaire, {counted['events']} événements de la frise, {counted['tools']} outils, {counted['surveys']} enquêtes, {counted['situations']} situations, {counted['sources']} sources distinctes."
