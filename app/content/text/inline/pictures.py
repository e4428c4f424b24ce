"""`![description](images/nom.png "Légende"){petite}`: an image with its caption, which is Markdown too, and its size. Pure."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token

SIZES = ("petite", "moyenne", "pleine")
"""A third of the text's width, two thirds, all of it; without any, the image's own width, where it fits."""
_SIZE = re.compile(rf" ?\{{ ?({'|'.join(SIZES)})(?: taille| largeur)? ?\}}", re.IGNORECASE)


def captioned_image(state: StateInline, silent: bool) -> bool:
    """markdown-it's own rule, then what is ours: in `meta`, the `caption` as tokens and the `size`."""
    if not image(state, silent):
        return False
    size = _SIZE.match(state.src, state.pos, state.posMax) if state.src.startswith(("{", " {"), state.pos) else None
    if size:
        state.pos = size.end()
    if not silent:
        token = state.tokens[-1]
        caption: list[Token] = []
        if title := str(token.attrs.get("title", "")):
            state.md.inline.parse(title, state.md, state.env, caption)
        token.meta = {"caption": caption, "size": size[1].lower() if size else ""}
    return True


def caption_of(token: Token) -> list[Token]:
    caption: list[Token] = token.meta.get("caption", [])
    return caption


def size_of(token: Token) -> str:
    return str(token.meta.get("size", ""))
