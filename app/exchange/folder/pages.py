"""The pages of a course without a site: which there are, what each shows, and their addresses, from the root or from one another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer, render_tool
from app.content.text.grids import Copy
from app.content.values.addresses import SINGLE_PAGES
from app.content.values.course import Course, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from app.exchange.folder.reading import FolderCourse
from app.exchange.packages.contents import PackedQuestion, course_tables, pack_lesson, pack_quiz, question_key
from app.exchange.packages.manifests import DOUBTS
from app.learner.reference.pages import glossary_page, timeline_page
from app.platform.french import capital

HOME, REMARKS = "/", "/remarques"
SOURCES = "/sources"
KEYS = "/cles/"
STATIC, MEDIA = "/static/", "/media/"
SCRIPTS = ("words.js", "numbers.js", "grading.js", "record.js", "marking.js", "page.js")
"""Those of packages that mark a page's questions; its own key comes after the first."""
_ADDRESS = re.compile(r'(?<= )(href|src)="(/[^"]*)"')
_PLAYED = re.compile(r'<audio [^>]*src="/[^"]*"[^>]*></audio>\n?')


class FolderStep(Struct, frozen=True):
    """A line of a list of steps."""

    address: str
    kind: str
    title: str
    draft: str


class FolderPage(Struct, frozen=True):
    title: str
    template: str
    values: Mapping[str, Any]
    path: str = ""
    """Of the file that it shows, where there is one."""
    draft: str = ""
    history: str = ""
    questions: tuple[tuple[PackedQuestion, ...], tuple[PackedQuestion, ...]] = ((), ())
    """Those that count, those that a lesson asks in passing."""
    key: str = ""
    """Address of the script that holds their key; empty where nothing is asked."""


class FolderPages:
    """All the pages of a folder, made when they are asked for. `whole`: a quiz shows all its questions, not as many as an attempt draws."""

    def __init__(self, held: FolderCourse, name: str, on: date, *, whole: bool) -> None:
        self.held, self.course, self.on, self.whole = held, held.course, on, whole
        self.title = capital(self.course.cover.title) if "cover" in held.paths else name
        self.makers: dict[str, Callable[[], FolderPage]] = {HOME: self._home, **dict(self._course_pages()), **dict(self._reference_pages())}

    @property
    def links(self) -> Iterator[tuple[str, str]]:
        """(address, title) of what the head of every page leads to."""
        return ((address, title) for address, title in (("/glossaire", "Glossaire"), ("/frise", "Frise"), (SOURCES, "Sources")) if address in self.makers)

    def __getitem__(self, address: str) -> FolderPage:
        """The page of an address. Raises KeyError."""
        return self.makers[address]()

    # --- Which there are ---

    def _course_pages(self) -> Iterator[tuple[str, Callable[[], FolderPage]]]:
        for module in self.course.modules.values():
            yield f"/modules/{module.id}", partial(self._module, module)
        for lesson in self.course.lessons.values():
            yield f"/lecons/{lesson.id}", partial(self._lesson, lesson)
        for quiz in self.course.quizzes.values():
            yield f"/quiz/{quiz.id}", partial(self._quiz, quiz)
        for tool in self.course.tools.values():
            yield f"/outils/{tool.id}", partial(self._tool, tool.id)

    def _reference_pages(self) -> Iterator[tuple[str, Callable[[], FolderPage]]]:
        if self.course.glossary.entries:
            yield "/glossaire", self._glossary
        if self.course.timeline.events:
            yield "/frise", self._timeline
        if self.course.sources.entries:
            yield SOURCES, self._sources

    # --- What each shows ---

    def _home(self) -> FolderPage:
        modules = list(ordered_modules(self.course))
        placed = {identifier for module in modules for identifier in self.course.elements_of(module)}
        others = [identifier for identifier in (*self.course.lessons, *self.course.quizzes) if identifier not in placed]
        cover = self.course.cover if "cover" in self.held.paths else None
        values = {
            "cover": cover,
            "modules": [(self._step(module.id), self._steps(module)) for module in modules],
            "others": [self._step(one) for one in others],
        }
        return FolderPage(self.title, "home", values)

    def _module(self, module: Module) -> FolderPage:
        renderer = PageRenderer(self.course, module, self.on)
        values = {"module": module, "html": renderer.html(module.body), "notes": renderer.notes(), "steps": self._steps(module), "kicker": self._kicker(module)}
        return self._page(module.id, module.title, "module", values)

    def _lesson(self, lesson: Lesson) -> FolderPage:
        step = pack_lesson(self.course, lesson, self.on)
        passing = {question.name: place for place, question in enumerate(step.questions)}
        values = {"step": step, "passing": passing, **self._around(lesson.id)}
        return self._page(lesson.id, lesson.title, "lesson", values, passing=step.questions)

    def _quiz(self, quiz: Quiz) -> FolderPage:
        step = pack_quiz(self.course, quiz, self.on, whole=self.whole)
        counted = tuple(question for question in step.questions if question.points)
        values = {"step": step, "points": sum(question.points for question in counted), **self._around(quiz.id)}
        return self._page(quiz.id, quiz.title, "quiz", values, asked=step.questions)

    def _tool(self, tool_id: str) -> FolderPage:
        tool = self.course.tools[tool_id]
        renderer = PageRenderer(self.course, tool, self.on)
        values = {"lead": tool.purpose, "html": render_tool(renderer, tool, Copy.BLANK), "notes": renderer.notes()}
        return self._page(tool.id, tool.title, "text", values)

    def _glossary(self) -> FolderPage:
        return self._page("glossary", "Glossaire", "glossary", {"reference": glossary_page(self.course, self.on)})

    def _timeline(self) -> FolderPage:
        return self._page("timeline", "Frise", "timeline", {"reference": timeline_page(self.course, (), self.on)})

    def _sources(self) -> FolderPage:
        renderer = PageRenderer(self.course, self.course.sources, self.on)
        return self._page("sources", "Sources", "text", {"lead": "", "html": renderer.sources(self.course.sources.entries), "notes": Markup("")})

    def _page(
        self,
        identifier: str,
        title: str,
        template: str,
        values: Mapping[str, Any],
        *,
        asked: tuple[PackedQuestion, ...] = (),
        passing: tuple[PackedQuestion, ...] = (),
    ) -> FolderPage:
        module = self.course.modules.get(identifier) or self.course.module_of(identifier)
        key = f"{KEYS}{identifier}.js" if asked or passing else ""
        path, draft = self.held.paths.get(identifier, ""), self.held.drafts.get(identifier, "")
        return FolderPage(title, template, values, path, draft, module.history if module else "", (asked, passing), key)

    # --- Where one is ---

    def _kicker(self, module: Module) -> str:
        return self.course.histories.get(module.history, "") if self.course.lines else ""

    def _steps(self, module: Module) -> list[FolderStep]:
        return [self._step(identifier) for identifier in self.course.elements_of(module)]

    def _step(self, identifier: str) -> FolderStep:
        draft = self.held.drafts.get(identifier, "")
        if lesson := self.course.lessons.get(identifier):
            return FolderStep(f"/lecons/{identifier}", "Leçon", lesson.title, draft)
        if quiz := self.course.quizzes.get(identifier):
            return FolderStep(f"/quiz/{identifier}", "Quiz", quiz.title, draft)
        return FolderStep(f"/modules/{identifier}", "Module", self.course.modules[identifier].title, draft)

    def _around(self, identifier: str) -> dict[str, Any]:
        """The module of a step, and its neighbours in the order of the course."""
        modules = list(ordered_modules(self.course))
        steps = [each for module in modules for each in self.course.elements_of(module)]
        module = self.course.module_of(identifier)
        if module is None or identifier not in steps:
            return {"module": None, "before": None, "after": None}
        place = steps.index(identifier)
        before, after = steps[place - 1] if place else None, steps[place + 1] if place + 1 < len(steps) else None
        return {"module": self._step(module.id), "before": before and self._step(before), "after": after and self._step(after)}

    # --- What stands beside a page ---

    def key_script(self, address: str) -> str:
        """The script that a page's questions are marked by: their answers are in it, as they must be where no server marks."""
        asked, passing = self[address].questions
        told = {
            "tables": course_tables(self.course, (*asked, *passing)),
            "doubts": DOUBTS,
            "questions": [question_key(question) for question in asked],
            "passing": [question_key(question) for question in passing],
        }
        return f"Croisee.key = {json.dumps(told, ensure_ascii=False, separators=(',', ':'))};\n"

    def problems_of(self, page: FolderPage) -> tuple[Problem, ...]:
        return self.held.problems.get(page.path, ())


def ordered_modules(course: Course) -> Iterator[Module]:
    """Those of the paths, the default one first, in their order; then the others."""
    paths = sorted(course.paths.paths, key=lambda path: not path.default)
    named = dict.fromkeys(identifier for path in paths for identifier in path.module_ids)
    return (course.modules[identifier] for identifier in dict.fromkeys((*named, *course.modules)) if identifier in course.modules)


# --- Addresses --------------------------------------------------------------------------------------------------------


def lead_on(html: str, leads: Callable[[str], str | None]) -> str:
    """Each address of the page as `leads` writes it; a link that leads nowhere keeps its words. What is listened to is not there."""

    def rewrite(found: re.Match[str]) -> str:
        address = leads(found[2])
        return f'{found[1]}="{address}"' if address is not None else ""

    return _ADDRESS.sub(rewrite, _PLAYED.sub("", html))


def address_in(known: Mapping[str, object], address: str) -> str | None:
    """An address of the course's text as a page of the folder; None for what only a site has. `known`: the addresses of pages."""
    page, _, anchor = address.partition("#")
    page = SOURCES if page == SINGLE_PAGES["sources"] else page
    if page not in known and not page.startswith((STATIC, MEDIA, KEYS)):
        return None
    return f"{page}#{anchor}" if anchor else page


def file_of(address: str) -> str:
    """Where the page of an address is written, from the folder of a build; a file keeps its name."""
    if address == HOME:
        return "index.html"
    return address.strip("/") if PurePosixPath(address).suffix else f"{address.strip('/')}.html"


def relative(address: str, here: str) -> str:
    """The address of `address` from the file of the page `here`: a folder of pages is read from a disk, wherever it stands."""
    page, _, anchor = address.partition("#")
    up = "../" * file_of(here).count("/")
    return f"{up}{file_of(page)}" + (f"#{anchor}" if anchor else "")
