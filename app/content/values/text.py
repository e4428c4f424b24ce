"""What every document is made of, as frozen values: fragments of Markdown, sources, headings, links, problems; and how large a text may be."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

# --- Limits ---
#
# What reading, checking and showing a text cost is bounded by these. Problem E02 says them, E19 those of figures, E72 those of formulas.

ID_LENGTH = 60
"""Characters of an identifier; a longer one is problem E08."""
MAX_CHARACTERS = 400_000
"""A lesson of fifteen minutes has about 20,000; the largest pool of questions, about 100,000."""
MAX_LINE = 20_000
"""More than any line of a course; `markdown.MAX_PARAGRAPH` bounds what is parsed of it."""
MAX_MARKS = 20_000
"""Lines and marks of Markdown of one file, which are what reading and showing it cost: five times those of the course's largest file."""
MAX_QUIZ_MARKS = 6_000
"""The same of a quiz, each line of which costs twice as much: seven times those of the course's largest."""
MOST_TEXT = 6_000_000
"""Characters of all the texts of one archive, which one worker reads: more than five times the course."""
MOST_TEXT_MARKS = 240_000
"""Lines and marks of Markdown of all of them, as each is read: five times those of the course."""
MAX_FORMULA, MAX_FORMULAS = 400, 20_000
"""Characters of a formula, and of all those of one text: the next stay text. Said by problems E72 and A43."""
FIGURE_ITEMS, FIGURE_LETTERS, FIGURE_DEPTH = 40, 240, 4
"""Of a figure: lines, characters of each of its texts, floors of a tree. Said by problem E19."""


# --- Values ---

_ADDRESS = re.compile(r"https?://[^\s<>]+")


CROSSING = "croisement"
"""What a file writes for the place where the lines of the course cross (`values.course`); a line's own id is its course's choice."""


class CompletionCriterion(StrEnum):
    """What completes an element (`achèvement`): read, being there, a submitted attempt, or a passed one."""

    READ = "lu"
    PRESENCE = "présence"
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
    SOURCES = "sources"
    TOOL = "tool"
    SURVEY = "survey"
    LIBRARY = "library"
    COVER = "cover"
    FACTS = "facts"


class SourceKind(StrEnum):
    """What a source is (`catégorie`), by who speaks in it; the value is what readers see."""

    LAW = "texte officiel"
    REPORT = "rapport public"
    OFFICIAL = "page officielle"
    PRESS = "presse"
    CENTRE = "centre de ressources"
    ASSOCIATION = "association"
    RESEARCH = "recherche"
    JOB = "offre d’emploi"
    OTHER = "autre site"

    @property
    def is_official(self) -> bool:
        return self in (SourceKind.LAW, SourceKind.REPORT, SourceKind.OFFICIAL)


class SourceRead(StrEnum):
    """What was read of a source (`lu`): the address is always that of what was read."""

    ORIGINAL = "original"
    COPY = "copie"
    EXTRACT = "extrait"
    SUMMARY = "résumé"


class Problem(Struct, frozen=True):
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


class Fragment(Struct, frozen=True):
    """A piece of Markdown as written, and the line of the file where it begins."""

    text: str
    line: int


class Fact(Struct, frozen=True):
    """What a text tells before « {fait:seuil-marches} », which gives it a name."""

    id: str
    value: str
    """As readers see it: the words in bold that stand just before, or else the sentence."""
    line: int
    anchor: str = ""
    """Of the title above; empty before the first one."""
    source: str = ""
    """Label of the note that it calls; empty where it calls none."""
    sentence: str = ""
    """In which it is told."""


class Objective(Struct, frozen=True):
    """`O1 : texte → M1` in a lesson (`serves` = "M1"), `M1 : texte` in a module (`serves` is empty)."""

    id: str
    text: str
    serves: str
    line: int


class Source(Struct, frozen=True):
    """One source, in sources.md or at the end of a document: `[^label]: text (catégorie : presse ; lu : original ; vérifié : 2026-11 ; à revoir : 2027-11)`."""

    label: str
    text: str
    """Title, publisher, date, address, as written."""
    line: int
    checked: date | None = None
    review: date | None = None
    kind: SourceKind | None = None
    read: SourceRead | None = None

    @property
    def address(self) -> str:
        """Returns the last web address of the text, that of the source itself; empty without one."""
        found = _ADDRESS.findall(self.text)
        return found[-1] if found else ""


class Heading(Struct, frozen=True):
    level: int
    title: str
    anchor: str
    line: int


class Link(Struct, frozen=True):
    """A link to another document, `id` or `id#ancre`, as written."""

    target: str
    anchor: str
    line: int


def host_of(address: str) -> str:
    """« irev.fr » of an address of the web; empty for any other."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""
    except ValueError:  # a host that is none, such as « [ »
        return ""
