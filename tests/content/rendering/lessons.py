"""A lesson of the example course, and what its HTML must be."""

from __future__ import annotations

import re

from app.content.documents.reader import parse
from app.content.rendering.lesson import render_lesson
from app.content.values.course import Course, Glossary, Lesson, Module
from app.content.values.quiz import Quiz
from tests.content.cases import example_course
from tests.strict import html_errors, html_tree

HEAD = "---\nid : exemple-un\ntitre : Une leçon\ndurée : 12\nobjectifs :\n- O1 : Nommer → M1\n---\n"
NOTES = "\n\n[^a]: Un *titre*, 2024, <https://example.org/a> (vérifié : 2026-11 ; à revoir : 2027-11)\n[^b]: Un autre\n"


def course(body: str, media: dict[str, str] | None = None) -> tuple[Course, Lesson]:
    """The example course, published, with this body for its lesson."""
    files = {**example_course(), "modules/exemple/01-un.md": HEAD + body}
    values = {path: parse(path, text)[0] for path, text in files.items()}
    lesson = values["modules/exemple/01-un.md"]
    glossary = values["modules/glossaire.md"]
    assert isinstance(lesson, Lesson)
    assert isinstance(glossary, Glossary)
    modules = {value.id: value for value in values.values() if isinstance(value, Module)}
    quizzes = {value.id: value for value in values.values() if isinstance(value, Quiz)}
    return Course(1, modules, {lesson.id: lesson}, quizzes, glossary=glossary, media={"exemple": media or {}}), lesson


def html(body: str, side: str | None = None, media: dict[str, str] | None = None) -> str:
    return str(render_lesson(*course(body, media), side).html)


def strict(fragment: str) -> None:
    """HTML5 without an error, without anything that runs, without inline style."""
    page = f'<!doctype html><html lang="fr"><title>t</title><body><main>{fragment}</main>'
    assert html_errors(page) == []
    for element in html_tree(page).iter():
        assert element.tag not in ("script", "style", "iframe", "object", "embed", "form")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert not re.match(r"\s*(?:javascript|data|vbscript):", element.get("href") or "", re.IGNORECASE)
