"""The plan of the course as its author writes it: what is published, and in its place the drafts of their own; those of colleagues are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from flask import url_for
from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.readings import title_in
from app.authoring.drafts.together import groups
from app.authoring.models import Draft
from app.content.checks.references import is_positioning
from app.content.documents.reader import kind_of
from app.content.store.queries import course, course_with
from app.content.values.course import Course, Module
from app.content.values.text import DocumentKind
from app.identity.models import Person

PLACED = (DocumentKind.MODULE, DocumentKind.LESSON, DocumentKind.QUIZ)
"""Kinds of texts that have a place in the plan."""
OPEN = 150
"""Elements up to which the whole tree is open; of a larger course, the module that is looked at."""
NEW, CHANGED, FAULTY = "Brouillon", "Modifié", "À corriger"
NOTHING: Mapping[str, str] = MappingProxyType({})
_TITLE = re.compile(r"^\s*titre\s*:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)


class OutlineLine(Struct, frozen=True):
    """One text and what stands under it. `url` is empty for what only a colleague is writing, `mine` for whoever may not arrange it."""

    id: str
    title: str
    kind: str
    url: str
    states: tuple[str, ...]
    home: str = ""
    place: int = 0
    last: bool = True
    """Nothing of its like stands below."""
    lines: tuple[OutlineLine, ...] = ()
    folded: int = 0
    """Elements that it holds and that are not shown."""

    @property
    def movable(self) -> bool:
        return bool(self.home) and bool(self.url) and self.kind in ("Module", "Leçon")


class PlanPath(Struct, frozen=True):
    id: str
    title: str
    lines: tuple[OutlineLine, ...]
    default: bool


class WaitingDrafts(Struct, frozen=True):
    """Drafts that are published together: where their review begins, and their titles."""

    first: str
    titles: tuple[str, ...]


class PlanPage(Struct, frozen=True):
    paths: tuple[PlanPath, ...]
    loose: tuple[OutlineLine, ...]
    """What no path, module or lesson holds."""
    waiting: tuple[WaitingDrafts, ...]
    chosen: str
    histories: tuple[tuple[str, str], ...]
    modules: tuple[tuple[str, str], ...]
    quizzes: tuple[tuple[str, str], ...]
    """Those that may end a chosen module."""
    bare: tuple[tuple[str, str], ...]
    """Where a chosen quiz may go: lessons and modules without one."""
    has_quiz: bool
    """The chosen module or lesson has one."""
    published: bool
    """The chosen text is."""
    refused: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def path_names(self) -> tuple[tuple[str, str], ...]:
        return tuple((path.id, path.title) for path in self.paths)


def plan_page(session: Session, author_id: int, chosen: str, now: datetime, refused: str = "", typed: Mapping[str, str] = NOTHING) -> PlanPage:
    tree = _OutlineTree(session, author_id, chosen, now)
    written = tree.course
    module, lesson = written.modules.get(chosen), written.lessons.get(chosen)
    return PlanPage(
        paths=tuple(tree.paths()),
        loose=tuple(tree.loose()),
        waiting=tuple(tree.waiting()),
        chosen=chosen,
        histories=tuple(written.histories.items()),
        modules=tuple((each.id, each.title) for each in tree.ordered),
        quizzes=tuple(tree.choices(module)) if module else (),
        bare=tuple(tree.bare()) if chosen in written.quizzes else (),
        has_quiz=bool((module and module.final_quiz_id) or (lesson and lesson.quiz_id)),
        published=chosen in tree.published,
        refused=refused,
        typed=typed,
    )


class _OutlineTree:
    """What the lines are made of, in four SELECTs."""

    def __init__(self, session: Session, author_id: int, chosen: str, now: datetime) -> None:
        published = course(session)
        rows = session.execute(select(Draft, Person.name).join(Person, Person.id == Draft.author_id).order_by(Draft.updated_at.desc(), Draft.id)).all()
        self.mine = {draft.document_id: draft for draft, _ in rows if draft.author_id == author_id}
        texts = {identifier: WorkingText.of(draft, None) for identifier, draft in self.mine.items()}
        self.faulty = {identifier for identifier, text in texts.items() if text.reading.document is None}
        self.course: Course = course_with(published, [text.new_text(None) for text in texts.values()], now)
        self.published = set(published.versions)
        self.others: dict[str, list[str]] = {}
        self.theirs = {draft.document_id: draft for draft, _ in rows if draft.document_id not in {*self.mine, *self.published}}
        for draft, name in rows:
            if draft.author_id != author_id:
                self.others.setdefault(draft.document_id, []).append(name)
        in_paths = [each for path in self.course.paths.paths for each in path.module_ids]
        self.ordered = [self.course.modules[each] for each in dict.fromkeys([*in_paths, *self.course.modules]) if each in self.course.modules]
        self.open = len(self.course.lessons) + len(self.course.quizzes) <= OPEN
        self.chosen = chosen
        near = self.course.modules.get(chosen) or self.course.module_of(chosen)
        self.near = near.id if near else ""
        self.seen: set[str] = set()

    def paths(self) -> Iterator[PlanPath]:
        for path in self.course.paths.paths:
            known = [each for each in path.module_ids if self._known(each)]
            yield PlanPath(path.id, path.title, self._siblings(self._module(each, path.id) for each in known), path.default)

    def loose(self) -> Iterator[OutlineLine]:
        """Modules in no path, lessons in no module, quizzes that nothing cites, in this order; drafts that cannot be read."""
        yield from (self._module(module.id, "") for module in self.ordered if module.id not in self.seen)
        quizzes = (quiz.id for quiz in self.course.quizzes.values() if not is_positioning(quiz))
        for identifier in [*self.course.lessons, *quizzes, *self._new_ones()]:
            if identifier not in self.seen:
                yield self._line(identifier, "")

    def _new_ones(self) -> Iterator[str]:
        for identifier, draft in {**self.mine, **self.theirs}.items():
            if identifier not in self.published and kind_of(draft.path) in PLACED:
                yield identifier

    def waiting(self) -> Iterator[WaitingDrafts]:
        """My drafts by group: those of several texts, and those that are in the plan."""
        for group in groups(list(self.mine.values())):
            yield WaitingDrafts(group[0].document_id, tuple(title_in(each.path, each.text, each.document_id) for each in group))

    # --- Choices of the panel ---

    def choices(self, module: Module) -> Iterator[tuple[str, str]]:
        """Quizzes that may end the module: those of its lessons, and those that nothing cites."""
        cited = {lesson.quiz_id for lesson in self.course.lessons.values()} | {each.final_quiz_id for each in self.course.modules.values()}
        own = {self.course.lessons[each].quiz_id for each in module.lesson_ids if each in self.course.lessons}
        free = (quiz for quiz in self.course.quizzes.values() if quiz.id in own or quiz.id not in cited)
        yield from ((quiz.id, quiz.title) for quiz in free if not is_positioning(quiz))

    def bare(self) -> Iterator[tuple[str, str]]:
        for module in self.ordered:
            if not module.final_quiz_id:
                yield module.id, f"Fin de « {module.title} »"
            lessons = (self.course.lessons.get(each) for each in module.lesson_ids)
            yield from ((lesson.id, f"{module.title} : {lesson.title}") for lesson in lessons if lesson and not lesson.quiz_id)

    # --- Lines ---

    def _known(self, identifier: str) -> bool:
        return identifier in self.course.modules or identifier in self.mine

    def _module(self, identifier: str, home: str) -> OutlineLine:
        module = self.course.modules.get(identifier)
        if module is None:
            return self._line(identifier, home)
        self.seen |= {identifier, *module.lesson_ids, *self.course.elements_of(module), *self._of_others(module)}
        elements = len(self.course.elements_of(module))
        shown = self.open or identifier == self.near
        lines = self._siblings(self._elements(module)) if shown else ()
        return replace(self._line(identifier, home), lines=lines, folded=0 if shown else elements)

    def _elements(self, module: Module) -> Iterator[OutlineLine]:
        for each in module.lesson_ids:
            lesson = self.course.lessons.get(each)
            quiz = lesson.quiz_id if lesson and (lesson.quiz_id in self.course.quizzes or lesson.quiz_id in self.mine) else None
            self.seen |= {quiz or ""}
            if lesson or each in self.mine:
                yield replace(self._line(each, module.id), lines=(self._line(quiz, each),) if quiz else ())
        yield from (self._line(each, "") for each in self._of_others(module))
        if final := module.final_quiz_id if module.final_quiz_id in self.course.quizzes or module.final_quiz_id in self.mine else None:
            yield self._line(final, "")

    def _of_others(self, module: Module) -> list[str]:
        """What colleagues begin in its folder."""
        folder = module.path.rpartition("/")[0]
        return [identifier for identifier, draft in self.theirs.items() if draft.path.rpartition("/")[0] == folder]

    def _line(self, identifier: str, home: str) -> OutlineLine:
        self.seen.add(identifier)
        document = self.course.modules.get(identifier) or self.course.lessons.get(identifier) or self.course.quizzes.get(identifier)
        draft = self.mine.get(identifier) or self.theirs.get(identifier)
        path = document.path if document and hasattr(document, "path") else draft.path if draft else ""
        kind = "Module" if path.endswith("/module.md") else "Quiz" if path.startswith("quizzes/") or identifier in self.course.quizzes else "Leçon"
        url = "" if identifier in self.theirs else url_for("authoring.edit", document_id=identifier)
        return OutlineLine(identifier, document.title if document else _typed_title(draft), kind, url, tuple(self._states(identifier)), home)

    def _states(self, identifier: str) -> Iterator[str]:
        if identifier in self.faulty:
            yield FAULTY
        elif identifier in self.mine:
            yield CHANGED if identifier in self.published else NEW
        for name in self.others.get(identifier, ()):
            yield f"{'Modifié par' if identifier in self.published else 'Brouillon de'} {name}"

    def _siblings(self, lines: Iterable[OutlineLine]) -> tuple[OutlineLine, ...]:
        """Each with its place among those that move together."""
        found: Sequence[OutlineLine] = list(lines)
        moving = [line.id for line in found if line.movable]
        places = {identifier: place for place, identifier in enumerate(moving)}
        return tuple(replace(line, place=places.get(line.id, 0), last=line.id == moving[-1] if line.movable else True) for line in found)


def _typed_title(draft: Draft | None) -> str:
    """Of a text that cannot be read."""
    found = _TITLE.search(draft.text) if draft else None
    return found[1] if found else draft.document_id if draft else ""
