"""The atelier's home: every document of the course, grouped by module, each with its state."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.content.queries import course
from app.content.values import Course


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class HomePage:
    lines: tuple[Line, ...]


def home_page(session: Session) -> HomePage:
    return HomePage(tuple(_lines(course(session))))


def _lines(published: Course) -> list[Line]:
    found = [Line(module.id, module.title, "Module") for module in published.modules.values()]
    found += [Line(lesson.id, lesson.title, "Leçon") for lesson in published.lessons.values()]
    return found + [Line(quiz.id, quiz.title, "Quiz") for quiz in published.quizzes.values()]
