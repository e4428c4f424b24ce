"""A lesson as HTML: its sections or its story, lenses that open on the reader's own side, places for what is each reader's own.

In a story, each choice folds the scene to which it leads, so that neither a script nor a memory of who chose is needed. What follows a choice opens
under it; the other choices stay in sight, to be tried. On paper all is open, numbered, and each list of choices says where to go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.html import render, render_inline
from app.content.rendering.page import PageRenderer
from app.content.rendering.state import PageState
from app.content.text.markdown import LENSES, SECTIONS
from app.content.text.parts import ParsedText, Place, Stands, TextPart, WrittenChoices, parse_text
from app.content.values.course import Course, Lesson
from app.content.values.quiz import GAP
from app.platform.french import french

_PLACE = "a-choisir"
"""Id of the first choices; those that end scene 2 are `a-choisir-2`."""
_TOLD = french("La suite s'ouvre sous votre choix. Rien n'est noté ni gardé : essayez-en un, puis les autres.")
_PAPER = Markup("<li>{}</li>\n").format(french("Si vous choisissez « {} » : voir {}."))


def render_story(parsed: ParsedText, state: PageState) -> Markup:
    """The opening with every scene, without what closes the lesson. Only for a lesson whose scenes are all in order."""
    opening, *scenes = parsed.story
    return _Story({part.anchor: part for part in scenes}, state, parsed.closing[0].anchor).render_part(opening, "")


class _Story:
    def __init__(self, scenes: Mapping[str, TextPart], state: PageState, closing: str) -> None:
        self.scenes = scenes
        self.state = state
        self.closing = closing

    def render_part(self, part: TextPart, number: str) -> Markup:
        """A part, then what one may choose; after an end, the ways back."""
        text, choices = render(part.scene.told, self.state), part.scene.choices
        return text + (self._choices(choices[0], number) if choices else self._ways_back(number))

    def _choices(self, written: WrittenChoices, number: str) -> Markup:
        numbers = [f"{number}.{rank}" if number else str(rank) for rank in range(1, len(written.items) + 1)]
        led = [(where, self._words(choice.words), choice) for where, choice in zip(numbers, written.items, strict=True)]
        paper = Markup("").join(_PAPER.format(said, where) for where, said, _ in led)
        return Markup(
            '<div class="fork" role="group" id="{p}" tabindex="-1" aria-labelledby="{p}-titre">\n<p class="fork-asked" id="{p}-titre"{l}>{a}</p>\n{t}'
            '<ul class="fork-paper">\n{u}</ul>\n{s}</div>\n'
        ).format(
            p=f"{_PLACE}-{number}" if number else _PLACE,
            l=self._line(written.line),
            a=self._words(written.asked),
            t="" if number else Markup('<p class="fork-told no-print">{}</p>\n').format(_TOLD),
            u=paper,
            s=Markup("").join(
                Markup(
                    '<details class="scene"{}>\n<summary><span class="scene-number">{}</span> <span>{}</span></summary>\n<div class="scene-told">\n{}</div>\n</details>\n'
                ).format(self._line(choice.line), where, said, self.render_part(self.scenes[choice.anchor], where))
                for where, said, choice in led
            ),
        )

    def _words(self, inline: Sequence[Token]) -> Markup:
        """Of what is pressed: no other button stands there."""
        self.state.quiet += 1
        html = render_inline(inline, self.state)
        self.state.quiet -= 1
        return html

    def _line(self, line: int) -> Markup:
        return Markup(' data-line="{}"').format(line) if self.state.lined else Markup("")

    def _ways_back(self, number: str) -> Markup:
        before = number.partition(".")[0]
        return Markup(
            '<p class="scene-after no-print"><a href="#{p}-{n}">Essayer un autre choix</a> <a href="#{p}">Revenir au premier choix</a> <a href="#{c}">{w}</a></p>\n'
        ).format(p=_PLACE, n=before, c=self.closing, w=french("Aller à « À retenir »"))


# --- The lesson, once through its parts ---


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
    return _render_lesson(PageRenderer(course, lesson, on), lesson, side)


def render_draft(course: Course, lesson: Lesson, side: str | None, on: date | None, media: Mapping[str, str]) -> RenderedLesson:
    """A lesson that is being written: each block says its line. `media`: images of its own, name → digest."""
    renderer = PageRenderer(course, lesson, on, lined=True)
    renderer.state.media = {**renderer.state.media, **media}
    return _render_lesson(renderer, lesson, side)


def _render_lesson(renderer: PageRenderer, lesson: Lesson, side: str | None) -> RenderedLesson:
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
