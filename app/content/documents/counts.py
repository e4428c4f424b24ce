"""How much there is in a course: modules, lessons with their words and sources, questions by type, entries, events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from app.content.documents.reader import DocumentReading
from app.content.values.course import Course, Document, Glossary, Lesson, Module, Sources, Timeline
from app.content.values.quiz import KIND_NAMES, QuestionType, Quiz
from app.content.values.surveys import Survey
from app.content.values.text import Source, SourceKind, SourceRead
from app.content.values.toolbox import Tool


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
    originals: int
    """Of these notes, those read at their publisher's, whole or in part."""


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
        "sources": len({source.address or source.text for reading in kept for source in reading.scan.sources}),
        "sources_by_kind": _by_kind(documents),
    }


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
        "originals": sum(source.read in (SourceRead.ORIGINAL, SourceRead.EXTRACT) for source in called),
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
    words = sum(lesson["words"] for lesson in lessons)
    yield f"{counted['modules']} modules, {len(lessons)} leçons, {words} mots ({words // max(1, len(lessons))} par leçon)."
    for lesson in lessons:
        asked = f"{lesson['questions']} questions et {lesson['lesson_questions']} dans la leçon"
        yield f"  {lesson['module'] or '—'} / {lesson['id']} : {lesson['words']} mots, {lesson['sources']} sources, {asked}"
    kinds = " ; ".join(f"{KIND_NAMES[QuestionType(kind)]}, {number}" for kind, number in counted["questions"].items())
    yield f"{sum(counted['questions'].values())} questions : {kinds}."
    yield f"{sum(lesson['lesson_questions'] for lesson in lessons)} questions dans les leçons."
    levels = " ; ".join(f"niveau {level}, {number}" for level, number in counted["questions_by_level"].items())
    yield f"Niveaux : {levels}."
    yield from (
        f"  {kind} : {each['sources']} sources, {each['notes']} notes, dont {each['originals']} lues chez leur éditeur"
        for kind, each in counted["sources_by_kind"].items()
    )
    figures = " ; ".join(f"{kind}, {number}" for kind, number in counted["figures"].items())
    yield f"{sum(counted['figures'].values())} figures{f' : {figures}' if figures else ''}."
    yield f"{counted['glossary']} entrées du glossaire, {counted['events']} événements de la frise, {counted['tools']} outils, {counted['surveys']} enquêtes, {counted['situations']} situations, {counted['sources']} sources distinctes."
