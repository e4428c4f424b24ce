"""The glossary and the timeline on one sheet of A3, as plain values. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.cover import count_in_words
from app.content.values.text import DocumentKind
from app.learner.reference.glossary import letter_of
from app.learner.reference.syntheses.blocks import Translator
from app.learner.reference.syntheses.synthesis import LICENCE, Imprint, date_block, edition_of
from app.platform.french import fold, french, french_date


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
