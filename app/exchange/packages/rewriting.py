"""A page of the site made a page of a package: images beside it, links within it, every id its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup

from app.content.rendering.apart import prefix_names

MEDIA = "media"
_MEDIA = re.compile(r'(?<= src=")/media/([0-9a-f]{64}\.[a-z0-9]{3,4})(?=")')
_TO_GLOSSARY = re.compile(r' ?<a href="/glossaire#[^"]*">Voir dans le glossaire</a>')
_LINK = re.compile(r'<a((?: [a-z-]+(?:="[^"]*")?)*?) href="(/[^"]*)"')
_PLAYED = re.compile(r'<audio [^>]*src="/[^"]*"[^>]*></audio>\n?')
_PLACED = re.compile(r"/(?:lecons|quiz|modules)/([a-z0-9-]+)(?:#(.+))?")


def scoped(html: str, prefix: str, places: Mapping[str, str]) -> Markup:
    """`prefix` begins each id of the page, for all stand in one; `places`: id of a document of the package → the prefix of its own page.

    A link to what is not in the package loses its address, and keeps its words.
    """
    html = _PLAYED.sub("", _TO_GLOSSARY.sub("", prefix_names(html, prefix)))
    html = _LINK.sub(_led(places), html)
    return Markup(_MEDIA.sub(rf"{MEDIA}/\1", html))  # noqa: S704 — our own templates made it


def _led(places: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def led(found: re.Match[str]) -> str:
        target = _PLACED.fullmatch(found[2])
        if target is None or target[1] not in places:
            return f"<a{found[1]}"
        prefix = places[target[1]]
        return f'<a{found[1]} href="#{prefix}{target[2] or "page"}"'

    return led


def shown_media(html: str) -> list[str]:
    """The names of the images that a rewritten page shows."""
    return sorted(set(re.findall(rf' src="{MEDIA}/([^"]+)"', html)))
