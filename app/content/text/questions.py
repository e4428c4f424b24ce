"""Where a lesson asks a question of its own: the quotations that begin with `[!QUESTION]`, among its tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

MARK = re.compile(r"\[!question\][ \t]*", re.IGNORECASE)
PLACE = "lesson_question"
"""Type of the token that stands for a whole question; its `map` is the question's, its `meta` holds the tokens that it replaces."""


def asks(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a question."""
    if tokens[index].type != "blockquote_open" or index + 2 >= len(tokens):
        return False
    return tokens[index + 1].type == "paragraph_open" and MARK.match(tokens[index + 2].content) is not None


def set_apart(tokens: Sequence[Token]) -> list[Token]:
    """The same tokens, each question that stands on its own (in no list, quotation or note) replaced by one token."""
    kept: list[Token] = []
    inside: list[Token] = []
    for index, token in enumerate(tokens):
        if inside or (token.level == 0 and asks(tokens, index)):
            inside.append(token)
        else:
            kept.append(token)
        if inside and token.level == 0 and token.nesting < 0:
            kept.append(Token(PLACE, "", 0, map=inside[0].map, meta={"tokens": inside}))
            inside = []
    return kept
