"""Course text as HTML for one page, notices of administrators and tools included; and a text within the page of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date

from markdown_it.token import Token
from markupsafe import Markup

from app.content.rendering.html import render, render_inline
from app.content.rendering.state import call_id, page_state
from app.content.text.grids import Copy, mark_fields, pieces, with_results
from app.content.text.markdown import inline_tokens, tokens
from app.content.text.normalise import normalise
from app.content.text.parts import parse_text, source_words
from app.content.text.scan import scan_text
from app.content.values.course import Course, Document, Glossary
from app.content.values.library import Tool
from app.content.values.quiz import GAP_OPEN
from app.content.values.text import Fragment, Problem, Source, SourceRead
from app.platform.french import month_and_year

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "headers", "list")
"""Attributes that hold names of the page."""
_NAMING = re.compile(rf' ({"|".join(("id", *REFERENCES))})="([^"]*)"| href="#(?!")|="url\(#')


def prefix_names(html: str, prefix: str) -> Markup:
    """`prefix` begins each of its names, and every reference to one."""

    def prefix_name(found: re.Match[str]) -> str:
        if found[1] is None:
            return f"{found[0]}{prefix}"
        return f' {found[1]}="{" ".join(prefix + each for each in found[2].split())}"'

    return Markup(_NAMING.sub(prefix_name, html))  # noqa: S704 — our own page


# --- A page ---
#
# Notes numbered in the order of the page, the first occurrence of an acronym explained, French typography.

READ: Mapping[SourceRead | None, str] = {
    SourceRead.COPY: "lu dans une copie",
    SourceRead.EXTRACT: "lu en partie",
    SourceRead.SUMMARY: "lu dans un résumé",
}
"""What readers are told of what was read, where it was not the original."""
_ID = re.compile(' id="[^"]*"')


class PageRenderer:
    """Renders the pieces of one document for one page, in the order in which the page shows them.

    Stateful: numbers of notes and explained acronyms run through the page, so a page has one renderer. `on` is the day against which
    sources are judged stale; without it none is. `lined` is for a draft's preview: each block says its line in the file.
    """

    def __init__(self, course: Course, document: Document, on: date | None = None, lined: bool = False) -> None:
        self.state = page_state(course, document)
        self.state.lined = lined
        self.on = on

    def copy(self) -> PageRenderer:
        """Another that goes on from here, for other pieces of the same page. Acronyms are not explained again, and a draft's lines not said."""
        other = copy(self)
        other.state = self.state.copy()
        other.state.acronyms, other.state.lined = None, False
        return other

    def turn_to(self, document: Document) -> None:
        """Go on with the pieces of another document on the same page: its notes and images, numbers and ids running on."""
        other = page_state(self.state.course, document)
        self.state.sources, self.state.media = other.sources, other.media

    def html(self, fragment: Fragment) -> Markup:
        """Blocks: paragraphs, lists, tables, figures."""
        return render(tokens(fragment.text, fragment.line), self.state)

    def body(self, fragment: Fragment) -> Markup:
        """Renders the whole body of a file, reusing the tokens parsed when it was read."""
        return render(parse_text(fragment.text, fragment.line).tokens, self.state)

    def inline(self, fragment: Fragment) -> Markup:
        """Words without a block around them, for a title, a label or a cell: no button stands there, so acronyms are not explained."""
        children = inline_tokens(fragment.text.strip())
        self.state.quiet += 1
        html = render_inline(children, self.state)
        self.state.quiet -= 1
        return html

    def notes(self) -> Markup:
        """The notes called so far: what each call opens, then the folded list, numbered, each with the way back to its calls. Empty when there is none."""
        if not self.state.numbers:
            return Markup("")
        self.state.quiet += 1
        shown = [(source, number, self._source(source), self._source_checks(source)) for source, number in list(self.state.numbers.items())]
        bubbles = Markup("").join(_bubble(self.state.opened[each[0]], *each[1:]) for each in shown if each[0] in self.state.opened)
        items = Markup("").join(self._item(*each) for each in shown)
        self.state.quiet -= 1
        return Markup(
            '{b}<details class="notes disclosure">\n<summary><h2 id="{i}">Sources</h2> <span class="soft">{c}</span></summary>\n<ol>\n{n}</ol>\n</details>\n'
        ).format(b=bubbles, i=self.state.unique("sources"), c=len(shown), n=items)

    def source(self, source: Source) -> Markup:
        """A source as the list of all of them shows it, called or not."""
        self.state.quiet += 1
        words, checked = self._source(source), self._source_checks(source)
        self.state.quiet -= 1
        return words + checked

    def sources(self, sources: Iterable[Source]) -> Markup:
        """A list of them, called or not, each with its line where lines are said."""
        items = Markup("").join(Markup("<li{}>{}</li>\n").format(self._line_of(source), self.source(source)) for source in sources)
        return Markup("<ol>\n{}</ol>\n").format(items)

    def _line_of(self, source: Source) -> Markup:
        return Markup(' data-line="{}"').format(source.line) if self.state.lined else Markup("")

    def _item(self, source: Source, number: int, words: Markup, checked: Markup) -> Markup:
        return Markup('<li id="note-{}"{}>{}{}{}</li>\n').format(number, self._line_of(source), words, checked, self._ways_back(source, number))

    def _source(self, source: Source) -> Markup:
        """A note of one paragraph stands without it."""
        words = source_words(source)
        return render_inline(words.tokens[1].children or [], self.state) if words.alone else render(words.tokens, self.state)

    def _source_checks(self, source: Source) -> Markup:
        """What is known of a source besides its own words: its category, what was read of it where that is not the original, when."""
        stale = source.review is not None and self.on is not None and source.review <= self.on
        said = [source.kind or "", READ.get(source.read, ""), f"vérifié en {month_and_year(source.checked)}" if source.checked and not stale else ""]
        shown = Markup(' <span class="checked">({})</span>').format(", ".join(filter(None, said))) if any(said) else Markup("")
        if source.review and stale:
            shown += Markup(' <strong class="stale">Source à revérifier depuis {}.</strong>').format(month_and_year(source.review))
        return shown

    def _ways_back(self, source: Source, number: int) -> Markup:
        """Their place says of which source: the item that they end."""
        count = self.state.calls[source]
        told = ((call_id(number, each), f", appel {each}" if count > 1 else "") for each in range(1, count + 1))
        return Markup("".join(f' <a class="note-back" href="#{call}" aria-label="Retour au texte{which}">↩</a>' for call, which in told))  # noqa: S704 — numbers


def _without_ids(html: Markup) -> Markup:
    return Markup(_ID.sub("", html))  # noqa: S704 — safe before, and only attributes are gone: in text, quotes are entities


def _bubble(identifier: str, number: int, words: Markup, checked: Markup) -> Markup:
    """What the calls of a source open. Ids are the list's own: a note of several blocks, with a table or a title in it, leaves them there."""
    return Markup('<div class="popover source-card" id="{i}" popover>{w}{c} <a href="#note-{n}">Source {n}, dans la liste</a></div>\n').format(
        i=identifier, w=_without_ids(words), c=checked, n=number
    )


# --- A notice: what administrators write outside any document, checked and shown as course text ---


def problems(text: str) -> tuple[Problem, ...]:
    """Errors alone, in the order of their lines."""
    body = normalise(text)
    found = scan_text("texte", body, 1, parse_text(body, 1).tokens).problems
    return tuple(sorted((each for each in found if each.is_error), key=lambda each: each.line))


def render_notice(course: Course, text: str, on: date) -> Markup:
    renderer = PageRenderer(course, Glossary(), on)
    html = renderer.html(Fragment(normalise(text), 1)) if text.strip() else Markup("")
    return html + renderer.notes()


# --- A tool: one copy of it, its fields set apart, its sums worked out ---

_OPENING = {Copy.BLANK: '<span class="to-fill">', Copy.FILLED: '<span class="filled">'}
_EMPTY = '<span class="visually-hidden">à remplir</span>'


def render_tool(renderer: PageRenderer, tool: Tool, copy: Copy) -> Markup:
    """What its files hold, as HTML."""
    parsed = with_results(tokens(mark_fields(tool.body.text, copy), tool.body.line), copy)
    shown = [token.copy(children=list(_set_apart(token.children or [], copy))) if GAP_OPEN in _text(token) else token for token in parsed]
    return render(shown, renderer.state)


def _text(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def _set_apart(children: Sequence[Token], copy: Copy) -> Iterator[Token]:
    """A field is one run of text: its characters were no Markdown."""
    for child in children:
        if child.type != "text":
            yield child
            continue
        for words, is_field in pieces(child.content):
            shown = child.copy(content=words)
            yield from _field(shown, copy) if is_field else [shown]


def _field(shown: Token, copy: Copy) -> Iterator[Token]:
    yield Token("html_inline", "", 0, content=_OPENING[copy])
    if shown.content:
        yield shown
    elif copy is Copy.BLANK:
        yield Token("html_inline", "", 0, content=_EMPTY)
    yield Token("html_inline", "", 0, content="</span>")
