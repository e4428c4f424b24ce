"""What one page remembers while its course text is rendered: notes called, acronyms explained, ids; and documents of the library as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from app.content.text.markdown import inline_tokens, plain, tokens
from app.content.text.parts import Place, source_words
from app.content.values.addresses import SINGLE_PAGES, of_document
from app.content.values.course import Course, Document, Glossary, GlossaryEntry, Lesson, Module, made_of_course
from app.content.values.library import LibraryDocument
from app.content.values.quiz import Quiz
from app.content.values.text import Fragment, Source
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
    """Beside the text stand a few words of each source: a lesson has space for them."""
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
            return _raise_ordinals(text)
        if all(found in self.explained for found in self.acronyms.pattern.findall(text)):
            return _raise_ordinals(text)
        return Markup("").join(self._explaining(text, self.acronyms.entries, self.acronyms.pattern))

    def _explaining(self, text: str, entries: Mapping[str, GlossaryEntry], pattern: re.Pattern[str]) -> Iterator[Markup]:
        position = 0
        for found in pattern.finditer(text):
            if found.group() not in self.explained:
                opening, closing = _OPENING.search(text, position, found.start()), _CLOSING.match(text, found.end())
                start, end = opening.start() if opening else found.start(), closing.end() if closing else found.end()
                yield _raise_ordinals(text[position:start])
                shown = Markup("{}{}{}").format(
                    text[start : found.start()], self._explain_acronym(found.group(), entries[found.group()]), text[found.end() : end]
                )
                yield Markup('<span class="unbroken">{}</span>').format(shown) if opening or closing else shown
                position = end
        yield _raise_ordinals(text[position:])

    def _explain_acronym(self, acronym: str, entry: GlossaryEntry) -> Markup:
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
    return _raise_ordinals(french(plain(inline_tokens(entry.definition.text.strip()))))


def _raise_ordinals(text: str) -> Markup:
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


# --- Documents of the library: words, time codes, the player of a recording ---

_TIME = re.compile(r"\[((?:\d{1,2}:)?\d{1,2}:\d{2})\]")
Render = Callable[[Sequence[Token], PageState], Markup]


def player(document: LibraryDocument, second: int = 0) -> Markup:
    """What plays a recording, from a second on: nothing is fetched before somebody asks for it."""
    source = f"{of_document(document.id)}/fichier" + (f"#t={second}" if second else "")
    return Markup('<audio controls preload="none" src="{}" aria-label="{}"></audio>\n').format(source, french(f"Enregistrement : {document.title}"))


def watch(document: LibraryDocument) -> Markup:
    """The way to a video: its site is named, and asked for nothing before that."""
    return Markup(
        '<p class="no-print"><a class="button" rel="external" target="_blank" href="{}">Regarder sur {}<span class="visually-hidden">, {} (nouvel onglet)</span></a></p>\n'
        '<p class="soft small">La vidéo s’ouvre sur {}, dans un nouvel onglet. Rien n’en est chargé ici.</p>\n'
    ).format(document.address, document.host, document.title, document.host)


def document_tokens(fragment: Fragment, document: LibraryDocument, title: str = "") -> list[Token]:
    """The tokens of a text of it, for where its own title is that of the page; or, with `title`, each of its titles as such an element."""
    return [_lift_heading(_split_time_codes(token, document), title) for token in tokens(fragment.text, fragment.line)]


def _lift_heading(token: Token, title: str) -> Token:
    """Its page has no `##` of the file above what it says: titles go up by one."""
    if not token.type.startswith("heading_"):
        return token
    return token.copy(tag=title or f"h{max(2, int(token.tag[1]) - 1)}")


def _split_time_codes(token: Token, document: LibraryDocument) -> Token:
    """With its time codes apart: as links, where they are those of a recording."""
    if not document.plays or token.type != "inline" or not _TIME.search(token.content):
        return token
    return token.copy(children=[piece for child in token.children or () for piece in _codes(child, document)])


def _codes(child: Token, document: LibraryDocument) -> Iterator[Token]:
    if child.type != "text":
        yield child
        return
    for place, words in enumerate(_TIME.split(child.content)):
        if place % 2:
            yield Token("time_code", "", 0, content=words, meta={"document": document})
        elif words:
            yield child.copy(content=words)


def seconds_of(code: str) -> int:
    """Converts a time code such as `1:02:03` into seconds."""
    total = 0
    for part in code.split(":"):
        total = 60 * total + int(part)
    return total


def time_code(token: Token) -> Markup:
    """A link that works without a script: the page of the recording, which then begins there."""
    if not token.meta["document"].is_audio:
        return Markup('<span class="time-code">{}</span>').format(token.content)
    second = seconds_of(token.content)
    return Markup('<a class="time-code" href="{}?t={}#ecouter" data-second="{}" aria-label="Écouter à {}">{}</a>').format(
        of_document(token.meta["document"].id), second, second, token.content, token.content
    )


def render_document(document: LibraryDocument, words: str, state: PageState, render: Render) -> Markup:
    """A document where a text shows it, `![](id)`: a recording that stands alone is played there, a video named with its site, each with what it says; any other is a link."""
    if state.open_links or state.quiet:
        return Markup.escape(words or document.title)
    link = Markup('<a href="{}">{}</a>').format(of_document(document.id), words or document.title)
    if not (document.plays and state.lone_image):
        return Markup("{} ({})").format(link, document.format) if document.format else link
    state.reciting = True
    told = render(document_tokens(document.transcript, document, "p"), state) if document.transcript else Markup("")
    state.reciting, state.lone_image = False, True  # the paragraphs of what it says have unset it
    return Markup("<figcaption>{}</figcaption>\n{}{}").format(link, player(document) if document.is_audio else watch(document), transcription(told))


def transcription(told: Markup, identifier: str = "") -> Markup:
    """To show or to hide; with an `identifier` it has its own title on the page of its document. A browser unfolds what an address leads into."""
    named = Markup(' id="{}"').format(identifier) if identifier else ""
    title = Markup("<h2>Transcription</h2>") if identifier else "Transcription"
    fold = Markup('<details class="disclosure">\n<summary>{}</summary>\n<div class="prose"{}>\n{}</div>\n</details>\n')
    return fold.format(title, named, told) if told else told
