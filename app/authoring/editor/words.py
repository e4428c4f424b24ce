"""What may be completed while a text is written: keys, identifiers, headings, sigles and sources of the course as its author writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.authoring.drafts.queries import CourseReadings, WorkingText
from app.authoring.editor.head_fields import KEYS
from app.authoring.editor.previews import KINDS
from app.content.quiz.keys import QuizKey
from app.content.values.course import Glossary, Lesson, Sources, Titled
from app.content.values.text import DocumentKind
from app.platform.french import short

SHORT = 100
"""Characters of a source or a title that a line of the list shows."""
WITHIN = tuple(each.value for each in QuizKey if each not in (QuizKey.REFUSED, QuizKey.IDENTIFIER, QuizKey.RIGHT))
"""Keys of a question."""

Pairs = list[tuple[str, str]]


def completions(text: WorkingText, around: CourseReadings) -> Mapping[str, Pairs]:
    """Lists of (what is written, what it is): `head`, keys of the head; `keys`, of a question; `texts`, `headings`, `terms`, `sources`."""
    kind = text.reading.kind
    documents = [reading.document for reading in around.readings.values()]
    texts = [
        (each.id, f"{KINDS[around.readings[each.id].kind]} : {each.title}") for each in documents if isinstance(each, Titled) and each.id in around.readings
    ]
    return {
        "head": [(each, "") for each in KEYS.get(kind, ())],
        "keys": [(each, "") for each in WITHIN] if kind is DocumentKind.QUIZ else [],
        "texts": texts,
        "headings": [pair for each in documents if isinstance(each, Lesson) for pair in _headings(each)],
        "terms": [(term, words) for each in documents if isinstance(each, Glossary) for term, words in each.expansions.items()],
        "sources": [(each.label, short(each.text, SHORT)) for found in documents if isinstance(found, Sources) for each in found.entries],
    }


def _headings(lesson: Lesson) -> Iterator[tuple[str, str]]:
    for heading in lesson.headings:
        yield f"{lesson.id}#{heading.anchor}", f"{lesson.title} : {heading.title}"
