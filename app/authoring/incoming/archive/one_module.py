"""One module as an archive for another site: its texts, each with the sources that it calls, their images, authors and licence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.authoring.incoming.archive import files
from app.authoring.incoming.archive.files import ArchiveEntry, Origin
from app.authoring.incoming.archive.queries import PublishedCourse, published_course
from app.content.documents.reader import kind_of
from app.content.store.queries import course
from app.content.text.normalise import fingerprint, normalise
from app.content.values.addresses import of_link
from app.content.values.course import Course, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind
from app.platform.errors import NotYours
from app.platform.settings import Settings
from app.platform.site.queries import current_site
from app.platform.storage.store import Store
from app.platform.zips import packed

Element = Module | Lesson | Quiz
_LINK = re.compile(r"\]\((?P<id>[a-z0-9-]+)(?P<anchor>#[^\s()]*)?\)")


def module_archive(session: Session, settings: Settings, media_store: Store, module_id: str, licence: str) -> bytes:
    """Raises NotYours for a module that is not published."""
    published, here = course(session), published_course(session)
    module = published.modules.get(module_id)
    if module is None:
        raise NotYours
    documents = {each.id: each for each in _documents(published, module)}
    leaving = _Leaving(published, documents, _source_lines(here), settings)
    carried = [leaving.with_sources(entry) for entry in here.entries if entry.id in documents]
    site = current_site()
    authors = tuple(sorted({each.author for each in documents.values() if each.author}))
    origin = Origin(here.site, site.publisher or site.name, module.title, licence, authors, tuple(sorted(leaving.elsewhere)))
    return packed(files.contents(carried, media_store, origin))


def _documents(published: Course, module: Module) -> Iterator[Element]:
    """The module, its lessons, their quizzes, and the questions by which the positioning finds what somebody knows of it."""
    yield module
    for element in published.elements_of(module):
        yield published.lessons.get(element) or published.quizzes[element]
    yield from (quiz for quiz in published.quizzes.values() if quiz.is_pool and quiz.module_id == module.id)


def _source_lines(here: PublishedCourse) -> dict[str, str]:
    """The lines of sources.md, by their label, as they are written."""
    text = next((entry.text for entry in here.entries if kind_of(entry.path) is DocumentKind.SOURCES), "")
    return {line[2:].partition("]:")[0]: line for line in text.split("\n") if line.startswith("[^") and "]:" in line}


class _Leaving:
    """Texts made to stand by themselves. Their marks follow: come back unchanged, they are known for what left."""

    def __init__(self, published: Course, documents: Mapping[str, Element], lines: Mapping[str, str], settings: Settings) -> None:
        self.published, self.documents, self.lines = published, documents, lines
        self.settings = settings
        self.staying = {name: title for name, title in _titles(published) if name not in documents}
        self.elsewhere: set[str] = set()

    def with_sources(self, entry: ArchiveEntry) -> ArchiveEntry:
        """With, at its end, the sources that it calls and that stand in the course's list: the other site may have another list."""
        document = self.documents[entry.id]
        own = {source.label for source in document.sources}
        called = [source.label for source in self.published.sources_of(document) if source.label not in own and source.label in self.lines]
        text = _LINK.sub(self._led_home, entry.text)
        if called:
            text = text.rstrip("\n") + "\n\n" + "\n".join(self.lines[label] for label in called)
        text = normalise(text)
        return replace(entry, text=text, mark=(fingerprint(text), entry.mark[1]))

    def _led_home(self, link: re.Match[str]) -> str:
        """A link to what stays here leads here, where the site has an address."""
        name = link["id"]
        place = of_link(self.published, name, "") if name in self.staying else None
        address = self.settings.address_of(place) if place else ""
        if not address:
            return link[0]
        self.elsewhere.add(self.staying[name])
        return f"]({address}{link['anchor'] or ''})"


def _titles(published: Course) -> Iterator[tuple[str, str]]:
    """Id and title of what a text may link to."""
    for held in (published.modules, published.lessons, published.quizzes, published.tools, published.library.shelf):
        yield from ((name, each.title) for name, each in held.items())
