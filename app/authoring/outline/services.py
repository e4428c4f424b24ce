"""What is done to the plan: added, renamed, moved, duplicated, taken out. Everything is written in drafts, by `save`.

Each verb gives the id of what the page then shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.authoring.drafts import create, heads
from app.authoring.drafts.naming import settle
from app.authoring.drafts.placing import PATHS, Desk
from app.authoring.drafts.readings import title_in
from app.authoring.publishing.services import forget
from app.content.store.queries import course
from app.content.values.course import Lesson, Module
from app.content.values.paths import LearningPath
from app.content.values.quiz import Quiz
from app.platform.errors import DomainError, NotYours

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
            self.write(PATHS, lambda text: heads.with_path_title(text, identifier, title))
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
            for path in self._paths_of(identifier):
                if path.id != home_id:
                    self.lift_module(identifier, path.id)
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
        shown = self._lifted(identifier)
        self.gone.append(identifier)
        return shown

    def _lifted(self, identifier: str) -> str:
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
        text = heads.without_id(source.text) if self.find(identifier, Quiz) else source.text
        module, lesson = self.find(identifier, Module), self.find(identifier, Lesson)
        if module:
            text = heads.with_items(text, "leçons", [each for each in module.lesson_ids if each in copies])
        if (module or lesson) and (module.final_quiz_id if module else lesson and lesson.quiz_id) not in copies:
            text = heads.with_value(text, "quiz", "")
        for each, copy in copies.items():
            text = heads.with_other_id(text, each, copy)
        folder, _, name = source.path.rpartition("/")
        if lesson and (home := self.module_of(identifier)) and home.id in copies:
            folder = f"modules/{copies[home.id]}"
        path = f"modules/{new}/{name}" if module else f"{folder}/{new}.md"
        self.begin(new, path, heads.with_value(text, "titre", title), self._media(identifier))

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
