"""A note as its readers see it: its words are the link, the address is never shown, the host's name is, and a few words stand in the margin."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import lru_cache

from markdown_it.token import Token
from msgspec import Struct

from app.content.text.markdown import inline_tokens, plain, tokens
from app.content.values.text import Source, host_of
from app.platform.french import MONTHS, french

LONGEST_BRIEF = 90
"""Letters of a source in the margin."""
_CHECKED = re.compile(r"\s*\([^()]*vérifi[^()]*\)\s*$")
_DATE = re.compile(rf"(?:publié )?(?:\d\d/\d\d/|(?:\d+ )?(?:{'|'.join(MONTHS)}) )?\d{{4}}")
_COMMA = re.compile(r",?\s*$")


class SourceWords(Struct, frozen=True, eq=False):
    tokens: tuple[Token, ...]
    """Blocks of the note, without its review dates nor its addresses."""
    alone: bool
    """Whether they are one paragraph, which nearly all are."""
    brief: str
    """« IREV, mai 2019 » of « Titre, IREV, mai 2019, <adresse> »: the last two parts of what is written before the address, the first date where there are two."""


@lru_cache(maxsize=500)
def source_words(source: Source) -> SourceWords:
    """Kept: many lessons call the same source."""
    text = _CHECKED.sub("", source.text)
    parsed = tokens(text, source.line)
    shown = (token.copy(children=_without_addresses(token.children or [])) if token.type == "inline" else token for token in parsed)
    alone = [token.type for token in parsed] == ["paragraph_open", "inline", "paragraph_close"]
    children = parsed[1].children or [] if alone else inline_tokens(text.strip())
    return SourceWords(tuple(shown), alone, _brief(children))


def _brief(children: Sequence[Token]) -> str:
    addressed = len(children) > 2 and children[-3].type == "link_open" and children[-3].info == "auto"
    words = _COMMA.sub("", plain(children[:-3])) if addressed else plain(children)
    parts = words.split(", ")
    if len(parts) > 2 and _DATE.fullmatch(parts[-2]):
        parts.pop()
    return french(textwrap.shorten(", ".join(parts[-2:]), LONGEST_BRIEF, placeholder="…"))


def _without_addresses(children: Sequence[Token]) -> list[Token]:
    """« Titre, éditeur, date, <address> » becomes a link of these words, then the host; any other address its host."""
    named = [_host_instead(children, index) for index in range(len(children))]
    if len(named) > 3 and _is_address(children[-3]) and not any(token.type in ("link_open", "footnote_ref") for token in children[:-3]):
        opening, host, closing = named[-3:]
        words = _without_comma(named[:-3])
        if plain(words).strip():
            return [opening, *words, closing, Token("host", "", 0, content=host.content)]
    return named


def _host_instead(children: Sequence[Token], index: int) -> Token:
    if _is_address(children[index]):
        return children[index].copy(info="")  # no longer an address shown as it is
    if index and _is_address(children[index - 1]):
        return children[index].copy(content=host_of(str(children[index - 1].attrs["href"])))
    return children[index]


def _is_address(token: Token) -> bool:
    return token.type == "link_open" and token.info == "auto" and bool(host_of(str(token.attrs.get("href", ""))))


def _without_comma(words: list[Token]) -> list[Token]:
    last = words[-1]
    return [*words[:-1], last.copy(content=last.content.rstrip(" ,"))] if last.type == "text" else words
