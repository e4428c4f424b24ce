"""Where a lesson asks: questions of its own, the quotations that begin with `[!QUESTION]`; and those of « Sur mon territoire », the items of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from app.content.text.markdown import slug, split_anchor

MARK = re.compile(r"\[!question\][ \t]*", re.IGNORECASE)
PLACE = "lesson_question"
"""Type of the token that stands for a whole question; its `map` is the question's, its `meta` holds the tokens that it replaces."""
_TERRITORY = "sur-mon-territoire"
_AFTER_WORDS = frozenset({"bullet_list_open", "ordered_list_open", "list_item_close"})


def asks(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a question."""
    return opens_with(MARK, tokens, index)


def opens_with(mark: re.Pattern[str], tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a quotation whose first words are a mark."""
    if tokens[index].type != "blockquote_open" or index + 2 >= len(tokens):
        return False
    return tokens[index + 1].type == "paragraph_open" and mark.match(tokens[index + 2].content) is not None


def without_mark(mark: re.Pattern[str], children: Sequence[Token]) -> list[Token]:
    """The inline tokens of a text, without the mark where it begins them."""
    if not children or not mark.match(children[0].content):
        return list(children)
    return [children[0].copy(content=mark.sub("", children[0].content, count=1)), *children[1:]]


def set_apart(tokens: Sequence[Token]) -> list[Token]:
    """The same tokens, each question that stands on its own (in no list, quotation or note) replaced by one token."""
    kept: list[Token] = []
    inside: list[Token] = []
    for index, token in enumerate(tokens):
        if inside or (token.level == 0 and token.type == "blockquote_open" and asks(tokens, index)):
            inside.append(token)
        else:
            kept.append(token)
        if inside and token.level == 0 and token.nesting < 0:
            kept.append(Token(PLACE, "", 0, map=inside[0].map, meta={"tokens": inside}))
            inside = []
    return kept


def opens_territory(title: Token) -> bool:
    """Whether a title's words are those under which private questions stand."""
    return slug(split_anchor(title.content)[0]) == _TERRITORY


def territory_questions(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Each item under « Sur mon territoire »: (the index of the token after which its answer has its place, its words as written)."""
    inside = expected = False
    words: str | None = None
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            inside = opens_territory(tokens[index + 1])
        elif words is not None and token.type in _AFTER_WORDS:
            yield index - 1, words
            words = None
        if token.type == "list_item_open":
            expected = inside
        elif token.type == "inline" and expected:
            words, expected = token.content, False
