"""The course of this repository, read once for all the tests of this folder."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from app.content.store import disk
from app.content.store.survey import CourseSurvey, survey_files
from app.content.text.markdown import inline_tokens, plain, tokens
from app.content.values.course import Course, Document, Glossary, Lesson, Module, Paths, Sources, Timeline
from app.content.values.library import Network
from app.content.values.quiz import Choices, Option, Question, QuestionType, Quiz
from app.content.values.text import Fragment

ROOT = Path(__file__).resolve().parents[2]
NOTE = re.compile(r"\[\^[^\]\s]+\]")
WORD = re.compile(r"[\w'’-]*\w")
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?:\s*»)?\s+(?=[«A-ZÀÂÉÈÊÎÔÇŒ])")


@cache
def surveyed() -> CourseSurvey:
    """Read and checked on the day of the last commit: time alone turns nothing red."""
    return survey_files(disk.find(ROOT), last_commit())


def last_commit() -> date:
    """Without a repository, the last month at which a source was checked."""
    try:
        said = subprocess.run(["git", "log", "-1", "--format=%cs"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        return date.fromisoformat(said)
    except (OSError, subprocess.CalledProcessError, ValueError):
        readings = survey_files(disk.find(ROOT), date.min).readings.values()
        return max(source.checked for reading in readings for source in reading.scan.sources if source.checked)


def documents() -> tuple[Document, ...]:
    return tuple(reading.document for reading in surveyed().readings.values() if reading.document is not None)


def modules() -> tuple[Module, ...]:
    return tuple(document for document in documents() if isinstance(document, Module))


def lessons() -> dict[str, Lesson]:
    return {document.id: document for document in documents() if isinstance(document, Lesson)}


def taught() -> dict[str, Lesson]:
    """Those that teach and ask: all but the situations, and the lesson that has one write a plan."""
    return {name: lesson for name, lesson in lessons().items() if lesson.quiz_id}


def whole_modules() -> tuple[Module, ...]:
    """Those that teach a subject and ask about it: all but the one that closes the short path, which takes their questions up."""
    return tuple(module for module in modules() if not quizzes()[str(module.final_quiz_id)].reuses)


def quizzes() -> dict[str, Quiz]:
    return {document.id: document for document in documents() if isinstance(document, Quiz)}


def glossary() -> Glossary:
    return next(document for document in documents() if isinstance(document, Glossary))


def timeline() -> Timeline:
    return next(document for document in documents() if isinstance(document, Timeline))


def network() -> Network:
    return next(document for document in documents() if isinstance(document, Network))


def paths() -> Paths:
    return next(document for document in documents() if isinstance(document, Paths))


def questions() -> Iterator[tuple[Quiz, Question]]:
    for quiz in quizzes().values():
        for question in quiz.questions:
            yield quiz, question


def finals() -> tuple[Quiz, ...]:
    return tuple(quizzes()[str(module.final_quiz_id)] for module in whole_modules())


def positioning() -> tuple[Quiz, ...]:
    return tuple(quiz for quiz in quizzes().values() if quiz.id.startswith("positionnement-"))


def sources() -> Sources:
    return next(document for document in documents() if isinstance(document, Sources))


def course() -> Course:
    """What `/sources` shows of it: texts, and what they cite."""
    return Course(
        0,
        modules={module.id: module for module in modules()},
        lessons=lessons(),
        quizzes=quizzes(),
        paths=paths(),
        glossary=glossary(),
        timeline=timeline(),
        network=network(),
        sources=sources(),
    )


def home(quiz: Quiz) -> Module:
    """The module of a quiz, by its lesson or as its own."""
    wanted = quiz.lesson_id or quiz.module_id
    return next(module for module in modules() if wanted == module.id or wanted in module.lesson_ids)


def singles(quiz: Quiz) -> list[tuple[Question, tuple[Option, ...]]]:
    """The questions of a quiz with one right option among several."""
    found = ((question, question.answer) for question in quiz.questions)
    return [(question, answer.options) for question, answer in found if isinstance(answer, Choices) and answer.kind is QuestionType.SINGLE]


def shown(fragment: Fragment) -> str:
    """What a learner reads of a fragment of one paragraph, without its notes."""
    return " ".join(plain(inline_tokens(NOTE.sub("", fragment.text))).split())


@dataclass(frozen=True)
class Passage:
    """One paragraph, item, cell or title of a lesson, without its notes."""

    text: str
    is_title: bool
    in_table: bool


def passages(lesson: Lesson) -> Iterator[Passage]:
    in_note = in_table = False
    parsed = tokens(lesson.body.text)
    for index, token in enumerate(parsed):
        if token.type.startswith("footnote_reference_"):
            in_note = token.type.endswith("open")
        elif token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "inline" and not in_note:
            yield Passage(plain(token.children), parsed[index - 1].type == "heading_open", in_table)


def sentences(lesson: Lesson) -> list[str]:
    """Those of its prose: titles and tables are none."""
    texts = (passage.text for passage in passages(lesson) if not passage.is_title and not passage.in_table)
    return [sentence for text in texts for sentence in _SENTENCE_END.split(text) if WORD.search(sentence)]
