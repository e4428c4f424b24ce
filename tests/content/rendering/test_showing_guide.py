"""The trainers' page on what a lesson shows: each example is understood without a word, and the call-outs that it lists are those of the engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.content.documents.reader import parse, read_document
from app.content.problems.writing import WRITING_RULES
from app.content.rendering.lesson import render_lesson
from app.content.text.callouts import CALLOUTS
from app.content.values.course import Lesson
from app.content.values.library import DocumentType, Library, LibraryDocument
from app.content.values.text import Fragment
from tests.content.rendering.lessons import HEAD, course, strict

PATH = "modules/exemple/01-un.md"
GUIDE = (Path(__file__).parents[3] / "docs/formateurs/montrer.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^~~~~leçon\n(.*?)^~~~~$", GUIDE, re.MULTILINE | re.DOTALL)


def document(identifier: str, kind: DocumentType, **settings: str) -> LibraryDocument:
    return LibraryDocument(identifier, f"Un titre {identifier}", kind, Fragment("Un résumé.", 1), 1, transcript=Fragment("[00:10] Bonjour.", 1), **settings)


SHELF = (
    document("un-document", DocumentType.MINUTES, file="un.pdf"),
    document("un-son", DocumentType.RECORDING, file="un.mp3"),
    document("une-video", DocumentType.VIDEO, address="https://tube.exemple/w/abc"),
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_understood(example: str) -> None:
    told = [str(found) for found in read_document(PATH, f"{HEAD}{example}").problems if found.code not in ("A28", "E13", "E20")]
    assert told == []
    lesson, _ = parse(PATH, f"{HEAD}{example}")
    assert isinstance(lesson, Lesson)
    site = replace(course("Un.\n", media={"carte.png": "0" * 64})[0], lessons={lesson.id: lesson}, library=Library(SHELF))
    shown = str(render_lesson(site, lesson, None).html)
    strict(shown)
    assert len(re.findall(r"<figcaption>|<aside |<math |<audio |Regarder sur tube.exemple", shown)) >= 1


def test_the_call_outs_are_those_of_the_engine() -> None:
    told = dict(re.findall(r"^\| `\[!(\w+)\]` \| ([^|]+?) \|", GUIDE, re.MULTILINE))
    assert told == {mark: each.title for mark, each in CALLOUTS.items()}


def test_the_problem_of_a_call_out_names_them_all() -> None:
    assert [mark for mark in CALLOUTS if f"[!{mark}]" not in WRITING_RULES["A39"].paragraph] == []
