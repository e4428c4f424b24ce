"""The sources of the course by category, each with what cites it. Those of the State and of public bodies are shown first, and only as many as one reads through;
others where they are asked for: all of them would make a page of hundreds of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Sized
from datetime import date
from itertools import accumulate

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.text.markdown import slug
from app.content.values.addresses import of_link
from app.content.values.course import Course, Document, Module, Sources, made_of_course
from app.content.values.text import Source, SourceKind
from app.learner.reference.rules import ReferenceEntry, SearchResult, Sentences, look_for, words_of
from app.record.progress.path_progress import default_path, modules_in_order

TITLES = {
    SourceKind.LAW: "Textes officiels",
    SourceKind.REPORT: "Rapports publics",
    SourceKind.OFFICIAL: "Pages officielles",
    SourceKind.PRESS: "Presse",
    SourceKind.CENTRE: "Centres de ressources",
    SourceKind.ASSOCIATION: "Associations",
    SourceKind.RESEARCH: "Recherche",
    SourceKind.JOB: "Offres d’emploi",
    SourceKind.OTHER: "Autres sites",
    None: "Sans catégorie",
}
FIRST = 100
"""Sources with which the page opens, at most, unless its first category alone has more."""
_UNREAD = re.compile(r'<span class="visually-hidden">.*?</span>')


class Citation(Struct, frozen=True):
    """What cites a source: a lesson, by its text or its quiz; a module, by its own; a list of the course; a tool."""

    title: str
    address: str


class SourceItem(Struct, frozen=True):
    html: Markup
    cited: tuple[Citation, ...]
    entry: ReferenceEntry


class SourceGroup(Struct, frozen=True):
    title: str
    anchor: str
    items: tuple[SourceItem, ...]


class SourcesPage(Struct, frozen=True):
    groups: tuple[SourceGroup, ...]
    count: int
    """Of those shown."""
    total: int
    official: int
    """Of all, those of an official category."""
    chosen: tuple[str, ...]
    """Anchors of the categories shown."""
    kinds: tuple[tuple[str, str, int], ...]
    """(anchor, title, how many) of each category that the course has."""
    sentences: Sentences

    def search(self, query: str) -> SearchResult | None:
        return look_for(query, [item.entry for group in self.groups for item in group.items], self.sentences)


@made_of_course(16)
def sources_page(course: Course, chosen: tuple[str, ...], on: date) -> SourcesPage:
    """`chosen`: anchors of categories, the first official ones where none is known; `on` is the day against which sources are judged stale."""
    renderer, cited = PageRenderer(course, Sources(), on), _citations(course)
    by_kind = {kind: group for kind in TITLES if (group := [source for source in course.sources.entries if source.kind is kind])}
    official = [kind for kind in by_kind if kind is not None and kind.is_official]
    kept = [kind for kind in by_kind if category_anchor(kind) in chosen] or _first(official or list(by_kind), by_kind)
    shown = tuple(
        SourceGroup(TITLES[kind], category_anchor(kind), tuple(_item(each, renderer, cited.get(each.label, ())) for each in by_kind[kind])) for kind in kept
    )
    count = sum(len(group.items) for group in shown)
    return SourcesPage(
        groups=shown,
        count=count,
        total=len(course.sources.entries),
        official=sum(len(by_kind[kind]) for kind in official),
        chosen=tuple(group.anchor for group in shown),
        kinds=tuple((category_anchor(kind), TITLES[kind], len(group)) for kind, group in by_kind.items()),
        sentences=_sentences(count),
    )


def _first(kinds: Sequence[SourceKind | None], by_kind: Mapping[SourceKind | None, Sized]) -> list[SourceKind | None]:
    running = accumulate(len(by_kind[kind]) for kind in kinds)
    return [kind for place, (kind, count) in enumerate(zip(kinds, running, strict=True)) if count <= FIRST or place == 0]


def category_anchor(kind: SourceKind | None) -> str:
    """How the address of the page names a category."""
    return slug(TITLES[kind].replace("’", "'"))


def _item(source: Source, renderer: PageRenderer, cited: Sequence[Citation]) -> SourceItem:
    html = renderer.source(source)
    words = words_of(Markup(_UNREAD.sub("", html)).striptags())  # noqa: S704 — read for its words only
    places = tuple(word for citation in cited for word in words_of(citation.title))
    return SourceItem(html, tuple(cited), ReferenceEntry(source.label, (words, words + places)))


def _citations(course: Course) -> dict[str, list[Citation]]:
    """By label, in the order of the path. A text's own definition of a label is not this source."""
    found: dict[str, dict[Citation, None]] = {}
    for citation, document in _citing(course):
        own = {source.label for source in getattr(document, "sources", ())}
        for label in getattr(document, "calls", ()):
            if label not in own:
                found.setdefault(label, {})[citation] = None
    return {label: list(citations) for label, citations in found.items()}


def _citing(course: Course) -> Iterator[tuple[Citation, Document]]:
    for module in modules_in_order(course, default_path(course)):
        yield from _citing_of(course, module)
    yield _citation(course, "Frise", "frise"), course.timeline
    yield _citation(course, "Glossaire", "glossaire"), course.glossary
    yield _citation(course, "Réseau", "reseau"), course.network
    for tool in sorted(course.tools.values(), key=lambda tool: tool.path):
        yield _citation(course, tool.title, tool.id), tool


def _citing_of(course: Course, module: Module) -> Iterator[tuple[Citation, Document]]:
    for lesson in (course.lessons[each] for each in module.lesson_ids if each in course.lessons):
        citation = _citation(course, lesson.title, lesson.id)
        yield citation, lesson
        if lesson.quiz_id in course.quizzes:
            yield citation, course.quizzes[str(lesson.quiz_id)]
    citation = _citation(course, module.title, module.id)
    yield citation, module
    for quiz in course.quizzes.values():
        if quiz.module_id == module.id or quiz.id == module.final_quiz_id:
            yield citation, quiz


def _citation(course: Course, title: str, target: str) -> Citation:
    """Of what is published: it has an address."""
    return Citation(title, of_link(course, target, "") or "")


def _sentences(count: int) -> Sentences:
    return Sentences(
        one=f"# source sur {count}.",
        many=f"# sources sur {count}.",
        inside_one="Aucun titre ne correspond. # source est citée dans une leçon de ce nom.",
        inside_many="Aucun titre ne correspond. # sources sont citées dans une leçon de ce nom.",
        none="Rien ne correspond dans ces catégories. Essayez un mot plus court, ou d’autres catégories.",
    )
