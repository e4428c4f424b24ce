"""Where a lesson lets one choose: the quotations that begin with `[!CHOIX]`. No judgement: `documents/scenes.py` has it.

`rendering/scenes.py` draws them; docs/formateurs/situations.md says how they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec import Struct

from app.content.text.markdown import line_of
from app.content.text.questions import opens_with, without_mark

MARK = re.compile(r"\[!choix\][ \t]*", re.IGNORECASE)
CLOSING = "a-retenir"
"""Slug of the title at which a situation ends, whatever was chosen."""
_ITEM = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
_ASKED = "Que faites-vous ?"


class WrittenChoice(Struct, frozen=True):
    """One item of a list of choices."""

    line: int
    anchor: str
    """Of the title to which it leads; empty where the item is not one link within the text."""
    words: list[Token]
    """Inline, those of the link; of the whole item where it is none."""


class WrittenChoices(Struct, frozen=True):
    line: int
    asked: list[Token]
    """Inline, what is asked before the list."""
    items: list[WrittenChoice]
    """None where the quotation is not a sentence, then a list."""


class WrittenScene(Struct, frozen=True):
    """What a part of a text tells, and what it lets one choose."""

    told: list[Token]
    """Its tokens, the title's among them, without its choices."""
    choices: list[WrittenChoices]
    after: int
    """Line of what stands after its choices; 0 where nothing does."""


def offers(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a list of choices."""
    return opens_with(MARK, tokens, index)


def split_choices(tokens: Sequence[Token]) -> WrittenScene:
    """The tokens of one part, which begin with its title, if it has one."""
    told: list[Token] = []
    choices: list[WrittenChoices] = []
    index = after = 0
    while index < len(tokens):
        token = tokens[index]
        if token.level == 0 and offers(tokens, index):
            quoted = [token, *takewhile(lambda each: each.level > 0, tokens[index + 1 :])]
            choices.append(_choices(quoted))
            index += len(quoted) + 1
            continue
        after = after or (line_of(token) if choices else 0)
        told.append(token)
        index += 1
    return WrittenScene(told, choices, after)


def _choices(quoted: Sequence[Token]) -> WrittenChoices:
    """`quoted` is the quotation from its opening to before its end: its sentence, then its list."""
    asked = _question_tokens(quoted[2].children or [])
    inside = quoted[4:]
    a_list = [token.type for token in inside if token.level == 1] == ["bullet_list_open", "bullet_list_close"]
    return WrittenChoices(line_of(quoted[0]), asked, [_choice(item) for item in _items(inside[1:-1])] if a_list else [])


def _question_tokens(children: Sequence[Token]) -> list[Token]:
    """What is asked; where nothing is, the question of every choice."""
    asked = without_mark(MARK, children)
    asked = asked if asked[0].content else asked[1:]
    asked = asked[1:] if asked and asked[0].type == "softbreak" else asked
    return asked or [Token("text", "", 0, content=_ASKED)]


def _items(inside: Sequence[Token]) -> Iterator[list[Token]]:
    item: list[Token] = []
    for token in inside:
        item.append(token)
        if token.type == "list_item_close" and token.level == item[0].level:
            yield item
            item = []


def _choice(item: Sequence[Token]) -> WrittenChoice:
    children = next((token.children or [] for token in item if token.type == "inline"), [])
    link = children[0] if children and children[0].type == "link_open" else None
    whole = [token.type for token in item] == _ITEM and link is not None and children[-1].type == "link_close"
    target = unquote(str(link.attrs.get("href", ""))) if link is not None and sum(child.type == "link_open" for child in children) == 1 else ""
    if not whole or not target.startswith("#"):
        return WrittenChoice(line_of(item[0]), "", list(children))
    return WrittenChoice(line_of(item[0]), target[1:], list(children[1:-1]))
