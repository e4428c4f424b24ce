"""A module on paper, and the poster of glossary and timeline, as plain values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from markdown_it.token import Token
from msgspec import Struct

from app.content.figures.drawing import is_figure
from app.content.rendering.html import render
from app.content.rendering.page import PageRenderer
from app.content.text.markdown import inline_tokens, tokens
from app.content.text.parts import PLACE, ParsedText, parse_text
from app.content.values.addresses import of_link
from app.content.values.course import Course, Lesson, Module, TimelineEvent, count_in_words
from app.content.values.text import CROSSING, DocumentKind
from app.learner.reference.pages import letter_of, lines
from app.learner.reference.syntheses.blocks import Block, Translator
from app.platform.french import date_words, duration, fold, french, french_date, plural

LICENCE = (
    "Texte du cours sous licence Creative Commons Attribution, partage dans les mêmes conditions, version 4.0 internationale (CC BY-SA 4.0). "
    "Les documents cités restent la propriété de leurs auteurs."
)
INK = "#17202e"
LONG = 1_500
"""Characters from which what one lesson says may be cut by the end of a page."""


class Imprint(Struct, frozen=True):
    """What a site adds to the words of the course."""

    name: str
    address: str
    """Empty where it has none of its own."""
    lines: tuple[tuple[str, str], ...]
    """(id, colour on paper) of each history, in their order."""

    def frame(self, course: Course) -> dict[str, Any]:
        return {"author": self.name, "mark": f"{self.name}, {course.cover.title}", "lines": [list(line) for line in self.lines], "licence": LICENCE}


def synthesis(course: Course, module: Module, imprint: Imprint) -> dict[str, Any]:
    """Builds the values of a module's synthesis; the same course and imprint always give the same values."""
    renderer = PageRenderer(course, module)
    translator = Translator(imprint.address, colour=dict(imprint.lines).get(module.history, INK))
    lessons = [course.lessons[each] for each in module.lesson_ids if each in course.lessons]
    opening = [block for figure in _figures(tokens(module.body.text)) for block in translator.blocks(render([figure], renderer.state))]
    told = [part for lesson in lessons if (part := _lesson(renderer, translator, lesson))]
    dates = _dates(renderer, translator, module)
    edition = edition_of(course, [module.id, *(lesson.id for lesson in lessons)])
    return imprint.frame(course) | {
        "title": french(module.title),
        "description": f"Synthèse du module « {module.title} » : ce qu’il faut retenir de ses leçons{', ses dates' if dates else ''} et ses sources.",
        "kind": "Synthèse du module",
        "line": module.history,
        "edition": f"Édition du {french_date(edition)}",
        "said": f"{plural(len(lessons), 'leçon')}, {duration(sum(lesson.minutes for lesson in lessons))} de lecture environ" if lessons else "",
        "objectives": [french(objective.text) for objective in module.objectives],
        "opening": opening,
        "lessons": told,
        "dates": dates,
        "sources": [translator.runs(renderer.source(source)) for source in list(renderer.state.numbers)],
        "address": f"{imprint.address}{of_link(course, module.id, '')}" if imprint.address else "",
    }


def edition_of(course: Course, document_ids: Iterable[str]) -> datetime:
    """When the newest of these texts was published."""
    known = [course.versions[each].published_at for each in document_ids if each in course.versions]
    return datetime.fromisoformat(max(known)) if known else datetime.fromtimestamp(0).astimezone()


# --- A lesson --------------------------------------------------------------------------------------------------------


def _lesson(renderer: PageRenderer, translator: Translator, lesson: Lesson) -> dict[str, Any] | None:
    """None for one that says nothing to retain and draws nothing."""
    renderer.turn_to(lesson)
    parsed = parse_text(lesson.body.text, lesson.body.line)
    retained = takeaways(parsed)
    blocks = translator.blocks(render(retained, renderer.state))
    figures = [block for figure in _figures(parsed.tokens, retained) for block in translator.blocks(render([figure], renderer.state))]
    if not blocks and not figures:
        return None
    return {
        "title": french(lesson.title),
        "meta": duration(lesson.minutes),
        "blocks": blocks,
        "figures": figures,
        "whole": sum(len(token.content) for token in retained) < LONG,
    }


def takeaways(parsed: ParsedText) -> list[Token]:
    """What stands under « À retenir », questions asked by the way left out."""
    return [token for token in parsed.under("a-retenir") if token.type != PLACE]


def _figures(parsed: Iterable[Token], shown: Sequence[Token] = ()) -> Iterator[Token]:
    """Those that are not shown already."""
    return (token for token in parsed if token.type == "fence" and is_figure(token.info) and token not in shown)


# --- Dates -----------------------------------------------------------------------------------------------------------


def events_of(course: Course, module: Module) -> list[TimelineEvent]:
    """Lists the dates that lead to a lesson of the module or belong to its history."""
    own = None if module.history == CROSSING else module.history
    events = sorted(course.timeline.events, key=lambda event: event.when)
    return [event for event in events if own in event.histories or _leads_to(event, module.lesson_ids)]


def _leads_to(event: TimelineEvent, lesson_ids: Sequence[str]) -> bool:
    targets = (str(token.attrs.get("href", "")) for token in inline_tokens(event.text.text) if token.type == "link_open")
    return any(target.partition("#")[0] in lesson_ids for target in targets)


def _dates(renderer: PageRenderer, translator: Translator, module: Module) -> list[Block]:
    renderer.turn_to(renderer.state.course.timeline)
    return [date_block(renderer, translator, event) for event in events_of(renderer.state.course, module)]


def date_block(renderer: PageRenderer, translator: Translator, event: TimelineEvent) -> Block:
    course = renderer.state.course
    return {
        "date": date_words(event.when),
        "names": " et ".join(course.histories.get(one, one) for one in event.histories),
        "lines": list(lines(course, event.histories)),
        "runs": translator.runs(renderer.inline(event.text)),
    }


# --- The poster ------------------------------------------------------------------------------------------------------
# The glossary and the timeline on one sheet of A3.


def poster(course: Course, imprint: Imprint) -> dict[str, Any]:
    """Sources are left to the site: their numbers would fill the sheet."""
    renderer, translator = PageRenderer(course, course.glossary), Translator(imprint.address, calls=False)
    entries = sorted(course.glossary.entries, key=lambda entry: (letter_of(entry.term), fold(entry.term)))
    letters = [
        {
            "letter": letter,
            "items": [
                {"term": french(entry.term), "expansion": french(entry.expansion), "runs": translator.runs(renderer.inline(entry.definition))}
                for entry in group
            ],
        }
        for letter, group in groupby(entries, key=lambda entry: letter_of(entry.term))
    ]
    renderer.turn_to(course.timeline)
    events = sorted(course.timeline.events, key=lambda event: event.when)
    decades = [
        {"title": f"Années {decade}", "items": [date_block(renderer, translator, event) for event in group]}
        for decade, group in groupby(events, key=lambda event: f"{event.when[:3]}0")
    ]
    return imprint.frame(course) | {
        "title": "Glossaire et frise",
        "description": f"Les sigles et les mots du cours, et les dates {count_in_words(course.lines, 'des')}, sur une feuille A3.",
        "edition": f"Édition du {french_date(edition_of(course, [DocumentKind.GLOSSARY.value, DocumentKind.TIMELINE.value]))}",
        "histories": [{"line": line.id, "name": line.name} for line in course.lines],
        "letters": letters,
        "decades": decades,
        "licence": f"{LICENCE} Chaque mot et chaque date a sa source sur le site.",
        "address": imprint.address,
    }
