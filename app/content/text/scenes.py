"""Where a lesson lets one choose: the quotations that begin with `[!CHOIX]`, and the scenes that its titles cut it into. No judgement: `documents/scenes.py` has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec import Struct

from app.content.text.markdown import plain, slug, split_anchor, without_notes
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


@dataclass(slots=True)
class ScenePart:
    """A title of level 2 or 3 and what follows it; the first part has no title."""

    level: int
    """0 before any title, then 1 under `##`, 2 under `###`."""
    title: str
    anchor: str
    line: int
    told: list[Token] = field(default_factory=list)
    """Its tokens, the title's among them, without its choices."""
    choices: list[WrittenChoices] = field(default_factory=list)
    after: int = 0
    """Line of what stands after its choices; 0 where nothing does."""


def offers(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a list of choices."""
    return opens_with(MARK, tokens, index)


def scene_parts(tokens: Sequence[Token]) -> tuple[list[ScenePart], list[Token]]:
    """The parts of a text up to « À retenir », then the tokens from there on, notes left out."""
    kept = without_notes(tokens)
    end = next((index for index in range(len(kept)) if _opens_part(kept[index]) and _slug(kept[index + 1]) == CLOSING), len(kept))
    return list(_parts(kept[:end])), kept[end:]


def _parts(tokens: Sequence[Token]) -> Iterator[ScenePart]:
    part = ScenePart(0, "", "", next((token.map[0] for token in tokens if token.map), 1))
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if _opens_part(token):
            yield part
            title, anchor = split_anchor(plain(tokens[index + 1].children))
            part = ScenePart(max(int(token.tag[1]) - 1, 1), title, anchor or slug(title), _line(token))
        if token.level == 0 and offers(tokens, index):
            quoted = [token, *takewhile(lambda each: each.level > 0, tokens[index + 1 :])]
            part.choices.append(_choices(quoted))
            index += len(quoted) + 1
            continue
        part.after = part.after or (_line(token) if part.choices else 0)
        part.told.append(token)
        index += 1
    yield part


def _choices(quoted: Sequence[Token]) -> WrittenChoices:
    """`quoted` is the quotation from its opening to before its end: its sentence, then its list."""
    asked = _asked(quoted[2].children or [])
    inside = quoted[4:]
    a_list = [token.type for token in inside if token.level == 1] == ["bullet_list_open", "bullet_list_close"]
    return WrittenChoices(_line(quoted[0]), asked, [_choice(item) for item in _items(inside[1:-1])] if a_list else [])


def _asked(children: Sequence[Token]) -> list[Token]:
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
        return WrittenChoice(_line(item[0]), "", list(children))
    return WrittenChoice(_line(item[0]), target[1:], list(children[1:-1]))


def _opens_part(token: Token) -> bool:
    return token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2", "h3")


def _slug(title: Token) -> str:
    return slug(split_anchor(plain(title.children))[0])


def _line(token: Token) -> int:
    return token.map[0] if token.map else 1
