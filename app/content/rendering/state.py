"""What one page remembers while its pieces of course text are rendered: notes called, acronyms explained, ids given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup
from msgspec import Struct

from app.content.text.markdown import inline_tokens, plain
from app.content.text.questions import Place
from app.content.text.source_words import source_words
from app.content.values.addresses import SINGLE_PAGES
from app.content.values.course import Course, Document, Glossary, GlossaryEntry, Lesson, Module, made_of_course
from app.content.values.quiz import Quiz
from app.content.values.text import Source
from app.platform.french import french

_ORDINAL = re.compile(r"\b(\d+(?=(?:er|re|e)s?\b)|I(?=(?:er|re)\b)|[IVX]+(?=e\b))([ers]{1,3})\b")
_MAYBE_ORDINAL = re.compile(r"[\dIVX][er]")
_INVERTED = re.compile(r"\w+-t-(?:ils?|elles?|on)\b")
_OPENING = re.compile("(?:\\b\\w{1,8}’|[(«]\u202f?){1,3}$")
_CLOSING = re.compile("(?:\u202f?[).,;:!?…»]){1,3}")
"""What stays on the line of the acronym that follows, or precedes: browsers break a line around a button."""


class AcronymIndex(Struct, frozen=True):
    """The acronyms that a glossary explains, and the expression that finds them as whole words."""

    entries: Mapping[str, GlossaryEntry]
    pattern: re.Pattern[str] | None


@made_of_course(1)
def acronym_index(course: Course) -> AcronymIndex:
    """`CEJ (Caf)` explains CEJ, `CLAIR / ÉCLAIR` both. An acronym that has two meanings is left to the glossary."""
    found: dict[str, list[GlossaryEntry]] = {}
    for entry in course.glossary.entries:
        for name in entry.term.split(" (")[0].split(" / ") if entry.expansion else ():
            found.setdefault(name.strip(), []).append(entry)
    entries = {name: candidates[0] for name, candidates in found.items() if name and len(candidates) == 1}
    if not entries:
        return AcronymIndex({}, None)
    words = "|".join(map(_beginning_a_word, sorted(entries, key=len, reverse=True)))
    return AcronymIndex(entries, re.compile(rf"(?:{words})(?![\w+]|-[A-Z])"))


def _beginning_a_word(name: str) -> str:
    """What stands before is looked at once the first letter is there: an expression that begins by letters skips to them, several times faster."""
    first = re.escape(name[0])
    return rf"{first}(?<![\w-]{first}){re.escape(name[1:])}"


@dataclass(slots=True)
class PageState:
    """Mutable, and for one page only."""

    course: Course
    sources: Mapping[str, Source]
    media: Mapping[str, str]
    """Image name → digest."""
    acronyms: AcronymIndex | None
    """None where acronyms are not to be explained: a quiz may ask for one, a glossary explains them itself."""
    numbers: dict[Source, int] = field(default_factory=dict)
    """Note → its number, from 1, in the order of the first calls. By the note itself: two documents of one page may use one label."""
    calls: dict[Source, int] = field(default_factory=dict)
    """Note → how many times it was called."""
    opened: dict[Source, str] = field(default_factory=dict)
    """Note that a button opens → the id of what it opens."""
    explained: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    repeated: dict[str, int] = field(default_factory=dict)
    """Id wanted → the last number given to it."""
    quiet: int = 0
    """Above 0 inside a link, a title or a label, where no button may stand: notes are links there, acronyms not explained."""
    open_links: list[Markup] = field(default_factory=list)
    """What ends each link that is open."""
    address_letters: int = 1_000_000
    """What remains for addresses: one defined once may be called thousands of times. Then links are words only."""
    lone_image: bool = False
    reciting: bool = False
    """Inside what a recording says, which plays no other."""
    literal: bool = False
    """Inside an address shown as it is."""
    margin: bool = False
    """Beside the text stand a few words of each source: a lesson has room for them."""
    places: Mapping[Place, int] = field(default_factory=dict)
    """Of a lesson: what it puts in a place of its text → its number (`rendering.lesson`)."""
    lined: bool = False
    """In the preview of a draft: each block says from which line of the file it comes."""

    def copy(self) -> PageState:
        """Another that goes on from here, and leaves this one as it is."""
        return replace(
            self,
            numbers=dict(self.numbers),
            calls=dict(self.calls),
            opened=dict(self.opened),
            explained=set(self.explained),
            ids=set(self.ids),
            repeated=dict(self.repeated),
            open_links=[],
        )

    def unique(self, wanted: str) -> str:
        """`wanted`, or the first `wanted-2`, `wanted-3`… that the page has not."""
        identifier = wanted
        while identifier in self.ids:
            self.repeated[wanted] = self.repeated.get(wanted, 1) + 1
            identifier = f"{wanted}-{self.repeated[wanted]}"
        self.ids.add(identifier)
        return identifier

    def calls_of(self, labels: Sequence[str]) -> Markup:
        """The calls of notes that follow one another: one group, which never begins a line, and a few words of each new source for the margin."""
        new = [source for source in map(self.sources.get, labels) if source and source not in self.numbers] if self.margin else []
        shown = Markup(", ").join([self._call(label) for label in labels])
        if self.quiet:
            return Markup(f'<sup class="note-call">{shown}</sup>')  # noqa: S704 — safe already
        margin = Markup("&#10;").join(f"{self.numbers[source]}\u2002{source_words(source).brief}" for source in dict.fromkeys(new))
        beside = f' data-margin="{margin}"' if margin else ""
        return Markup(f'<sup class="note-call"{beside}>&#8288;{shown}</sup>')  # noqa: S704 — safe already

    def _call(self, label: str) -> Markup:
        """One without definition is kept visible, for whoever previews a draft."""
        source = self.sources.get(label)
        if source is None:
            return Markup("[{}]").format(label)
        number = self.numbers.setdefault(source, len(self.numbers) + 1)
        self.calls[source] = self.calls.get(source, 0) + 1
        names = f'id="{call_id(number, self.calls[source])}" aria-label="Source {number}"'
        if self.quiet:
            return Markup(f'<a href="#note-{number}" {names}>{number}</a>')  # noqa: S704 — numbers
        opened = self.opened.get(source) or self.opened.setdefault(source, self.unique(f"source-{number}"))
        return Markup(f'<button type="button" popovertarget="{opened}" {names}>{number}</button>')  # noqa: S704 — numbers

    def words(self, text: str) -> Markup:
        """A run of text: typography, then the acronyms that the page has not explained yet."""
        if self.literal:
            return Markup.escape(text)
        text = french(text)
        if self.quiet or self.acronyms is None or self.acronyms.pattern is None:
            return _raised(text)
        if all(found in self.explained for found in self.acronyms.pattern.findall(text)):
            return _raised(text)
        return Markup("").join(self._explaining(text, self.acronyms.entries, self.acronyms.pattern))

    def _explaining(self, text: str, entries: Mapping[str, GlossaryEntry], pattern: re.Pattern[str]) -> Iterator[Markup]:
        position = 0
        for found in pattern.finditer(text):
            if found.group() not in self.explained:
                opening, closing = _OPENING.search(text, position, found.start()), _CLOSING.match(text, found.end())
                start, end = opening.start() if opening else found.start(), closing.end() if closing else found.end()
                yield _raised(text[position:start])
                shown = Markup("{}{}{}").format(text[start : found.start()], self._explained(found.group(), entries[found.group()]), text[found.end() : end])
                yield Markup('<span class="unbroken">{}</span>').format(shown) if opening or closing else shown
                position = end
        yield _raised(text[position:])

    def _explained(self, acronym: str, entry: GlossaryEntry) -> Markup:
        """The acronym as a button that opens what the glossary says of it: the `popover` attribute works without a script."""
        self.explained.add(acronym)
        return Markup(
            '<button type="button" class="sigle" popovertarget="{i}"><abbr>{s}</abbr></button>'
            '<span class="popover" id="{i}" popover><strong>{e}</strong> <span>{d}</span> <a href="{g}#{a}">Voir dans le glossaire</a></span>'
        ).format(
            i=self.unique(f"sigle-{len(self.explained)}"),
            s=acronym,
            e=french(entry.expansion),
            d=_definition(entry),
            g=SINGLE_PAGES["glossaire"],
            a=entry.anchor,
        )


def _definition(entry: GlossaryEntry) -> Markup:
    """In plain words: no link, no note and no other acronym to press inside a bubble."""
    return _raised(french(plain(inline_tokens(entry.definition.text.strip()))))


def _raised(text: str) -> Markup:
    """Escaped, the endings of ordinals raised: 1<sup>er</sup>, XX<sup>e</sup>; « a-t-elle » stays on one line."""
    raised = str(Markup.escape(text))
    if _MAYBE_ORDINAL.search(raised):
        raised = _ORDINAL.sub(r"\1<sup>\2</sup>", raised)
    if "-t-" in raised:
        raised = _INVERTED.sub(r'<span class="unbroken">\g<0></span>', raised)
    return Markup(raised)  # noqa: S704 — escaped before, and an entity holds neither


def call_id(number: int, occurrence: int) -> str:
    """The id of the n-th call of a note, to which the note leads back."""
    return f"appel-{number}" if occurrence == 1 else f"appel-{number}-{occurrence}"


def page_state(course: Course, document: Document) -> PageState:
    """The state of a page that shows one document of the course."""
    sources = course.sources_for(document)
    module = document if isinstance(document, Module) else course.module_of(document.id) if isinstance(document, Lesson | Quiz) else None
    media = course.media.get(module.id, {}) if module else {}
    explains = not isinstance(document, Quiz | Glossary)
    return PageState(course, sources, media, acronym_index(course) if explains else None, margin=isinstance(document, Lesson))
