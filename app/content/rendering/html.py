"""Markdown tokens as HTML, one function for each kind: no raw HTML, no inline style, nothing that needs a script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from app.content.figures import drawing
from app.content.figures.drawing import draw
from app.content.rendering.state import PageState, render_document, time_code
from app.content.text import maths
from app.content.text.callouts import CALLOUTS
from app.content.text.markdown import PARSER, plain, without_notes
from app.content.text.maths import caption_of, size_of
from app.content.values import addresses
from app.content.values.quiz import GAP, GAP_CLOSE, GAP_OPEN
from app.platform.french import NARROW, french

# --- Calls of notes: what comes before one touches it, and those that follow one another are written together ---

CallTokens = Sequence[Token]


def _is_gap(token: Token) -> bool:
    return token.type == "softbreak" or (token.type == "text" and not token.content.strip(" "))


def precedes_a_call(tokens: CallTokens, idx: int) -> bool:
    return idx + 1 < len(tokens) and tokens[idx + 1].type == "footnote_ref"


def follows_a_call(tokens: CallTokens, idx: int) -> bool:
    """Whether what stands at `idx` comes at once, or after a space, after the call of a note."""
    before = idx - 2 if idx > 1 and _is_gap(tokens[idx - 1]) else idx - 1
    return before >= 0 and tokens[before].type == "footnote_ref"


def calls_from(tokens: CallTokens, idx: int) -> list[str]:
    """Labels of the call at `idx` and of those that follow it."""
    labels = [str(tokens[idx].meta["label"])]
    while idx + 1 < len(tokens):
        idx += 2 if _is_gap(tokens[idx + 1]) and idx + 2 < len(tokens) else 1
        if tokens[idx].type != "footnote_ref":
            break
        labels.append(str(tokens[idx].meta["label"]))
    return labels


# --- Rendering ---

_ALIGNED = {"text-align:right": "number", "text-align:center": "centred"}
_TAG = re.compile(r"<[a-z][a-z0-9]*")
_OUTSIDE = ("http:", "https:")

Tokens = Sequence[Token]


def render(tokens: Tokens, state: PageState) -> Markup:
    """Block tokens as HTML, definitions of notes left out: they are shown with `notes`."""
    return Markup(_RENDERER.render(without_notes(tokens), PARSER.options, {"state": state}))  # noqa: S704 — every rule below escapes


def render_inline(children: Tokens, state: PageState) -> Markup:
    return Markup(_RENDERER.renderInline(children, PARSER.options, {"state": state}))  # noqa: S704 — every rule below escapes


class CourseHtml(RendererHTML):
    """Methods are named as tokens are: markdown-it finds them so. Each answers a string of safe HTML."""

    def render(self, tokens: Tokens, options: Any, env: Any) -> str:
        """Renders tokens as HTML; with `state.lined`, each block says in `data-line` on which line of the file it begins."""
        state: PageState = env["state"]
        return self._render_with_lines(tokens, options, env) if state.lined else super().render(tokens, options, env)

    def _render_with_lines(self, tokens: Tokens, options: Any, env: Any) -> str:
        written = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                written.append(self.renderInline(token.children or [], options, env))
                continue
            html = self.rules.get(token.type, self.renderToken)(tokens, index, options, env)
            written.append(_with_line(str(html), token.map[0]) if token.map and token.nesting >= 0 else html)
        return "".join(written)

    # --- Words ---

    def text(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A call touches the word before it, however it was typed."""
        state: PageState = env["state"]
        words = tokens[idx].content
        return state.words(words.rstrip(" ") if precedes_a_call(tokens, idx) else words)

    def softbreak(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return "" if precedes_a_call(tokens, idx) else "\n"

    def host(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return Markup(' <span class="host">{}</span>').format(tokens[idx].content)

    def hardbreak(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return "<br>\n"

    def footnote_ref(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """Calls that follow one another are written together, where the first stands."""
        state: PageState = env["state"]
        return Markup("") if follows_a_call(tokens, idx) else state.calls_of(calls_from(tokens, idx))

    # --- Links and images ---

    def link_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        token = tokens[idx]
        target = str(token.attrs.get("href", ""))
        state.quiet += 1
        state.literal = token.info == "auto"
        address, outside = _address(state, target)
        state.address_letters -= len(address)
        if not address or state.address_letters < 0:
            state.open_links.append(Markup(""))
            return ""
        state.open_links.append(Markup('<span class="visually-hidden"> (site externe)</span></a>') if outside else Markup("</a>"))
        return Markup('<a{} href="{}">').format(Markup(' class="external" rel="external"') if outside else Markup(""), address)

    def link_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        state.quiet -= 1
        state.literal = False
        return state.open_links.pop()

    def image(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        token = tokens[idx]
        source = unquote(str(token.attrs.get("src", "")))
        if document := state.course.library.shelf.get(source):
            return render_document(document, french(plain(token.children).strip()), state, render)
        name = source.removeprefix("images/")
        alternative = _in_attribute(plain(token.children))
        digest = state.media.get(name)
        if digest is None:
            shown = Markup('<span class="image-missing">Image{}: {}</span>').format(NARROW, alternative)
        else:
            shown = Markup('<img src="{}" alt="{}"{} loading="lazy">').format(addresses.of_media(name, digest), alternative, _size(token))
        caption = caption_of(token)
        return shown + Markup("<figcaption>{}</figcaption>").format(render_inline(caption, state)) if caption and state.lone_image else shown

    def math_inline(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """Renders a formula as MathML; one that is not understood is shown as typed, for whoever previews a draft."""
        try:
            return maths.formula(tokens[idx].content, tokens[idx].markup == "$$").mathml
        except maths.MathsNotUnderstood:
            return Markup("<code>{}</code>").format(tokens[idx].content)

    def math_block(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A long one scrolls by itself."""
        return f'<div class="formula" role="group" aria-label="Formule" tabindex="0">{self.math_inline(tokens, idx, options, env)}</div>\n'

    def time_code(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return time_code(tokens[idx])

    # --- Blocks ---

    def paragraph_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        children = tokens[idx + 1].children or []
        alone = len(children) == 1 and children[0].type == "image" and not tokens[idx].hidden
        document = state.course.library.shelf.get(str(children[0].attrs.get("src", ""))) if alone else None
        state.lone_image = alone and (document is None or (document.plays and not state.reciting))
        if not state.lone_image:
            return self.renderToken(tokens, idx, options, env)
        if document is not None:
            return '<figure class="recording">\n'
        title = french(plain(caption_of(children[0])))
        return Markup('<figure class="image"{}>').format(Markup(' aria-label="{}"').format(title) if title else "")

    def paragraph_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        figure, state.lone_image = state.lone_image, False
        return "</figure>\n" if figure else self.renderToken(tokens, idx, options, env)

    def heading_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        state.quiet += 1
        identifier = state.unique(tokens[idx].meta["anchor"] or "titre")
        return Markup('<{} id="{}">').format(tokens[idx].tag, identifier)

    def heading_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        state.quiet -= 1
        return f"</{tokens[idx].tag}>\n"

    def list_item_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A box of a task list is shown as a character: a page's own boxes are those that can be ticked."""
        checked = tokens[idx].meta.get("checked")
        if checked is None:
            return self.renderToken(tokens, idx, options, env)
        sign, words = ("☑", "fait") if checked else ("☐", "à faire")
        return f'<li><span aria-hidden="true">{sign}</span><span class="visually-hidden">{words}{NARROW}:</span> '

    def bullet_list_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return "<ul>\n"

    def ordered_list_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        start = tokens[idx].attrs.get("start")
        return f'<ol start="{int(start)}">\n' if start is not None else "<ol>\n"

    def fence(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        token = tokens[idx]
        if drawing.is_figure(token.info):
            figure = drawing.figure_of(token.info, token.content)
            if figure is not None:
                return draw(figure, state.unique("figure"), state.calls_of(figure.calls) if figure.calls else Markup(""))
        return self.code_block(tokens, idx, options, env)

    def code_block(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(tokens[idx].content)

    def alert_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        callout = CALLOUTS[str(tokens[idx].meta["kind"]).upper()]
        shown = tokens[idx + 2].copy(children=[Token("text", "", 0, content=callout.title)])
        tokens[idx + 2] = shown  # type: ignore[index]  # of the copy that `render` made
        return f'<aside class="callout callout-{callout.look}" role="note">\n'

    def alert_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return "</aside>\n"

    def alert_title_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return '<p class="callout-title">'

    def place(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A mark, which `RenderedLesson.pieces` cuts at. A question that cannot be asked is the quotation that was written."""
        state: PageState = env["state"]
        number = state.places.get(tokens[idx].meta["place"])
        return f"{GAP_OPEN}{number}{GAP_CLOSE}\n" if number is not None else self.render(list(tokens[idx].meta["tokens"]), options, env)

    # --- Tables ---

    def table_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        state: PageState = env["state"]
        columns = ", ".join(_column_titles(tokens, idx))
        label = _in_attribute(f"Tableau : {columns}" if columns else "Tableau")
        shown = label if label not in state.ids else f"{label} ({state.unique(label).rpartition('-')[2]})"
        state.ids.add(label)
        return Markup('<div class="table-scroll" role="region" tabindex="0" aria-label="{}">\n<table>\n').format(shown)

    def table_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        return f"<td{_alignment(tokens[idx])}>"


def _with_line(html: str, line: int) -> str:
    """The first tag of a block, with the line that it comes from."""
    tag = _TAG.search(html)
    return f'{html[: tag.end()]} data-line="{line}"{html[tag.end() :]}' if tag else html


def _address(state: PageState, target: str) -> tuple[str, bool]:
    """(where a link leads, whether that is another site); an empty address for what is not published or not allowed."""
    if target.lower().startswith(_OUTSIDE):
        return target, True
    if target.lower().startswith(("mailto:", "tel:")):
        return target, False
    document, _, anchor = unquote(target).partition("#")
    return addresses.of_link(state.course, document, anchor) or "", False


def _column_titles(tokens: Tokens, idx: int) -> list[str]:
    titles: list[str] = []
    while tokens[idx].type != "thead_close":
        if tokens[idx].type == "inline" and (title := plain(tokens[idx].children).strip()):
            titles.append(title)
        idx += 1
    return titles


def _size(token: Token) -> Markup:
    size = size_of(token)
    return Markup(' class="image-{}"').format(size) if size else Markup("")


def _in_attribute(text: str) -> str:
    """Words that stand in an attribute, where a gap, which is a field, has no place."""
    return french(GAP.sub("…", text))


def _alignment(token: Token) -> str:
    name = _ALIGNED.get(str(token.attrs.get("style", "")))
    return f' class="{escape(name)}"' if name else ""


_RENDERER = CourseHtml()
