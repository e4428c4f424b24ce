"""markdown-it whose cost stays in proportion to a text's length. Nothing here allows or forbids a construct: `markdown` does."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_PARAGRAPH = 8_000
"""Characters of one paragraph, title or cell: longer ones are kept as plain text (`too_long` says where)."""

_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._~/?=&;,+-]*)?|[a-z0-9-]+(?:#[a-z0-9-]+)?|images/[A-Za-z0-9._-]+")


class FastMarkdown(MarkdownIt):
    """CommonMark with `options`. `inline_signs`: the letters at which an inline construct may begin or end, where markdown-it has its own."""

    def __init__(self, options: dict[str, Any], inline_signs: str) -> None:
        super().__init__("commonmark", {"strikethrough_single_tilde": False, **options})  # asked for at each text: what is not there is slow to find
        self.inline.terminator_re = re.compile(f"[{re.escape(inline_signs)}]")
        self.block.ruler.before("table", "plain_paragraph", _plain_paragraph)
        self.core.ruler.at("inline", _bounded_inline)

    # markdown-it spells addresses again letter by letter: those that have nothing to spell are given back as they are.

    def normalizeLink(self, url: str) -> str:  # noqa: N802 — markdown-it's name
        return url if _PLAIN_ADDRESS.fullmatch(url) else super().normalizeLink(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 — markdown-it's name
        return link if _PLAIN_ADDRESS.fullmatch(link) else super().normalizeLinkText(link)


def _bounded_inline(state: StateCore) -> None:
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
