"""What every document of the course is made of: pieces of Markdown with their line, sources, titles, links, problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class History(StrEnum):
    """The three lines of the course, and the place where they cross."""

    CITY = "politique-de-la-ville"
    LOCAL = "politiques-educatives-locales"
    PRIORITY = "education-prioritaire"
    CROSSING = "croisement"


class Criterion(StrEnum):
    """What completes an element (`achèvement`): read, a submitted attempt, or a passed one."""

    READ = "lu"
    SUBMITTED = "remis"
    PASSED = "réussi"


class DocumentKind(StrEnum):
    MODULE = "module"
    LESSON = "lesson"
    QUIZ = "quiz"
    PATHS = "paths"
    GLOSSARY = "glossary"
    TIMELINE = "timeline"
    CONFUSABLES = "confusables"
    NETWORK = "network"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a file. `code` is `Exx` (stops publication) or `Axx` (advice); `hint` is the remedy."""

    path: str
    line: int
    code: str
    message: str
    hint: str = ""

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.code} {self.message}" + (f" {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of Markdown as written, and the line of the file where it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Objective:
    """`O1 : texte → M1` in a lesson (`serves` = "M1"), `M1 : texte` in a module (`serves` is empty)."""

    id: str
    text: str
    serves: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """One footnote of a document: `[^label]: text (vérifié : 2026-11 ; à revoir : 2027-11)`."""

    label: str
    text: str
    line: int
    checked: date | None = None
    review: date | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    title: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another document, `id` or `id#ancre`, as written."""

    target: str
    anchor: str
    line: int
