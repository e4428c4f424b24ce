"""`/ressources`: one catalogue of what serves beside the lessons: tools, documents, syntheses, and the sources by category.

What a shelf holds is shown whole. Of the sources, only those of the categories that are asked: all of them would make a page of hundreds of addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from datetime import date
from itertools import accumulate

from flask import render_template, request, url_for
from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.search.entries import plain_line
from app.content.store.disk import kept_file
from app.content.store.queries import course
from app.content.text.markdown import slug
from app.content.values.addresses import of_link
from app.content.values.course import Course, Document, Module, Sources, made_of_course
from app.content.values.paths import default_path, modules_in_order
from app.content.values.text import Source, SourceKind
from app.learner.reference.pages import ReferenceEntry, SearchResult, Sentences, blueprint, look_for, words_of
from app.learner.reference.syntheses.papers import synthesis_rows
from app.learner.reference.toolbox import tool_list
from app.platform import clock
from app.platform.db import db
from app.platform.french import capital, date_words, day_of, fold, short, weight_words
from app.platform.settings import Settings, current_settings
from app.platform.site import offers
from app.platform.storage import places
from app.platform.web.edge import searched_words
from app.platform.web.endpoints import SIGNED_IN, page

# --- What the page receives ------------------------------------------------------------------------------------------


class Citation(Struct, frozen=True):
    """What cites a source: a lesson, by its text or its quiz; a module, by its own; a list of the course; a tool."""

    title: str
    address: str


class ResourceItem(Struct, frozen=True):
    """A line of the catalogue: a source as its note says it (`html`), or what has a page or a file here."""

    entry: ReferenceEntry
    html: Markup = Markup()
    title: str = ""
    href: str = ""
    facts: tuple[str, ...] = ()
    """« 9 juin 2022 », « PDF, 641 Ko »."""
    summary: str = ""
    cited: tuple[Citation, ...] = ()


class ResourceGroup(Struct, frozen=True):
    title: str
    anchor: str
    items: tuple[ResourceItem, ...]
    introduction: Markup = Markup()


Kinds = tuple[tuple[str, str, int], ...]
"""(anchor, title, how many) of each."""


class ResourcesPage(Struct, frozen=True):
    groups: tuple[ResourceGroup, ...]
    """Those shown."""
    shelves: Kinds
    sources: Kinds
    """The categories that the course has."""
    official: int
    """Of all sources, those of an official category."""
    sentences: Sentences

    @property
    def anchors(self) -> tuple[str, ...]:
        return tuple(group.anchor for group in self.groups)

    @property
    def count(self) -> int:
        return sum(len(group.items) for group in self.groups)

    @property
    def shows_sources(self) -> bool:
        return any(anchor in self.anchors for anchor, _, _ in self.sources)

    def search(self, query: str) -> SearchResult | None:
        return look_for(query, [item.entry for group in self.groups for item in group.items], self.sentences)


SENTENCES = Sentences(
    one="# ressource.",
    many="# ressources.",
    inside_one="Aucun titre ne correspond. # source est citée dans une leçon de ce nom.",
    inside_many="Aucun titre ne correspond. # sources sont citées dans une leçon de ce nom.",
    none="Rien ne correspond dans ce qui est coché. Essayez un mot plus court, ou cochez autre chose.",
)
ALL_SOURCES = "sources"
"""In an address, the categories with which sources open."""


def resources_page(course: Course, settings: Settings, asked: Sequence[str], on: date) -> ResourcesPage:
    """`asked`: anchors of shelves and categories; every shelf where none is known."""
    shelves = tuple(group for shelf in SHELVES if offers(shelf.feature) and (group := shelf.fill(course, settings)).items)
    by_kind = _by_kind(course)
    official = [kind for kind in by_kind if kind is not None and kind.is_official]
    opening = _first(official or list(by_kind), by_kind)
    wanted = {*asked, *(map(category_anchor, opening) if ALL_SOURCES in asked or not shelves else ())}
    categories = tuple(category_anchor(kind) for kind in by_kind if category_anchor(kind) in wanted)
    chosen = tuple(group for group in shelves if group.anchor in wanted) or (() if categories else shelves)
    return ResourcesPage(
        groups=(*chosen, *source_groups(course, categories, on, offers("tools"))),
        shelves=tuple((group.anchor, group.title, len(group.items)) for group in shelves),
        sources=tuple((category_anchor(kind), TITLES[kind], len(found)) for kind, found in by_kind.items()),
        official=sum(len(by_kind[kind]) for kind in official),
        sentences=SENTENCES,
    )


# --- The shelves -----------------------------------------------------------------------------------------------------

_SUMMARY = 300
"""Characters of a summary."""


def _item(anchor: str, title: str, href: str, facts: Iterable[str], summary: str = "") -> ResourceItem:
    told = tuple(filter(None, facts))
    words = words_of(" ".join((title, *told, summary)))
    return ResourceItem(ReferenceEntry(f"ressource-{anchor}", (words, words)), title=title, href=href, facts=told, summary=summary)


def _file_words(format: str, weight: int) -> str:
    return ", ".join(filter(None, (format, weight_words(weight) if weight else "")))


def _tools(course: Course, _settings: Settings) -> ResourceGroup:
    """In the order in which they serve."""
    items = tool_list(course)
    lines = (_item(each.id, each.title, url_for("toolbox.tool", tool_id=each.id), (each.moment, ", ".join(each.formats)), each.purpose) for each in items)
    return ResourceGroup("Outils", "outils", tuple(lines))


def _documents(course: Course, settings: Settings) -> ResourceGroup:
    """The newest first, then by title; what has no date, last."""
    media_store, lines = places.media(settings), []
    ordered = sorted(sorted(course.library.documents, key=lambda one: fold(one.title)), key=lambda one: one.date, reverse=True)
    for document in ordered:
        file = kept_file(course, document, media_store)
        told = _file_words(document.format if file else "lien", file.bytes if file else 0)
        facts = (capital(document.type.value), date_words(document.date) if document.date else "", told, ", ".join((*document.themes, *document.territories)))
        href, summary = url_for("library.document", entry_id=document.id), short(plain_line(document.summary.text), _SUMMARY)
        lines.append(_item(document.id, document.title, href, facts, summary))
    introduction = course.library.introduction
    html = PageRenderer(course, course.library).html(introduction) if introduction else Markup("")
    return ResourceGroup("Documents", "documents", tuple(lines), html)


def _syntheses(course: Course, settings: Settings) -> ResourceGroup:
    rows = enumerate(synthesis_rows(course, settings), start=1)
    lines = (_item(f"synthese-{rank}", row.title, row.href, (date_words(row.date), _file_words("PDF", row.weight))) for rank, row in rows)
    return ResourceGroup("Synthèses", "syntheses", tuple(lines))


class Shelf(Struct, frozen=True):
    feature: str
    """Without it, the catalogue has no such shelf; empty: it always has."""
    fill: Callable[[Course, Settings], ResourceGroup]


SHELVES = (Shelf("tools", _tools), Shelf("library", _documents), Shelf("", _syntheses))


# --- The sources, by category ----------------------------------------------------------------------------------------
# Each with what cites it. Those of the State and of public bodies come first, and only as many as one reads through.

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
"""Sources with which they open, at most, unless the first category alone has more."""
_UNREAD = re.compile(r'<span class="visually-hidden">.*?</span>')


def _by_kind(course: Course) -> dict[SourceKind | None, list[Source]]:
    return {kind: group for kind in TITLES if (group := [source for source in course.sources.entries if source.kind is kind])}


@made_of_course(16)
def source_groups(course: Course, categories: tuple[str, ...], on: date, tools: bool) -> tuple[ResourceGroup, ...]:
    """`categories`: their anchors; `on` is the day against which sources are judged stale; `tools`: does the site have those that cite some?"""
    renderer, cited = PageRenderer(course, Sources(), on), _citations(course, tools)
    return tuple(
        ResourceGroup(TITLES[kind], category_anchor(kind), tuple(_source_item(each, renderer, cited.get(each.label, ())) for each in found))
        for kind, found in _by_kind(course).items()
        if category_anchor(kind) in categories
    )


def _first(kinds: Sequence[SourceKind | None], by_kind: Mapping[SourceKind | None, Sized]) -> list[SourceKind | None]:
    running = accumulate(len(by_kind[kind]) for kind in kinds)
    return [kind for place, (kind, count) in enumerate(zip(kinds, running, strict=True)) if count <= FIRST or place == 0]


def category_anchor(kind: SourceKind | None) -> str:
    """How the address of the page names a category."""
    return slug(TITLES[kind].replace("’", "'"))


def _source_item(source: Source, renderer: PageRenderer, cited: Sequence[Citation]) -> ResourceItem:
    html = renderer.source(source)
    words = words_of(Markup(_UNREAD.sub("", html)).striptags())  # noqa: S704 — read for its words only
    places_of = tuple(word for citation in cited for word in words_of(citation.title))
    return ResourceItem(ReferenceEntry(source.label, (words, words + places_of)), html=html, cited=tuple(cited))


def _citations(course: Course, tools: bool) -> dict[str, list[Citation]]:
    """By label, in the order of the path. A text's own definition of a label is not this source."""
    found: dict[str, dict[Citation, None]] = {}
    for citation, document in _citing(course, tools):
        own = {source.label for source in getattr(document, "sources", ())}
        for label in getattr(document, "calls", ()):
            if label not in own:
                found.setdefault(label, {})[citation] = None
    return {label: list(citations) for label, citations in found.items()}


def _citing(course: Course, tools: bool) -> Iterator[tuple[Citation, Document]]:
    for module in modules_in_order(course, default_path(course)):
        yield from _citing_of(course, module)
    yield _citation(course, "Frise", "frise"), course.timeline
    yield _citation(course, "Glossaire", "glossaire"), course.glossary
    yield _citation(course, "Réseau", "reseau"), course.network
    yield _citation(course, "À vérifier cette année", "a-verifier"), course.facts
    for tool in sorted(course.tools.values(), key=lambda tool: tool.path) if tools else ():
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


# --- `/ressources` ---------------------------------------------------------------------------------------------------


@blueprint.get("/ressources")
@page(who=SIGNED_IN)
def resources() -> str:
    asked = tuple(sorted(set(request.args.getlist("categorie"))))
    found, query = resources_page(course(db.session), current_settings(), asked, day_of(clock.now())), searched_words()
    return render_template("learner/reference/resources.html", page=found, query=query, found=found.search(query))
