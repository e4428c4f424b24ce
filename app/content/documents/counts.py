"""How much there is in a course: modules, lessons with their words and sources, questions by type, entries, events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypedDict

from app.content.documents.reader import Reading
from app.content.values.course import Glossary, Lesson, Module, Timeline, Tool
from app.content.values.quiz import KIND_NAMES, Kind, Quiz

_ADDRESS = re.compile(r"https?://[^\s<>]+")


class LessonCount(TypedDict):
    module: str
    id: str
    words: int
    sources: int
    questions: int
    """Of its own quiz."""
    lesson_questions: int
    """That it asks by the way."""


class Count(TypedDict):
    modules: int
    lessons: list[LessonCount]
    questions: dict[str, int]
    """By type, all nine, most used first."""
    glossary: int
    events: int
    tools: int
    sources: int
    """Distinct ones, over the whole course."""


def count(readings: Iterable[Reading]) -> Count:
    """Readable documents only."""
    kept = [reading for reading in readings if reading.document is not None]
    documents = [reading.document for reading in kept]
    modules = [document for document in documents if isinstance(document, Module)]
    quizzes = {document.id: document for document in documents if isinstance(document, Quiz)}
    homes = {lesson_id: module.id for module in modules for lesson_id in module.lesson_ids}
    order = {lesson_id: place for place, lesson_id in enumerate(homes)}
    lessons = sorted((document for document in documents if isinstance(document, Lesson)), key=lambda lesson: (order.get(lesson.id, len(order)), lesson.id))
    kinds = Counter(question.kind.value for quiz in quizzes.values() for question in quiz.questions)
    return {
        "modules": len(modules),
        "lessons": [_lesson(lesson, homes.get(lesson.id, ""), quizzes.get(lesson.quiz_id or "")) for lesson in lessons],
        "questions": dict(sorted(((kind.value, kinds[kind.value]) for kind in Kind), key=lambda pair: -pair[1])),
        "glossary": sum(len(document.entries) for document in documents if isinstance(document, Glossary)),
        "events": sum(len(document.events) for document in documents if isinstance(document, Timeline)),
        "tools": sum(isinstance(document, Tool) for document in documents),
        "sources": len({_key(source.text) for reading in kept for source in reading.scan.sources}),
    }


def _lesson(lesson: Lesson, module_id: str, quiz: Quiz | None) -> LessonCount:
    questions = len(quiz.questions) if quiz else 0
    return {
        "module": module_id,
        "id": lesson.id,
        "words": lesson.words,
        "sources": len(lesson.sources),
        "questions": questions,
        "lesson_questions": len(lesson.questions),
    }


def _key(text: str) -> str:
    """Two notes that give the same address are one source."""
    found = _ADDRESS.search(text)
    return found.group().rstrip("/.,;)") if found else text


def lines(counted: Count) -> Iterator[str]:
    """The same in words."""
    lessons = counted["lessons"]
    words = sum(lesson["words"] for lesson in lessons)
    yield f"{counted['modules']} modules, {len(lessons)} leçons, {words} mots ({words // max(1, len(lessons))} par leçon)."
    for lesson in lessons:
        asked = f"{lesson['questions']} questions et {lesson['lesson_questions']} dans la leçon"
        yield f"  {lesson['module'] or '—'} / {lesson['id']} : {lesson['words']} mots, {lesson['sources']} sources, {asked}"
    kinds = " ; ".join(f"{KIND_NAMES[Kind(kind)]}, {number}" for kind, number in counted["questions"].items())
    yield f"{sum(counted['questions'].values())} questions : {kinds}."
    yield f"{sum(lesson['lesson_questions'] for lesson in lessons)} questions dans les leçons."
    yield f"{counted['glossary']} entrées du glossaire, {counted['events']} événements de la frise, {counted['tools']} outils, {counted['sources']} sources distinctes."
