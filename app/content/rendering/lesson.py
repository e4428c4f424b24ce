"""A lesson as HTML, once through its parts: its story or its sections, lenses that open on the reader's own side, places for what is each reader's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.html import render
from app.content.rendering.page import PageRenderer
from app.content.rendering.scenes import render_story
from app.content.rendering.state import PageState
from app.content.text.known_titles import LENSES, SECTIONS
from app.content.text.parts import TextPart, parse_text
from app.content.text.questions import Place, Stands
from app.content.values.course import Course, Lesson
from app.content.values.quiz import GAP


class RenderedLesson(Struct, frozen=True, eq=False):
    html: Markup
    """Without the questions that it asks by the way, the answers to those of « Sur mon territoire », or notes on a passage: a mark stands in the place of each."""
    notes: Markup
    renderer: PageRenderer
    """As it stood before the notes: what is rendered after the text goes on from a copy of it."""

    def pieces(self) -> tuple[Markup | int, ...]:
        """The text cut at its places: HTML and, in turn, numbers. An element may begin in a piece and end in another.

        The numbers are places in `Lesson.questions`, then, going on from there, in `Lesson.territory_questions`, then one for the end of those, then
        in `Lesson.outline`: each stands after its title.
        """
        cut = GAP.split(self.html)
        return tuple(int(piece) if place % 2 else Markup(piece) for place, piece in enumerate(cut))  # noqa: S704 — pieces of what was rendered


def render_lesson(course: Course, lesson: Lesson, side: str | None, on: date | None = None) -> RenderedLesson:
    """A lesson as its readers see it. `side` ("collectivite", "education", "etat" or None) orders and opens the lenses."""
    return _rendered(PageRenderer(course, lesson, on), lesson, side)


def render_draft(course: Course, lesson: Lesson, side: str | None, on: date | None, media: Mapping[str, str]) -> RenderedLesson:
    """A lesson that is being written: each block says its line. `media`: images of its own, name → digest."""
    renderer = PageRenderer(course, lesson, on, lined=True)
    renderer.state.media = {**renderer.state.media, **media}
    return _rendered(renderer, lesson, side)


def _rendered(renderer: PageRenderer, lesson: Lesson, side: str | None) -> RenderedLesson:
    parsed, state = parse_text(lesson.body.text, lesson.body.line), renderer.state
    state.places = {place: number for number, place in enumerate(_places(lesson))}
    story, rest = (render_story(parsed, state), parsed.closing) if lesson.situation else (Markup(""), parsed.parts)
    html = story + _sections(rest, state, side)
    before = renderer.copy()
    return RenderedLesson(html, renderer.notes(), before)


def _places(lesson: Lesson) -> Iterator[Place]:
    """In the order of their numbers."""
    yield from ((Stands.QUESTION, question.line) for question in lesson.questions)
    yield from ((Stands.ANSWER, number) for number in range(len(lesson.territory_questions) + 1))
    yield from ((Stands.PASSAGE, heading.line) for heading in lesson.outline)


def _sections(parts: Iterable[TextPart], state: PageState, side: str | None) -> Markup:
    """`side` is that of the reader; unknown, every lens is open, in the order written."""
    html: list[Markup] = []  # joined once: each `+=` would copy all that came before
    closing = Markup("")
    for lenses, group in groupby(parts, _is_lens):
        if lenses:
            html.append(_lenses(list(group), state, side))
            continue
        for part in group:
            if part.level == 2:
                html.append(closing)
                closing = Markup("")
            body = render(part.tokens, state)
            if part.level == 2 and part.name in SECTIONS:
                html.append(Markup('<section class="{}" aria-labelledby="{}">\n').format(SECTIONS[part.name], _first_id(body)))
                closing = Markup("</section>\n")
            html.append(body)
    return Markup("").join([*html, closing])


def _is_lens(part: TextPart) -> bool:
    return part.level == 3 and part.name in LENSES


def _lenses(parts: list[TextPart], state: PageState, side: str | None) -> Markup:
    known = side in LENSES.values()
    ordered = sorted(parts, key=lambda part: LENSES[part.name] != side) if known else parts
    return Markup("").join(_lens(part, state, opened=not known or LENSES[part.name] == side) for part in ordered)


def _lens(part: TextPart, state: PageState, opened: bool) -> Markup:
    title, body = render(part.tokens[:3], state), render(part.tokens[3:], state)
    return Markup('<details class="lens"{}><summary>{}</summary>\n{}</details>\n').format(Markup(" open") if opened else "", title.strip(), body)


def _first_id(html: Markup) -> str:
    """The id of the title with which a rendered part begins."""
    return str(html).partition(' id="')[2].partition('"')[0]
