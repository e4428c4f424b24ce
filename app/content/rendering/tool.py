"""A tool on its page: one copy of it, its fields set apart, its sums worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from markupsafe import Markup

from app.content.rendering.html import render
from app.content.rendering.page import PageRenderer
from app.content.text.fields import Copy, marked, pieces
from app.content.text.grids import with_results
from app.content.text.markdown import tokens
from app.content.values.quiz import GAP_OPEN
from app.content.values.toolbox import Tool

_OPENING = {Copy.BLANK: '<span class="to-fill">', Copy.FILLED: '<span class="filled">'}
_EMPTY = '<span class="visually-hidden">à remplir</span>'


def render_tool(renderer: PageRenderer, tool: Tool, copy: Copy) -> Markup:
    """What its files hold, as HTML."""
    parsed = with_results(tokens(marked(tool.body.text, copy), tool.body.line), copy)
    shown = [token.copy(children=list(_set_apart(token.children or [], copy))) if GAP_OPEN in _text(token) else token for token in parsed]
    return render(shown, renderer.state)


def _text(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def _set_apart(children: Sequence[Token], copy: Copy) -> Iterator[Token]:
    """A field is one run of text: its signs were no Markdown."""
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
