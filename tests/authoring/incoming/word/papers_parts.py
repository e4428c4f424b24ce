"""What several tests share: fifty papers as people make them in Word: two questions, and the right answer of each, whatever shows them; what a lesson keeps, or says that it lost."""

from __future__ import annotations

import re

from app.authoring.incoming.word.composing import ComposedLesson
from app.authoring.incoming.word.process import compose_document
from app.content.documents.reader import read_document
from app.content.values.quiz import Quiz

HEAD = "---\nid : essai\ntitre : Essai\nleçon : une-lecon\n---\n\n"


def made(data: bytes) -> ComposedLesson:
    return compose_document("docx", "essai.docx", "", data)


def quiz(text: str) -> Quiz:
    numbered = iter(range(1, 50))
    reading = read_document("quizzes/essai.md", HEAD + re.sub(r"(?m)^(## .*)$", lambda found: f"{found[1]} {{#question-{next(numbered)}}}", text))
    assert isinstance(reading.document, Quiz)
    assert not [found for found in reading.problems if found.is_error], (reading.problems, text)
    return reading.document
