"""What is found of a document, section by section, and each section as it is indexed. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from app.content.search.analysis import folds
from app.content.search.analysis import stem as stem_of
from app.content.text import maths
from app.content.text.markdown import slug, split_anchor
from app.content.values.addresses import CITE
from app.content.values.course import Document, Glossary, Lesson, Module, Sources, Timeline
from app.content.values.library import Library, Network, Tool
from app.content.values.quiz import GAP, Quiz
from app.platform.french import date_words, french, short

_MARKS = (
    (re.compile(r" ?\{fait:[^{}\n]*\}"), ""),
    (re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t>]*\[![A-Za-zÀ-ÿ]+\][-+]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-{3,}+[-:| \t]*+$", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\[\]\s]*+\]:?"), ""),
    (re.compile(r"!\[([^\[\]\n]*+)\]\([^()\s\"]++ \"([^\"\n]++)\"\)"), r"\1. \2"),
    (re.compile(r" ?\{(?:petite|moyenne|pleine)\}"), ""),
    (re.compile(r"<(?:https?://|mailto:)[^<>\s]*+>"), ""),
    (re.compile(r"!?\[([^\[\]\n]*+)\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)"), r"\1"),
    (re.compile(r"https?://\S+"), ""),
    (re.compile(r"\{#[^{}\s]*\}"), ""),
    (re.compile(r"\[\[|\]\]|=>"), " "),
    (re.compile(r"^[ \t]*(?:>[ \t]*)+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[-*+]|\d+[.)]|:|#{1,6})[ \t]+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\[[ xX]\][ \t]+", re.MULTILINE), ""),
    (re.compile(r"[*_~`\\](?:[*_~`\\]{0,2}(?=\S)|(?<=\S[*_~`])[*_~`]{0,2})"), ""),
    (re.compile(r"\|"), " · "),
)
"""Fences, call-outs, lines under a table's head, notes, addresses, links and alternatives, anchors, fields, quotations, lists, boxes, emphasis, cells. None gives back what it took: a long line costs its length."""
_SPACES = re.compile(r"[ \t\n]+")


def plain_line(markdown: str) -> str:
    """One line of text, as French sets it; its formulas in words."""
    markdown = maths.in_text(markdown) if "$" in markdown else markdown
    for pattern, replacement in _MARKS:
        markdown = pattern.sub(replacement, markdown)
    return french(_SPACES.sub(" ", markdown).strip(" ·"))


# --- Sections: a title of a lesson, a word of the glossary, a date, a question, a tool, a source, a cité, a meeting ---

_TITLE = re.compile(r"^#{2,6}[ \t]+(\S.*)$")
_TITLE_LENGTH = 120


class SearchKind(StrEnum):
    """What is found, in the order in which equals stand."""

    GLOSSARY = "glossary"
    LESSON = "lesson"
    FAQ = "faq"
    MODULE = "module"
    TOOL = "tool"
    DOCUMENT = "document"
    TIMELINE = "timeline"
    CITE = "cite"
    MEETING = "meeting"
    QUESTION = "question"
    NOTE = "note"
    SOURCE = "source"


ORDER = {kind: place for place, kind in enumerate(SearchKind)}


class SearchSection(Struct, frozen=True):
    kind: SearchKind
    ref: str
    """What a link of the course would name: `ep-origines`, `glossaire`."""
    anchor: str
    """Of the title or the entry; empty for the beginning of a page."""
    place: int
    """In its document, from 0."""
    title: str
    heading: str
    """Empty for the beginning of a page."""
    text: str
    also: str = ""
    """What it is found by, and shown nowhere."""

    @property
    def id(self) -> int:
        """A number that is the same in every database, so that results are in the same order there."""
        return int.from_bytes(blake2b(f"{self.kind}\0{self.ref}\0{self.anchor}".encode(), digest_size=8).digest(), "big") >> 1


def cite_anchor(name: str) -> str:
    """How a link of the course names a cité, and its place in the list: `reseau#cite-lens`."""
    return f"{CITE}{cite_id(name)}"


def cite_id(name: str) -> str:
    """Returns the id of a cité as in the address of its page: `/reseau/lens`."""
    return slug(name)


def sections_of(document: Document) -> list[SearchSection]:
    """Each with another id. Of paths and of confusable pairs there is nothing to find."""
    make = _READERS.get(type(document))
    found = {section.id: section for section in make(document)} if make else {}
    return list(found.values())


def _lesson(lesson: Lesson) -> Iterator[SearchSection]:
    """No scene of a situation to which a choice leads, no question nor its answer."""
    lines = _blank_questions(lesson)
    shown = {heading.anchor for heading in lesson.outline}
    starts = [heading.line - lesson.body.line for heading in lesson.headings] + [len(lines)]
    yield SearchSection(SearchKind.LESSON, lesson.id, "", 0, lesson.title, "", plain_line("\n".join(lines[: starts[0]])))
    for place, heading in enumerate(lesson.headings):
        if heading.anchor in shown:
            text = plain_line("\n".join(lines[starts[place] + 1 : starts[place + 1]]))
            yield SearchSection(SearchKind.LESSON, lesson.id, heading.anchor, place + 1, lesson.title, heading.title, text, heading.anchor)


def _blank_questions(lesson: Lesson) -> list[str]:
    """The lines of a lesson; those of what is asked in it, and of what may be chosen, are empty: an answer is told where it is given."""
    lines = lesson.body.text.split("\n")
    for each in lesson.asking:
        begin, end = each.start - lesson.body.line, each.stop - lesson.body.line
        lines[begin:end] = [""] * (end - begin)
    return lines


def _cut_at_titles(kind: SearchKind, ref: str, title: str, before: Sequence[str], markdown: str) -> Iterator[SearchSection]:
    """A text that is cut at its titles. `before`: what stands above its first one besides."""
    parts: list[tuple[str, str, list[str]]] = [("", "", list(before))]
    fenced = False
    for line in markdown.split("\n"):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if not fenced and (found := _TITLE.match(line)):
            written = found[1].rstrip().rstrip("#").rstrip()
            words, anchor = split_anchor(written if "{#" in written else read_title(written))
            parts.append((anchor or slug(words), plain_line(words), []))
        else:
            parts[-1][2].append(line)
    for place, (anchor, heading, lines) in enumerate(parts):
        yield SearchSection(kind, ref, anchor, place, title, heading, plain_line("\n".join(lines)))


def read_title(markdown: str) -> str:
    return markdown.replace("*", "").replace("`", "")


def _module(module: Module) -> Iterator[SearchSection]:
    return _cut_at_titles(SearchKind.MODULE, module.id, module.title, [f"{objective.text}." for objective in module.objectives], module.body.text)


def _tool(tool: Tool) -> Iterator[SearchSection]:
    first, *others = _cut_at_titles(SearchKind.TOOL, tool.id, tool.title, [tool.purpose, tool.moment, tool.introduction.text], tool.body.text)
    return iter((replace(first, also="modèle à remplir, outil"), *others))


def _library(library: Library) -> Iterator[SearchSection]:
    """A document at its title, then what it says at each title of it."""
    for each in library.documents:
        known = [each.author, each.publisher, each.type.value, date_words(each.date) if each.date else "", ", ".join((*each.themes, *each.territories))]
        told = f"### Transcription\n{each.transcript.text}" if each.transcript else ""
        facts = f"{', '.join(filter(None, known))}."
        yield from _cut_at_titles(SearchKind.DOCUMENT, each.id, each.title, [each.summary.text, "", facts], told)


def _glossary(glossary: Glossary) -> Iterator[SearchSection]:
    for place, entry in enumerate(glossary.entries):
        also = plain_line(" ; ".join(entry.other_expansions))
        yield SearchSection(
            SearchKind.GLOSSARY, "glossaire", entry.anchor, place, plain_line(entry.term), plain_line(entry.expansion), plain_line(entry.definition.text), also
        )


def _timeline(timeline: Timeline) -> Iterator[SearchSection]:
    for place, event in enumerate(timeline.events):
        text = plain_line(event.text.text)
        yield SearchSection(SearchKind.TIMELINE, "frise", event.anchor, place, french(f"{date_words(event.when)} : {short(text, _TITLE_LENGTH)}"), "", text)


def _quiz(quiz: Quiz) -> Iterator[SearchSection]:
    """Statements alone: neither what is proposed, nor what is right, nor why."""
    for place, question in enumerate(quiz.questions):
        yield SearchSection(SearchKind.QUESTION, quiz.id, question.id, place, quiz.title, "", plain_line(GAP.sub("…", question.statement.text)))


def _sources(sources: Sources) -> Iterator[SearchSection]:
    for place, source in enumerate(sources.entries):
        text = plain_line(source.text)
        yield SearchSection(SearchKind.SOURCE, "sources", source.label, place, short(text, _TITLE_LENGTH), "", text)


def _network(network: Network) -> Iterator[SearchSection]:
    if network.introduction:
        yield SearchSection(SearchKind.CITE, "reseau", "", 0, "Réseau des cités éducatives", "", plain_line(network.introduction.text))
    for place, cite in enumerate(network.cites, 1):
        communes = ", ".join(commune.name for commune in cite.communes)
        also = ", ".join(("cité éducative", communes, *(commune.insee for commune in cite.communes), *cite.quartiers))
        text = f"{communes}, {cite.departement}, {cite.labelled_on[:4]}"
        yield SearchSection(SearchKind.CITE, "reseau", cite_anchor(cite.name), place, plain_line(cite.name), "", text, also)
    for place, meeting in enumerate(network.meetings):
        yield SearchSection(SearchKind.MEETING, "reseau", meeting.anchor, place, plain_line(meeting.title), "", plain_line(meeting.body.text))


_READERS: dict[type[Any], Callable[[Any], Iterator[SearchSection]]] = {
    Lesson: _lesson,
    Module: _module,
    Tool: _tool,
    Library: _library,
    Glossary: _glossary,
    Timeline: _timeline,
    Quiz: _quiz,
    Sources: _sources,
    Network: _network,
}


# --- A section as it is indexed: its words, the weights of its stems, its tokens ---
#
# A database only says which rows hold which tokens. What a stem weighs is found once, when a section is indexed, by BM25F without the statistics of the
# whole (Robertson, Zaragoza and Taylor, 2004): the row of one section depends on that section alone.

LEVELS = (30, 50, 65)
"""Weights from which a stem has tokens of its own besides: where many rows hold a word, those where it weighs most are looked at first."""
TITLE, TITLE_AGAIN, HEADING, BODY, GLOSSARY = 8.0, 2.0, 4.0, 1.0, 6.0
"""What a word is worth in the title of a page, where that page begins or further down, in the title of a section, in its text; more in a word of the glossary."""
UNTITLED = {SearchKind.TIMELINE: 1.0, SearchKind.SOURCE: 0.4, SearchKind.QUESTION: 1.0}
"""Kinds whose title is their text, or that of something else; what their text is worth."""
_SATURATION, _LENGTH_COUNTS, _USUAL_LENGTH, _SHORT = 4.0, 0.75, 100, 50
"""BM25's two constants; the words of a usual text, and of one that gains nothing by being shorter."""
_MOST_WORDS = 20_000
_MOST_STEMS = 4_000
"""Of a section; nobody writes as long a one, and PostgreSQL takes a megabyte at most."""
FIELD, APART = "|", "  "


class SearchEntry(Struct, frozen=True):
    """What is stored of a section besides itself."""

    words: str
    """` title | heading | text `, each word between two spaces of its own: what stands side by side is found by reading it."""
    weights: str
    """` stem:weight stem:weight `, from 1 to 99."""
    tokens: str
    """Separated by spaces."""


def entry_of(section: SearchSection, document_id: str) -> SearchEntry:
    title, heading, text = (folds(part)[:_MOST_WORDS] for part in (section.title, f"{section.heading} {section.also}", section.text))
    words = f" {FIELD} ".join(map(APART.join, (title, heading, text)))
    counts = [_stems(part) for part in (title, heading, text)]
    worth = _worth(section, len(text))
    weights = {stem: _weight(counts, worth, stem) for stem in list(counts[0] | counts[1] | counts[2])[:_MOST_STEMS]}
    tokens = list(_tokens(section, document_id, weights))
    return SearchEntry(f" {words} ", "".join(f" {stem}:{weight}" for stem, weight in weights.items()) + " ", " ".join(tokens))


def _stems(words: list[str]) -> Counter[str]:
    """How often each stem stands among words, in the order of the first of each; a word that comes back is looked up once."""
    counts = Counter[str]()
    for word, count in Counter(words).items():
        counts[stem_of(word)] += count
    return counts


def _worth(section: SearchSection, length: int) -> tuple[float, float, float]:
    body = BODY / (1 - _LENGTH_COUNTS + _LENGTH_COUNTS * max(length, _SHORT) / _USUAL_LENGTH)
    if section.kind in UNTITLED:
        return 0.0, 0.0, body * UNTITLED[section.kind]
    if section.kind is SearchKind.GLOSSARY:
        return TITLE + GLOSSARY, HEADING, body
    return TITLE_AGAIN if section.heading else TITLE, HEADING, body


def _weight(counts: list[Counter[str]], worth: tuple[float, float, float], stem: str) -> int:
    found = sum(count[stem] * each for count, each in zip(counts, worth, strict=True))
    return max(1, round(99 * found / (found + _SATURATION)))


def _tokens(section: SearchSection, document_id: str, weights: dict[str, int]) -> set[str]:
    """Words of a question are no token of the others: nobody finds one whom it was not asked."""
    if section.kind is SearchKind.QUESTION:
        return {question_token(stem) for stem in weights}
    found = {kind_token(section.kind), document_token(document_id)}
    for stem, weight in weights.items():
        found.update([stem, *(level_token(stem, level) for level, least in enumerate(LEVELS, 1) if weight >= least)])
    return found


def level_token(stem: str, level: int) -> str:
    return f"{stem}_{level}" if level else stem


def question_token(stem: str) -> str:
    return f"{stem}_q"


def kind_token(kind: SearchKind) -> str:
    return f"_k_{kind}"


def document_token(document_id: str) -> str:
    return "_d_" + document_id.replace("-", "_")
