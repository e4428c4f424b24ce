"""A folder as a course, whatever is wrong with it, read again as its files change: of one changed file of three hundred, one is read.

What no site would publish has its page all the same: a file that is not understood is shown as the text that it holds, and said to be a draft. A folder
that has neither `modules/` nor `quizzes/` was written for something else: each of its Markdown files is a lesson, each of its folders a module.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path, PurePosixPath
from threading import Lock

from msgspec import Struct
from msgspec.structs import replace

from app.content.checks import stale_sources
from app.content.documents.reader import DocumentReading, kind_of, read_document
from app.content.store import disk, survey
from app.content.store.disk import CourseFile, CourseFiles, ImageFile
from app.content.store.queries import assemble_course
from app.content.text.head import is_id
from app.content.text.markdown import slug
from app.content.text.normalise import normalise, refusal
from app.content.values.addresses import media_name
from app.content.values.course import Course, Document, Module
from app.content.values.text import CROSSING, DocumentKind, Fragment, Problem

MOST_FILES = 2_000
"""Of a folder that is no course."""
NOT_WRITTEN = frozenset({"node_modules", "vendor", "site-packages"})
"""Folders whose Markdown is somebody else's."""
REFUSED = "Brouillon : ce fichier a des erreurs, un site ne le publierait pas."
UNREACHED = "Brouillon : rien n’y mène, personne ne le trouverait."
UNREACHED_CODE = "A24"
_TITLE = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_GIVEN_TITLE = re.compile(r"^\s*(?:titre|title)\s*:\s*[\"'«]?\s*(.+?)\s*[\"'»]?\s*$", re.MULTILINE | re.IGNORECASE)
_HEAD = re.compile(r"\A\s*---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)

Stamps = Mapping[Path, tuple[int, int]]
"""Each file → when it was changed, and its size."""


class FolderCourse(Struct, frozen=True):
    """What a folder holds at one moment."""

    version: int
    """Another one once a file has changed."""
    course: Course
    problems: Mapping[str, tuple[Problem, ...]]
    """By path, in the order of the folder; of those that have any."""
    paths: Mapping[str, str]
    """Id of a document, or the name of its kind → where its file stands."""
    drafts: Mapping[str, str]
    """Id of what a site would not publish, or nobody would find → the sentence that says so."""
    media: Mapping[str, Path]
    """What an image is called in a page → its file."""

    @property
    def tally(self) -> tuple[int, int]:
        """How many errors, how much advice."""
        found = [each for problems in self.problems.values() for each in problems]
        errors = sum(each.is_error for each in found)
        return errors, len(found) - errors


class FolderReader:
    """Reads a folder, and remembers what it read. Safe for several threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = Lock()
        self._stamps: Stamps | None = None
        self._files: dict[Path, CourseFile] = {}
        self._images: tuple[ImageFile, ...] = ()
        self._readings: dict[tuple[str, str], DocumentReading] = {}
        self._known: FolderCourse | None = None

    def read(self, on: date) -> FolderCourse:
        """The course as the files are now. `on` is the day against which sources are judged."""
        with self._lock:
            documents = paths_of(self.root)
            stamps = dict(_stamp([*documents, *self._media_paths()]))
            if self._known is None or stamps != self._stamps:
                self._known = self._read_changes(documents, stamps, on)
                self._stamps = stamps
            return self._known

    def _media_paths(self) -> Iterator[Path]:
        yield from self.root.glob("modules/*/images/*")
        yield from self.root.glob("modules/bibliotheque/*")

    def _read_changes(self, documents: Sequence[Path], stamps: Stamps, on: date) -> FolderCourse:
        before = self._stamps or {}
        moved = {path for path in stamps if stamps[path] != before.get(path)} | (before.keys() - stamps.keys())
        for path in documents:
            if path in moved:
                with suppress(OSError):
                    self._files[path] = disk.read_one(self.root, path)
        if any(path.suffix != ".md" for path in moved):
            self._images = disk.find_images(self.root)
        files = CourseFiles(self.root, tuple(self._files[path] for path in documents if path in self._files), self._images)
        missing = [file for file in files.documents if file.text is not None and (file.path, file.digest) not in self._readings]
        fresh = {(file.path, file.digest): reading for file, reading in zip(missing, survey.read_all(missing), strict=True)}
        known = self._readings | fresh
        self._readings = {key: known[key] for file in files.documents if (key := (file.path, file.digest)) in known}
        return course_of(files, tuple(self._readings.values()), on, (self._known.version if self._known else 0) + 1)


def paths_of(root: Path) -> list[Path]:
    """The documents of a course; of another folder, its Markdown files, those of a folder before those of the folders in it."""
    if (root / "modules").is_dir() or (root / "quizzes").is_dir():
        return disk.document_paths(root)
    found: list[Path] = []
    for folder, inside, names in os.walk(root):
        inside[:] = sorted(name for name in inside if not name.startswith(".") and name not in NOT_WRITTEN)
        found += [Path(folder, name) for name in sorted(names, key=_opening_first) if name.lower().endswith((".md", ".markdown"))]
    return found[:MOST_FILES]


def _opening_first(name: str) -> tuple[bool, str]:
    return PurePosixPath(name).stem.lower() not in ("readme", "index", "_index"), name


def _stamp(paths: Iterable[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    for path in paths:
        with suppress(OSError):  # gone since it was listed
            found = path.stat()
            yield path, (found.st_mtime_ns, found.st_size)


# --- Files → a course (pure) ------------------------------------------------------------------------------------------


def course_of(files: CourseFiles, readings: Sequence[DocumentReading], on: date, version: int = 1) -> FolderCourse:
    """The course that these files make, with what is wrong with each; nothing that is readable is left out."""
    found = survey.examine(files, readings)
    problems = sorted((*found.problems, *stale_sources(found.reviews, on)), key=lambda each: (each.path, each.line, each.code))
    by_path: dict[str, list[Problem]] = {}
    for each in problems:
        by_path.setdefault(each.path, []).append(each)
    made = _Assembly(files, {reading.path: reading for reading in readings})
    shown = {document.id: dict(document.media) for document in found.documents if document.id and document.media}
    course = assemble_course(version, made.documents, {}, shown, {})
    drafts = {identifier: said for identifier, path in made.paths.items() if (said := _why_draft(path in made.stand_ins, by_path.get(path, ())))}
    media = {media_name(image.name, image.digest): image.source for image in files.images}
    return FolderCourse(version, course, {path: tuple(each) for path, each in by_path.items()}, made.paths, drafts, media)


def _why_draft(stands_in: bool, problems: Iterable[Problem]) -> str:
    codes = {each.code for each in problems}
    if stands_in or any(code.startswith("E") for code in codes):
        return REFUSED
    return UNREACHED if UNREACHED_CODE in codes else ""


class _Assembly:
    """Documents by their id, and where each comes from; what could not be read has something in its place."""

    def __init__(self, files: CourseFiles, readings: Mapping[str, DocumentReading]) -> None:
        self.documents: dict[str, Document | None] = {}
        self.paths: dict[str, str] = {}
        self.stand_ins: set[str] = set()
        modules = [file for file in files.documents if kind_of(file.path) is DocumentKind.MODULE]
        for file in files.documents:
            if file not in modules:
                self._add(file, readings.get(file.path))
        for file in modules:
            self._add(file, readings.get(file.path))
        if files.documents and all(kind_of(file.path) is None for file in files.documents):
            self._group_lessons(files.root.resolve().name)

    def _add(self, file: CourseFile, reading: DocumentReading | None) -> None:
        document = reading.document if reading else None
        if document is None:
            self.stand_ins.add(file.path)
            document = stand_in(file, self._lessons_beside(file.path))
        if document is None:
            return
        name = self._free(getattr(document, "id", (kind_of(file.path) or DocumentKind.LESSON).value))
        self.paths[name] = file.path
        self.documents[name] = replace(document, id=name) if getattr(document, "id", name) != name else document

    def _free(self, wanted: str) -> str:
        """An id that no other file has taken."""
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(self.documents) + 3)))
        return next(name for name in names if name not in self.documents)

    def _lessons_beside(self, path: str) -> tuple[str, ...]:
        folder = str(PurePosixPath(path).parent)
        return tuple(identifier for identifier, place in self.paths.items() if str(PurePosixPath(place).parent) == folder)

    def _group_lessons(self, name: str) -> None:
        """A module for each folder of what is no course."""
        folders: dict[str, list[str]] = {}
        for identifier, path in self.paths.items():
            folders.setdefault(str(PurePosixPath(path).parent), []).append(identifier)
        for place, (folder, lessons) in enumerate(folders.items(), 1):
            title = name if folder == "." else folder
            identifier = self._free(f"dossier-{place}")
            self.documents[identifier] = Module(identifier, title, CROSSING, (), tuple(lessons), None, Fragment("", 1))


def stand_in(file: CourseFile, beside: tuple[str, ...] = ()) -> Document | None:
    """What shows a file that is not understood, read with the head that it lacks; None for one of those that no page shows alone.

    `beside`: the lessons of its folder, which a module that is not understood is taken to hold.
    """
    kind, text = kind_of(file.path) or DocumentKind.LESSON, normalise(file.text or "")
    if kind not in (DocumentKind.MODULE, DocumentKind.LESSON, DocumentKind.QUIZ):
        return None
    title, body = ("", "") if refusal(file.path, text) else cut_title(text)
    stem = PurePosixPath(file.path).parent.name if kind is DocumentKind.MODULE else PurePosixPath(file.path).stem
    title = (title or stem.replace("-", " ").replace("_", " ").strip() or "Sans titre")[:120]
    identifier = found if is_id(found := slug(stem)[:50].strip("-")) else f"fichier-{found}".strip("-")
    if kind is DocumentKind.MODULE:
        return Module(identifier, title, CROSSING, (), beside, None, Fragment(body, 1), path=file.path)
    head = f"---\nid : {identifier}\ntitre : {title}\n"
    if kind is DocumentKind.QUIZ and (quiz := read_document(f"quizzes/{identifier}.md", f"{head}---\n{body}").document):
        return quiz
    lesson = read_document("lecon.md", f"{head}durée : {max(1, len(body) // 1200)}\n---\n{body}").document
    return replace(lesson, path=file.path) if lesson else None


def cut_title(text: str) -> tuple[str, str]:
    """(the title of a text, the rest of it), whoever wrote it and for whatever: « titre » or « title » of its head, else its first heading."""
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    if head and (given := _GIVEN_TITLE.search(head[1])):
        return given[1], body
    heading = _TITLE.search(body)
    if heading is None:
        return "", body
    return heading[1], body[: heading.start()] + body[heading.end() :] if heading[0].startswith("# ") else body
