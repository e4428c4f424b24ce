"""The course itself, rendered: every lesson, list and quiz is sound HTML, for readers of every side."""

from __future__ import annotations

import subprocess
from datetime import date
from functools import cache

import pytest

from app.content.documents.reader import DocumentReading
from app.content.rendering.lesson import render_lesson
from app.content.rendering.page import PageRenderer
from app.content.store import disk
from app.content.store.survey import CourseSurvey, survey_files
from app.content.values.course import Course, Glossary, Lesson, Module, Timeline
from app.content.values.library import Network
from app.content.values.quiz import Quiz
from app.platform.settings import ROOT
from tests.content.rendering.lessons import strict


def day_of_the_last_commit() -> date:
    """So that time alone never turns these tests red."""
    told = subprocess.run(["git", "-C", str(ROOT), "log", "-1", "--format=%cs"], capture_output=True, text=True, check=False).stdout.strip()
    return date.fromisoformat(told) if told else date(2026, 11, 24)


@cache
def surveyed() -> CourseSurvey:
    return survey_files(disk.find(ROOT), day_of_the_last_commit())


def readings() -> list[DocumentReading]:
    return list(surveyed().readings.values())


@cache
def whole_course() -> Course:
    documents = [reading.document for reading in readings()]
    singles = {type(document): document for document in documents}
    return Course(
        1,
        {document.id: document for document in documents if isinstance(document, Module)},
        {document.id: document for document in documents if isinstance(document, Lesson)},
        {document.id: document for document in documents if isinstance(document, Quiz)},
        glossary=singles[Glossary],
        timeline=singles[Timeline],
        network=singles[Network],
    )


@pytest.mark.parametrize("side", [None, "collectivite", "education", "etat"])
def test_every_lesson_is_sound_html(side: str | None) -> None:
    course = whole_course()
    for lesson in course.lessons.values():
        rendered = render_lesson(course, lesson, side, day_of_the_last_commit())
        strict(rendered.html + rendered.notes)
        assert "image-missing" not in rendered.html


def test_the_single_files_are_sound_html() -> None:
    course = whole_course()
    for document, fragments in (
        (course.glossary, [entry.definition for entry in course.glossary.entries]),
        (course.timeline, [event.text for event in course.timeline.events]),
        (course.network, [meeting.body for meeting in course.network.meetings]),
    ):
        renderer = PageRenderer(course, document)
        strict("".join(renderer.html(fragment) for fragment in fragments) + renderer.notes())


def test_every_quiz_is_sound_html() -> None:
    course = whole_course()
    for quiz in course.quizzes.values():
        renderer = PageRenderer(course, quiz)
        pieces = [question.statement for question in quiz.questions] + [question.explanation for question in quiz.questions if question.explanation]
        strict("".join(renderer.html(piece) for piece in pieces) + renderer.notes())
