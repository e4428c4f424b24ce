"""Files that a course has once, as learners would see them before they are published."""

from __future__ import annotations

from datetime import date

from app.authoring.editor.previewed import KINDS, DocumentPreview, PathPreview
from app.content.values.course import Course, Glossary, Timeline
from app.content.values.network import Network
from app.content.values.paths import LearningPath, Paths
from app.content.values.text import CROSSING, DocumentKind
from app.learner.reference.glossary import glossary_page
from app.learner.reference.timeline import timeline_page
from app.network.queries import network_page
from app.platform.french import plural


def single_preview(course: Course, document: Network | Glossary | Timeline | Paths, on: date) -> DocumentPreview:
    """`course` is the one that holds the document."""
    match document:
        case Network():
            return _network(course, on)
        case Glossary():
            return _glossary(course, on)
        case Timeline():
            return _timeline(course, on)
    name = KINDS[DocumentKind.PATHS]
    return DocumentPreview(name, name, CROSSING, (), paths=tuple(_path(course, path) for path in document.paths))


def _network(course: Course, on: date) -> DocumentPreview:
    page, name = network_page(course, on, told=True), KINDS[DocumentKind.NETWORK]
    return DocumentPreview(name, name, CROSSING, (), html=page.introduction, network=page, notes=page.notes)


def _glossary(course: Course, on: date) -> DocumentPreview:
    page = glossary_page(course, on)
    return DocumentPreview(KINDS[DocumentKind.GLOSSARY], KINDS[DocumentKind.GLOSSARY], CROSSING, (), glossary=page, notes=page.notes)


def _timeline(course: Course, on: date) -> DocumentPreview:
    page = timeline_page(course, (), on)
    return DocumentPreview(KINDS[DocumentKind.TIMELINE], KINDS[DocumentKind.TIMELINE], CROSSING, (), timeline=page, notes=page.notes)


def _path(course: Course, path: LearningPath) -> PathPreview:
    modules = (course.modules[each] for each in path.module_ids if each in course.modules)
    said = [*(["Parcours des nouveaux venus"] if path.default else []), *(["Donne une attestation"] if path.attestation else [])]
    said += [f"À finir en {plural(path.days, 'jour')}"] if path.days else []
    lines = tuple((module.title, len(course.elements_of(module)), module.history, module.id in path.required_ids) for module in modules)
    return PathPreview(path.title, tuple(said), lines)
