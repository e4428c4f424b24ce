"""The plan of the course: what its author sees of it, and how it is changed, in drafts."""

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

from app.authoring.drafts import create, placing
from app.authoring.drafts.create import settle
from app.authoring.drafts.placing import PATHS, Desk
from app.authoring.drafts.queries import WorkingText, groups, title_in
from app.authoring.models import Draft
from app.authoring.publishing.services import forget
from app.content.checks import is_positioning
from app.content.documents.reader import kind_of
from app.content.store.queries import course, course_with
from app.content.values.course import Course, LearningPath, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.identity.models import Person
from app.platform.errors import DomainError, NotYours

# --- The plan --------------------------------------------------------------------------------------------------------
# What is published, and in its place the author's own drafts; those of colleagues are named.

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
    again: bool = False
    """A module that a path above holds too: what it holds and all that may be done to it stand there."""

    @property
    def movable(self) -> bool:
        return bool(self.home) and bool(self.url) and self.kind in ("Module", "Leçon")


class PlanPath(Struct, frozen=True):
    id: str
    title: str
    lines: tuple[OutlineLine, ...]
    default: bool
    kept: int
    """Steps of its modules that it keeps; 0 where it keeps all."""


class WaitingDrafts(Struct, frozen=True):
    """Drafts that are published together."""

    documents: tuple[tuple[str, str], ...]
    """(id, title) of each: their review begins with the first."""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(each for each, _ in self.documents)


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
            known = [each for each in path.module_ids if self._is_known(each)]
            yield PlanPath(path.id, path.title, self._siblings(self._module(each, path.id) for each in known), path.default, len(path.only_ids))

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
            yield WaitingDrafts(tuple((each.document_id, title_in(each.path, each.text, each.document_id)) for each in group))

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

    def _is_known(self, identifier: str) -> bool:
        return identifier in self.course.modules or identifier in self.mine

    def _module(self, identifier: str, home: str) -> OutlineLine:
        module = self.course.modules.get(identifier)
        if module is None:
            return self._line(identifier, home)
        again = identifier in self.seen
        self.seen |= {identifier, *module.lesson_ids, *self.course.elements_of(module), *self._of_others(module)}
        elements = len(self.course.elements_of(module))
        shown = not again and (self.open or identifier == self.near)
        lines = self._siblings(self._elements(module)) if shown else ()
        return replace(self._line(identifier, home), lines=lines, folded=0 if shown else elements, again=again)

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


# --- Changing it -----------------------------------------------------------------------------------------------------
# Added, renamed, moved, duplicated, taken out: everything is written in drafts, by `save`.
# Each verb gives the id of what the page then shows.

MOST_LESSONS = 20
"""That one form creates."""
LESSONS_LENGTH = MOST_LESSONS * (create.TITLE_LENGTH + 2)


class Outline(Desk):
    """The plan in one author's hands."""

    # --- Adding ---

    def add_path(self, title: str) -> str:
        identifier = create.free_id(self, title)
        self.new_path(identifier, title)
        return identifier

    def add_module(self, title: str, history: str, path_id: str, lessons: Sequence[str], quizzes: bool) -> str:
        """Creates a module with its first lessons, and a quiz for each if wanted."""
        module_id = create.module(self, title, history, path_id)
        return self.add_lessons(module_id, lessons, quizzes)

    def add_lessons(self, module_id: str, titles: Sequence[str], quizzes: bool) -> str:
        if len(titles) > MOST_LESSONS or any(len(title) > create.TITLE_LENGTH for title in titles):
            raise DomainError(f"Au plus {MOST_LESSONS} leçons à la fois, et {create.TITLE_LENGTH} caractères pour chaque titre.")
        for title in titles:
            lesson_id = create.lesson(self, title, module_id)
            if quizzes:
                create.own_quiz(self, lesson_id)
        return module_id

    # --- Changing ---

    def rename(self, identifier: str, title: str) -> str:
        """Renames a document; its id follows until it is published."""
        if any(path.id == identifier for path in self.paths()):
            self.write(PATHS, lambda text: placing.with_path_title(text, identifier, title))
            return identifier
        self.says(identifier, "titre", title)
        return settle(self).get(identifier, identifier)

    def step(self, identifier: str, by: int) -> str:
        """One place up or down among its like."""
        module = self.module_of(identifier)
        if module is not None:
            self.put_lesson(identifier, module.id, _beside(module.lesson_ids, identifier, by))
        for path in self._paths_of(identifier):
            self.put_module(identifier, path.id, _beside(path.module_ids, identifier, by))
        return identifier

    def place(self, identifier: str, home_id: str, place: int | None) -> str:
        """A module in a path, a lesson in a module, a quiz on a lesson or at the end of a module."""
        if self.find(identifier, Quiz):
            self.put_quiz(identifier, home_id)
        elif self.find(identifier, Lesson):
            self.put_lesson(identifier, home_id, place)
        else:
            homes = [path.id for path in self._paths_of(identifier)]
            for home in homes if home_id not in homes else ():  # where it is moved among its like, the other paths keep it
                self.lift_module(identifier, home)
            self.put_module(self.read(identifier, Module).id, home_id, place)
        return identifier

    def _paths_of(self, module_id: str) -> list[LearningPath]:
        return [path for path in self.paths() if module_id in path.module_ids]

    # --- Taking out ---

    def lift(self, identifier: str) -> str:
        """A module that was never published out of its path: it is not ready, and what else the path gains is published without it."""
        if self.sheet(identifier).base_id is not None or not self.find(identifier, Module):
            raise NotYours
        for path in self._paths_of(identifier):
            self.lift_module(identifier, path.id)
        return identifier

    def discard(self, identifier: str) -> str:
        """A text that was never published, and of a module the new lessons and quizzes that it holds; nothing cites it any more."""
        if self.sheet(identifier).base_id is not None:
            raise NotYours
        for held in self._children(identifier):
            if self.sheet(held).base_id is None:
                self.discard(held)
        shown = self._lift_element(identifier)
        self.gone.append(identifier)
        return shown

    def _lift_element(self, identifier: str) -> str:
        """Out of what cites it, whose id it gives."""
        module = self.module_of(identifier)
        if module is not None:
            self.cites(module.id, "leçons", [each for each in module.lesson_ids if each != identifier])
        for path in self._paths_of(identifier):
            self.lift_module(identifier, path.id)
        if quiz := self.readable(identifier, Quiz):
            self.lift_quiz(identifier)
        return module.id if module else (quiz.lesson_id or quiz.module_id or "") if quiz else ""

    def _children(self, identifier: str) -> list[str]:
        """The lessons and the quiz of a module, or the quiz of a lesson, that this author can read."""
        home = self.readable(identifier, Module) or self.readable(identifier, Lesson)
        if isinstance(home, Module):
            lessons = [each for each in home.lesson_ids if self.readable(each, Lesson)]
            return [*lessons, *([home.final_quiz_id] if home.final_quiz_id and self.readable(home.final_quiz_id, Quiz) else [])]
        return [home.quiz_id] if home and home.quiz_id and self.readable(home.quiz_id, Quiz) else []

    # --- Duplicating ---

    def duplicate(self, identifier: str) -> str:
        """A module with its lessons and quizzes, a lesson with its quiz: as drafts, after the original, each link inside following."""
        lessons = [each for each in self._children(identifier) if self.find(each, Lesson)]
        family = dict.fromkeys([identifier, *self._children(identifier), *(quiz for lesson in lessons for quiz in self._children(lesson))])
        copies: dict[str, str] = {}
        for each in family:
            copies[each] = create.free_id(self, self._copied_title(each, identifier), copies.values())
        for each in family:
            self._copy(each, copies, self._copied_title(each, identifier))
        self._put_after(identifier, copies[identifier])
        return copies[identifier]

    def _copied_title(self, each: str, root: str) -> str:
        sheet = self.sheet(each)
        title = title_in(sheet.path, sheet.text, each)
        return f"{title[: create.TITLE_LENGTH - 8]} (copie)" if each == root else title

    def _copy(self, identifier: str, copies: dict[str, str], title: str) -> None:
        """Under its new id; what it holds that could not be copied is left with the original."""
        source, new = self.sheet(identifier), copies[identifier]
        text = placing.without_id(source.text) if self.find(identifier, Quiz) else source.text
        module, lesson = self.find(identifier, Module), self.find(identifier, Lesson)
        if module:
            text = placing.with_items(text, "leçons", [each for each in module.lesson_ids if each in copies])
        if (module or lesson) and (module.final_quiz_id if module else lesson and lesson.quiz_id) not in copies:
            text = placing.with_value(text, "quiz", "")
        for each, copy in copies.items():
            text = placing.with_other_id(text, each, copy)
        folder, _, name = source.path.rpartition("/")
        if lesson and (home := self.module_of(identifier)) and home.id in copies:
            folder = f"modules/{copies[home.id]}"
        path = f"modules/{new}/{name}" if module else f"{folder}/{new}.md"
        self.begin(new, path, placing.with_value(text, "titre", title), self._media(identifier))

    def _media(self, identifier: str) -> dict[str, str]:
        """All that its module shows: a copy may show it too."""
        published = course(self.session)
        home = published.modules.get(identifier) or published.module_of(identifier)
        return {**(published.media.get(home.id, {}) if home else {}), **self.sheet(identifier).media}

    def _put_after(self, identifier: str, copy: str) -> None:
        module = self.module_of(identifier)
        if module is not None:
            self.put_lesson(copy, module.id, module.lesson_ids.index(identifier) + 1)
        for path in self._paths_of(identifier):
            self.put_module(copy, path.id, path.module_ids.index(identifier) + 1)

    def save(self) -> None:
        super().save()
        for identifier in self.gone:
            forget(self.session, identifier, self.author_id)


def _beside(order: Sequence[str], moved: str, by: int) -> int:
    return order.index(moved) + by
