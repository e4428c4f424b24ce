"""Reads the Markdown fixtures of problems: their format is told in fixtures/README.md, for trainers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.content.checks import check_timeless, stale_sources
from app.content.documents.index import CourseIndex
from app.content.documents.reader import read_document
from app.content.text.normalise import decode
from app.content.values.text import Problem

FIXTURES = Path(__file__).parent / "fixtures"
_CASE = re.compile(r"^## (Bon|Mauvais) : (.+)$", re.MULTILINE)
_FILE = re.compile(r"^~~~~~(\S+)\n(.*?)^~~~~~$", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"^(Attendu|Le|Images|Sans) : (.+)$", re.MULTILINE)
_BYTES = re.compile("⟦((?:[0-9A-F]{2})+)⟧".encode())
QUIZ = "quizzes/exemple-un-quiz.md"
QUIZ_HEAD = "---\nid : exemple-un-quiz\ntitre : Le quiz d'exemple\nleçon : exemple-un\n---\n"
"""What stands above the file named « question », whose lines count from its own beginning."""
_REPEATED = re.compile(r"⟦(\d+) × ([^⟧]+)⟧")


@dataclass(frozen=True)
class Case:
    """One example: the files of a course, and whether the code must be found in it."""

    code: str
    bad: bool
    title: str
    files: dict[str, str]
    options: dict[str, str]

    def __str__(self) -> str:
        return f"{self.code} {'mauvais' if self.bad else 'bon'} : {self.title}"

    def problems(self) -> list[Problem]:
        """Everything that the check of this course says, that of a day included."""
        decoded = {path: decode(path, _bytes(text)) for path, text in self.files.items()}
        readings = [read_document(path, text) for path, (text, _) in sorted(decoded.items()) if text is not None]
        found = [problem for _, problems in decoded.values() for problem in problems]
        found += [problem for reading in readings for problem in reading.problems]
        sources = ((reading.path, source) for reading in readings for source in reading.scan.sources)
        stale = stale_sources(sources, date.fromisoformat(self.options.get("Le", "2026-11-24")))
        return [*found, *check_timeless(CourseIndex(readings), self._images()), *stale]

    def _images(self) -> dict[str, frozenset[str]]:
        images: dict[str, set[str]] = {}
        for path in self.options.get("Images", "").split(", "):
            if path:
                images.setdefault(path.split("/")[1], set()).add(path.rpartition("/")[2])
        return {folder: frozenset(names) for folder, names in images.items()}


def _bytes(text: str) -> bytes:
    repeated = _REPEATED.sub(lambda found: found[2].replace("⏎", "\n") * int(found[1]), text)
    return _BYTES.sub(lambda found: bytes.fromhex(found[1].decode()), repeated.encode())


def example_course() -> dict[str, str]:
    """The files of the course where everything is right."""
    return dict(_FILE.findall((FIXTURES / "README.md").read_text(encoding="utf-8").partition("## Le cours d'exemple")[2]))


def _with_head(files: dict[str, str]) -> dict[str, str]:
    if "question" in files:
        files[QUIZ] = QUIZ_HEAD + files.pop("question")
    return files


def cases() -> list[Case]:
    """Every example of every fixture."""
    found = []
    for path in sorted(FIXTURES.glob("[AE][0-9][0-9].md")):
        text = path.read_text(encoding="utf-8")
        starts = list(_CASE.finditer(text))
        for start, end in zip(starts, [*(each.start() for each in starts[1:]), len(text)], strict=True):
            body = text[start.end() : end]
            options = dict(_OPTION.findall(body.partition("~~~~~")[0]))
            files = {**example_course(), **_with_head(dict(_FILE.findall(body)))}
            if options.get("Attendu", "").startswith("question:"):
                options["Attendu"] = f"{QUIZ}:{int(options['Attendu'].partition(':')[2]) + QUIZ_HEAD.count(chr(10))}"
            for gone in options.get("Sans", "").split(", "):
                files.pop(gone, None)
            found.append(Case(path.stem, start[1] == "Mauvais", start[2], files, options))
    return found
