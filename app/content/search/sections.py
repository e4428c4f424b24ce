"""What is found of a document: one section a title of a lesson, one a word of the glossary, a date, a question, a tool, a source, a cité, a meeting. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from app.content.search.plain import plain_line
from app.content.text.markdown import slug, split_anchor, tokens
from app.content.text.questions import asks
from app.content.text.scenes import offers
from app.content.values.addresses import CITE
from app.content.values.course import Document, Glossary, Lesson, Module, Sources, Timeline
from app.content.values.library import Library
from app.content.values.network import Network
from app.content.values.quiz import GAP, Quiz
from app.content.values.toolbox import Tool
from app.platform.french import date_words, french, short

_TITLE = re.compile(r"^#{2,6}[ \t]+(\S.*)$")
_TITLE_LENGTH = 120
_ASKED = re.compile(r"\[!(?:question|choix)\]", re.IGNORECASE)


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
    lines = _blank_questions(lesson.body.text)
    shown = {heading.anchor for heading in lesson.outline}
    starts = [heading.line - lesson.body.line for heading in lesson.headings] + [len(lines)]
    yield SearchSection(SearchKind.LESSON, lesson.id, "", 0, lesson.title, "", plain_line("\n".join(lines[: starts[0]])))
    for place, heading in enumerate(lesson.headings):
        if heading.anchor in shown:
            text = plain_line("\n".join(lines[starts[place] + 1 : starts[place + 1]]))
            yield SearchSection(SearchKind.LESSON, lesson.id, heading.anchor, place + 1, lesson.title, heading.title, text)


def _blank_questions(markdown: str) -> list[str]:
    """The lines of a text; those of what is asked in it, and of what may be chosen, are empty: an answer is told where it is given."""
    lines = markdown.split("\n")
    parsed = tokens(markdown, 0) if _ASKED.search(markdown) else []
    for index, token in enumerate(parsed):
        if token.map and (asks(parsed, index) or offers(parsed, index)):
            begin, end = token.map
            lines[begin:end] = [""] * (end - begin)
    return lines


def _titled(kind: SearchKind, ref: str, title: str, before: Sequence[str], markdown: str) -> Iterator[SearchSection]:
    """A text that is cut at its titles. `before`: what stands above its first one besides."""
    parts: list[tuple[str, str, list[str]]] = [("", "", list(before))]
    fenced = False
    for line in _blank_questions(markdown):
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
    return _titled(SearchKind.MODULE, module.id, module.title, [f"{objective.text}." for objective in module.objectives], module.body.text)


def _tool(tool: Tool) -> Iterator[SearchSection]:
    return _titled(SearchKind.TOOL, tool.id, tool.title, [tool.purpose, tool.moment, tool.introduction.text], tool.body.text)


def _library(library: Library) -> Iterator[SearchSection]:
    """A document at its title, then what it says at each title of it."""
    for each in library.documents:
        known = [each.author, each.publisher, each.type.value, date_words(each.date) if each.date else "", ", ".join((*each.themes, *each.territories))]
        told = f"### Transcription\n{each.transcript.text}" if each.transcript else ""
        facts = f"{', '.join(filter(None, known))}."
        yield from _titled(SearchKind.DOCUMENT, each.id, each.title, [each.summary.text, "", facts], told)


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
        yield SearchSection(
            SearchKind.CITE, "reseau", cite_anchor(cite.name), place, plain_line(cite.name), "", f"{communes}, {cite.departement}, {cite.labelled_on[:4]}"
        )
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
