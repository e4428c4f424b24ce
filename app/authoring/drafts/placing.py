"""Where texts stand: heads and parcours.md edited line by line, every other character kept; and the author's desk, which writes it in drafts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import draft_of, own_draft, published_revision, reading_of, title_in
from app.authoring.drafts.services import IdTaken, discard_draft, new_draft, open_draft, save_draft
from app.authoring.models import Draft
from app.content.store.queries import course
from app.content.values.course import LearningPath, Lesson, Module, Paths, Titled
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.platform.errors import DomainError, NotYours
from app.platform.french import strip_accents
from app.platform.log import event

_RULE = re.compile(r"-{3,}\s*")
_ITEM = re.compile(r"\s*[-•–]\s")
_ANCHOR = re.compile(r"\{#\s*([^{}\s]+)\s*\}")
_PATH = re.compile(r" {0,3}##(?!#)\s*(.*)")
_CITING = re.compile(r"\s*(?:id|le[çc]ons?|modules?|quiz|requis|seulement|reprend|reprises?|questions?)\s*:", re.IGNORECASE)


def with_value(text: str, key: str, value: str) -> str:
    """A head with `key : value`; without the key where the value is empty."""
    lines = text.split("\n")
    return "\n".join(_with(lines, *_head(lines), key, [f"{key} : {value}"] if value else []))


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """A head with a list, one item a line."""
    lines = text.split("\n")
    return "\n".join(_with(lines, *_head(lines), key, [f"{key} :", *(f"- {item}" for item in items)]))


def without_id(text: str) -> str:
    """Removes the ids of questions from a text, so that new ones are given."""
    return "\n".join(_ANCHOR.sub("", line).rstrip() if line.lstrip().startswith("#") else line for line in text.split("\n"))


def _head(lines: Sequence[str]) -> tuple[int, int]:
    """Between the two lines of dashes."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    end = next((place for place in range(first + 1, len(lines)) if _RULE.fullmatch(lines[place])), first + 1)
    return first + 1, end


def _with(lines: Sequence[str], start: int, end: int, key: str, written: Sequence[str]) -> list[str]:
    """The lines with a key written so: in its place, or last where it was not there."""
    place = next((place for place in range(start, end) if _key(lines[place]) == strip_accents(key)), None)
    if place is None:
        last = end
        while last > start and not lines[last - 1].strip():
            last -= 1
        return [*lines[:last], *written, *lines[last:]]
    after = place + 1
    while after < end and _ITEM.match(lines[after]):
        after += 1
    return [*lines[:place], *written, *lines[after:]]


def _key(line: str) -> str:
    return strip_accents(line.partition(":")[0].strip().casefold()) if ":" in line else ""


# --- parcours.md -----------------------------------------------------------------------------------------------------


def with_path(text: str, path_id: str, key: str, items: Sequence[str]) -> str:
    """One path with another list of modules."""
    lines = text.split("\n")
    start, end = _path(lines, path_id)
    return "\n".join(_with(lines, start, end, key, [f"{key} : {', '.join(items)}"])) if start else text


def says_required(text: str, path_id: str) -> bool:
    """Whether a path names the modules that it asks for, rather than asking for all."""
    lines = text.split("\n")
    return any(_key(line) == "requis" for line in lines[slice(*_path(lines, path_id))])


def with_path_title(text: str, path_id: str, title: str) -> str:
    lines = text.split("\n")
    start, _ = _path(lines, path_id)
    return "\n".join([*lines[: start - 1], f"## {title} {{#{path_id}}}", *lines[start:]]) if start else text


def with_new_path(text: str, path_id: str, title: str) -> str:
    """One path more, which waits for its first module. The first of a course is the one that newcomers follow."""
    alone = not any(_PATH.match(line) for line in text.split("\n"))
    written = f"## {title} {{#{path_id}}}\n\nmodules :\n" + ("attestation : oui\ndéfaut : oui\n" if alone else "")
    return f"{text.rstrip()}\n\n{written}".lstrip("\n")


def _path(lines: Sequence[str], path_id: str) -> tuple[int, int]:
    """The lines under its title; (0, 0) where there is no such path."""
    titles = [place for place, line in enumerate(lines) if _PATH.match(line)]
    found = next((place for place in titles if (anchor := _ANCHOR.search(lines[place])) and anchor[1] == path_id), None)
    if found is None:
        return 0, 0
    return found + 1, next((place for place in titles if place > found), len(lines))


# --- An id that changes ----------------------------------------------------------------------------------------------


def with_other_id(text: str, old: str, new: str) -> str:
    """The text with an id by another, where it names an element: in its head, in lines that cite, in links. Words of the prose stay."""
    lines = text.split("\n")
    start, end = _head(lines) if _RULE.fullmatch(next((line for line in lines if line.strip()), "")) else (0, 0)
    named = re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])")
    linked = re.compile(rf"(\]\(\s*){re.escape(old)}(?=[)#\s])")
    for place, line in enumerate(lines):
        cites = _CITING.match(line) or (start <= place < end and _ITEM.match(line) and not re.match(r"\s*[-•–]\s*[MO]\d+\s*:", line))
        lines[place] = named.sub(new, line) if cites else linked.sub(lambda found: f"{found[1]}{new}", line)
    return "\n".join(lines)


# --- The desk --------------------------------------------------------------------------------------------------------
# Each verb writes both references, in this author's drafts, which are published together.
# All is read and changed in memory first, then `save` writes it at once: nothing is parsed while the writer's turn is held.

PATHS = DocumentKind.PATHS.value
PATHS_FILE = "modules/parcours.md"
FIRST_PATH = ("parcours", "Parcours")
"""(id, title) of the path of a course that had none."""
T = TypeVar("T", Module, Lesson, Quiz, Paths)


class DraftNotReadable(DomainError):
    """The text in which something is to be written cannot be read, so that it might be spoilt."""

    def __init__(self, title: str) -> None:
        super().__init__(f"« {title} » ne peut pas être lu : corrigez d’abord ses erreurs dans l’éditeur.")


class Stays(DomainError):
    """A document cannot be moved where it was sent; the sentence says why."""


@dataclass(slots=True)
class DeskText:
    """A text on the desk. `version` 0: its author has no draft of it yet; `base_id` None: it was never published."""

    path: str
    text: str
    base_id: int | None = None
    version: int = 0
    media: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False

    @property
    def new(self) -> bool:
        return self.version == 0 and self.base_id is None


class Desk:
    """One author's hand on the texts of a course: each is begun as a draft when it is first written in."""

    def __init__(self, session: Session, author_id: int, now: datetime) -> None:
        self.session, self.author_id, self.now = session, author_id, now
        self.sheets: dict[str, DeskText] = {}
        self.gone: list[str] = []
        self.renamed: dict[str, str] = {}

    # --- Texts ---

    def sheet(self, document_id: str) -> DeskText:
        """What this author would see of a document: their draft, or what is published. Raises NotYours."""
        if document_id in self.gone:
            raise NotYours
        if document_id not in self.sheets:
            self.sheets[document_id] = self._taken_up(document_id)
        return self.sheets[document_id]

    def _taken_up(self, document_id: str) -> DeskText:
        if draft := draft_of(self.session, document_id, self.author_id):
            return DeskText(draft.path, draft.text, draft.base_revision_id, draft.version, draft.media)
        revision = published_revision(self.session, document_id)
        if revision is None:
            raise NotYours
        return DeskText(revision.path, revision.text, revision.id, 0, revision.media)

    def read(self, document_id: str, kind: type[T]) -> T:
        """Raises NotYours, DraftNotReadable."""
        sheet = self.sheet(document_id)
        document = reading_of(sheet.path, sheet.text).document
        if document is None:
            raise DraftNotReadable(title_in(sheet.path, sheet.text, document_id))
        if not isinstance(document, kind):
            raise NotYours
        return document

    def find(self, document_id: str | None, kind: type[T]) -> T | None:
        """Returns a document of this kind, or None where there is none."""
        try:
            return self.read(document_id or "", kind)
        except NotYours:
            return None

    def readable(self, document_id: str | None, kind: type[T]) -> T | None:
        """Returns a document of this kind, or None where there is none or its errors hide its content."""
        try:
            return self.find(document_id, kind)
        except DraftNotReadable:
            return None

    def begin(self, document_id: str, path: str, text: str, media: Mapping[str, str] | None = None) -> str:
        """A text more. Raises IdTaken for the id of one that lies here already: `save` finds what is elsewhere."""
        if document_id in self.sheets:
            raise IdTaken
        self.sheets[document_id] = DeskText(path, text, media=media or {}, changed=True)
        return document_id

    def write(self, document_id: str, edit: Callable[[str], str]) -> None:
        sheet = self.sheet(document_id)
        if (text := edit(sheet.text)) != sheet.text:
            sheet.text, sheet.changed = text, True

    def cites(self, document_id: str, key: str, items: Sequence[str]) -> None:
        self.write(document_id, lambda text: with_items(text, key, items))

    def says(self, document_id: str, key: str, value: str) -> None:
        self.write(document_id, lambda text: with_value(text, key, value))

    def save(self) -> None:
        """Write all that was changed. Raises DraftConflict for a draft that was saved from elsewhere meanwhile."""
        for identifier, sheet in self.sheets.items():
            if sheet.changed:
                self._save(identifier, sheet)
        for old, new in self.renamed.items():
            self.session.execute(update(Draft).where(Draft.document_id == old, Draft.author_id == self.author_id).values(document_id=new))
            event("draft_renamed", document=new, before=old, author=self.author_id)
        for identifier in self.gone:
            discard_draft(self.session, own_draft(self.session, identifier, self.author_id))

    def _save(self, identifier: str, sheet: DeskText) -> None:
        if sheet.new:
            new_draft(self.session, sheet.path, sheet.text, self.author_id, self.now, identifier).media = dict(sheet.media)
        else:
            draft = open_draft(self.session, identifier, self.author_id, self.now, sheet.base_id)
            save_draft(self.session, draft, sheet.text, version=sheet.version or 1, now=self.now)

    # --- Lessons in modules ---

    def put_lesson(self, lesson_id: str, module_id: str, place: int | None = None) -> None:
        """Moves a lesson into a module, at a place or at its end, and out of the module where it stood."""
        home, target = self.module_of(lesson_id), self.read(module_id, Module)
        if home is not None and home.id != module_id:
            self.cites(home.id, "leçons", [each for each in home.lesson_ids if each != lesson_id])
        self.cites(module_id, "leçons", move_to_place(target.lesson_ids, lesson_id, place))

    def module_of(self, lesson_id: str) -> Module | None:
        return next((module for module in self.modules().values() if lesson_id in module.lesson_ids), None)

    def modules(self) -> dict[str, Module]:
        """All that can be read, as this author writes them."""
        found = dict(course(self.session).modules)
        rows = self.session.execute(select(Draft.path, Draft.text).where(Draft.author_id == self.author_id, Draft.path.like("modules/%/module.md")))
        for path, text in [*rows, *((sheet.path, sheet.text) for sheet in self.sheets.values() if sheet.path.endswith("/module.md"))]:
            document = reading_of(path, text).document
            if isinstance(document, Module):
                found[document.id] = document
        return {identifier: module for identifier, module in found.items() if identifier not in {*self.gone, *self.renamed}}

    # --- Quizzes on lessons and modules ---

    def put_quiz(self, quiz_id: str, home_id: str) -> None:
        """Attaches a quiz to a lesson or to the end of a module; a quiz that was there stays, attached to nothing."""
        self.lift_quiz(quiz_id)
        self.says(home_id, "quiz", quiz_id)
        of_module = self.find(home_id, Module) is not None
        self.says(quiz_id, "leçon", "" if of_module else home_id)
        self.says(quiz_id, "module", home_id if of_module else "")

    def verify(self, home_id: str, quiz_id: str) -> None:
        """A lesson or a module names its quiz; one that it has already stays, and what cannot be read is left as it is."""
        lesson, module = self.readable(home_id, Lesson), self.readable(home_id, Module)
        if (lesson and not lesson.quiz_id) or (module and not module.final_quiz_id):
            self.says(home_id, "quiz", quiz_id)

    def lift_quiz(self, quiz_id: str) -> None:
        """Detaches a quiz from the lesson or module that names it."""
        quiz = self.read(quiz_id, Quiz)
        lesson, module = self.find(quiz.lesson_id, Lesson), self.find(quiz.module_id, Module)
        if lesson and lesson.quiz_id == quiz_id:
            self.says(lesson.id, "quiz", "")
        if module and module.final_quiz_id == quiz_id:
            self.says(module.id, "quiz", "")

    # --- Modules in paths ---

    def paths(self) -> tuple[LearningPath, ...]:
        found = self.find(PATHS, Paths)
        return found.paths if found else ()

    def new_path(self, path_id: str, title: str) -> None:
        """The file of the paths too, where the course has none yet."""
        if self.find(PATHS, Paths) is None:
            self.begin(PATHS, PATHS_FILE, with_new_path("", path_id, title))
        else:
            self.write(PATHS, lambda text: with_new_path(text, path_id, title))

    def put_module(self, module_id: str, path_id: str, place: int | None = None) -> None:
        """Puts a module into a path, at a place or at its end; a module new to the path is required there."""
        path = self._path(path_id)
        asked = {*path.required_ids, *(() if module_id in path.module_ids else (module_id,))}
        order = move_to_place(path.module_ids, module_id, place)
        self._write_path(path, order, [each for each in order if each in asked])

    def lift_module(self, module_id: str, path_id: str) -> None:
        path = self._path(path_id)
        order = [each for each in path.module_ids if each != module_id]
        if not order:
            raise Stays(f"« {path.title} » n’a que ce module : ajoutez-en un autre d’abord.")
        self._write_path(path, order, [each for each in order if each in path.required_ids])

    def _path(self, path_id: str) -> LearningPath:
        path = next((path for path in self.paths() if path.id == path_id), None)
        if path is None:
            raise NotYours
        return path

    def _write_path(self, path: LearningPath, order: Sequence[str], required: Sequence[str]) -> None:
        """`requis` is written where it says something else than all, or said something already."""

        def edit(text: str) -> str:
            text = with_path(text, path.id, "modules", order)
            said = says_required(text, path.id) or list(required) != list(order)
            return with_path(text, path.id, "requis", required) if said else text

        self.write(PATHS, edit)

    # --- Ids ---

    def drafted_documents(self) -> Iterator[tuple[str, Titled]]:
        """Texts of one's own that were never published, and what they say, each under its id."""
        ids = self.session.scalars(select(Draft.document_id).where(Draft.author_id == self.author_id).order_by(Draft.id)).all()
        for identifier in ids:
            sheet = self.sheet(identifier) if identifier not in self.gone else None
            document = reading_of(sheet.path, sheet.text).document if sheet and sheet.base_id is None else None
            if isinstance(document, Titled) and document.id == identifier:
                yield identifier, document

    def rename_id(self, old: str, new: str) -> None:
        """Another id for a text that was never published; whoever names it follows."""
        self.renamed[old] = new
        for identifier in list(self.sheets):
            self.write(identifier, lambda text: with_other_id(text, old, new))


def move_to_place(order: Sequence[str], moved: str, place: int | None) -> list[str]:
    """The others in their order, and this one at a place, or last."""
    others = [each for each in order if each != moved]
    at = len(others) if place is None else max(0, min(place, len(others)))
    return [*others[:at], moved, *others[at:]]
