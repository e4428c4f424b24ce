"""A document of the library as HTML: what it says, its time codes, and the player of a recording, on its page and in a lesson."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token
from markupsafe import Markup

from app.content.rendering.state import PageState
from app.content.text.markdown import tokens
from app.content.values.addresses import of_document
from app.content.values.library import LibraryDocument
from app.content.values.text import Fragment
from app.platform.french import french

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
    return [_retitled(_timed(token, document), title) for token in tokens(fragment.text, fragment.line)]


def _retitled(token: Token, title: str) -> Token:
    """Its page has no `##` of the file above what it says: titles go up by one."""
    if not token.type.startswith("heading_"):
        return token
    return token.copy(tag=title or f"h{max(2, int(token.tag[1]) - 1)}")


def _timed(token: Token, document: LibraryDocument) -> Token:
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
