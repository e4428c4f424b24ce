"""A tool of the toolbox: a paper to fill, and how one fills it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.content.values.text import Fragment, Source


class ToolForm(StrEnum):
    """What files a tool is given in: those of a word processor, or that of a spreadsheet (`forme`)."""

    TEXT = "texte"
    TABLE = "tableau"


class Tool(Struct, frozen=True):
    """A paper to fill, and how one fills it: `modules/outils/<nn>-<slug>.md`. Its id is the name of its files."""

    id: str
    title: str
    purpose: str
    """What it is for (`usage`)."""
    moment: str
    """When one needs it."""
    form: ToolForm
    introduction: Fragment
    """How to use it: on its page only."""
    body: Fragment
    """From the first `##`: what is in its files. Its fields are as written, `[[to write => as the example writes it]]`."""
    sources: tuple[Source, ...] = ()
    path: str = ""
    calls: tuple[str, ...] = ()
