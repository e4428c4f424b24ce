"""The page of a text within that of another: what it names is named otherwise, so that each name is one. Pure."""

from __future__ import annotations

import re

from markupsafe import Markup

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "headers", "list")
"""Attributes that hold names of the page."""
_NAMING = re.compile(rf' ({"|".join(("id", *REFERENCES))})="([^"]*)"| href="#(?!")|="url\(#')


def prefix_names(html: str, prefix: str) -> Markup:
    """`prefix` begins each of its names, and every reference to one."""

    def prefix_name(found: re.Match[str]) -> str:
        if found[1] is None:
            return f"{found[0]}{prefix}"
        return f' {found[1]}="{" ".join(prefix + each for each in found[2].split())}"'

    return Markup(_NAMING.sub(prefix_name, html))  # noqa: S704 — our own page
