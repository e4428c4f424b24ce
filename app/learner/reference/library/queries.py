"""The list of the library, from those who have something to show in it; the page of a document; its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.rendering.html import render
from app.content.rendering.library import document_tokens, player, transcription, watch
from app.content.rendering.page import PageRenderer
from app.content.search.plain import plain_line
from app.content.store.media import kept_file
from app.content.values.addresses import of_link
from app.content.values.course import Course, Lesson, Module
from app.content.values.library import LibraryDocument
from app.content.values.toolbox import Tool
from app.learner.reference.library.rules import PER_PAGE, LibraryFilter, LibraryLine, LibraryMenus, in_order, menus
from app.learner.reference.syntheses.queries import synthesis_rows
from app.platform.french import capital, date_words, short, weight_words
from app.platform.settings import Settings
from app.platform.storage import places
from app.platform.storage.store import Store

_SUMMARY = 300
"""Characters of a summary on the list."""

Provider = Callable[[Session, Course, Settings], Iterable[LibraryLine]]


# --- The list --------------------------------------------------------------------------------------------------------


def document_lines(_session: Session, course: Course, settings: Settings) -> Iterator[LibraryLine]:
    media_store = places.media(settings)
    for document in course.library.documents:
        file = kept_file(course, document, media_store)
        yield LibraryLine(
            kind=document.type.value,
            title=document.title,
            href=url_for("library.document", entry_id=document.id),
            weight=file.bytes if file else 0,
            date=document.date,
            themes=document.themes,
            territories=document.territories,
            summary=short(plain_line(document.summary.text), _SUMMARY),
            format=document.format if file else "lien",
        )


def tool_lines(_session: Session, course: Course, _settings: Settings) -> Iterator[LibraryLine]:
    for tool in course.tools.values():
        yield LibraryLine("outil", tool.title, url_for("toolbox.tool", tool_id=tool.id), summary=tool.purpose, format="à remplir")


def synthesis_lines(_session: Session, course: Course, settings: Settings) -> Iterator[LibraryLine]:
    for row in synthesis_rows(course, settings):
        yield LibraryLine("synthèse", row.title, row.href, row.weight, row.date, format="PDF")


PROVIDERS: tuple[Provider, ...] = (document_lines, synthesis_lines, tool_lines)
"""Whoever has lines for the list: one function each."""


class ShownLine(Struct, frozen=True):
    line: LibraryLine
    facts: tuple[str, ...]
    """« 9 juin 2022 », « PDF, 641 Ko »."""


class LibraryPage(Struct, frozen=True):
    introduction: Markup
    lines: tuple[ShownLine, ...]
    found: int
    total: int
    menus: LibraryMenus
    filter: LibraryFilter
    number: int
    last: int


def library_page(session: Session, course: Course, settings: Settings, wish: LibraryFilter, number: int) -> LibraryPage:
    lines = in_order(line for provider in PROVIDERS for line in provider(session, course, settings))
    kept = [line for line in lines if wish.keeps(line)]
    last = max(1, -(-len(kept) // PER_PAGE))
    number = min(max(1, number), last)
    shown = kept[PER_PAGE * (number - 1) : PER_PAGE * number]
    introduction = course.library.introduction
    html = PageRenderer(course, course.library).html(introduction) if introduction else Markup("")
    return LibraryPage(html, tuple(ShownLine(line, _facts(line)) for line in shown), len(kept), len(lines), menus(lines), wish, number, last)


def _facts(line: LibraryLine) -> tuple[str, ...]:
    file = ", ".join(filter(None, (line.format, weight_words(line.weight) if line.weight else "")))
    return tuple(filter(None, (capital(line.kind), date_words(line.date) if line.date else "", file)))


# --- A document ------------------------------------------------------------------------------------------------------


class DocumentLink(Struct, frozen=True):
    title: str
    address: str


class DocumentPage(Struct, frozen=True):
    document: LibraryDocument
    facts: tuple[tuple[str, str], ...]
    """(name, words) of what is known of it."""
    weight: str
    """Of its file; empty where there is none here."""
    missing: bool
    """It has a file, which is not on this disk."""
    summary: Markup
    player: Markup
    transcription: Markup
    notes: Markup
    related: tuple[DocumentLink, ...]
    lessons: tuple[DocumentLink, ...]
    """Those that link to it."""


def document_page(course: Course, document_id: str, media_store: Store, on: date, second: int = 0) -> DocumentPage | None:
    """`second`: where a recording begins. None for no such document."""
    document = course.library.shelf.get(document_id)
    if document is None:
        return None
    file = kept_file(course, document, media_store)
    renderer = PageRenderer(course, course.library, on)
    summary = render(document_tokens(document.summary, document), renderer.state)
    told = render(document_tokens(document.transcript, document), renderer.state) if document.transcript else Markup("")
    related = tuple(_related(course, document))
    citing = (DocumentLink(lesson.title, url_for("learning.lesson", lesson_id=lesson.id)) for lesson in course.lessons_that_cite(document.id))
    return DocumentPage(
        document=document,
        facts=tuple(_document_facts(document)),
        weight=weight_words(file.bytes) if file else "",
        missing=bool(document.file) and file is None,
        summary=summary,
        player=player(document, second) if document.is_audio and file else watch(document) if document.is_video else Markup(""),
        transcription=transcription(told, "transcription"),
        notes=renderer.notes(),
        related=related,
        lessons=tuple(each for each in citing if each not in related),
    )


def _document_facts(document: LibraryDocument) -> Iterator[tuple[str, str]]:
    days = (("Événement", document.event), ("Publié", document.published), ("Modifié", document.modified))
    known = (
        ("Type", capital(document.type.value)),
        ("Auteur", document.author),
        ("Éditeur", document.publisher),
        *((name, date_words(day) if day else "") for name, day in days),
        ("Thèmes", ", ".join(document.themes)),
        ("Territoires", ", ".join(document.territories)),
        ("Licence", document.licence),
    )
    return ((name, words) for name, words in known if words)


def _related(course: Course, document: LibraryDocument) -> Iterator[DocumentLink]:
    """Those that it names, then those of the library that name it."""
    naming = (each.id for each in course.library.documents if document.id in each.related)
    titled: dict[str, LibraryDocument | Tool | Lesson | Module] = {**course.library.shelf, **course.tools, **course.lessons, **course.modules}
    for each in dict.fromkeys((*document.related, *naming)):
        if each in titled and each != document.id:
            yield DocumentLink(titled[each].title, of_link(course, each, "") or "")
