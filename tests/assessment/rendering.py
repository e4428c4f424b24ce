"""A renderer for tests: Markdown as it stands, escaped, and a record of what it was asked to render."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.content.values.text import Fragment


class PlainRenderer:
    def __init__(self) -> None:
        self.rendered: list[str] = []

    def html(self, fragment: Fragment) -> Markup:
        self.rendered.append(fragment.text)
        return Markup("<p>{}</p>").format(fragment.text)

    def inline(self, fragment: Fragment) -> Markup:
        self.rendered.append(fragment.text)
        return escape(fragment.text)

    def notes(self) -> Markup:
        return Markup()
