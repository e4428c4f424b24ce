"""The one configured Markdown parser: CommonMark, tables, strikethrough, task lists, alerts, footnotes and definition lists, no HTML.

`tokens` is called once per text; values, links, headings, sources and sigles are all read from the tokens it returns.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref

MAX_PARAGRAPH = 8_000
"""Characters of one paragraph, title or cell: longer ones are kept as plain text (`too_long` says where)."""
MAX_NESTING = 20
"""Blocks inside blocks; deeper ones are dropped by markdown-it and reported by `parsing` (E27)."""

_ANCHOR = re.compile(r"\s*\{#([^{}\s]+)\}\s*$")
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._~/?=&;,+-]*)?|[a-z0-9-]+(?:#[a-z0-9-]+)?|images/[A-Za-z0-9._-]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def _inline(state: StateCore) -> None:
    """markdown-it's own rule, but a huge paragraph stays plain text: inline parsing may take the square of its length."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        if token.children is None:
            token.children = []
        if len(token.content) > MAX_PARAGRAPH:
            token.meta = {"too_long": True}
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _plain_paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A line that begins with a letter, then an empty one: most of a lesson, and nothing but a paragraph, so no other rule is tried."""
    first = state.bMarks[start_line] + state.tShift[start_line]
    following = start_line + 1
    if silent or not state.src[first : first + 1].isalpha() or state.is_code_block(start_line):
        return False
    if following < state.lineMax and not state.isEmpty(following):
        return False
    if following + 1 < state.lineMax and state.src.startswith((":", "~"), state.bMarks[following + 1] + state.tShift[following + 1]):
        return False  # the term of a definition list
    state.line = following
    state.push("paragraph_open", "p", 1).map = [start_line, following]
    inline = state.push("inline", "", 0)
    inline.content = mdTrim(state.getLines(start_line, following, state.blkIndent, False))
    inline.map = [start_line, following]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True


class _Parser(MarkdownIt):
    """markdown-it, which spells most addresses again letter by letter: those that have nothing to spell are given back as they are."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 — markdown-it's name
        return url if _PLAIN_ADDRESS.fullmatch(url) else super().normalizeLink(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 — markdown-it's name
        return link if _PLAIN_ADDRESS.fullmatch(link) else super().normalizeLinkText(link)


def _configured() -> MarkdownIt:
    options: dict[str, Any] = {"html": False, "maxNesting": MAX_NESTING, "tasklists": True, "alerts": True}
    parser = _Parser("commonmark", options).enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(deflist_plugin)
    parser.block.ruler.before("table", "plain_paragraph", _plain_paragraph)
    # Of the footnote plugin, two rules only. Definitions stay where they are, and a call needs none in sight: a quiz's explanations
    # call notes that stand at the file's end. A call is tried before a link, which would look for its end in vain.
    parser.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote_ref", partial(footnote_ref, always_match=True))
    # The letters at which one of the rules above may begin or end: by default markdown-it stops at each colon and hyphen besides.
    parser.inline.terminator_re = re.compile(r"[\n\\`~*_\[\]!<&]")
    parser.core.ruler.at("inline", _inline)
    return parser


PARSER = _configured()


def tokens(text: str, first_line: int = 1) -> list[Token]:
    """The tokens of a normalised text. `token.map` is [first line, line after the last], 1-based in the file when the text begins at `first_line`."""
    parsed = PARSER.parse(text, {})
    for token in parsed:
        if token.map:
            token.map = [token.map[0] + first_line, token.map[1] + first_line]
    return parsed


@lru_cache(maxsize=4)
def kept_tokens(text: str, first_line: int = 1) -> tuple[Token, ...]:
    """The same for a whole body, which a preview reads, then shows, and parses once. They are shared: nobody changes them."""
    return tuple(tokens(text, first_line))


def inline_tokens(text: str) -> list[Token]:
    """The inline tokens of one line of text: emphasis, links, notes, code."""
    parsed = PARSER.parseInline(text, {})
    return parsed[0].children or [] if parsed else []


def plain(children: list[Token] | None) -> str:
    """What a reader sees of inline tokens, as plain text: note calls left out, images by their alternative."""
    parts: list[str] = []
    for token in children or ():
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(plain(token.children))
    return "".join(parts)


def split_anchor(title: str) -> tuple[str, str]:
    """`Le préfet {#le-prefet}` → ("Le préfet", "le-prefet"); without an anchor, ("Le préfet", "")."""
    if "{#" not in title:
        return title.strip(), ""
    found = _ANCHOR.search(title)
    return (title[: found.start()].strip(), found.group(1)) if found else (title.strip(), "")


def slug(title: str) -> str:
    """The anchor of a title that gives none: `L'État, chef de file` → `l-etat-chef-de-file`."""
    spelt = title.casefold().replace("œ", "oe").replace("æ", "ae")
    bare = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode("ascii")
    return _NOT_IN_SLUG.sub("-", bare).strip("-")[:60].strip("-")
