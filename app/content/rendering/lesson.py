"""The layout of a lesson: lenses that open on the reader's own side, and the two sections that close it, set apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.html import render
from app.content.rendering.state import PageState
from app.content.text.markdown import without_notes
from app.content.text.misread.known_titles import LENSES, SECTIONS, known


class _Part(Struct, frozen=True):
    """The tokens from one title of level 2 or 3 to the next, the title's three included."""

    level: int
    slug: str
    tokens: list[Token]


def render_sections(tokens: Sequence[Token], state: PageState, side: str | None) -> Markup:
    """The whole lesson. `side` is that of the reader; unknown, every lens is open, in the order written."""
    html: list[Markup] = []  # joined once: each `+=` would copy all that came before
    closing = Markup("")
    for group in _groups(_parts(without_notes(tokens))):
        first = group[0]
        if first.slug in LENSES and first.level == 3:
            html.append(_lenses(group, state, side))
            continue
        if first.level == 2:
            html.append(closing)
            closing = Markup("")
        body = render(first.tokens, state)
        if first.level == 2 and first.slug in SECTIONS:
            html.append(Markup('<section class="{}" aria-labelledby="{}">\n').format(SECTIONS[first.slug], _first_id(body)))
            closing = Markup("</section>\n")
        html.append(body)
    return Markup("").join([*html, closing])


def _parts(tokens: list[Token]) -> Iterator[_Part]:
    current = _Part(0, "", [])
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2", "h3"):
            if current.tokens:
                yield current
            current = _Part(int(token.tag[1]), known(tokens[index + 1].content), [])
        current.tokens.append(token)
    if current.tokens:
        yield current


def _groups(parts: Iterator[_Part]) -> Iterator[list[_Part]]:
    """Lenses that follow one another, together; every other part by itself."""
    lenses: list[_Part] = []
    for part in parts:
        if part.level == 3 and part.slug in LENSES:
            lenses.append(part)
            continue
        if lenses:
            yield lenses
            lenses = []
        yield [part]
    if lenses:
        yield lenses


def _lenses(parts: list[_Part], state: PageState, side: str | None) -> Markup:
    known = side in LENSES.values()
    ordered = sorted(parts, key=lambda part: LENSES[part.slug] != side) if known else parts
    return Markup("").join(_lens(part, state, opened=not known or LENSES[part.slug] == side) for part in ordered)


def _lens(part: _Part, state: PageState, opened: bool) -> Markup:
    title, body = render(part.tokens[:3], state), render(part.tokens[3:], state)
    return Markup('<details class="lens"{}><summary>{}</summary>\n{}</details>\n').format(Markup(" open") if opened else "", title.strip(), body)


def _first_id(html: Markup) -> str:
    """The id of the title with which a rendered part begins."""
    return str(html).partition(' id="')[2].partition('"')[0]
