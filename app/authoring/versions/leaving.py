"""What leaves the course with a text, and what is written in the texts that named it: a module takes its lessons and quizzes along, a lesson its quiz.

Read before the lock of publications, and looked at again under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.drafts import heads
from app.authoring.drafts.placing import PATHS, Stays
from app.authoring.drafts.queries import published_revision
from app.authoring.drafts.readings import reading_of
from app.content.checks.references import is_positioning
from app.content.store.models import MINOR, Revision
from app.content.store.queries import NewText, course
from app.content.store.services import new_text
from app.content.values.course import Course
from app.platform.errors import NotYours


class Leaving(Struct, frozen=True):
    document_ids: tuple[str, ...]
    """The text itself, then what it holds."""
    rewritten: tuple[NewText, ...]
    """Those that named one of them, without it."""
    seen: dict[str, int]
    """Document → the revision that was read of each."""


def leaving(session: Session, document_id: str) -> Leaving:
    """Raises Stays for the only module of a path."""
    published = course(session)
    ids = tuple(dict.fromkeys([document_id, *_contained(published, document_id)]))
    revisions = {name: _revision(session, name) for name in dict.fromkeys(name for name, _ in _edits(published, ids))}
    texts = {name: revision.text for name, revision in revisions.items()}
    for name, edit in _edits(published, ids):
        texts[name] = edit(texts[name])
    rewritten = [_new(revision, texts[name]) for name, revision in revisions.items()]
    return Leaving(ids, tuple(rewritten), {name: revision.id for name, revision in revisions.items()})


def _contained(published: Course, document_id: str) -> Iterator[str]:
    module, lesson = published.modules.get(document_id), published.lessons.get(document_id)
    if module:
        yield from (each for each in module.lesson_ids if each in published.lessons)
        yield from published.elements_of(module)
        yield from (quiz.id for quiz in published.quizzes.values() if quiz.module_id == module.id and is_positioning(quiz))
    elif lesson and lesson.quiz_id in published.quizzes:
        yield str(lesson.quiz_id)


def _edits(published: Course, ids: tuple[str, ...]) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Document → what takes the names of those that leave out of its head."""
    for path in published.paths.paths:
        order = [each for each in path.module_ids if each not in ids]
        if not order:
            raise Stays(f"« {path.title} » n’a que ce module : ajoutez-en un autre au parcours d’abord.")
        if len(order) < len(path.module_ids):
            yield PATHS, _path_edit(path.id, order, [each for each in path.required_ids if each not in ids])
    for module in published.modules.values():
        kept = [each for each in module.lesson_ids if each not in ids]
        if module.id not in ids and len(kept) < len(module.lesson_ids):
            yield module.id, _items_edit(kept)
        if module.id not in ids and module.final_quiz_id in ids:
            yield module.id, _without_quiz
    yield from ((lesson.id, _without_quiz) for lesson in published.lessons.values() if lesson.quiz_id in ids and lesson.id not in ids)


def _path_edit(path_id: str, order: list[str], required: list[str]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        text = heads.with_path(text, path_id, "modules", order)
        return heads.with_path(text, path_id, "requis", required) if heads.says_required(text, path_id) else text

    return edit


def _items_edit(kept: list[str]) -> Callable[[str], str]:
    return lambda text: heads.with_items(text, "leçons", kept)


def _without_quiz(text: str) -> str:
    return heads.with_value(text, "quiz", "")


def _revision(session: Session, document_id: str) -> Revision:
    revision = published_revision(session, document_id)
    if revision is None:
        raise NotYours
    return revision


def _new(revision: Revision, text: str) -> NewText:
    return new_text(reading_of(revision.path, text), text, revision.media, MINOR)
