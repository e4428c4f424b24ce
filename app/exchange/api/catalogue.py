"""The published course, as its own pages tell it: paths, modules, lessons, quizzes. Of nobody."""

from __future__ import annotations

from app.content.values.course import Course, Lesson, Module
from app.content.values.paths import LearningPath
from app.exchange.api.reading import ApiAnswer, ApiReading, Item
from app.record.progress.path_progress import element_of, is_optional, minutes_of


def catalogue(reading: ApiReading) -> ApiAnswer:
    course = reading.course
    paths, modules = [_path(path) for path in course.paths.paths], [_module(course, module) for module in course.modules.values()]
    return ApiAnswer([{"title": course.cover.title, "paths": paths, "modules": modules}])


def _path(path: LearningPath) -> Item:
    return {
        "id": path.id,
        "title": path.title,
        "default": path.default,
        "modules": list(path.module_ids),
        "required": list(path.required_ids or path.module_ids),
        "days": path.days,
        "validity_months": path.validity or None,
    }


def _module(course: Course, module: Module) -> Item:
    elements = [_element(course, element) for element in course.elements_of(module)]
    return {
        "id": module.id,
        "title": module.title,
        "objectives": [objective.text for objective in module.objectives],
        "minutes": sum(element["minutes"] for element in elements if not element["optional"]),
        "elements": elements,
    }


def _element(course: Course, element_id: str) -> Item:
    found = element_of(course, element_id)
    kind, title, minutes = ("lesson" if isinstance(found, Lesson) else "quiz"), found.title if found else "", minutes_of(found) if found else 0
    return {"id": element_id, "kind": kind, "title": title, "minutes": minutes, "optional": is_optional(course, element_id)}
