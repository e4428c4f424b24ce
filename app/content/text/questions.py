"""Where a lesson asks: questions of its own, the quotations that begin with `[!QUESTION]`; and those of « Sur mon territoire », the items of its lists.

A token `place` stands where a page puts what the words of the text do not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from markdown_it.token import Token

from app.content.text.markdown import line_of, slug, split_anchor

MARK = re.compile(r"\[!question\][ \t]*", re.IGNORECASE)
PLACE = "place"
"""Type of a token whose `meta` says the `place`, its `line`, and the `tokens` that it replaces, those of a whole question."""
_TERRITORY = "sur-mon-territoire"
_AFTER_WORDS = frozenset({"bullet_list_open", "ordered_list_open", "list_item_close"})


class Stands(Enum):
    """What a page puts in a place."""

    QUESTION = auto()
    """A question of the lesson's own, by its line."""
    ANSWER = auto()
    """After a question of « Sur mon territoire », by its number from 0; one more where the last list of them ends."""
    PASSAGE = auto()
    """After a title, by its line."""


Place = tuple[Stands, int]


def place_token(stands: Stands, key: int, replaced: Sequence[Token] = ()) -> Token:
    """Makes a token that marks a place. It has no `map`: it shows no line of the file by itself."""
    return Token(PLACE, "", 0, meta={"place": (stands, key), "line": key, "tokens": replaced})


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
    """Replaces each question that stands on its own (in no list, quotation or note) by one token."""
    kept: list[Token] = []
    inside: list[Token] = []
    for index, token in enumerate(tokens):
        if inside or (token.level == 0 and token.type == "blockquote_open" and asks(tokens, index)):
            inside.append(token)
        else:
            kept.append(token)
        if inside and token.level == 0 and token.nesting < 0:
            kept.append(place_token(Stands.QUESTION, line_of(inside[0]), inside))
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
