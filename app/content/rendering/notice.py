"""A text that the site's own administrators write, outside any document: checked and shown as those of the course are."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from app.content.rendering.page import PageRenderer
from app.content.text.normalise import normalise
from app.content.text.parts import parse_text
from app.content.text.scan import scan_text
from app.content.values.course import Course, Glossary
from app.content.values.text import Fragment, Problem


def problems(text: str) -> tuple[Problem, ...]:
    """Errors alone, in the order of their lines."""
    body = normalise(text)
    found = scan_text("texte", body, 1, parse_text(body, 1).tokens).problems
    return tuple(sorted((each for each in found if each.is_error), key=lambda each: each.line))


def render_notice(course: Course, text: str, on: date) -> Markup:
    renderer = PageRenderer(course, Glossary(), on)
    html = renderer.html(Fragment(normalise(text), 1)) if text.strip() else Markup("")
    return html + renderer.notes()
